#include "scenarios/virtual/run_difference.h"

#include <fmt/format.h>

#include <fstream>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/instant_text.h"
#include "proto/types/uuid.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

// No event is so long.
constexpr std::uint64_t most_event_bytes = 1u << 20;

// The events of a record, one after the other, as their bytes.
class RecordReader {
 public:
  static Result<RecordReader> open(const fs::path& path) {
    std::error_code ignored;
    RecordReader reader(fs::is_directory(path, ignored) ? path / "events" : path);
    if (!reader.stream_) {
      return failure(v1::FILE_UNREADABLE, fmt::format("{} cannot be read", reader.file_.string()), {},
                     "Name the folder of a run.");
    }
    return reader;
  }

  // False at the end.
  Result<bool> next(std::string& bytes) {
    std::uint64_t size = 0;
    int shift = 0;
    for (int byte = stream_.get(); byte != EOF; byte = stream_.get()) {
      size |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) break;
      if (shift > 28) return broken();
    }
    if (shift == 0) return false;
    if (size > most_event_bytes) return broken();
    bytes.resize(size);
    stream_.read(bytes.data(), static_cast<std::streamsize>(size));
    if (static_cast<std::uint64_t>(stream_.gcount()) != size) return broken();
    return true;
  }

  Result<std::string> words(const std::string& bytes) const {
    v1::Event event;
    if (!event.ParseFromString(bytes)) return broken();
    return event_text(event);
  }

 private:
  explicit RecordReader(fs::path file) : file_(std::move(file)), stream_(file_, std::ios::binary) {}
  tl::unexpected<Error> broken() const {
    return failure(v1::FILE_UNREADABLE, fmt::format("{} is not a whole record of events", file_.string()));
  }

  fs::path file_;
  std::ifstream stream_;
};

std::string microseconds_text(Instant at) {
  const Instant second{at.microseconds - at.microseconds % 1'000'000};
  std::string text = model::instant_text(second);
  text.pop_back();
  return fmt::format("{}.{:06}Z", text, at.microseconds % 1'000'000);
}

}  // namespace

std::string event_text(const v1::Event& event) {
  std::string kind = v1::EventKind_Name(event.kind());
  constexpr std::string_view prefix = "EVENT_KIND_";
  if (kind.starts_with(prefix)) kind.erase(0, prefix.size());
  std::string text = fmt::format("{} {} {}", microseconds_text({event.at()}), event.party(), kind);
  if (const auto id = Uuid::from_bytes(event.exchange())) text += " " + id->text();
  if (!event.peer().empty()) text += " with " + event.peer();
  if (!event.reference().empty()) text += ", " + event.reference();
  if (event.size() != 0) text += fmt::format(", {} bytes", event.size());
  if (const auto id = Uuid::from_bytes(event.answers())) text += ", answers " + id->text();
  if (!event.function_code().empty()) text += ", function " + event.function_code();
  if (event.reason() != v1::ERROR_CODE_UNSPECIFIED) {
    text += fmt::format(", {} {}", label(event.reason()), catalogue_entry(event.reason()).name);
  }
  if (!event.detail().empty()) text += ": " + event.detail();
  return printable(text);
}

Result<RecordComparison> compare_records(const fs::path& first_path, const fs::path& second_path) {
  auto first = RecordReader::open(first_path);
  if (!first) return tl::unexpected(first.error());
  auto second = RecordReader::open(second_path);
  if (!second) return tl::unexpected(second.error());
  RecordComparison comparison;
  std::string one, other, before;
  while (true) {
    const auto in_first = first->next(one);
    if (!in_first) return tl::unexpected(in_first.error());
    const auto in_second = second->next(other);
    if (!in_second) return tl::unexpected(in_second.error());
    if (!*in_first && !*in_second) return comparison;
    if (*in_first && *in_second && one == other) {
      ++comparison.same;
      before = one;
      continue;
    }
    RunDifference& difference = comparison.difference.emplace();
    difference.event = comparison.same + 1;
    const auto say = [&](const RecordReader& reader, const std::string& bytes,
                         std::string& into) -> Result<void> {
      auto words = reader.words(bytes);
      if (!words) return tl::unexpected(words.error());
      into = std::move(*words);
      return {};
    };
    Result<void> said;
    if (*in_first) said = say(*first, one, difference.first);
    if (said && *in_second) said = say(*second, other, difference.second);
    if (said && comparison.same > 0) said = say(*first, before, difference.before);
    if (!said) return tl::unexpected(said.error());
    return comparison;
  }
}

}  // namespace gnc::scenarios
