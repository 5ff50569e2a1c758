#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "proto/types/instant.h"
#include "proto/wire/wire_reader.h"

namespace gnc::wire {

// The fields of a message that is plainly written: each once, and in the order of their numbers. So do all
// that write with Protobuf, so that nearly every message is; what is not is left to Protobuf's own parser.
class PlainReader {
 public:
  explicit PlainReader(std::string_view bytes) : reader_(bytes) {}

  // False at the end, and where the message is not plain; `plain` tells which.
  bool next(WireField& field) {
    if (!plain_ || !reader_.next(field)) return false;
    plain_ = field.number_in_message > last_;
    last_ = field.number_in_message;
    return plain_;
  }

  // The field at hand is none that the caller takes plainly.
  void give_up() { plain_ = false; }

  bool plain() const { return plain_ && !reader_.malformed(); }

  // Its bytes, where it is text: ASCII, which is UTF-8 as it must be.
  std::string_view text(const WireField& field) {
    const std::string_view text = bytes(field);
    plain_ = plain_ && is_ascii(text);
    return text;
  }
  std::string_view bytes(const WireField& field) {
    plain_ = plain_ && field.type == WireType::length_delimited;
    return plain_ ? field.bytes : std::string_view{};
  }
  // Of an enumeration.
  int number(const WireField& field) {
    plain_ = plain_ && field.type == WireType::varint && field.number <= INT32_MAX;
    return plain_ ? static_cast<int>(field.number) : 0;
  }
  // Microseconds since 1970 in an sfixed64.
  Instant time(const WireField& field) {
    plain_ = plain_ && field.type == WireType::fixed64;
    return plain_ ? Instant{static_cast<std::int64_t>(field.number)} : Instant{};
  }

 private:
  static bool is_ascii(std::string_view text) {
    std::uint64_t any = 0;
    for (; text.size() >= sizeof any; text.remove_prefix(sizeof any)) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), sizeof word);
      any |= word;
    }
    for (const char c : text) any |= static_cast<std::uint8_t>(c);
    return (any & 0x8080808080808080u) == 0;
  }

  WireReader reader_;
  std::uint32_t last_ = 0;
  bool plain_ = true;
};

}  // namespace gnc::wire
