#include "proto/sqlite/group_transaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"
#include "proto/sqlite/store_folder.h"

namespace gnc::sqlite::group_transaction_test {
namespace {

struct Rows : testing::Test {
  Rows() {
    auto pattern = (std::filesystem::temp_directory_path() / "gnc-group-XXXXXX").string();
    folder = mkdtemp(pattern.data());
    auto opened = open_store(folder / "a.db", {7, 1, "a store",
                                               "CREATE TABLE t(party, message, segment, start, "
                                               "length, bytes);"});
    database.emplace(std::move(*opened));
    transaction.emplace(prepared());
    insert.emplace(*database->prepare("INSERT INTO t VALUES(?,?,?,?,?,?)"));
  }
  ~Rows() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  GroupTransaction prepared() {
    return *GroupTransaction::prepare(*database, *ContentWriter::open(folder, *database, {"t"}));
  }

  Result<void> write(std::string_view party, std::string_view message, std::string_view content) {
    const auto sender = transaction->party(party);
    const auto kind = transaction->message("NZ-CN", message);
    if (!sender || !kind) return tl::unexpected((sender ? kind : sender).error());
    if (auto bound = transaction->content().bind(*insert, 3, content); !bound) return bound;
    return insert->bind(1, *sender).bind(2, *kind).run();
  }

  // "NZ declaration abc" for each row.
  std::vector<std::string> rows() {
    auto select = *database->prepare(
        "SELECT (SELECT name FROM party WHERE number=t.party), "
        "(SELECT name FROM message WHERE number=t.message), segment, start, length, bytes FROM t ORDER BY "
        "rowid");
    std::vector<std::string> all;
    const auto read = for_each_row(select, "t", [&](const Statement& row) -> Result<bool> {
      auto content = ContentReader(folder).read(row, 2);
      if (!content) return tl::unexpected(content.error());
      all.push_back(std::string(row.text(0)) + " " + std::string(row.text(1)) + " " + *content);
      return true;
    });
    EXPECT_TRUE(read);
    return all;
  }

  std::filesystem::path folder;
  std::optional<Database> database;
  std::optional<GroupTransaction> transaction;
  std::optional<Statement> insert;
};

TEST_F(Rows, AreAllThereWhenTheGroupIsDone) {
  const auto done = transaction->run(6, [&]() -> Result<void> {
    if (auto first = write("NZ", "declaration", "abc"); !first) return first;
    return write("CN", "response", "def");
  });
  ASSERT_TRUE(done);
  EXPECT_THAT(rows(), testing::ElementsAre("NZ declaration abc", "CN response def"));
  EXPECT_TRUE(transaction->known_party("NZ"));
  EXPECT_FALSE(transaction->known_party("AU"));
}

TEST_F(Rows, AreNotThereWhereAnyOfTheGroupFailed) {
  const auto done = transaction->run(3, [&]() -> Result<void> {
    if (auto first = write("NZ", "declaration", "abc"); !first) return first;
    return failure(v1::STORE_FAILED, "one row could not be written");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().detail, "one row could not be written");
  EXPECT_THAT(rows(), testing::IsEmpty());
}

TEST_F(Rows, HaveTheNamesThatTheyWereWrittenWithAfterAGroupFailed) {
  static_cast<void>(transaction->run(3, [&]() -> Result<void> {
    if (auto first = write("AU", "lost", "abc"); !first) return first;
    return failure(v1::STORE_FAILED, "one row could not be written");
  }));
  EXPECT_FALSE(transaction->known_party("AU")) << "its number went with the group";
  ASSERT_TRUE(transaction->run(3, [&] { return write("CN", "response", "def"); }));
  EXPECT_THAT(rows(), testing::ElementsAre("CN response def"));
  transaction.emplace(prepared());
  ASSERT_TRUE(transaction->run(3, [&] { return write("AU", "response", "ghi"); }));
  EXPECT_THAT(rows(), testing::ElementsAre("CN response def", "AU response ghi"));
}

TEST_F(Rows, ThatCannotBeReadAreAnErrorThatNamesTheTable) {
  ASSERT_TRUE(transaction->run(3, [&] { return write("NZ", "declaration", "abc"); }));
  auto select = *database->prepare("SELECT party FROM t");
  const auto read = for_each_row(select, "t", [](const Statement&) { return false; });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, v1::STORE_FAILED);
  EXPECT_THAT(read.error().detail, testing::HasSubstr("table t holds a row"));
}

}  // namespace
}  // namespace gnc::sqlite::group_transaction_test
