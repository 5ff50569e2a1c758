#include "scenarios/engine/run_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/indicator.h"
#include "scenarios/engine/run_folder.h"
#include "scenarios/engine/statistics.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr double level = 0.95;
constexpr double significant = 1 - level;
// Mann and Whitney's test says nothing of fewer.
constexpr std::size_t fewest_to_rank = 4;

using Value = std::optional<double>;

struct Measurable {
  std::string name;
  std::string unit;
  Better better;
  std::function<Value(const RunReport&)> of;
};

struct StageName {
  const char* name;
  LatencySummary StageLatencies::*stage;
};
constexpr StageName stage_names[] = {{"admission", &StageLatencies::admitted},
                                     {"delivery", &StageLatencies::delivered},
                                     {"processing", &StageLatencies::processed}};
struct PointName {
  const char* name;
  double LatencySummary::*point;
};
constexpr PointName point_names[] = {
    {"p50", &LatencySummary::p50}, {"p99", &LatencySummary::p99}, {"p99.9", &LatencySummary::p999}};

struct CountName {
  const char* name;
  std::uint64_t ExchangeCounts::*count;
  Better better;
};
constexpr CountName count_names[] = {
    {"exchange.submitted", &ExchangeCounts::submitted, Better::neither},
    {"exchange.delivered", &ExchangeCounts::delivered, Better::neither},
    {"exchange.refused", &ExchangeCounts::refused, Better::lower},
    {"exchange.expired", &ExchangeCounts::expired, Better::lower},
    {"exchange.dead_lettered", &ExchangeCounts::dead_lettered, Better::lower},
    {"exchange.open", &ExchangeCounts::open, Better::lower},
    {"exchange.delivered_twice", &ExchangeCounts::delivered_twice, Better::lower},
    {"exchange.lost", &ExchangeCounts::lost, Better::lower}};

Value point_of(const StageLatencies& latencies, const StageName& stage, const PointName& point) {
  const LatencySummary& summary = latencies.*stage.stage;
  return summary.count == 0 ? Value() : Value(summary.*point.point);
}

std::vector<Measurable> run_measurables() {
  std::vector<Measurable> all;
  for (const StageName& stage : stage_names) {
    for (const PointName& point : point_names) {
      all.push_back({fmt::format("{}.{}", stage.name, point.name), "ms", Better::lower,
                     [=](const RunReport& report) { return point_of(report.latency, stage, point); }});
    }
  }
  all.push_back(
      {"rate.got", "/s", Better::higher, [](const RunReport& report) { return Value(report.rate_got); }});
  all.push_back({"cost.cpu_us_per_exchange", "us", Better::lower,
                 [](const RunReport& report) { return report.cpu_us_per_exchange(); }});
  // Times are compared as latencies are; each more would ask more of every other.
  for (const Indicator& indicator : indicators()) {
    if (indicator.unit == Measure::Unit::milliseconds) continue;
    all.push_back({std::string(indicator.name), "", indicator.better, [&indicator](const RunReport& report) {
                     return indicator.of(report.latency, report.indicators);
                   }});
  }
  for (const CountName& count : count_names) {
    all.push_back({count.name, "", count.better, [=](const RunReport& report) {
                     return Value(static_cast<double>(report.exchange.*count.count));
                   }});
  }
  return all;
}

const SliceRow* slice_of(const RunReport& report, const std::string& kind, const std::string& name) {
  for (const SliceRow& slice : report.slices) {
    if (slice.kind == kind && slice.name == name) return &slice;
  }
  return nullptr;
}

// Of the slices of the first run.
void add_slice_measurables(std::vector<Measurable>& all, const RunReport& first) {
  for (const SliceRow& row : first.slices) {
    const std::string where =
        row.kind == "selection" ? fmt::format("[{}]", row.name) : fmt::format("[{}={}]", row.kind, row.name);
    const auto add = [&](const std::string& name, std::string unit, Better better, auto of) {
      all.push_back({name + where, std::move(unit), better,
                     [kind = row.kind, slice = row.name, of](const RunReport& report) {
                       const SliceRow* found = slice_of(report, kind, slice);
                       return found == nullptr ? Value() : of(*found);
                     }});
    };
    for (const PointName* point : {&point_names[0], &point_names[1]}) {
      add(fmt::format("delivery.{}", point->name), "ms", Better::lower,
          [point](const SliceRow& slice) { return point_of(slice.latency, stage_names[1], *point); });
    }
    add("rate.got", "/s", Better::higher,
        [](const SliceRow& slice) { return slice.rate_got > 0 ? Value(slice.rate_got) : Value(); });
  }
}

// One value for each run; empty where one of them has none.
std::vector<double> values_of(const Measurable& measure, const std::vector<RunReport>& reports) {
  std::vector<double> values;
  for (const RunReport& report : reports) {
    const Value value = measure.of(report);
    if (!value) return {};
    values.push_back(*value);
  }
  return values;
}

std::optional<IntervalRow> interval_of(const Measurable& measure, const std::vector<RunReport>& reports) {
  const std::vector<double> values = values_of(measure, reports);
  if (values.empty()) return std::nullopt;
  if (values.size() > 1) {
    const Interval interval = mean_interval(values, level);
    return IntervalRow{measure.name, interval.value, interval.low, interval.high, level, values.size()};
  }
  return IntervalRow{measure.name, values.front(), values.front(), values.front(), level, 1};
}

bool is_constant(const std::vector<double>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

// The tests of a comparison: which pairs of groups and measures can be tested at all.
struct Test {
  std::size_t measure, group;
  std::vector<double> first, other;
};

// Ranks need no assumption of how the noise is distributed, but with few runs can never tell anything from
// it: then Welch's test, which can, is the one. What the values are does not decide, or the choice would be a
// test of its own.
std::string choose_test(const std::vector<Test>& tests) {
  if (tests.empty()) return "";
  const auto too_few = [&](const Test& test) {
    return std::min(test.first.size(), test.other.size()) < fewest_to_rank ||
           least_mann_whitney(test.first.size(), test.other.size()) * static_cast<double>(tests.size()) >
               significant;
  };
  return std::any_of(tests.begin(), tests.end(), too_few) ? "Welch" : "Mann-Whitney";
}

std::string direction(Better better, double first, double other) {
  if (better == Better::neither) return "differs";
  return (other < first) == (better == Better::lower) ? "better" : "worse";
}

MeasureDifference difference_of(Better better, double first, double other) {
  MeasureDifference difference;
  if (first != 0) difference.ratio = other / first;
  if (first == other) {
    difference.verdict = "same";
    return difference;
  }
  difference.verdict = direction(better, first, other);
  if (difference.verdict == "worse") {
    difference.worse_percent = first == 0 ? HUGE_VAL : std::abs(other - first) / std::abs(first) * 100;
  }
  return difference;
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<std::string> warnings_of(const std::vector<RunGroup>& groups, bool across_worlds) {
  std::vector<std::string> warnings;
  // `of` gives nothing where a run has nothing to say to it.
  const auto differ = [&](std::string_view what, auto of) {
    std::set<std::string> said;
    for (const RunGroup& group : groups) {
      for (const RunReport& report : group.reports) said.insert(of(report));
    }
    said.erase("");
    if (said.size() < 2) return;
    warnings.push_back(fmt::format("the {} differ: {}", what, joined({said.begin(), said.end()})));
  };
  differ("scenarios", [](const RunReport& report) { return printable(report.scenario); });
  differ("versions", [](const RunReport& report) { return printable(report.version); });
  if (!across_worlds) differ("worlds", [](const RunReport& report) { return printable(report.world); });
  std::set<std::string> keys;
  for (const RunGroup& group : groups) {
    for (const RunReport& report : group.reports) {
      for (const auto& [key, value] : report.environment) keys.insert(key);
    }
  }
  for (const std::string& key : keys) {
    differ(fmt::format("machines' {} entries", printable(key)), [&](const RunReport& report) {
      // Simulated time is of no machine.
      if (report.world == "virtual") return std::string();
      const auto found = report.environment.find(key);
      return found == report.environment.end() ? std::string("none") : printable(found->second);
    });
  }
  std::set<std::multiset<std::uint64_t>> seeds;
  for (const RunGroup& group : groups) {
    std::multiset<std::uint64_t> of_group;
    for (const RunReport& report : group.reports) of_group.insert(report.seed);
    seeds.insert(of_group);
    for (const RunReport& report : group.reports) {
      if (report.interrupted)
        warnings.push_back(fmt::format("{}: a run was interrupted", printable(group.name)));
      if (!report.valid) {
        warnings.push_back(
            fmt::format("{}: in a run the generator could not keep up", printable(group.name)));
      }
    }
  }
  if (seeds.size() > 1) warnings.emplace_back("the seeds differ");
  return warnings;
}

}  // namespace

Result<RunGroup> read_runs(const fs::path& folder) {
  RunGroup group{folder.string(), {}};
  std::vector<fs::path> folders;
  if (!fs::exists(folder / "report.json")) {
    for (std::size_t n = 1; fs::is_directory(folder / fmt::format("run-{}", n)); ++n) {
      folders.push_back(folder / fmt::format("run-{}", n));
    }
  }
  if (folders.empty()) folders.push_back(folder);
  for (const fs::path& run : folders) {
    auto report = RunFolder::read_report(run);
    if (!report) return tl::unexpected(report.error());
    group.reports.push_back(std::move(*report));
  }
  return group;
}

RunComparison compare_runs(const std::vector<RunGroup>& groups, const ComparisonScope& scope) {
  RunComparison comparison;
  for (const RunGroup& group : groups) {
    comparison.groups.push_back(group.name);
    comparison.runs.push_back(group.reports.size());
  }
  comparison.warnings = warnings_of(groups, scope.across_worlds);
  std::vector<Measurable> measurables = run_measurables();
  if (scope.slices) add_slice_measurables(measurables, groups.front().reports.front());

  std::vector<Test> tests;
  for (const Measurable& measurable : measurables) {
    ComparedMeasure measure{measurable.name, measurable.unit, measurable.better, {}, {}};
    for (const RunGroup& group : groups) measure.values.push_back(interval_of(measurable, group.reports));
    if (std::none_of(measure.values.begin(), measure.values.end(),
                     [](const auto& value) { return value.has_value(); })) {
      continue;
    }
    const std::vector<double> first = values_of(measurable, groups.front().reports);
    for (std::size_t g = 1; g < groups.size(); ++g) {
      std::vector<double> other = values_of(measurable, groups[g].reports);
      if (first.empty() || other.empty()) {
        measure.differences.emplace_back().verdict = "not measured";
        continue;
      }
      MeasureDifference difference =
          difference_of(measurable.better, measure.values[0]->value, measure.values[g]->value);
      const bool repeated = first.size() > 1 && other.size() > 1;
      if (!repeated) {
        if (difference.verdict != "same") difference.verdict += ", noise unknown";
      } else if (is_constant(first) && is_constant(other)) {
        // What no run varies has no noise.
        difference.beyond_noise = difference.verdict != "same";
      } else {
        tests.push_back({comparison.measures.size(), g - 1, first, std::move(other)});
      }
      measure.differences.push_back(std::move(difference));
    }
    comparison.measures.push_back(std::move(measure));
  }

  comparison.test = choose_test(tests);
  std::vector<double> probabilities;
  for (const Test& test : tests) {
    probabilities.push_back(comparison.test == "Welch" ? welch(test.first, test.other)
                                                       : mann_whitney(test.first, test.other));
  }
  const std::vector<double> raised = holm(probabilities);
  for (std::size_t i = 0; i < tests.size(); ++i) {
    MeasureDifference& difference = comparison.measures[tests[i].measure].differences[tests[i].group];
    difference.probability = raised[i];
    difference.beyond_noise = raised[i] < significant;
    if (!difference.beyond_noise && difference.verdict != "same") difference.verdict = "within noise";
  }
  return comparison;
}

std::vector<std::string> regressions(const RunComparison& comparison, double percent) {
  std::vector<std::string> found;
  for (const ComparedMeasure& measure : comparison.measures) {
    for (std::size_t i = 0; i < measure.differences.size(); ++i) {
      const MeasureDifference& difference = measure.differences[i];
      const bool noise_known = comparison.runs[0] > 1 && comparison.runs[i + 1] > 1;
      if (difference.worse_percent <= percent || (noise_known && !difference.beyond_noise)) continue;
      found.push_back(
          std::isfinite(difference.worse_percent)
              ? fmt::format("{} is {:.1f} % worse in {}", measure.measure, difference.worse_percent,
                            comparison.groups[i + 1])
              : fmt::format("{} is no longer 0 in {}", measure.measure, comparison.groups[i + 1]));
    }
  }
  return found;
}

std::vector<IntervalRow> summarise_runs(const std::vector<RunReport>& reports) {
  std::vector<IntervalRow> rows;
  for (const Measurable& measure : run_measurables()) {
    if (auto row = interval_of(measure, reports)) rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace gnc::scenarios
