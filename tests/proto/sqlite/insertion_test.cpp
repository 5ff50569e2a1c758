#include "proto/sqlite/insertion.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"
#include "proto/sqlite/neighbours.h"

namespace gnc::sqlite::insertion_test {
namespace {

struct Insertions : testing::Test {
  Insertions() {
    auto pattern = (std::filesystem::temp_directory_path() / "gnc-insertion-XXXXXX").string();
    folder = mkdtemp(pattern.data());
    database.emplace(*Database::open(folder / "a.db", Database::Access::read_write));
    EXPECT_TRUE(database->execute("CREATE TABLE t(number INTEGER PRIMARY KEY, text TEXT, blob BLOB)"));
  }
  ~Insertions() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  // Every third row without its text.
  Result<void> insert(const std::vector<int>& numbers, std::string_view then = {}) {
    auto insertion = Insertion::prepare(*database, "INSERT INTO t(number, text, blob)", then);
    if (!insertion) return tl::unexpected(insertion.error());
    std::vector<std::string> texts;
    texts.reserve(numbers.size());
    for (const int number : numbers) texts.push_back("text " + std::to_string(number));
    return insertion->run(numbers, [&](const int& number, BoundRow row) -> Result<void> {
      const std::string& text = texts[static_cast<std::size_t>(&number - numbers.data())];
      row.bind(1, number).bind_blob(3, text);
      if (number % 3 != 0) row.bind(2, text);
      if (number < 0) return failure(v1::STORE_FAILED, "below zero");
      return {};
    });
  }

  std::vector<std::string> rows() {
    auto select = *database->prepare("SELECT number, text, blob FROM t ORDER BY number");
    std::vector<std::string> all;
    EXPECT_TRUE(for_each_row(select, "t", [&](const Statement& row) -> Result<bool> {
      all.push_back(std::to_string(row.integer(0)) + (row.is_null(1) ? " - " : " + ") +
                    std::string(row.blob(2)));
      return true;
    }));
    return all;
  }

  std::filesystem::path folder;
  std::optional<Database> database;
};

TEST_F(Insertions, WriteARowForEachRecordHoweverManyThereAre) {
  int next = 1;
  std::vector<std::string> expected;
  for (const int count : {0, 1, 15, 16, 17, 32, 100}) {
    std::vector<int> numbers;
    for (int i = 0; i < count; ++i, ++next) {
      numbers.push_back(next);
      expected.push_back(std::to_string(next) + (next % 3 == 0 ? " - " : " + ") + "text " +
                         std::to_string(next));
    }
    const auto done = insert(numbers);
    ASSERT_TRUE(done) << describe(done.error());
  }
  EXPECT_EQ(rows(), expected);
}

TEST_F(Insertions, DoWhatFollowsTheValuesForEachRow) {
  std::vector<int> numbers;
  for (int number = 1; number <= 40; ++number) numbers.push_back(number);
  ASSERT_TRUE(insert(numbers));
  ASSERT_TRUE(insert(numbers, "ON CONFLICT(number) DO UPDATE SET blob = 'again'"));
  EXPECT_THAT(rows(), testing::AllOf(testing::SizeIs(40), testing::Each(testing::EndsWith("again"))));
}

TEST_F(Insertions, FailWithWordsWhereARowIsThereAlready) {
  std::vector<int> numbers(20);
  for (int i = 0; i < 20; ++i) numbers[static_cast<std::size_t>(i)] = i + 1;
  numbers[9] = 3;
  const auto done = insert(numbers);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, v1::STORE_FAILED);
  EXPECT_THAT(done.error().detail, testing::HasSubstr("UNIQUE"));
}

TEST_F(Insertions, StopWhereARecordCannotBeBound) {
  std::vector<int> numbers(20, 1);
  numbers[0] = -1;
  const auto done = insert(numbers);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().detail, "below zero");
  EXPECT_TRUE(rows().empty());
}

TEST(Neighbours, AreThoseThatShareAndTheOthersStandAlone) {
  const std::vector<int> all{1, 2, 3, 7, 9, 10, 20};
  const auto found = neighbours(std::span<const int>(all), [](int one, int next) { return one + 1 == next; });
  ASSERT_EQ(found.together.size(), 2u);
  EXPECT_THAT(found.together[0], testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(found.together[1], testing::ElementsAre(9, 10));
  EXPECT_THAT(found.alone, testing::ElementsAre(7, 20));
  EXPECT_TRUE(neighbours(std::span<const int>(), [](int, int) { return true; }).alone.empty());
}

}  // namespace
}  // namespace gnc::sqlite::insertion_test
