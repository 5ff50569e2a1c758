#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"
#include "scenarios/training/page_json.h"
#include "tests/training/played.h"

namespace gnc::scenarios::fork_test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// The events of a recording before a time since its start, and those from it on.
std::pair<std::vector<std::string>, std::vector<std::string>> events_around(const Recording& recording,
                                                                            Duration at) {
  std::pair<std::vector<std::string>, std::vector<std::string>> around;
  v1::Event event;
  for (std::size_t i = 0; i < recording.events.size(); ++i) {
    recording.events.read(i, event);
    (recording.events.at(i) < recording.begin + at ? around.first : around.second)
        .push_back(event.SerializeAsString());
  }
  return around;
}

class Fork : public testing::Test {
 protected:
  Played played{Played::library("export-import")};
  Repertoire& repertoire = played.repertoire;
};

TEST_F(Fork, IsTheSameUntilTheFaultAndAnotherAfterIt) {
  const Duration at = Duration::from_milliseconds(330);
  const auto number = repertoire.fork(0, at, R"({"cut": "CN-gateway", "for": "2s"})");
  ASSERT_TRUE(number) << describe(number.error().front());
  const auto before = events_around(played.recording(0), at);
  const auto after = events_around(played.recording(*number), at);
  EXPECT_GT(before.first.size(), 10u);
  EXPECT_EQ(before.first, after.first);
  EXPECT_NE(before.second, after.second);
  EXPECT_GT(played.recording(*number).length, played.recording(0).length);
}

TEST_F(Fork, OfAForkKeepsItsFaultAndAddsOne) {
  const auto first =
      repertoire.fork(0, Duration::from_milliseconds(330), R"({"cut": "CN-gateway", "for": "1s"})");
  ASSERT_TRUE(first);
  const auto second = repertoire.fork(*first, Duration::from_milliseconds(600), R"({"kill": "gateway"})");
  ASSERT_TRUE(second);
  EXPECT_THAT(played.recording(*second).report.faults, SizeIs(2));
  EXPECT_EQ(events_around(played.recording(*first), Duration::from_milliseconds(600)).first,
            events_around(played.recording(*second), Duration::from_milliseconds(600)).first);
  const Json run = Json::parse(run_json(played.recording(*second), {.number = *second}));
  EXPECT_EQ(run["fork"]["of"], *first);
  EXPECT_EQ(run["fork"]["at_us"], 600'000);
  EXPECT_EQ(run["faults"][1]["kind"], "kill");
  EXPECT_EQ(run["faults"][1]["target"], "gateway");
  EXPECT_NEAR(run["faults"][1]["from_us"].get<double>(), 600'000, 1);
}

TEST_F(Fork, KeepsThePromisesThroughEveryFaultThatIsOffered) {
  // What each breaks ends: whoever watches sees the promises hold, as docs/protocol.md says.
  for (const char* fault : {R"({"kill": "gateway", "for": "2s"})",
                            R"({"black-hole": "NZ-gateway", "for": "2s"})", R"({"disk-error": "nodes"})",
                            R"({"freeze": "gateway", "for": "2s"})", R"({"reset": "CN-gateway"})"}) {
    const auto number = repertoire.fork(0, Duration::from_milliseconds(335), fault);
    ASSERT_TRUE(number) << fault;
    for (const PromiseRow& promise : played.recording(*number).report.promises) {
      EXPECT_TRUE(promise.held) << fault << ": " << promise.promise << ": " << promise.detail;
    }
  }
}

TEST_F(Fork, SaysWhatIsWrongWithAFault) {
  const auto mistake = [this](Duration at, std::string_view fault) {
    const auto made = repertoire.fork(0, at, fault);
    return made ? std::string("it was made") : describe(made.error().front());
  };
  EXPECT_THAT(mistake({}, R"({"cut": "AU-gateway"})"), HasSubstr("AU-gateway"));
  EXPECT_THAT(mistake({}, R"({"explode": "gateway"})"), HasSubstr("explode"));
  EXPECT_THAT(mistake({}, R"({"freeze": "gateway"})"), HasSubstr("for"));
  EXPECT_THAT(mistake({}, "[1"), HasSubstr("GNC-"));
  EXPECT_THAT(mistake(Duration::from_seconds(3600), R"({"kill": "gateway"})"), HasSubstr("not in it"));
  EXPECT_FALSE(repertoire.fork(7, {}, R"({"kill": "gateway"})"));
}

TEST_F(Fork, HasABound) {
  const TemporaryFolder scratch;
  Repertoire small("test", scratch.path(), 2);
  ASSERT_TRUE(small.play(*plan_for_page(Played::library("export-import"), std::nullopt), "small"));
  EXPECT_TRUE(small.fork(0, {}, R"({"reset": "CN-gateway"})"));
  const auto third = small.fork(0, {}, R"({"reset": "CN-gateway"})");
  ASSERT_FALSE(third);
  EXPECT_THAT(describe(third.error().front()), HasSubstr("no more"));
}

}  // namespace
}  // namespace gnc::scenarios::fork_test
