#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/run_comparison.h"

// How far the virtual world is from the live one with the same scenario (docs/fidelity.md).
namespace gnc::scenarios {

// A step, promise or expectation, and in how many runs of each world it held; none where a world does not
// judge it.
struct OutcomePair {
  std::string kind;  // "step", "promise", "expectation"
  std::string what;
  std::optional<std::size_t> live, virtual_world;
  bool differs() const { return live && virtual_world && *live != *virtual_world; }
  bool operator==(const OutcomePair&) const = default;
};

// The median or the 99th percentile of a stage, of which the goal speaks.
struct StageDistance {
  std::string measure;   // "delivery.p99"
  double percent = 0;    // by how much the virtual world's is more; negative: less
  bool at_goal = false;  // within fidelity_goal_percent
};

struct Fidelity {
  RunComparison comparison;  // the live runs first
  std::vector<StageDistance> stages;
  std::vector<OutcomePair> outcomes;
  // Which share of the processors others took while it was played live.
  double taken_by_others = 0;
  // What both worlds judge held in both, or in as many runs.
  bool same_outcomes() const;
  // The one that is farthest; null where no stage was measured in both.
  const StageDistance* worst() const;
};

constexpr double fidelity_goal_percent = 15;
// Above this share of the processors taken by others a live run is not that of the machine alone.
constexpr double busy_share = 0.1;

// Both groups have as many runs, none of them none.
Fidelity judge_fidelity(const RunGroup& live, const RunGroup& virtual_world, double taken_by_others = 0);

std::string fidelity_table(const Fidelity&);
// What comparison_json() gives, and: "goal_percent", "taken_by_others", "stages": [{"measure", "percent",
// "at_goal"}…], "outcomes": [{"kind", "what", "live", "virtual"}…].
std::string fidelity_json(const Fidelity&);

}  // namespace gnc::scenarios
