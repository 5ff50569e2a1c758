#include "proto/sqlite/database.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::sqlite::database_test {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gnc-sqlite-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~DatabaseTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(DatabaseTest, GivesBackWhatWasBound) {
  auto database = Database::open(folder_ / "a.db", Database::Access::read_write);
  ASSERT_TRUE(database) << describe(database.error());
  ASSERT_TRUE(database->execute("CREATE TABLE t(n INTEGER, s TEXT, b BLOB, e)"));
  auto insert = database->prepare("INSERT INTO t VALUES(?,?,?,?)");
  ASSERT_TRUE(insert);
  const std::string blob("\0\x01", 2);
  ASSERT_TRUE(
      insert->bind(1, INT64_MIN).bind(2, std::string_view("wool")).bind_blob(3, blob).bind_null(4).run());

  auto select = database->prepare("SELECT * FROM t");
  ASSERT_TRUE(select);
  ASSERT_TRUE(select->step().value());
  EXPECT_EQ(select->integer(0), INT64_MIN);
  EXPECT_EQ(select->text(1), "wool");
  EXPECT_EQ(select->blob(2), blob);
  EXPECT_TRUE(select->is_null(3));
  EXPECT_FALSE(select->step().value());
}

TEST_F(DatabaseTest, NamesTheFileThatItCannotOpen) {
  const auto database = Database::open(folder_ / "absent" / "a.db", Database::Access::read_only);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, v1::STORE_FAILED);
  EXPECT_NE(database.error().detail.find("absent"), std::string::npos);
}

TEST_F(DatabaseTest, RefusesToWriteWhereOnlyReadingWasAsked) {
  ASSERT_TRUE(Database::open(folder_ / "a.db", Database::Access::read_write)->execute("CREATE TABLE t(n)"));
  auto reader = Database::open(folder_ / "a.db", Database::Access::read_only);
  ASSERT_TRUE(reader);
  const auto written = reader->execute("INSERT INTO t VALUES(1)");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, v1::STORE_FAILED);
}

TEST_F(DatabaseTest, SyncsEveryCommit) {
  auto database = Database::open(folder_ / "a.db", Database::Access::read_write);
  ASSERT_TRUE(database);
  auto pragma = database->prepare("PRAGMA synchronous");
  ASSERT_TRUE(pragma->step().value());
  EXPECT_EQ(pragma->integer(0), 2);
  auto mode = database->prepare("PRAGMA journal_mode");
  ASSERT_TRUE(mode->step().value());
  EXPECT_EQ(mode->text(0), "wal");
}

}  // namespace
}  // namespace gnc::sqlite::database_test
