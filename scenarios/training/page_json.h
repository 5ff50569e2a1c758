#pragma once

#include <cstdint>
#include <string>

#include "proto/types/result.h"
#include "proto/types/uuid.h"
#include "scenarios/training/json_text.h"
#include "scenarios/training/live_show.h"
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
  // Of a live run that is shown while it is played, or was; null: of no other.
  const LiveShow::State* live = nullptr;
};

// The run: who takes part, what was planned and what was found.
std::string run_json(const Recording&, const RunShown&);
// One event: [at, kind, party, peer, exchange, {…}].
std::string event_json(const Recording&, std::size_t index);
std::string event_json(const Recording&, const v1::Event&, std::string_view block);
// At most most_events_at_once of them.
std::string events_json(const Recording&, std::size_t from, std::size_t count);
// One exchange: its document as a form, its seal and its receipts.
Result<std::string> exchange_json(const Recording&, const Uuid&);
PageJson wording_json(const Wording&);
// Faults as the run's report has them. `counts_from` is where their seconds begin, since the run's begin.
std::string faults_json(const Recording&, const std::vector<FaultRow>&, Duration counts_from);
// {"code", "what", "where", "remedy"}
std::string error_json(const Error&);

// What is told of a live run at once.
struct LiveFrame {
  std::uint64_t number = 0;   // counted from 1 for each browser
  std::uint64_t dropped = 0;  // events of the run until now that this browser was not sent
  bool last = false;
  const LiveShow::State& state;
  const Recording& run;
  const LiveFeed::Standing* standing;  // null: nothing is known yet
  const std::string& rows;             // events, separated by commas
};
std::string live_frame_json(const LiveFrame&);
std::string live_state_json(const LiveShow::State&);

}  // namespace gnc::scenarios
