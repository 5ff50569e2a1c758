#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/engine/interval_text.h"
#include "scenarios/engine/run_comparison.h"

namespace gnc::scenarios {
namespace {

using Json = nlohmann::ordered_json;

// "A", "B", …
std::string letter(std::size_t group) {
  return group < 26 ? std::string(1, static_cast<char>('A' + group)) : fmt::format("{}", group + 1);
}

std::string difference_text(const MeasureDifference& difference) {
  std::string text = difference.ratio ? fmt::format("x{:.2f}", *difference.ratio) : std::string("-");
  text = fmt::format("{:<8}{}", text, difference.verdict);
  if (difference.probability && difference.verdict != "same") {
    text += *difference.probability < 0.001 ? " (p < 0.001)"
                                            : fmt::format(" (p {:.3f})", *difference.probability);
  }
  return text;
}

// Text as it is between the bars of a Markdown table.
std::string cell(std::string_view text) {
  std::string safe;
  for (const char c : printable(text)) {
    if (std::string_view("\\`*_{}[]<>()#+!|~&").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string noise_text(const RunComparison& comparison) {
  const bool none =
      std::all_of(comparison.runs.begin(), comparison.runs.end(), [](std::size_t n) { return n < 2; });
  if (none) return "no repeats: noise unknown. gncsim run --repeat N tells noise from difference.\n";
  std::string text;
  if (comparison.test == "Welch") text = "Noise by Welch's t test";
  if (comparison.test == "Mann-Whitney") text = "Noise by Mann and Whitney's test";
  if (!text.empty())
    text += ", p raised by Holm's method for the number of measures; ± is the 95 % interval of the mean.\n";
  for (std::size_t i = 0; i < comparison.runs.size(); ++i) {
    if (comparison.runs[i] < 2) text += fmt::format("{} has no repeats: its noise is unknown.\n", letter(i));
  }
  return text;
}

Json interval_json(const IntervalRow& row) {
  return {{"measure", row.measure}, {"value", row.value}, {"low", row.low},
          {"high", row.high},       {"level", row.level}, {"batches", row.batches}};
}

std::string_view word(Better better) {
  return better == Better::lower ? "lower" : better == Better::higher ? "higher" : "neither";
}

std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string comparison_table(const RunComparison& comparison) {
  std::string text;
  for (std::size_t i = 0; i < comparison.groups.size(); ++i) {
    text += fmt::format("{}  {}  ({} {})\n", letter(i), printable(comparison.groups[i]), comparison.runs[i],
                        comparison.runs[i] == 1 ? "run" : "runs");
  }
  for (const std::string& warning : comparison.warnings) text += fmt::format("CAUTION: {}\n", warning);
  std::size_t width = 24;
  for (const ComparedMeasure& row : comparison.measures)
    width = std::max(width, row.measure.size() + row.unit.size() + 1);
  text += "\n  " + std::string(width, ' ');
  for (std::size_t i = 0; i < comparison.groups.size(); ++i) {
    text += right_aligned(letter(i), 18);
    if (i > 0) text += fmt::format("  {:<30}", fmt::format("{}/A", letter(i)));
  }
  text.erase(text.find_last_not_of(' ') + 1);
  text += '\n';
  for (const ComparedMeasure& row : comparison.measures) {
    const std::string name = row.unit.empty() ? row.measure : fmt::format("{} {}", row.measure, row.unit);
    std::string line = fmt::format("  {:<{}}", printable(name), width);
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      line += right_aligned(value_text(row.values[i]), 18);
      if (i > 0) line += fmt::format("  {:<30}", difference_text(row.differences[i - 1]));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text + '\n' + noise_text(comparison);
}

std::string comparison_markdown(const RunComparison& comparison) {
  std::string text;
  for (std::size_t i = 0; i < comparison.groups.size(); ++i) {
    text += fmt::format("- {}: {} ({} {})\n", letter(i), cell(comparison.groups[i]), comparison.runs[i],
                        comparison.runs[i] == 1 ? "run" : "runs");
  }
  for (const std::string& warning : comparison.warnings)
    text += fmt::format("- caution: {}\n", cell(warning));
  text += "\n| measure |";
  std::string rule = "\n|---|";
  for (std::size_t i = 0; i < comparison.groups.size(); ++i) {
    text += fmt::format(" {} |", letter(i));
    rule += "--:|";
    if (i == 0) continue;
    text += fmt::format(" {}/A |", letter(i));
    rule += "---|";
  }
  text += rule + "\n";
  for (const ComparedMeasure& row : comparison.measures) {
    text += fmt::format("| {}{}{} |", cell(row.measure), row.unit.empty() ? "" : " ", row.unit);
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      text += fmt::format(" {} |", value_text(row.values[i]));
      if (i > 0) text += fmt::format(" {} |", cell(difference_text(row.differences[i - 1])));
    }
    text += '\n';
  }
  return text + '\n' + noise_text(comparison);
}

std::string comparison_json(const RunComparison& comparison) {
  Json json{{"schema", 1}, {"groups", Json::array()}, {"test", nullptr}, {"warnings", comparison.warnings}};
  for (std::size_t i = 0; i < comparison.groups.size(); ++i) {
    json["groups"].push_back({{"folder", comparison.groups[i]}, {"runs", comparison.runs[i]}});
  }
  if (!comparison.test.empty()) json["test"] = comparison.test;
  json["measures"] = Json::array();
  for (const ComparedMeasure& row : comparison.measures) {
    Json measure{{"measure", row.measure}, {"unit", row.unit}, {"better", word(row.better)}};
    measure["values"] = Json::array();
    for (const auto& value : row.values)
      measure["values"].push_back(value ? interval_json(*value) : Json(nullptr));
    measure["against_first"] = Json::array();
    for (const MeasureDifference& difference : row.differences) {
      measure["against_first"].push_back(
          {{"ratio", difference.ratio ? Json(*difference.ratio) : Json(nullptr)},
           {"p", difference.probability ? Json(*difference.probability) : Json(nullptr)},
           {"beyond_noise", difference.beyond_noise},
           {"verdict", difference.verdict}});
    }
    json["measures"].push_back(std::move(measure));
  }
  return dumped(json);
}

std::string summary_table(const RunGroup& group) {
  std::string text = fmt::format("{} runs of {}, 95 % intervals over the runs\n\n", group.reports.size(),
                                 printable(group.reports.front().scenario));
  for (const IntervalRow& row : summarise_runs(group.reports)) {
    text += fmt::format("  {:<26}{}\n", row.measure, right_aligned(value_text(row), 20));
  }
  return text;
}

std::string summary_json(const RunGroup& group) {
  Json json{{"schema", 1}, {"scenario", group.reports.front().scenario}, {"runs", Json::array()}};
  for (std::size_t i = 0; i < group.reports.size(); ++i) {
    const RunReport& report = group.reports[i];
    json["runs"].push_back({{"folder", fmt::format("run-{}", i + 1)},
                            {"seed", report.seed},
                            {"valid", report.valid},
                            {"interrupted", report.interrupted},
                            {"held", report.all_held()}});
  }
  json["measures"] = Json::array();
  for (const IntervalRow& row : summarise_runs(group.reports)) json["measures"].push_back(interval_json(row));
  return dumped(json);
}

}  // namespace gnc::scenarios
