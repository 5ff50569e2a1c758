#include "proto/sqlite/segments.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::sqlite {
namespace {

constexpr std::string_view name_begin = "content-";
constexpr std::string_view name_end = ".segment";
constexpr std::int64_t segment_limit = 256 << 20;
// So small that its place would be no shorter.
constexpr std::size_t least_outside = 256;
// Beyond it a group is written in parts.
constexpr std::size_t most_gathered = 512u << 10;

tl::unexpected<Error> failed(std::string_view doing, const std::filesystem::path& file) {
  return failure(v1::STORE_FAILED, fmt::format("cannot {}: {}", doing, std::strerror(errno)), file.string());
}

// Zero where the name is no segment's.
std::int64_t segment_number(const std::string& name) {
  if (!name.starts_with(name_begin) || !name.ends_with(name_end)) return 0;
  std::int64_t number = 0;
  const char* const end = name.data() + name.size() - name_end.size();
  const auto [at, fault] = std::from_chars(name.data() + name_begin.size(), end, number);
  return fault == std::errc{} && at == end ? number : 0;
}

struct Place {
  std::int64_t segment = 0;
  std::int64_t end = 0;
};

// Where the last content ends that a row names.
Result<Place> last_place(const Database& database, std::initializer_list<std::string_view> tables) {
  Place last;
  for (const std::string_view table : tables) {
    auto statement =
        database.prepare(fmt::format("SELECT segment, start + length FROM {} WHERE segment IS NOT NULL "
                                     "ORDER BY segment DESC, start DESC LIMIT 1",
                                     table));
    if (!statement) return tl::unexpected(statement.error());
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) continue;
    const Place place{statement->integer(0), statement->integer(1)};
    if (std::pair(place.segment, place.end) > std::pair(last.segment, last.end)) last = place;
  }
  return last;
}

Result<std::int64_t> last_segment(const std::filesystem::path& folder) {
  std::int64_t last = 0;
  std::error_code problem;
  for (std::filesystem::directory_iterator entry(folder, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    last = std::max(last, segment_number(entry->path().filename().string()));
  }
  if (problem) return failure(v1::STORE_FAILED, problem.message(), folder.string());
  return last;
}

// What a group has written that was never committed: the end of a segment, and at most one segment more.
Result<void> cut_off(const std::filesystem::path& folder, const Place& named) {
  std::error_code problem;
  const auto torn = segment_file(folder, named.segment);
  if (named.segment != 0 && std::filesystem::exists(torn, problem)) {
    const auto size = std::filesystem::file_size(torn, problem);
    if (!problem && size > static_cast<std::uintmax_t>(named.end)) {
      std::filesystem::resize_file(torn, static_cast<std::uintmax_t>(named.end), problem);
    }
  }
  if (problem) return failure(v1::STORE_FAILED, problem.message(), torn.string());
  const auto unnamed = segment_file(folder, named.segment + 1);
  std::filesystem::remove(unnamed, problem);
  if (problem) return failure(v1::STORE_FAILED, problem.message(), unnamed.string());
  return {};
}

}  // namespace

std::filesystem::path segment_file(const std::filesystem::path& folder, std::int64_t segment) {
  return folder / fmt::format("{}{:06}{}", name_begin, segment, name_end);
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

ContentWriter::ContentWriter(std::filesystem::path folder, std::int64_t last)
    : folder_(std::move(folder)),
      segment_(last),
      gathered_(std::make_unique_for_overwrite<Block[]>(most_gathered / sizeof(Block))) {}

Result<ContentWriter> ContentWriter::open(std::filesystem::path folder, const Database& database,
                                          std::initializer_list<std::string_view> tables) {
  const auto named = last_place(database, tables);
  if (!named) return tl::unexpected(named.error());
  auto last = last_segment(folder);
  if (!last) return tl::unexpected(last.error());
  if (*last > named->segment + 1) {
    return failure(v1::STORE_FAILED,
                   fmt::format("there are segments up to {}, but the database names none after {}", *last,
                               named->segment),
                   folder.string(),
                   "Put the database back that was written with them, or name another folder with --store.");
  }
  if (auto cut = cut_off(folder, *named); !cut) return tl::unexpected(cut.error());
  return ContentWriter(std::move(folder), named->segment);
}

Result<void> ContentWriter::bind(Statement& row, int first, std::string_view bytes) {
  const auto length = static_cast<std::int64_t>(bytes.size());
  row.bind(first + 2, length);
  if (!large_ || bytes.size() < least_outside) {
    row.bind_null(first).bind_null(first + 1).bind_blob(first + 3, bytes);
    return {};
  }
  if (auto appended = append(bytes); !appended) return appended;
  const auto end = written_ + static_cast<std::int64_t>(gathered_bytes_);
  row.bind(first, segment_).bind(first + 1, end - length).bind_null(first + 3);
  return {};
}

Result<void> ContentWriter::append(std::string_view bytes) {
  if (!file_ || written_ >= segment_limit) {
    if (auto opened = next_segment(); !opened) return opened;
  }
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, most_gathered - gathered_bytes_);
    std::memcpy(reinterpret_cast<char*>(gathered_.get()) + gathered_bytes_, part.data(), part.size());
    gathered_bytes_ += part.size();
    bytes.remove_prefix(part.size());
    if (gathered_bytes_ < most_gathered) continue;
    if (auto written = write_gathered(); !written) return written;
  }
  return {};
}

// To the end of a block: after it, zeros.
Result<void> ContentWriter::write_gathered() {
  const auto bytes = (gathered_bytes_ + sizeof(Block) - 1) / sizeof(Block) * sizeof(Block);
  char* const from = reinterpret_cast<char*>(gathered_.get());
  std::memset(from + gathered_bytes_, 0, bytes - gathered_bytes_);
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t written = ::pwrite(file_.get(), from + done, bytes - done, written_);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("write", segment_file(folder_, segment_));
    done += static_cast<std::size_t>(written);
    written_ += written;
  }
  gathered_bytes_ = 0;
  return {};
}

Result<void> ContentWriter::next_segment() {
  if (auto done = make_durable(); !done) return done;
  const auto file = segment_file(folder_, segment_ + 1);
  constexpr int fresh = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  Descriptor opened(::open(file.c_str(), fresh | O_DIRECT, 0600));
  // A file system may refuse it only after the file is there.
  if (!opened && errno == EINVAL) opened = Descriptor(::open(file.c_str(), fresh & ~O_EXCL, 0600));
  if (!opened) return failed("create", file);
  // The name too must outlast a power cut.
  const Descriptor folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return failed("record the files of", folder_);
  file_ = std::move(opened);
  ++segment_;
  written_ = durable_ = 0;
  return {};
}

Result<void> ContentWriter::make_durable() {
  if (auto done = write_gathered(); !done) return done;
  if (durable_ == written_) return {};
  if (::fdatasync(file_.get()) != 0) return failed("make durable", segment_file(folder_, segment_));
  durable_ = written_;
  return {};
}

Result<std::string> ContentReader::read(const Statement& row, int first) {
  std::string bytes;
  const auto viewed = view(row, first, bytes);
  if (!viewed) return tl::unexpected(viewed.error());
  if (viewed->data() != bytes.data()) bytes = *viewed;
  return bytes;
}

Result<std::string_view> ContentReader::view(const Statement& row, int first, std::string& buffer) {
  if (row.is_null(first)) return row.blob(first + 3);
  if (auto done = fetch(row.integer(first), row.integer(first + 1), row.integer(first + 2), buffer); !done) {
    return tl::unexpected(done.error());
  }
  return std::string_view(buffer);
}

Result<void> ContentReader::fetch(std::int64_t segment, std::int64_t start, std::int64_t length,
                                  std::string& into) {
  const auto path = segment_file(folder_, segment);
  if (!file_ || segment != segment_) {
    file_ = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_) return failed("open", path);
    segment_ = segment;
  }
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) return failed("read", path);
  // Also bounds what is allocated.
  if (start < 0 || length < 0 || length > status.st_size || start > status.st_size - length) {
    return failure(v1::STORE_FAILED,
                   fmt::format("the file has {} bytes; a row's content would be {} bytes from {}",
                               status.st_size, length, start),
                   path.string());
  }
  into.resize(static_cast<std::size_t>(length));
  for (std::size_t done = 0; done < into.size();) {
    const ssize_t got =
        ::pread(file_.get(), into.data() + done, into.size() - done, start + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failed("read", path);
    done += static_cast<std::size_t>(got);
  }
  return {};
}

}  // namespace gnc::sqlite
