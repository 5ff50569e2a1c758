#pragma once

#include <optional>

#include "gateway/core/records.h"

namespace gnc::gateway {

// What the core may ask of the store at once: exchanges, refusals and conversations that have been
// committed and that it no longer holds itself. A port; called from the core's thread only.
class ExchangeLookup {
 public:
  virtual ~ExchangeLookup() = default;
  virtual std::optional<ExchangeRecord> exchange(const Uuid& id) const = 0;
  virtual std::optional<RefusalRecord> refusal(const Uuid& id, const Digest& digest) const = 0;
  // Of blocks with states only.
  virtual std::optional<model::ConversationPlace> conversation(const Uuid& id,
                                                               std::string_view agreement) const = 0;
};

}  // namespace gnc::gateway
