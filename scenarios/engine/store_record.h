#pragma once

#include <cstdint>
#include <filesystem>
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

struct RecordedExchange {
  bool at_gateway = false;
  ExchangeTrack::End end = ExchangeTrack::End::none;  // none: still admitted
  std::string sender, recipient, agreement, message;
  Instant admitted_at;
  std::uint32_t times_received = 0;  // in recipients' inboxes
  std::uint32_t decisions = 0;       // by recipients' businesses
};

using RecordedExchanges = std::unordered_map<Uuid, RecordedExchange, UuidHash>;

// A database that is not there has recorded nothing.
Result<RecordedExchanges> read_stores(const std::filesystem::path& gateway_database,
                                      const std::filesystem::path& node_database);

}  // namespace gnc::scenarios
