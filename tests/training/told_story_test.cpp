#include "scenarios/training/told_story.h"

#include <gmock/gmock.h>

#include "scenarios/training/page_json.h"
#include "tests/training/played.h"

namespace gnc::scenarios::told_story_test {
namespace {

class Story : public testing::Test {
 protected:
  static std::filesystem::path scenario(const TemporaryFolder& folder) {
    return folder.write(
        "told.yaml",
        "scenario: told\ntopology: {administrations: [NZ, CN]}\n"
        "agreements: [" GNC_SOURCE_DIR
        "/scenarios/agreements/nz-cn-export.yaml]\n"
        "steps:\n  - lodge: {at: NZ, to: CN, documents: " GNC_SOURCE_DIR
        "/scenarios/documents/export/sea-*.xml, as: all}\n  - await: {at: CN, receives: all}\n"
        "story:\n"
        "  - {when: {start: true}, say: {en: Look.}}\n"
        "  - {when: {event: lodged, at: NZ, reference: milk}, point: exchange, say: {en: Milk., fr: Du "
        "lait.}}\n"
        "  - {when: {event: delivered, at: CN, nth: 2}, point: CN-gateway, say: {en: Two.}}\n"
        "  - {when: {event: delivered, at: CN, nth: 99}, say: {en: Never.}}\n"
        "  - {when: {event: refused}, say: {en: Never.}}\n"
        "  - {when: {time: 1ms}, say: {en: Soon.}}\n"
        "  - when: {end: true}\n    ask: {question: {en: \"Who?\"}, answers: [{text: {en: CN}, right: true}, "
        "{text: "
        "{en: NZ}, because: {en: No.}}]}\n");
  }
  TemporaryFolder folder;
  Played played{scenario(folder)};
};

TEST_F(Story, ComesToPassWhereItsEventsDo) {
  const Recording& recording = played.recording();
  const auto told = tell_story(recording);
  ASSERT_EQ(told.size(), 7u);
  EXPECT_EQ(told[0].at, Duration{});
  ASSERT_TRUE(told[1].exchange);
  EXPECT_EQ(told[5].at, Duration::from_milliseconds(1));
  EXPECT_EQ(told[6].at, recording.length);
  EXPECT_FALSE(told[3].at);
  EXPECT_FALSE(told[4].at);
  // The second delivery, in the order of the record.
  v1::Event event;
  int delivered = 0;
  for (std::size_t i = 0; i < recording.events.size(); ++i) {
    recording.events.read(i, event);
    if (event.kind() == v1::EVENT_KIND_LODGED && event.reference().find("milk") != std::string::npos) {
      EXPECT_EQ(told[1].exchange, Uuid::from_bytes(event.exchange()));
    }
    if (event.kind() != v1::EVENT_KIND_DELIVERED || event.party() != "CN" || ++delivered != 2) continue;
    EXPECT_EQ(told[2].at, Instant{event.at()} - recording.begin);
    EXPECT_EQ(told[2].exchange, Uuid::from_bytes(event.exchange()));
  }
  EXPECT_GE(delivered, 2);
}

TEST_F(Story, IsServedWithItsTextsAndMoments) {
  const Json story = Json::parse(run_json(played.recording(), {}))["story"];
  ASSERT_EQ(story.size(), 7u);
  EXPECT_EQ(story[0]["at_us"], 0);
  EXPECT_EQ(story[1]["say"], Json({{"en", "Milk."}, {"fr", "Du lait."}}));
  EXPECT_EQ(story[1]["when"], Json({{"event", "lodged"}, {"at", "NZ"}, {"reference", "milk"}, {"nth", 1}}));
  EXPECT_EQ(story[2]["point"], "CN-gateway");
  EXPECT_EQ(story[3]["at_us"], Json());
  EXPECT_EQ(story[6]["ask"]["answers"][0]["right"], true);
  EXPECT_EQ(story[6]["ask"]["answers"][1]["because"], Json({{"en", "No."}}));
}

}  // namespace
}  // namespace gnc::scenarios::told_story_test
