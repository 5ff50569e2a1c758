#include "scenarios/engine/fidelity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "scenarios/engine/interval_text.h"

namespace gnc::scenarios {
namespace {

using Json = nlohmann::ordered_json;

std::optional<double> percent_apart(const ComparedMeasure& row) {
  if (!row.values[0] || !row.values[1]) return std::nullopt;
  if (row.differences[0].ratio) return (*row.differences[0].ratio - 1) * 100;
  return row.values[1]->value == 0 ? std::optional<double>(0) : std::nullopt;
}

// Of what a run is asked for, not of what it says about itself.
bool is_judged(const std::string& measure) {
  const std::string_view name = measure;
  const bool stage =
      name.starts_with("admission.") || name.starts_with("delivery.") || name.starts_with("processing.");
  return stage && (name.ends_with(".p50") || name.ends_with(".p99"));
}

std::vector<StageDistance> distances(const RunComparison& comparison) {
  std::vector<StageDistance> stages;
  for (const ComparedMeasure& row : comparison.measures) {
    const auto percent = percent_apart(row);
    if (!percent || !is_judged(row.measure)) continue;
    stages.push_back({row.measure, *percent, std::abs(*percent) <= fidelity_goal_percent});
  }
  return stages;
}

class OutcomeCount {
 public:
  void add(const RunGroup& group, std::optional<std::size_t> OutcomePair::*world) {
    for (const RunReport& report : group.reports) {
      for (const StepRow& row : report.steps) count("step", row.step, row.held, world);
      for (const PromiseRow& row : report.promises) count("promise", row.promise, row.held, world);
      for (const ExpectationRow& row : report.expectations) count("expectation", row.expect, row.held, world);
    }
  }
  std::vector<OutcomePair> take() { return std::move(pairs_); }

 private:
  void count(const char* kind, const std::string& what, bool held,
             std::optional<std::size_t> OutcomePair::*world) {
    auto found = std::ranges::find_if(
        pairs_, [&](const OutcomePair& pair) { return pair.kind == kind && pair.what == what; });
    if (found == pairs_.end()) found = pairs_.insert(pairs_.end(), {kind, what, {}, {}});
    std::optional<std::size_t>& times = (*found).*world;
    times = times.value_or(0) + (held ? 1 : 0);
  }
  std::vector<OutcomePair> pairs_;
};

std::string percent_text(std::optional<double> percent) {
  if (!percent) return "-";
  return *percent == 0 ? "same" : fmt::format("{:+.1f} %", *percent);
}

std::string outcomes_text(const Fidelity& fidelity) {
  const std::size_t runs = fidelity.comparison.runs[0];
  std::size_t compared = 0, same = 0;
  std::string text;
  for (const OutcomePair& pair : fidelity.outcomes) {
    const std::string what = fmt::format("  {} \"{}\"", pair.kind, printable(pair.what));
    if (!pair.live || !pair.virtual_world) {
      text += fmt::format("{} is judged in the {} world only\n", what, pair.live ? "live" : "virtual");
      continue;
    }
    ++compared;
    if (!pair.differs()) {
      ++same;
      continue;
    }
    text += fmt::format("{} held in {} of {} runs live, in {} virtually\n", what, *pair.live, runs,
                        *pair.virtual_world);
  }
  return fmt::format("Of {} steps, promises and expectations {} came out the same.\n", compared, same) + text;
}

std::string stages_text(const Fidelity& fidelity) {
  const StageDistance* worst = fidelity.worst();
  if (worst == nullptr) return "No stage was measured in both worlds.\n";
  const auto near = std::ranges::count_if(fidelity.stages, &StageDistance::at_goal);
  return fmt::format("Of {} medians and 99th percentiles {} are within {:.0f} %; the farthest is {}, {}.\n",
                     fidelity.stages.size(), near, fidelity_goal_percent, worst->measure,
                     percent_text(worst->percent));
}

}  // namespace

bool Fidelity::same_outcomes() const { return std::ranges::none_of(outcomes, &OutcomePair::differs); }

const StageDistance* Fidelity::worst() const {
  const auto found = std::ranges::max_element(
      stages, {}, [](const StageDistance& stage) { return std::abs(stage.percent); });
  return found == stages.end() ? nullptr : &*found;
}

Fidelity judge_fidelity(const RunGroup& live, const RunGroup& virtual_world, double taken_by_others) {
  Fidelity fidelity{compare_runs({live, virtual_world}, {.across_worlds = true}), {}, {}, taken_by_others};
  if (taken_by_others > busy_share) {
    fidelity.comparison.warnings.push_back(fmt::format(
        "others took {:.0f} % of the processors while it was played live: that is not the machine alone",
        taken_by_others * 100));
  }
  fidelity.stages = distances(fidelity.comparison);
  OutcomeCount outcomes;
  outcomes.add(live, &OutcomePair::live);
  outcomes.add(virtual_world, &OutcomePair::virtual_world);
  fidelity.outcomes = outcomes.take();
  return fidelity;
}

std::string fidelity_table(const Fidelity& fidelity) {
  std::string text;
  for (const std::string& warning : fidelity.comparison.warnings)
    text += fmt::format("CAUTION: {}\n", warning);
  text += fmt::format("  {:<32}{:>16}{:>16}{:>14}\n", "", "live", "virtual", "apart");
  for (const ComparedMeasure& row : fidelity.comparison.measures) {
    const auto percent = percent_apart(row);
    const bool far = is_judged(row.measure) && percent && std::abs(*percent) > fidelity_goal_percent;
    const std::string name = row.unit.empty() ? row.measure : fmt::format("{} {}", row.measure, row.unit);
    text +=
        fmt::format("  {:<32}{}{}{:>14}{}\n", name, right_aligned(value_text(row.values[0]), 16),
                    right_aligned(value_text(row.values[1]), 16), percent_text(percent), far ? "  far" : "");
  }
  return text + '\n' + stages_text(fidelity) + outcomes_text(fidelity);
}

std::string fidelity_json(const Fidelity& fidelity) {
  Json json = Json::parse(comparison_json(fidelity.comparison));
  json["goal_percent"] = fidelity_goal_percent;
  json["taken_by_others"] = fidelity.taken_by_others;
  json["stages"] = Json::array();
  for (const StageDistance& stage : fidelity.stages) {
    json["stages"].push_back(
        {{"measure", stage.measure}, {"percent", stage.percent}, {"at_goal", stage.at_goal}});
  }
  json["outcomes"] = Json::array();
  const auto times = [](const std::optional<std::size_t>& held) {
    return held ? Json(*held) : Json(nullptr);
  };
  for (const OutcomePair& pair : fidelity.outcomes) {
    json["outcomes"].push_back({{"kind", pair.kind},
                                {"what", pair.what},
                                {"live", times(pair.live)},
                                {"virtual", times(pair.virtual_world)}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gnc::scenarios
