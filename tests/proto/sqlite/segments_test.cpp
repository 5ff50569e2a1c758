#include "proto/sqlite/segments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"
#include "proto/sqlite/names.h"

namespace gnc::sqlite::segments_test {
namespace {

struct Segments : testing::Test {
  Segments() {
    auto pattern = (std::filesystem::temp_directory_path() / "gnc-segments-XXXXXX").string();
    folder = mkdtemp(pattern.data());
    auto opened = Database::open(folder / "a.db", Database::Access::read_write);
    database.emplace(std::move(*opened));
    EXPECT_TRUE(
        database->execute("CREATE TABLE t(number INTEGER PRIMARY KEY, segment, start, length, bytes);"
                          "CREATE TABLE name(number INTEGER PRIMARY KEY, one TEXT, two TEXT)"));
  }
  ~Segments() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  Result<ContentWriter> opened() { return ContentWriter::open(folder, *database, {"t"}); }

  void write(ContentWriter& writer, const std::vector<std::string>& contents) {
    std::size_t bytes = 0;
    for (const auto& content : contents) bytes += content.size();
    writer.begin_group(bytes);
    auto insert = database->prepare("INSERT INTO t(segment, start, length, bytes) VALUES(?,?,?,?)");
    for (const auto& content : contents) {
      ASSERT_TRUE(writer.bind(*insert, 1, content));
      ASSERT_TRUE(insert->run());
    }
    ASSERT_TRUE(writer.make_durable());
  }

  Result<std::string> read(std::int64_t number) {
    auto select = database->prepare("SELECT segment, start, length, bytes FROM t WHERE number=?");
    EXPECT_TRUE(select->bind(1, number).step().value_or(false));
    return reader.read(*select, 0);
  }

  bool is_outside(std::int64_t number) {
    auto select = database->prepare("SELECT bytes IS NULL FROM t WHERE number=?");
    EXPECT_TRUE(select->bind(1, number).step().value_or(false));
    return select->integer(0) != 0;
  }

  std::filesystem::path folder;
  std::optional<Database> database;
  ContentReader reader{std::filesystem::path()};
};

TEST_F(Segments, KeepLittleInTheRowAndMuchOutsideOfIt) {
  auto writer = opened();
  ASSERT_TRUE(writer);
  reader = ContentReader(folder);
  const std::string much(40'000, 'm');
  write(*writer, {much, "little", ""});
  write(*writer, {much + "1", "little", much + "2"});
  for (std::int64_t number = 1; number <= 3; ++number) EXPECT_FALSE(is_outside(number));
  EXPECT_TRUE(is_outside(4));
  EXPECT_FALSE(is_outside(5));
  EXPECT_EQ(read(1).value(), much);
  EXPECT_EQ(read(2).value(), "little");
  EXPECT_EQ(read(3).value(), "");
  EXPECT_EQ(read(4).value(), much + "1");
  EXPECT_EQ(read(6).value(), much + "2");
}

TEST_F(Segments, BeginAnotherFileAfterARestartAndNeverWriteOverWhatIsThere) {
  reader = ContentReader(folder);
  const std::string much(ContentWriter::large_group, 'm');
  for (int run = 0; run < 3; ++run) {
    auto writer = opened();
    ASSERT_TRUE(writer);
    write(*writer, {much + std::to_string(run)});
  }
  EXPECT_TRUE(std::filesystem::exists(segment_file(folder, 3)));
  for (int run = 0; run < 3; ++run) EXPECT_EQ(read(run + 1).value(), much + std::to_string(run));
}

TEST_F(Segments, LoseWhatACrashLeftBehindTheLastContentThatARowNames) {
  reader = ContentReader(folder);
  const std::string much(ContentWriter::large_group, 'm');
  auto writer = opened();
  write(*writer, {much});
  {
    ASSERT_TRUE(database->execute("BEGIN"));
    write(*writer, {much + "lost"});
    ASSERT_TRUE(database->execute("ROLLBACK"));
  }
  std::filesystem::copy_file(folder / "a.db", segment_file(folder, 2));
  EXPECT_GT(std::filesystem::file_size(segment_file(folder, 1)), much.size());
  writer = opened();
  ASSERT_TRUE(writer);
  EXPECT_EQ(std::filesystem::file_size(segment_file(folder, 1)), much.size());
  EXPECT_FALSE(std::filesystem::exists(segment_file(folder, 2)));
  write(*writer, {much + "2"});
  EXPECT_EQ(read(1).value(), much);
  EXPECT_EQ(read(2).value(), much + "2");
}

TEST_F(Segments, KeepGroupsThatAreLargerThanWhatIsGatheredAndBeginEachAtABlock) {
  auto writer = opened();
  reader = ContentReader(folder);
  std::vector<std::string> contents;
  for (int number = 0; number < 40; ++number) {
    contents.push_back(std::string(20'000 + 977 * static_cast<std::size_t>(number), 'a') +
                       std::to_string(number));
  }
  contents.emplace_back(3u << 20, 'z');
  write(*writer, contents);
  write(*writer, contents);
  for (std::size_t row = 0; row < 2 * contents.size(); ++row) {
    EXPECT_EQ(read(static_cast<std::int64_t>(row) + 1).value(), contents[row % contents.size()]) << row;
  }
  auto select = database->prepare("SELECT start % 4096 FROM t WHERE number=42");
  ASSERT_TRUE(select->step().value_or(false));
  EXPECT_EQ(select->integer(0), 0);
}

TEST_F(Segments, AreNotTakenFromADatabaseThatDoesNotKnowThem) {
  const std::string much(ContentWriter::large_group, 'm');
  for (int run = 0; run < 2; ++run) {
    auto writer = opened();
    ASSERT_TRUE(writer);
    write(*writer, {much});
  }
  ASSERT_TRUE(database->execute("DELETE FROM t"));
  const auto refused = opened();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, v1::STORE_FAILED);
  EXPECT_THAT(refused.error().detail, testing::HasSubstr("names none after 0"));
  EXPECT_TRUE(std::filesystem::exists(segment_file(folder, 1)));
}

TEST_F(Segments, AreNamedWhereTheyAreTornOrMissing) {
  auto writer = opened();
  write(*writer, {std::string(ContentWriter::large_group, 'm')});
  reader = ContentReader(folder);
  std::filesystem::resize_file(segment_file(folder, 1), 1000);
  EXPECT_EQ(read(1).error().where, segment_file(folder, 1).string());
  EXPECT_EQ(read(1).error().code, v1::STORE_FAILED);
  std::filesystem::remove(segment_file(folder, 1));
  reader = ContentReader(folder);
  EXPECT_EQ(read(1).error().where, segment_file(folder, 1).string());
  EXPECT_TRUE(database->execute("UPDATE t SET segment=1, start=-1, length=1 << 60"));
  std::filesystem::copy_file(folder / "a.db", segment_file(folder, 1));
  EXPECT_THAT(read(1).error().detail, testing::HasSubstr("a row's content would be"));
}

TEST_F(Segments, NamesHaveOneNumberEachAndLoseItWithTheTransaction) {
  auto names = Names::load(*database, "name", "one", "two");
  ASSERT_TRUE(names);
  EXPECT_EQ(names->number("a", "x").value(), 1);
  EXPECT_EQ(names->number("a", "y").value(), 2);
  EXPECT_EQ(names->number("a", "x").value(), 1);
  EXPECT_FALSE(names->find("b", "x"));
  ASSERT_TRUE(database->execute("BEGIN"));
  EXPECT_EQ(names->number("b", "x").value(), 3);
  ASSERT_TRUE(database->execute("ROLLBACK"));
  ASSERT_TRUE(names->reload());
  EXPECT_FALSE(names->find("b", "x"));
  EXPECT_EQ(names->number("c", "x").value(), 3);
  EXPECT_EQ(Names::load(*database, "name", "one", "two")->find("c", "x"), 3);
}

}  // namespace
}  // namespace gnc::sqlite::segments_test
