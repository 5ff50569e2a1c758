#include "proto/sqlite/checkpoint_thread.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace gnc::sqlite::checkpoint_thread_test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t longest = 1u << 20;
constexpr std::uint64_t row_bytes = 60u << 10;

class Checkpoints : public testing::Test {
 protected:
  Checkpoints() {
    std::string pattern = (fs::temp_directory_path() / "gnc-checkpoint-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    database_.emplace(open(Database::Access::read_write));
    run("CREATE TABLE t(n INTEGER PRIMARY KEY, content BLOB)");
    if (const auto done = database_->fold_log_beside(longest); !done)
      throw std::runtime_error(describe(done.error()));
  }
  ~Checkpoints() override {
    close();
    fs::remove_all(folder_);
  }

  fs::path file() const { return folder_ / "a.db"; }
  Database open(Database::Access access) const {
    auto database = Database::open(file(), access);
    if (!database) throw std::runtime_error(describe(database.error()));
    return std::move(*database);
  }
  void run(const std::string& sql) {
    if (const auto done = database_->execute(sql); !done) throw std::runtime_error(describe(done.error()));
  }
  void close() { database_.reset(); }
  // Each row its own transaction. The most that the log's file had afterwards.
  std::uintmax_t insert(std::uint64_t bytes) {
    std::uintmax_t most = 0;
    for (std::uint64_t written = 0; written < bytes; written += row_bytes) {
      run("INSERT INTO t(content) VALUES(randomblob(" + std::to_string(row_bytes) + "))");
      ++rows_;
      most = std::max(most, fs::file_size(file().string() + "-wal"));
    }
    return most;
  }
  static std::uint64_t count(const Database& database) {
    auto select = database.prepare("SELECT count(*) FROM t");
    if (!select || !select->step().value()) return 0;  // not even the table
    return static_cast<std::uint64_t>(select->integer(0));
  }
  // What a process finds of the database alone, as if the log had been lost.
  std::uint64_t rows_without_the_log() const {
    fs::copy_file(file(), folder_ / "b.db", fs::copy_options::overwrite_existing);
    auto copy = Database::open(folder_ / "b.db", Database::Access::read_write);
    return copy ? count(*copy) : 0;
  }
  // While more is written. A copy that is made in the middle of a fold may not be readable.
  bool come_to_have_without_the_log(std::uint64_t rows) {
    // A writer waits for the fold long before it has written so much.
    for (std::uint64_t written = 0; written < 100 * longest; written += row_bytes) {
      if (rows_without_the_log() >= rows) return true;
      insert(row_bytes);
    }
    return false;
  }

  fs::path folder_;
  std::optional<Database> database_;
  std::uint64_t rows_ = 0;
};

TEST_F(Checkpoints, KeepTheLogShortWhileItIsWrittenTo) {
  // A commit waits where the log has four times what it should have.
  EXPECT_LE(insert(20 * longest), 4 * longest + (2u << 20));
  EXPECT_TRUE(come_to_have_without_the_log(rows_ / 2 + 1));
}

TEST_F(Checkpoints, LoseNothing) {
  insert(9 * longest);
  EXPECT_EQ(count(open(Database::Access::read_only)), rows_);
  close();
  EXPECT_EQ(count(open(Database::Access::read_write)), rows_);
}

TEST_F(Checkpoints, LeaveInTheLogWhatAReaderNeeds) {
  insert(row_bytes);
  Database reader = open(Database::Access::read_only);
  auto select = reader.prepare("SELECT n FROM t");
  ASSERT_TRUE(select);
  ASSERT_TRUE(select->step().value());  // from now on it sees the database as it is now
  const std::uint64_t before = rows_;
  insert(10 * longest);
  EXPECT_LE(rows_without_the_log(), before);
  EXPECT_EQ(count(open(Database::Access::read_only)), rows_);
  select->reset();
  insert(10 * longest);
  EXPECT_TRUE(come_to_have_without_the_log(before + 1));
}

}  // namespace
}  // namespace gnc::sqlite::checkpoint_thread_test
