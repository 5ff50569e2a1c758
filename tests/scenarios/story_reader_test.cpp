#include "scenarios/engine/story_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "scenarios/engine/scenario_reader.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::story_reader_test {
namespace {

using testing::HasSubstr;

class StoryReader : public testing::Test {
 protected:
  StoryReader() { folder_.write("nz-cn.yaml", ""); }
  tl::expected<Scenario, std::vector<Error>> read(const std::string& step) const {
    return parse_scenario(
        fmt::format("scenario: s\ntopology: {{administrations: [NZ, CN]}}\nagreements: [nz-cn.yaml]\n"
                    "steps: [pause: 1s]\nstory:\n  - {}\n",
                    step),
        folder_.path() / "s.yaml");
  }
  std::string mistake(const std::string& step) const {
    const auto scenario = read(step);
    return scenario ? "none" : describe(scenario.error().front());
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(StoryReader, ReadsWhatIsSaidAndAskedInEachLanguage) {
  const auto scenario = read(
      "{when: {event: delivered_receipt, at: NZ, peer: CN, reference: wool, code: GNC-204, nth: 3}, point: "
      "NZ-gateway, say: {en: Look., pt-BR: Veja.}, ask: {question: {en: \"Who?\"}, answers: [{text: {en: "
      "CN}, "
      "right: true}, {text: {en: NZ}, because: {en: No.}}]}}");
  ASSERT_TRUE(scenario) << describe(scenario.error().front());
  ASSERT_EQ(scenario->story.size(), 1u);
  const StoryStep& step = scenario->story.front();
  EXPECT_EQ(step.when.event, v1::EVENT_KIND_DELIVERED_RECEIPT);
  EXPECT_EQ(step.when.at, "NZ");
  EXPECT_EQ(step.when.peer, "CN");
  EXPECT_EQ(step.when.code, "GNC-204");
  EXPECT_EQ(step.when.nth, 3u);
  EXPECT_EQ(step.point, "NZ-gateway");
  EXPECT_EQ(step.say.at("pt-BR"), "Veja.");
  ASSERT_TRUE(step.ask);
  EXPECT_TRUE(step.ask->answers[0].right);
  EXPECT_EQ(step.ask->answers[1].because.at("en"), "No.");
}

TEST_F(StoryReader, NamesEachMistakeAndWhereItStands) {
  EXPECT_THAT(mistake("{when: {event: arrived}, say: {en: x}}"), HasSubstr("arrived"));
  EXPECT_THAT(mistake("{when: {event: admitted, time: 2s}, say: {en: x}}"), HasSubstr("one of event"));
  EXPECT_THAT(mistake("{when: {}, say: {en: x}}"), HasSubstr("one of event"));
  EXPECT_THAT(mistake("{when: {start: true, nth: 2}, say: {en: x}}"), HasSubstr("which event"));
  EXPECT_THAT(mistake("{when: {event: admitted, at: AU}, say: {en: x}}"), HasSubstr("AU"));
  EXPECT_THAT(mistake("{when: {start: true}, point: AU-gateway, say: {en: x}}"), HasSubstr("AU-gateway"));
  EXPECT_THAT(mistake("{when: {start: true}}"), HasSubstr("neither says nor asks"));
  EXPECT_THAT(mistake("{when: {start: true}, say: {English: x}}"), HasSubstr("no language"));
  EXPECT_THAT(mistake("{when: {start: true}, say: hello}"), HasSubstr(":6:"));
  EXPECT_THAT(
      mistake("{when: {start: true}, ask: {question: {en: q}, answers: [{text: {en: a}}, {text: {en: b}}]}}"),
      HasSubstr("no answer is right"));
  EXPECT_THAT(
      mistake("{when: {start: true}, ask: {question: {en: q}, answers: [{text: {en: a}, right: true}]}}"),
      HasSubstr("answers to choose from"));
}

}  // namespace
}  // namespace gnc::scenarios::story_reader_test
