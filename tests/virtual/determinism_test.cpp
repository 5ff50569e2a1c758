#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "scenarios/engine/scenario_reader.h"
#include "scenarios/virtual/fuzz.h"
#include "scenarios/virtual/virtual_run.h"

// The records of these runs are the same, byte for byte, wherever they are played and whatever built the
// program: their digests stand here. Who changes what the cores or the virtual world do changes them; the
// failing test prints the row as it is now.
namespace gnc::scenarios {
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
                         testing::Values(Golden{"export-import", 7, 197, 0x22b9c4c5a565eaec},
                                         Golden{"export-import", 8, 197, 0xb3777c649b659f5b},
                                         Golden{"single-window", 7, 131, 0xd48e8b91d92953d0},
                                         Golden{"clock-skew", 1, 1742, 0xea50b4c42c3dc6af},
                                         Golden{"flapping-link", 1, 6012, 0xdc4541e25c0165f2},
                                         Golden{"gateway-killed-under-load", 1, 6756, 0xb55926ea76b357c0},
                                         Golden{"node-frozen", 1, 3003, 0x55b90e3ba840af6c},
                                         Golden{"urgent-under-bulk", 1, 3932, 0x181d87b43b0010d8},
                                         Golden{"certificate-revoked", 1, 3004, 0x50364c54bedee723},
                                         Golden{"closed-and-open", 1, 9589, 0x15eec2e440d16be0}),
                         [](const auto& golden) {
                           std::string name = fmt::format("{}_{}", golden.param.scenario, golden.param.seed);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(Determinism, FuzzGivesTheRecordsThatAreOnFile) {
  // Of seeds 1 to 60 together, by FNV-1a.
  std::uint64_t all = 0xcbf29ce484222325u;
  fuzz(1, 60, [&](std::uint64_t, const FuzzResult& result) {
    for (const std::uint64_t part : {result.digest, result.events}) {
      for (int shift = 0; shift < 64; shift += 8) all = (all ^ (part >> shift & 0xff)) * 0x100000001b3u;
    }
    return true;
  });
  EXPECT_EQ(fmt::format("{:016x}", all), "35263a7fcc6b10d6");
}

}  // namespace
}  // namespace gnc::scenarios
