#include "proto/sqlite/gathered_log.h"

#include <filesystem>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include "proto/sqlite/database.h"

namespace gnc::sqlite::gathered_log_test {
namespace {

namespace fs = std::filesystem;

class GatheredLogs : public testing::Test {
 protected:
  GatheredLogs() {
    std::string pattern = (fs::temp_directory_path() / "gnc-log-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~GatheredLogs() override { fs::remove_all(folder_); }

  fs::path file(std::string_view name) const { return folder_ / name; }
  static Database open(const fs::path& file) {
    auto database = Database::open(file, Database::Access::read_write);
    if (!database) throw std::runtime_error(describe(database.error()));
    return std::move(*database);
  }
  static void run(Database& database, const std::string& sql) {
    if (const auto done = database.execute(sql); !done) throw std::runtime_error(describe(done.error()));
  }
  static std::map<std::int64_t, std::int64_t> rows(const fs::path& file, Database::Access access) {
    auto database = Database::open(file, access);
    if (!database) throw std::runtime_error(describe(database.error()));
    auto select = database->prepare("SELECT n, length(content) FROM t");
    if (!select) throw std::runtime_error(describe(select.error()));
    std::map<std::int64_t, std::int64_t> found;
    while (select->step().value()) found.emplace(select->integer(0), select->integer(1));
    return found;
  }
  // What a process finds that begins after this one was killed.
  std::map<std::int64_t, std::int64_t> rows_after_a_kill(const fs::path& database) const {
    fs::remove_all(folder_ / "after");
    fs::create_directory(folder_ / "after");
    for (const char* end : {"", "-wal"}) {
      fs::copy_file(database.string() + end, folder_ / "after" / (database.filename().string() + end));
    }
    return rows(folder_ / "after" / database.filename(), Database::Access::read_write);
  }

 private:
  fs::path folder_;
};

TEST_F(GatheredLogs, KeepAndShowWhateverIsCommittedAndNothingElse) {
  EXPECT_TRUE(rc::check([this] {
    const fs::path path = file("a.db");
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(path.string() + end);
    Database database = open(path);
    const bool flushes = *rc::gen::arbitrary<bool>();
    if (!flushes) run(database, "PRAGMA synchronous=OFF");
    // Few pages in memory: the log is then written to, and read back, before a commit.
    run(database,
        "PRAGMA cache_size=10; PRAGMA wal_autocheckpoint=" + std::to_string(*rc::gen::inRange(20, 400)) +
            "; CREATE TABLE t(n INTEGER PRIMARY KEY, content BLOB)");
    std::map<std::int64_t, std::int64_t> expected;
    for (int transaction = 0; transaction < 6; ++transaction) {
      run(database, "BEGIN IMMEDIATE");
      std::map<std::int64_t, std::int64_t> after = expected;
      for (int writes = *rc::gen::inRange(1, 40); writes > 0; --writes) {
        const auto number = *rc::gen::inRange<std::int64_t>(0, 60);
        const auto size = *rc::gen::element<std::int64_t>(10, 4000, 40'000, 131'072);
        run(database, "INSERT OR REPLACE INTO t VALUES(" + std::to_string(number) + ", randomblob(" +
                          std::to_string(size) + "))");
        after[number] = size;
      }
      if (*rc::gen::arbitrary<bool>()) {
        run(database, "COMMIT");
        expected = after;
      } else {
        run(database, "ROLLBACK");
      }
      RC_ASSERT(rows(path, Database::Access::read_only) == expected);
      if (flushes) RC_ASSERT(rows_after_a_kill(path) == expected);
    }
  }));
}

TEST_F(GatheredLogs, GrowInSteps) {
  Database database = open(file("a.db"));
  run(database, "CREATE TABLE t(n INTEGER PRIMARY KEY, content BLOB)");
  const auto size = fs::file_size(file("a.db-wal"));
  EXPECT_EQ(size % (1 << 20), 0u);
  for (int n = 0; n < 20; ++n) run(database, "INSERT INTO t(content) VALUES('x')");
  EXPECT_EQ(fs::file_size(file("a.db-wal")), size);
  EXPECT_EQ(rows_after_a_kill(file("a.db")).size(), 20u);
}

}  // namespace
}  // namespace gnc::sqlite::gathered_log_test
