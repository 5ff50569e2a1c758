#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/types/instant.h"
#include "proto/types/result.h"
#include "proto/types/uuid.h"
#include "scenarios/engine/exchange_ledger.h"

// What the processes' stores say when the run is over: the durable facts, against which the run's events are
// checked. Read through the tables that docs/ describes to users.
namespace gnc::scenarios {

// What crosses: from whom to whom, as what, under which agreement. One for all exchanges of the kind.
struct Passage {
  std::string sender, recipient, agreement, message;
  auto operator<=>(const Passage&) const = default;
};

// Kept small: there is one for each exchange of the run.
struct RecordedExchange {
  bool at_gateway = false;
  ExchangeTrack::End end = ExchangeTrack::End::none;  // none: still admitted
  std::uint16_t times_received = 0;                   // in recipients' inboxes
  std::uint16_t decisions = 0;                        // by recipients' businesses
  Instant admitted_at;
  std::shared_ptr<const Passage> passage;  // where it is at the gateway
};

using RecordedExchanges = std::unordered_map<Uuid, RecordedExchange, UuidHash>;

// A database that is not there has recorded nothing.
Result<RecordedExchanges> read_stores(const std::filesystem::path& gateway_database,
                                      const std::vector<std::filesystem::path>& node_databases);

}  // namespace gnc::scenarios
