#pragma once

#include <cstdint>
#include <string>

#include "proto/types/result.h"
#include "proto/types/uuid.h"
#include "scenarios/training/recording.h"

// What the training page reads of a recording (docs/training-page.md), as JSON. Text from outside stands in
// it as it came; what is no UTF-8 is replaced.
namespace gnc::scenarios {

inline constexpr int page_schema = 1;
inline constexpr std::size_t most_events_at_once = 20'000;

// The run: who takes part, what was planned and what was found. `number` is the recording's.
std::string run_json(const Recording&, std::size_t number);
// At most most_events_at_once of them.
std::string events_json(const Recording&, std::size_t from, std::size_t count);
// One exchange: its document as a form, its seal and its receipts. EXCHANGE_UNKNOWN where the run has none
// such.
Result<std::string> exchange_json(const Recording&, const Uuid&);

// The comment at the head of a scenario's text, without its #.
std::string header_of(std::string_view scenario);

// "admitted" of EVENT_KIND_ADMITTED.
std::string event_kind_name(v1::EventKind);

}  // namespace gnc::scenarios
