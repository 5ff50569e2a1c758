#include "scenarios/engine/start_seed.h"

#include <gtest/gtest.h>

#include <set>

namespace gnc::scenarios::start_seed_test {
namespace {

TEST(StartSeed, IsTheSameForTheSameStartOfTheSameProcess) {
  Random drawn_from = Random(7).child("nodes");
  drawn_from.next();
  EXPECT_EQ(seed_of_start(drawn_from, 2), seed_of_start(Random(7).child("nodes"), 2));
}

TEST(StartSeed, IsAnotherForEachStartProcessAndRun) {
  std::set<std::uint64_t> seeds;
  for (const std::uint64_t run : {7u, 8u}) {
    for (const char* process : {"gateway", "nodes"}) {
      for (std::uint64_t start = 1; start <= 100; ++start)
        seeds.insert(seed_of_start(Random(run).child(process), start));
    }
  }
  EXPECT_EQ(seeds.size(), 400u);
}

}  // namespace
}  // namespace gnc::scenarios::start_seed_test
