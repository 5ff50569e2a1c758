#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <map>

#include "scenarios/engine/day_rhythm.h"
#include "scenarios/engine/trade_flows.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::trade_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Duration hour = Duration::from_seconds(3600);
constexpr Duration day = hour * 24;
const Instant midnight{1'767'571'200'000'000};  // 2026-01-05T00:00:00Z

PartyName party(std::string_view name) { return *PartyName::from_text(name); }

std::vector<WorldPlace> four() {
  return {{party("NZ"), 10, -39, 175, hour * 12},
          {party("AU"), 20, -33, 150, hour * 10},
          {party("GB"), 20, 54, -2, {}},
          {party("TO"), 0, -21, -175, hour * 13}};
}

std::map<std::string, std::uint64_t> counts(const Trade& trade, const std::vector<WorldPlace>& world) {
  std::map<std::string, std::uint64_t> counts;
  for (const TradeFlow& flow : trade_flows(trade, world, Random(7))) {
    counts[flow.from.text() + "-" + flow.to.text()] = flow.count;
  }
  return counts;
}

TEST(Trade, GoesMostBetweenThoseThatAreNearAndHeavy) {
  Trade trade;
  trade.exchanges = 100'000;
  trade.scatter = 0;
  const auto flows = counts(trade, four());
  EXPECT_EQ(flows.size(), 6u);  // Tonga weighs nothing
  EXPECT_GT(flows.at("NZ-AU"), 4 * flows.at("NZ-GB"));
  EXPECT_GT(flows.at("AU-NZ"), flows.at("AU-GB"));
  trade.decay = 0;
  const auto anywhere = counts(trade, four());
  EXPECT_NEAR(static_cast<double>(anywhere.at("NZ-AU")), static_cast<double>(anywhere.at("NZ-GB")), 1);
}

TEST(Trade, FollowsAMatrixInsteadOfTheModel) {
  Trade trade;
  trade.exchanges = 40;
  trade.matrix = {
      {party("NZ"), party("AU"), 3}, {party("AU"), party("NZ"), 1}, {party("NZ"), party("GB"), 0}};
  EXPECT_THAT(counts(trade, {}), ElementsAre(testing::Pair("AU-NZ", 10), testing::Pair("NZ-AU", 30)));
}

TEST(Trade, AddsUpToWhatWasAskedFor) {
  EXPECT_TRUE(rc::check([] {
    Trade trade;
    trade.exchanges = *rc::gen::inRange<std::uint64_t>(1, 5000);
    trade.decay = *rc::gen::element(0.0, 1.0, 2.0);
    std::uint64_t sum = 0;
    for (const TradeFlow& flow : trade_flows(trade, four(), Random(*rc::gen::arbitrary<std::uint64_t>()))) {
      RC_ASSERT(flow.count > 0);
      sum += flow.count;
    }
    RC_ASSERT(sum == trade.exchanges);
  }));
}

TEST(Trade, IsBusiestByDayWhereTheSenderIs) {
  // Nine in the morning in Auckland is nine in the evening of the day before in UTC.
  const DayRhythm auckland(Rhythm::office, midnight, hour * 12, day);
  const DayRhythm greenwich(Rhythm::office, midnight, {}, day);
  const auto in_hour = [](const DayRhythm& rhythm, int number) {
    return rhythm.come_up(118'000, 0, hour * (number + 1)) - rhythm.come_up(118'000, 0, hour * number);
  };
  EXPECT_EQ(in_hour(greenwich, 9), 10'000u);
  EXPECT_EQ(in_hour(greenwich, 3), 1'000u);
  EXPECT_EQ(in_hour(auckland, 21), 10'000u);
  EXPECT_EQ(in_hour(auckland, 15), 1'000u);
  const DayRhythm even(Rhythm::even, midnight, hour * 5, day);
  EXPECT_EQ(in_hour(even, 3), in_hour(even, 12));
}

TEST(Trade, LosesNothingToRounding) {
  EXPECT_TRUE(rc::check([] {
    const auto length = hour * *rc::gen::inRange<std::int64_t>(1, 7 * 24 + 1);
    const DayRhythm rhythm(*rc::gen::element(Rhythm::office, Rhythm::even),
                           midnight + hour * *rc::gen::inRange<std::int64_t>(0, 24), {}, length);
    const auto whole = *rc::gen::inRange<std::uint64_t>(1, most_trade_exchanges);
    const auto residue = *rc::gen::arbitrary<std::uint32_t>();
    std::uint64_t before = 0;
    for (Duration at{}; at < length; at = at + hour / 3) {
      const std::uint64_t now = rhythm.come_up(whole, residue, at);
      RC_ASSERT(now >= before);
      before = now;
    }
    RC_ASSERT(rhythm.come_up(whole, residue, {}) == 0u);
    RC_ASSERT(before <= whole);
    RC_ASSERT(rhythm.come_up(whole, residue, length) == whole);
  }));
}

TEST(Trade, CountsWhatComesUpInTheBusiestInterval) {
  const DayRhythm rhythm(Rhythm::office, midnight, {}, day);
  EXPECT_EQ(rhythm.most_in(118'000, 0, hour), 10'000u);
  EXPECT_EQ(rhythm.most_in(118'000, 0, hour / 10), 1'000u);
  EXPECT_EQ(rhythm.most_in(118'000, 0, day), 118'000u);
  EXPECT_EQ(rhythm.most_in(118'000, 0, hour * 9), 85'000u);  // from nine to six
}

std::string first_of(const tl::expected<std::vector<WorldPlace>, std::vector<Error>>& read) {
  return read ? "right" : describe(read.error().front());
}

TEST(Trade, TellsWhereATableIsWrong) {
  const TemporaryFolder folder;
  const auto world = [&](const char* rows) {
    return first_of(read_world(
        folder.write("w.csv", std::string("administration,weight,latitude,longitude,utc\n") + rows), 9));
  };
  EXPECT_EQ(world("NZ,1,-39,175,12\nNP,0.5,28,84,5.75\n"), "right");
  EXPECT_THAT(world("NZ,1,-39,175,12\nXX,1,0,0,0\n"), HasSubstr("w.csv:3:1"));
  EXPECT_THAT(world("NZ,1,-99,175,12\n"), HasSubstr("latitude is \"-99\""));
  EXPECT_THAT(world("NZ,1,-39,175,12\nNZ,1,-39,175,12\n"), HasSubstr("NZ is there twice"));
  EXPECT_THAT(first_of(read_world(folder.write("w.csv", "code,weight\nNZ,1\n"), 9)),
              HasSubstr("the columns are code, weight"));

  const auto matrix = [&](const char* rows) {
    const auto read = read_trade_matrix(folder.write("m.csv", std::string("from,to,weight\n") + rows),
                                        {party("NZ"), party("CN")});
    return read ? std::string("right") : describe(read.error().front());
  };
  EXPECT_EQ(matrix("NZ,CN,2\nCN,NZ,0\n"), "right");
  EXPECT_THAT(matrix("NZ,JP,2\n"), HasSubstr("\"JP\" is no administration of the scenario"));
  EXPECT_THAT(matrix("NZ,NZ,2\n"), HasSubstr("NZ would send to itself"));
  EXPECT_THAT(matrix("NZ,CN,0\n"), HasSubstr("all weights are 0"));
  EXPECT_THAT(matrix("NZ,CN,many\n"), HasSubstr("weight is \"many\""));
}

}  // namespace
}  // namespace gnc::scenarios::trade_test
