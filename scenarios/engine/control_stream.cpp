#include "scenarios/engine/control_stream.h"

#include "proto/wire/wire_writer.h"

namespace gnc::scenarios {
namespace {

// No report is near this long.
constexpr std::uint64_t longest_report = 256u << 20;

}  // namespace

std::string frame_command(const v1::Command& command) {
  std::string bytes;
  const std::size_t size = command.ByteSizeLong();
  bytes.reserve(size + 5);
  wire::append_varint(bytes, size);
  command.AppendToString(&bytes);
  return bytes;
}

std::optional<std::vector<v1::Report>> ReportReader::take(std::string_view bytes) {
  pending_ += bytes;
  std::vector<v1::Report> reports;
  std::string_view left = pending_;
  while (!left.empty()) {
    std::uint64_t size = 0;
    std::size_t header = 0;
    bool whole = false;
    for (int shift = 0; header < left.size() && shift < 35 && !whole; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(left[header++]);
      size |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      whole = byte < 0x80;
    }
    if (!whole && header >= 5) return std::nullopt;
    if (whole && size > longest_report) return std::nullopt;
    if (!whole || left.size() - header < size) break;
    if (!reports.emplace_back().ParseFromArray(left.data() + header, static_cast<int>(size)))
      return std::nullopt;
    left.remove_prefix(header + static_cast<std::size_t>(size));
  }
  pending_.erase(0, pending_.size() - left.size());
  return reports;
}

}  // namespace gnc::scenarios
