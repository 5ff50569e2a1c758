#include "nodes/window/office.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "nodes/window/chance.h"

namespace gnc::window::office_test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr Duration minutes(std::int64_t count) { return Duration::from_seconds(60 * count); }
constexpr Duration hours(std::int64_t count) { return minutes(60 * count); }
// 2026-01-05T00:00:00Z, a Monday.
constexpr Instant monday{1'767'571'200'000'000};

OpeningHours eight_to_five() {
  OpeningHours open;
  open.opens = hours(8);
  open.closes = hours(17);
  return open;
}

struct Piece {
  const char* name;
  Duration from, work, done;  // counted from that Monday, midnight
};

class WorkInHours : public testing::TestWithParam<Piece> {};

TEST_P(WorkInHours, IsDoneWhileTheOfficeIsOpen) {
  const std::optional open = eight_to_five();
  Office office(open, 0, 1);
  EXPECT_EQ(office.done(monday + GetParam().from, GetParam().work), monday + GetParam().done);
}

INSTANTIATE_TEST_SUITE_P(
    Office, WorkInHours,
    testing::Values(Piece{"in_the_morning", hours(9), hours(2), hours(11)},
                    Piece{"before_it_opens", hours(3), hours(2), hours(10)},
                    Piece{"until_it_closes", hours(15), hours(2), hours(17)},
                    Piece{"over_night", hours(16), hours(2), hours(24 + 9)},
                    Piece{"when_it_has_closed", hours(17), hours(1), hours(24 + 9)},
                    Piece{"over_the_weekend", hours(4 * 24 + 16), hours(2), hours(7 * 24 + 9)},
                    Piece{"for_two_weeks", hours(8), hours(90), hours(7 * 24 + 4 * 24 + 17)},
                    Piece{"for_no_time", hours(6 * 24), hours(0), hours(7 * 24 + 8)}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(Office, KeepsTheTimeOfItsPlace) {
  OpeningHours open = eight_to_five();
  open.utc_offset = hours(13);
  const std::optional there = open;
  Office office(there, 0, 1);
  // Eight in the morning of Tuesday there is seven in the evening of Monday in Greenwich.
  EXPECT_EQ(office.done(monday + hours(12), hours(1)), monday + hours(20));
}

TEST(Office, IsAlwaysOpenWithoutHours) {
  const std::optional<OpeningHours> none;
  Office office(none, 0, 1);
  EXPECT_EQ(office.done(monday + hours(23), hours(100)), monday + hours(123));
}

TEST(Office, GivesWorkToWhoeverIsFreeFirst) {
  const std::optional<OpeningHours> none;
  Office office(none, 2, 1);
  EXPECT_EQ(office.done(monday, hours(3)), monday + hours(3));
  EXPECT_EQ(office.done(monday, hours(1)), monday + hours(1));
  EXPECT_EQ(office.done(monday, hours(4)), monday + hours(5));
  EXPECT_EQ(office.done(monday, hours(1)), monday + hours(4));
  EXPECT_EQ(office.done(monday + hours(9), hours(1)), monday + hours(10));
}

// Where an hour of business is a second, its week begins to work when the office first has something to do,
// whatever the clock on the wall says.
TEST(Office, HasAWeekOfItsOwnWhereBusinessTimeIsFaster) {
  const std::optional open = eight_to_five();
  for (const Instant begins : {monday, monday + hours(53), monday + hours(24 * 6)}) {
    Office office(open, 1, 3600);
    office.begin(begins);
    EXPECT_EQ(office.scaled(hours(2)), Duration::from_seconds(2));
    EXPECT_EQ(office.passed(begins + Duration::from_seconds(3)), hours(3));
    EXPECT_EQ(office.done(begins, hours(8)), begins + Duration::from_seconds(8));
    // One hour is left of Monday; the rest is done on Tuesday.
    EXPECT_EQ(office.done(begins, hours(2)), begins + Duration::from_seconds(24 + 1));
  }
}

TEST(Office, GoesOnWhereItWasAfterARestart) {
  const std::optional open = eight_to_five();
  Office before(open, 2, 3600);
  before.begin(monday);
  before.done(monday, hours(5));
  before.done(monday, hours(4));
  const auto notes = before.notes();
  ASSERT_THAT(notes, SizeIs(1));
  EXPECT_TRUE(Office::is_own(notes[0]));
  EXPECT_THAT(before.notes(), IsEmpty());

  Office after(open, 2, 3600);
  ASSERT_TRUE(after.recall(notes[0]));
  after.begin(monday + hours(1));
  EXPECT_EQ(after.done(monday, hours(1)), before.done(monday, hours(1)));
  EXPECT_EQ(after.passed(monday + Duration::from_seconds(9)), hours(9));
  // One more has been taken on since.
  Office larger(open, 3, 3600);
  ASSERT_TRUE(larger.recall(notes[0]));
  EXPECT_EQ(larger.done(monday, hours(1)), monday + Duration::from_seconds(1));
}

TEST(Office, DoesNotGuessWhatANoteMeans) {
  const std::optional<OpeningHours> none;
  Office office(none, 1, 1);
  const auto recalled = office.recall({"office", "\xff\xff"});
  ASSERT_FALSE(recalled);
  EXPECT_EQ(recalled.error().detail, "the note office cannot be read");
}

TEST(TimeSpread, DrawsHalfBelowItsMedianAndAllWithinItsEnds) {
  const TimeSpread spread{hours(1), hours(3), hours(10), hours(40)};
  int below_median = 0, above_p95 = 0;
  const int count = 20'000;
  for (int i = 0; i < count; ++i) {
    const Duration drawn = spread.drawn(Random(7).child(std::to_string(i)));
    EXPECT_GE(drawn, spread.least);
    EXPECT_LT(drawn, spread.most);
    below_median += drawn < spread.median;
    above_p95 += drawn >= spread.p95;
  }
  EXPECT_NEAR(below_median, count / 2, 300);
  EXPECT_NEAR(above_p95, count / 20, 150);
}

TEST(TimeSpread, DrawsTheSameForTheSameSeedAndAlwaysTheOnlyTimeThatItHas) {
  const TimeSpread spread{hours(1), hours(3), hours(10), hours(40)};
  EXPECT_EQ(spread.drawn(Random(7)), spread.drawn(Random(7)));
  EXPECT_NE(spread.drawn(Random(7)), spread.drawn(Random(8)));
  EXPECT_EQ(TimeSpread::always(minutes(20)).drawn(Random(7)), minutes(20));
}

TEST(TimeSpread, SaysItselfInTheUnitsOfThePlan) {
  EXPECT_EQ(TimeSpread::always(minutes(20)).text(), "20 min");
  EXPECT_EQ((TimeSpread{hours(24), hours(72), hours(100), hours(216)}.text()),
            "1 d to 9 d, half of them within 3 d");
}

}  // namespace
}  // namespace gnc::window::office_test
