#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "scenarios/engine/language_reference.h"
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
    EXPECT_THAT(text, testing::HasSubstr(keys_table(section)));
  }
}

TEST(ScenarioDocumentation, HasEveryMeasure) {
  const std::string text = documentation();
  EXPECT_THAT(text, testing::HasSubstr(measures_table()));
}

}  // namespace
}  // namespace gnc::scenarios
