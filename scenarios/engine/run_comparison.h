#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "proto/types/result.h"
#include "scenarios/engine/measure.h"
#include "scenarios/engine/report.h"

// Runs beside each other: what differs, and whether it differs by more than repeated runs of the same do.
namespace gnc::scenarios {

// One run, or several of the same scenario (`gncsim run --repeat`).
struct RunGroup {
  std::string name;  // the folder, as it was given
  std::vector<RunReport> reports;
};

// The folder of a run, or one with a run in each of its folders run-1, run-2, …
Result<RunGroup> read_runs(const std::filesystem::path& folder);

// How a group's measure stands to the first group's.
struct MeasureDifference {
  std::optional<double> ratio;  // none where the first is 0
  std::optional<double>
      probability;  // of a difference as large without a cause, raised for the number of measures
  bool beyond_noise = false;
  std::string verdict;  // "same", "better", "worse", "differs", "within noise", "…; noise unknown"
  // By how much it is worse, in percent of the first; 0 where it is not.
  double worse_percent = 0;
};

struct ComparedMeasure {
  std::string measure;  // "delivery.p99", "delivery.p99[workload=peak]"
  std::string unit;     // "ms", "/s", "us", ""
  Better better = Better::lower;
  // By group; of a group with repeats the mean of the runs with its interval.
  std::vector<std::optional<IntervalRow>> values;
  std::vector<MeasureDifference> differences;  // against the first group, one less than the values
};

struct RunComparison {
  std::vector<std::string> groups;
  std::vector<std::size_t> runs;
  std::string test;                   // "Mann-Whitney", "Welch", "" where noise is not known
  std::vector<std::string> warnings;  // what makes the runs hard to compare
  std::vector<ComparedMeasure> measures;
};

struct ComparisonScope {
  bool slices = false;         // workloads, parties and phases too
  bool across_worlds = false;  // that the worlds differ is what is asked for, and nothing to warn of
};

// At least two groups, none of them empty.
RunComparison compare_runs(const std::vector<RunGroup>&, const ComparisonScope& = {});

// A measure that is worse than the first group's by more than `percent`, beyond the noise where that is
// known.
std::vector<std::string> regressions(const RunComparison&, double percent);

std::string comparison_table(const RunComparison&);
std::string comparison_markdown(const RunComparison&);
std::string comparison_json(const RunComparison&);

// The measures of repeated runs of one scenario, each as its mean over the runs with Student's interval.
std::vector<IntervalRow> summarise_runs(const std::vector<RunReport>&);
std::string summary_table(const RunGroup&);
// {"schema": 1, "runs": [{"folder", "seed", "valid", "held"}…], "measures": [IntervalRow…]}
std::string summary_json(const RunGroup&);

}  // namespace gnc::scenarios
