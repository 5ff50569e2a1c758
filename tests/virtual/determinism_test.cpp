#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "scenarios/engine/scenario_reader.h"
#include "scenarios/virtual/fuzz.h"
#include "scenarios/virtual/virtual_run.h"

// The records of these runs are the same, byte for byte, wherever they are played and whatever built the
// program: their digests stand here. Who changes what the cores or the virtual world do changes them; the
// failing test prints the row as it is now.
namespace gnc::scenarios::determinism_test {
namespace {

struct Golden {
  const char* scenario;
  std::uint64_t seed, recorded, digest;
};

void PrintTo(const Golden& golden, std::ostream* out) {
  *out << fmt::format("{{\"{}\", {}, {}, 0x{:016x}}}", golden.scenario, golden.seed, golden.recorded,
                      golden.digest);
}

class Library : public testing::TestWithParam<Golden> {};

TEST_P(Library, GivesTheRecordThatIsOnFile) {
  const Golden& golden = GetParam();
  // A record names documents by the path that leads to them.
  std::filesystem::current_path(GNC_SOURCE_DIR);
  auto scenario = read_scenario(fmt::format("scenarios/{}.yaml", golden.scenario));
  ASSERT_TRUE(scenario);
  scenario->seed = golden.seed;
  const auto plan = plan_run(std::move(*scenario), {});
  ASSERT_TRUE(plan);
  VirtualOptions options;
  options.world = settings_of(plan->scenario);
  const auto outcome = play_virtual(*plan, nullptr, options);
  ASSERT_TRUE(outcome) << describe(outcome.error());
  const Golden now{golden.scenario, golden.seed, outcome->recorded, outcome->digest};
  EXPECT_EQ(testing::PrintToString(now), testing::PrintToString(golden));
}
INSTANTIATE_TEST_SUITE_P(Determinism, Library,
                         testing::Values(Golden{"export-import", 7, 197, 0x4e16c2394afc0a59},
                                         Golden{"export-import", 8, 197, 0x9bb1af5356674682},
                                         Golden{"single-window", 7, 131, 0x001358c7d47a2397},
                                         Golden{"clock-skew", 1, 1742, 0x3df47324db10001d},
                                         Golden{"flapping-link", 1, 6012, 0x7d7f8d5028fd839c},
                                         Golden{"gateway-killed-under-load", 1, 6756, 0x721e3dbe3be62cbe},
                                         Golden{"inspection-images", 1, 43, 0x37a88285b6a731cf},
                                         Golden{"node-frozen", 1, 3003, 0x5815f44ef3484231},
                                         Golden{"urgent-under-bulk", 1, 3932, 0x90ac0823e84ae1b4},
                                         Golden{"certificate-revoked", 1, 3004, 0x1ca0f6c85ab4414e},
                                         Golden{"closed-and-open", 1, 8344, 0x7b206122ef40a8d0}),
                         [](const auto& golden) {
                           std::string name = fmt::format("{}_{}", golden.param.scenario, golden.param.seed);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

// Cores that are shared, and commits by their quantiles.
TEST(Determinism, HoldsWithACostProfileOfAMachineAsWell) {
  std::filesystem::current_path(GNC_SOURCE_DIR);
  CostProfile costs;
  costs.machine = {.cores = 2, .wake = {10'000, 20'000, 200'000}, .exchange = 50'000, .frame = 30'000};
  costs.disk.spread = {0, 20'000, 90'000, 4'000'000};
  costs.gateway.commit = costs.node.commit = 40'000;
  const auto play_it = [&costs](std::uint64_t seed) {
    auto scenario = read_scenario("scenarios/closed-and-open.yaml");
    scenario->seed = seed;
    const auto plan = plan_run(std::move(*scenario), {});
    VirtualOptions options;
    options.world = settings_of(plan->scenario, costs);
    auto outcome = play_virtual(*plan, nullptr, options);
    EXPECT_TRUE(outcome);
    return std::move(*outcome);
  };
  const VirtualOutcome one = play_it(1), again = play_it(1), other = play_it(2);
  EXPECT_EQ(one.digest, again.digest);
  EXPECT_EQ(to_json(one.report), to_json(again.report));
  EXPECT_NE(one.digest, other.digest);
  EXPECT_EQ(fmt::format("{:016x}", one.digest), "9341ab9f0f4169fb");
}

TEST(Determinism, FuzzGivesTheRecordsThatAreOnFile) {
  // Of seeds 1 to 60 together, by FNV-1a.
  std::uint64_t all = 0xcbf29ce484222325u;
  fuzz(1, 60, [&](std::uint64_t, const FuzzResult& result) {
    for (const std::uint64_t part : {result.digest, result.events}) {
      for (int shift = 0; shift < 64; shift += 8) all = (all ^ (part >> shift & 0xff)) * 0x100000001b3u;
    }
    return true;
  });
  EXPECT_EQ(fmt::format("{:016x}", all), "779b316e88816319");
}

}  // namespace
}  // namespace gnc::scenarios::determinism_test
