#include "scenarios/engine/histogram_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <fstream>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/hdr_encoding.h"

namespace gnc::scenarios {
namespace {

// No line of ours comes near it.
constexpr std::size_t most_line_bytes = 4u << 20;
constexpr std::string_view start_mark = "#[StartTime: ";
constexpr std::string_view base_mark = "#[BaseTime: ";
constexpr double year_in_seconds = 365 * 86'400.0;

double seconds(Instant instant) { return static_cast<double>(instant.microseconds) / 1e6; }
Instant instant_of(double seconds) { return {std::llround(seconds * 1e6)}; }

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  // Times of year 30,000 are no times.
  if (std::abs(value) > 1e12) return std::nullopt;
  return value;
}

// Cuts what stands before the comma off.
std::string_view field(std::string_view& line) {
  const std::size_t comma = line.find(',');
  const std::string_view text = line.substr(0, comma);
  line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
  return text;
}

// Reads line by line what a log says.
class Reader {
 public:
  // What is wrong with the line, if anything is.
  std::string_view take(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(start_mark))
      start_ = number(line.substr(start_mark.size(), line.find(' ', start_mark.size()) - start_mark.size()));
    if (line.starts_with(base_mark))
      base_ = number(line.substr(base_mark.size(), line.find(' ', base_mark.size()) - base_mark.size()));
    if (line.empty() || line.starts_with('#') || line.starts_with('"')) return {};
    std::string tag;
    if (line.starts_with("Tag=")) tag = field(line).substr(4);
    const auto from = number(field(line));
    const auto length = number(field(line));
    const auto most = number(field(line));
    if (!from || !length || !most || *length < 0) return "the times or the maximum are no numbers";
    auto histogram = decode_hdr(line);
    if (!histogram) {
      wrong_ = histogram.error().detail;
      return wrong_;
    }
    histogram->know_largest(std::llround(*most * 1e3));
    add(std::move(tag), origin(*from) + *from, *length, *histogram);
    return {};
  }

  HistogramLog log() && { return std::move(log_); }

 private:
  // What the times of the lines count from. Without a base, times far from the start are taken to count from
  // it, as the HdrHistogram libraries do.
  double origin(double first) {
    if (!base_) base_ = start_ && first < *start_ - year_in_seconds ? *start_ : 0;
    return *base_;
  }

  void add(std::string tag, double from, double length, const HdrHistogram& histogram) {
    const Instant begin = instant_of(from);
    const Instant end = instant_of(from + length);
    log_.from = log_.tags.empty() ? begin : std::min(log_.from, begin);
    log_.to = log_.tags.empty() ? end : std::max(log_.to, end);
    log_.tags[std::move(tag)].merge(histogram);
  }

  std::optional<double> start_;
  std::optional<double> base_;
  std::string wrong_;
  HistogramLog log_;
};

}  // namespace

std::string histogram_log_header(Instant start) {
  const std::time_t whole = start.microseconds / 1'000'000;
  return fmt::format(
      "#The values are microseconds: give plotters an outputValueUnitRatio of 1000 for milliseconds\n"
      "#[Histogram log format version 1.3]\n"
      "{}{:.3f} (seconds since epoch), {:%a %b %d %H:%M:%S} UTC {:%Y}]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
      start_mark, seconds(start), fmt::gmtime(whole), fmt::gmtime(whole));
}

std::string histogram_log_line(std::string_view tag, Duration from, Duration length,
                               const HdrHistogram& histogram) {
  return fmt::format("Tag={},{:.3f},{:.3f},{:.3f},{}\n", tag, from.milliseconds() / 1e3,
                     length.milliseconds() / 1e3, static_cast<double>(histogram.max()) / 1e3,
                     encode_hdr(histogram));
}

void HistogramLog::merge(const HistogramLog& other) {
  if (other.tags.empty()) return;
  from = tags.empty() ? other.from : std::min(from, other.from);
  to = tags.empty() ? other.to : std::max(to, other.to);
  for (const auto& [tag, histogram] : other.tags) tags[tag].merge(histogram);
}

Result<HistogramLog> read_histogram_log(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return failure(v1::FILE_UNREADABLE, fmt::format("{} cannot be read", file.string()), {},
                   "Name the folder of a run that has ended.");
  }
  Reader reader;
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    const std::string_view wrong =
        line.size() > most_line_bytes ? "the line is longer than any histogram" : reader.take(line);
    if (!wrong.empty()) {
      return failure(v1::KEY_VALUE, std::string(wrong), fmt::format("{}:{}", file.string(), number),
                     "Give a log as gncsim or an HdrHistogram library (V2) wrote it.");
    }
  }
  return std::move(reader).log();
}

std::string histogram_log_text(const HistogramLog& log) {
  std::string text = histogram_log_header(log.from);
  for (const auto& [tag, histogram] : log.tags)
    text += histogram_log_line(tag, Duration{}, log.to - log.from, histogram);
  return text;
}

}  // namespace gnc::scenarios
