#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/types/instant.h"

// Protobuf's wire format, field by field, at the end of bytes that are there: of what there may be a hundred
// thousand a second no messages are built.
namespace gnc::wire {

inline void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

// A varint field; like protobuf, callers leave out zeros.
inline void append_varint_field(std::string& out, std::uint32_t field, std::uint64_t value) {
  append_varint(out, static_cast<std::uint64_t>(field) << 3);
  append_varint(out, value);
}

inline void append_fixed64_field(std::string& out, std::uint32_t field, std::uint64_t value) {
  append_varint(out, static_cast<std::uint64_t>(field) << 3 | 1);
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
  out.append(bytes, sizeof bytes);
}

inline void append_bytes_field(std::string& out, std::uint32_t field, std::string_view bytes) {
  append_varint(out, static_cast<std::uint64_t>(field) << 3 | 2);
  append_varint(out, bytes.size());
  out += bytes;
}

// Fields of one message as Protobuf's proto3 has them: what is empty or zero is left out. The caller keeps to
// the order of their numbers, so that the bytes are Protobuf's own.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  void text(int field, std::string_view value) const {
    if (!value.empty()) append_bytes_field(out_, static_cast<std::uint32_t>(field), value);
  }
  void number(int field, std::uint64_t value) const {
    if (value != 0) append_varint_field(out_, static_cast<std::uint32_t>(field), value);
  }
  // Microseconds since 1970 in an sfixed64.
  void time(int field, Instant value) const {
    if (value != Instant{}) {
      append_fixed64_field(out_, static_cast<std::uint32_t>(field),
                           static_cast<std::uint64_t>(value.microseconds));
    }
  }

 private:
  std::string& out_;
};

}  // namespace gnc::wire
