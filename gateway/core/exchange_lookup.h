#pragma once

#include <optional>

#include "gateway/core/records.h"

namespace gnc::gateway {

// What the core may ask of the store at once: exchanges and refusals that have been committed and that
// it no longer holds itself. A port; called from the core's thread only.
class ExchangeLookup {
 public:
  virtual ~ExchangeLookup() = default;
  virtual std::optional<ExchangeRecord> exchange(const Uuid& id) const = 0;
  virtual std::optional<RefusalRecord> refusal(const Uuid& id, const Digest& digest) const = 0;
};

}  // namespace gnc::gateway
