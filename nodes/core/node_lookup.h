#pragma once

#include <optional>
#include <string_view>

#include "nodes/core/records.h"

namespace gnc::nodes {

// What a core may ask of the store at once: what has been committed and it no longer holds itself. A port;
// called from the core's thread only.
class NodeLookup {
 public:
  virtual ~NodeLookup() = default;
  virtual std::optional<ReceivedRecord> received(const PartyName& party, const Uuid& id) const = 0;
  virtual std::optional<OutgoingRecord> lodged(const PartyName& party, std::string_view reference) const = 0;
};

}  // namespace gnc::nodes
