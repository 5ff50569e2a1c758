#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// How a run stands at one moment: what the live view shows and the run's metrics page serves. Text may come
// from outside: whoever shows it makes it printable.
struct LiveFigures {
  struct Standing {
    enum class State { held, not_yet, failing };
    std::string expect;
    State state = State::not_yet;  // of the run so far
    std::optional<double> value;
  };

  std::string scenario;
  std::string doing;  // "step 2 of 5: await CN receives exports", "workloads", "settling"
  double elapsed_s = 0;
  std::optional<double> remaining_s;  // where it can be told
  std::optional<double> done;         // share of the plan, 0 to 1, where it can be told
  double rate_asked = 0;              // exchanges a second that the workloads ask for
  double rate_got = 0;                // that came to their end, over the last seconds
  std::uint64_t sent = 0, admitted = 0, delivered = 0, processed = 0, refused = 0, ended = 0;
  StageLatencies latency;              // from the intended time, of the run so far
  std::vector<std::string> faults;     // in force now, in words
  std::vector<Standing> expectations;  // in the scenario's order
  std::vector<std::string> troubles;   // what went wrong on the way, the latest last; a few of them
  std::uint64_t troubles_in_all = 0;
};

}  // namespace gnc::scenarios
