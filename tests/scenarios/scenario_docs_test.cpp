#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "scenarios/engine/expectation.h"
#include "scenarios/engine/scenario_reader.h"

namespace gnc::scenarios {
namespace {

std::string documentation() {
  std::ifstream stream(GNC_SOURCE_DIR "/docs/scenarios.md");
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

TEST(ScenarioDocumentation, HasEveryKeyAsTheReaderHasIt) {
  const std::string text = documentation();
  for (const SectionDefinition& section : scenario_language()) {
    EXPECT_THAT(text, testing::HasSubstr(fmt::format("### {}\n", section.name)));
    for (const KeyDefinition& key : section.keys) {
      EXPECT_THAT(text,
                  testing::HasSubstr(fmt::format("| `{}` | {} | {} | {} |\n", key.name, kind_words(key.kind),
                                                 key.required ? "**required**" : key.standard, key.meaning)));
    }
  }
}

TEST(ScenarioDocumentation, HasEveryMeasure) {
  const std::string text = documentation();
  for (const Measure& measure : measures()) {
    EXPECT_THAT(text, testing::HasSubstr(fmt::format("`{}`", measure.name)));
  }
}

}  // namespace
}  // namespace gnc::scenarios
