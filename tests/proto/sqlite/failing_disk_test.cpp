#include "proto/sqlite/failing_disk.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "gnc/v1/errors.pb.h"
#include "proto/sqlite/database.h"

namespace gnc::sqlite::failing_disk_test {
namespace {

TEST(FailingDisk, FailsWritesFromThenOnAndLeavesWhatWasCommitted) {
  std::string pattern = (std::filesystem::temp_directory_path() / "gnc-disk-XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  {
    auto disk = FailingDisk::install();
    ASSERT_TRUE(disk) << describe(disk.error());
    auto database = Database::open(folder / "a.db", Database::Access::read_write);
    ASSERT_TRUE(database) << describe(database.error());
    ASSERT_TRUE(database->execute("PRAGMA journal_mode=WAL; CREATE TABLE t(n INTEGER)"));
    ASSERT_TRUE(database->execute("INSERT INTO t VALUES(1)"));
    (*disk)->fail();
    const auto written = database->execute("INSERT INTO t VALUES(2)");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, v1::STORE_FAILED);
  }
  // By the usual way again: as a process would find it that was started anew.
  auto database = Database::open(folder / "a.db", Database::Access::read_write);
  ASSERT_TRUE(database) << describe(database.error());
  auto select = database->prepare("SELECT count(*), sum(n) FROM t");
  ASSERT_TRUE(select);
  ASSERT_TRUE(select->step().value());
  EXPECT_EQ(select->integer(0), 1);
  EXPECT_EQ(select->integer(1), 1);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace gnc::sqlite::failing_disk_test
