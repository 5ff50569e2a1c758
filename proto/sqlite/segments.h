#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "proto/sqlite/database.h"

// Content of rows. Little of it stands in the row itself; where a group has much, it stands once in an
// append-only file beside the database, content-000001.segment and following, and the row says where. The
// four columns of a row with content are `segment, start, length, bytes`: either the first three say the
// place and `bytes` is NULL, or `segment` and `start` are NULL.
namespace gnc::sqlite {

inline constexpr std::string_view content_columns = "segment, start, length, bytes";

std::filesystem::path segment_file(const std::filesystem::path& folder, std::int64_t segment);

// An open file.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();
  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

// Writes the content of one group after the other, each from a block's beginning on, so that no committed
// block is written again. Past the kernel's page cache where the file system can: what is recorded is seldom
// read soon, and fresh pages for it cost a virtual machine several times what the writing does. One thread.
class ContentWriter {
 public:
  // Groups of this many bytes and more go into segments: a small one is durable sooner with one fsync.
  static constexpr std::size_t large_group = 64u << 10;

  // `tables`: all of `database` that have content. What a crash has left behind the content that rows name
  // is cut off; a segment that rows name is never written to again. STORE_FAILED where there are more
  // segments than a crash can leave: then the database is not the one that they were written for.
  static Result<ContentWriter> open(std::filesystem::path folder, const Database& database,
                                    std::initializer_list<std::string_view> tables);

  // Before the rows of a group whose content has `bytes` bytes in all.
  void begin_group(std::size_t bytes) { large_ = bytes >= large_group; }
  // Binds the four columns, from position `first`. `bytes` must stay until the statement is reset.
  Result<void> bind(Statement& row, int first, std::string_view bytes);
  // Before the rows are committed.
  Result<void> make_durable();

 private:
  // What a write past the page cache is made of, and where it may come from.
  struct alignas(4096) Block {
    char bytes[4096];
  };

  ContentWriter(std::filesystem::path folder, std::int64_t last);
  Result<void> append(std::string_view bytes);
  Result<void> next_segment();
  Result<void> write_gathered();

  std::filesystem::path folder_;
  std::int64_t segment_;
  Descriptor file_;
  std::unique_ptr<Block[]> gathered_;  // appended, not written
  std::size_t gathered_bytes_ = 0;
  std::int64_t written_ = 0;  // bytes of the segment, in whole blocks
  std::int64_t durable_ = 0;  // of these
  bool large_ = false;
};

// Reads the content of rows. One thread at a time.
class ContentReader {
 public:
  explicit ContentReader(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Of the row's four columns from `first`. STORE_FAILED where the segment is missing or too short.
  Result<std::string> read(const Statement& row, int first);
  // The same without a copy where the content stands in the row, else in `buffer`. Valid until the next.
  Result<std::string_view> view(const Statement& row, int first, std::string& buffer);

 private:
  Result<void> fetch(std::int64_t segment, std::int64_t start, std::int64_t length, std::string& into);

  std::filesystem::path folder_;
  std::int64_t segment_ = 0;
  Descriptor file_;
};

}  // namespace gnc::sqlite
