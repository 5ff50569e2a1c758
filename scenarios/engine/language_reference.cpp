#include "scenarios/engine/language_reference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scenarios/engine/key_example.h"
#include "scenarios/engine/measure.h"
#include "scenarios/engine/scenario_reader.h"

namespace gnc::scenarios {
namespace {

std::string_view unit_words(Measure::Unit unit) {
  switch (unit) {
    case Measure::Unit::count:
    case Measure::Unit::number:
      return "number";
    case Measure::Unit::milliseconds:
      return "duration";
    case Measure::Unit::share:
      return "share";
    case Measure::Unit::rate:
      return "rate";
    case Measure::Unit::bytes:
      return "size";
  }
  return "";
}

}  // namespace

std::string language_reference() {
  std::string text =
      "# Keys and measures of scenarios\n\nMade by `gncsim schema reference` from what the reader itself "
      "reads by; "
      "the tests read every example.\nWhat it is all for: [scenarios.md](scenarios.md).\n";
  for (const SectionDefinition& section : scenario_language()) {
    text += fmt::format("\n## {}\n\n{}", section.name, keys_table(section));
  }
  return text + "\n## measures\n\nA measure with a star is known only when the run is over.\n\n" +
         measures_table();
}

std::string keys_table(const SectionDefinition& section) {
  std::string text = "| key | takes | when left out | meaning | example |\n|---|---|---|---|---|\n";
  for (const KeyDefinition& key : section.keys) {
    text += fmt::format("| `{}` | {} | {} | {} | `{}: {}` |\n", key.name, kind_words(key),
                        key.required ? "**required**" : key.standard, key.meaning, key.name,
                        example_value(section, key));
  }
  return text;
}

std::string measures_table() {
  std::string text = "| measure | compares with a | selected by | what it is |\n|---|---|---|---|\n";
  for (const Measure& measure : measures()) {
    const auto keys = measure.keys();
    text += fmt::format("| `{}`{} | {} | {} | {} |\n", measure.name, measure.while_running ? "" : " *",
                        unit_words(measure.unit),
                        keys.empty() ? "-" : fmt::format("{}", fmt::join(keys, ", ")), measure.meaning);
  }
  return text;
}

}  // namespace gnc::scenarios
