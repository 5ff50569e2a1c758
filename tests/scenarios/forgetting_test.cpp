#include <gmock/gmock.h>

#include <map>

#include "proto/types/random.h"
#include "scenarios/engine/exchange_track.h"
#include "scenarios/engine/lodgement_table.h"
#include "scenarios/engine/measure_course.h"

namespace gnc::scenarios::forgetting_test {
namespace {

Uuid id_of(std::uint64_t number) {
  Random chance(number);
  const std::uint64_t high = chance.next();
  return Uuid::from_parts(Instant{1'767'600'000'000'000}, high, chance.next());
}

TEST(ExchangeTable, FindsTheOthersAfterAnyAreErased) {
  ExchangeTable table;
  std::map<std::uint64_t, std::uint32_t> model;
  Random chance(5);
  for (std::uint32_t i = 0; i < 60'000; ++i) {
    const std::uint64_t number = chance.below(3'000);
    if (chance.below(2) == 0) {
      table.at(id_of(number)).lodgement = i;
      model[number] = i;
    } else {
      table.erase(id_of(number));
      model.erase(number);
    }
  }
  EXPECT_EQ(table.size(), model.size());
  EXPECT_LE(table.most(), 3'000u);
  for (std::uint64_t number = 0; number < 3'000; ++number) {
    const auto known = model.find(number);
    const ExchangeTrack* found = table.find(id_of(number));
    ASSERT_EQ(found != nullptr, known != model.end()) << number;
    if (found != nullptr) {
      EXPECT_EQ(found->lodgement, known->second);
    }
  }
  std::size_t visited = 0;
  table.each([&](const Uuid&, const ExchangeTrack&) { ++visited; });
  EXPECT_EQ(visited, model.size());
}

TEST(ExchangeTable, GivesAnErasedOneThatComesAgainANewTrack) {
  ExchangeTable table;
  table.at(id_of(1)).was_admitted = true;
  table.erase(id_of(1));
  EXPECT_FALSE(table.at(id_of(1)).was_admitted);
  EXPECT_EQ(table.most(), 1u);
}

TEST(LodgementTable, KeepsTheNumbersOfThoseThatCameAfterTheForgotten) {
  LodgementTable table;
  const auto reference = [](std::uint32_t i) {
    return "declaration-" + std::to_string(i % 7) + "#" + std::to_string(i);
  };
  constexpr std::uint32_t window = 1'500;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const Lodgement lodgement{reference(i), "declaration-" + std::to_string(i % 7), i % 3, Instant{i}, {}};
    EXPECT_EQ(table.add(lodgement), i);
    if (i >= window) table.forget_first();
  }
  EXPECT_EQ(table.size(), 20'000u);
  EXPECT_EQ(table.first(), 20'000u - window);
  EXPECT_EQ(table.most(), window + 1);
  for (std::uint32_t i = table.first(); i < 20'000; ++i) {
    ASSERT_EQ(table.find(reference(i)), i);
    EXPECT_EQ(table.lodgement(i).reference, reference(i));
    EXPECT_EQ(table[i].intended, Instant{i});
  }
  for (std::uint32_t i = 0; i < table.first(); ++i) EXPECT_EQ(table.find(reference(i)), std::nullopt);
}

TEST(ObservationBatches, HaveTwentyToThirtyNineOfTheSameSizeAndTheQuantileOfAll) {
  ObservationBatches batches;
  Random chance(9);
  for (std::uint32_t i = 0; i < 100'000; ++i) batches.add(static_cast<std::int64_t>(chance.below(1'000'000)));
  const auto half = batches.interval("delivery.p50", 0.5, 0.95);
  ASSERT_TRUE(half);
  EXPECT_GE(half->batches, 20u);
  EXPECT_LE(half->batches, 39u);
  EXPECT_NEAR(half->value, 500, 5);
  EXPECT_LT(half->low, half->value);
  EXPECT_GT(half->high, half->value);
  EXPECT_LT(half->high - half->low, 20);
}

TEST(ObservationBatches, SayNothingOfAQuantileThatTheirSizeDoesNotShow) {
  ObservationBatches batches;
  for (std::int64_t i = 0; i < 1'000; ++i) batches.add(i);
  EXPECT_TRUE(batches.interval("delivery.p50", 0.5, 0.95));
  EXPECT_FALSE(batches.interval("delivery.p99", 0.99, 0.95));
  EXPECT_FALSE(ObservationBatches().interval("delivery.p50", 0.5, 0.95));
}

}  // namespace
}  // namespace gnc::scenarios::forgetting_test
