#include "nodes/serve/control_input.h"

#include <fmt/format.h>

namespace gnc::nodes {
namespace {

constexpr std::size_t longest_varint = 10;

// The length at the start of `bytes`, and how many bytes it takes; 0 bytes where it is not complete yet.
struct Length {
  std::uint64_t value = 0;
  std::size_t bytes = 0;
};
Length read_length(std::string_view bytes) {
  Length length;
  for (std::size_t i = 0; i < bytes.size() && i < longest_varint; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    length.value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      length.bytes = i + 1;
      return length;
    }
  }
  return length;
}

}  // namespace

Result<std::vector<v1::Command>> ControlInput::take(std::string_view bytes) {
  waiting_ += bytes;
  std::vector<v1::Command> commands;
  std::string_view left = waiting_;
  while (!left.empty()) {
    const Length length = read_length(left);
    if (length.bytes == 0 && left.size() >= longest_varint) {
      return failure(v1::USAGE, "the control stream has no length where a command should begin");
    }
    if (length.bytes == 0) break;
    if (length.value > largest_command) {
      return failure(v1::USAGE,
                     fmt::format("a command of {} bytes is longer than {}", length.value, largest_command));
    }
    if (left.size() - length.bytes < length.value) break;
    v1::Command& command = commands.emplace_back();
    if (!command.ParseFromArray(left.data() + length.bytes, static_cast<int>(length.value))) {
      return failure(v1::USAGE, "the control stream has a command that cannot be read");
    }
    left.remove_prefix(length.bytes + static_cast<std::size_t>(length.value));
  }
  waiting_.erase(0, waiting_.size() - left.size());
  return commands;
}

}  // namespace gnc::nodes
