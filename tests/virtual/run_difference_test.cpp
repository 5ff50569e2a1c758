#include "scenarios/virtual/run_difference.h"

#include <gmock/gmock.h>

#include "scenarios/engine/run_folder.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::run_difference_test {
namespace {

using testing::HasSubstr;

class Difference : public testing::Test {
 protected:
  // A run whose events are connections of these parties.
  std::filesystem::path record(const std::string& name, const std::vector<std::string>& parties) {
    auto folder = RunFolder::create(folder_.path() / name, "s.yaml");
    for (const std::string& party : parties) {
      v1::Event event;
      event.set_kind(v1::EVENT_KIND_CONNECTED);
      event.set_at(1'767'600'000'123'456);
      event.set_party(party);
      folder->record(event);
    }
    EXPECT_TRUE(folder->write_report({}));
    return folder_.path() / name;
  }
  TemporaryFolder folder_;
};

TEST_F(Difference, IsNoneBetweenRunsWithTheSameEvents) {
  const auto compared = compare_records(record("a", {"NZ", "CN"}), record("b", {"NZ", "CN"}));
  ASSERT_TRUE(compared);
  EXPECT_EQ(compared->same, 2u);
  EXPECT_FALSE(compared->difference);
}

TEST_F(Difference, IsTheFirstEventThatDiffersWithTheOneBefore) {
  const auto compared = compare_records(record("a", {"NZ", "CN", "AU"}), record("b", {"NZ", "SG", "AU"}));
  ASSERT_TRUE(compared && compared->difference);
  EXPECT_EQ(compared->difference->event, 2u);
  EXPECT_EQ(compared->difference->first, "2026-01-05T08:00:00.123456Z CN CONNECTED");
  EXPECT_THAT(compared->difference->second, HasSubstr("SG CONNECTED"));
  EXPECT_THAT(compared->difference->before, HasSubstr("NZ CONNECTED"));
}

TEST_F(Difference, IsTheEndOfTheShorterRun) {
  const auto compared = compare_records(record("a", {"NZ"}), record("b", {"NZ", "SG"}));
  ASSERT_TRUE(compared && compared->difference);
  EXPECT_EQ(compared->difference->first, "");
  EXPECT_THAT(compared->difference->second, HasSubstr("SG CONNECTED"));
}

TEST_F(Difference, AsksForWholeRecords) {
  const auto whole = record("a", {"NZ"});
  const auto cut = record("b", {"NZ"});
  std::filesystem::resize_file(cut / "events", std::filesystem::file_size(cut / "events") - 1);
  const auto compared = compare_records(whole, cut);
  ASSERT_FALSE(compared);
  EXPECT_THAT(describe(compared.error()), HasSubstr("not a whole record of events"));
  EXPECT_FALSE(compare_records(whole, folder_.path() / "none"));
}

}  // namespace
}  // namespace gnc::scenarios::run_difference_test
