#pragma once

#include <cstdint>
#include <string>

#include "proto/types/result.h"
#include "proto/types/uuid.h"
#include "scenarios/training/recording.h"

// What the training page reads of a recording (docs/training-page-data.md), as JSON. Text from outside stands
// in it as it came; what is no UTF-8 is replaced.
namespace gnc::scenarios {

inline constexpr int page_schema = 1;
inline constexpr std::size_t most_events_at_once = 20'000;

struct RunShown {
  std::size_t number = 0;  // of the recording
  // In a file of its own, where nobody can be asked for anything.
  bool exported = false;
};

// The run: who takes part, what was planned and what was found.
std::string run_json(const Recording&, const RunShown&);
// One event: [at, kind, party, peer, exchange, {…}].
std::string event_json(const Recording&, std::size_t index);
// At most most_events_at_once of them.
std::string events_json(const Recording&, std::size_t from, std::size_t count);
// One exchange: its document as a form, its seal and its receipts.
Result<std::string> exchange_json(const Recording&, const Uuid&);

}  // namespace gnc::scenarios
