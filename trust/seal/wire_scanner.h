#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Reading and writing protobuf's wire format in place: what is sealed is hashed where it lies, and counted
// before anything is allocated.
namespace gnc::trust {

// One field. `bytes` points into the scanned text.
struct WireField {
  std::uint32_t number = 0;
  bool is_bytes = false;  // else a varint
  std::uint64_t value = 0;
  std::string_view bytes;
};

// Gives the fields of one message in order. Stricter than protobuf: varints must be as short as they can
// be, and only varints and length-delimited fields with numbers below 16 are known.
class WireScanner {
 public:
  explicit WireScanner(std::string_view message) : rest_(message) {}

  // False at the end, and where the message cannot be read: then `broken()`.
  bool next(WireField& field) {
    if (rest_.empty()) return false;
    const auto tag = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    field.number = tag >> 3;
    field.is_bytes = (tag & 7) == 2;
    if (tag >= 0x80 || field.number == 0 || (!field.is_bytes && (tag & 7) != 0) || !varint(field.value)) {
      return fail();
    }
    if (!field.is_bytes) return true;
    if (field.value > rest_.size()) return fail();
    field.bytes = rest_.substr(0, field.value);
    rest_.remove_prefix(field.value);
    return true;
  }

  bool broken() const { return broken_; }

 private:
  bool fail() {
    rest_ = {};
    broken_ = true;
    return false;
  }

  bool varint(std::uint64_t& value) {
    value = 0;
    for (std::size_t i = 0; i < rest_.size() && i < 9; ++i) {
      const auto byte = static_cast<unsigned char>(rest_[i]);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        rest_.remove_prefix(i + 1);
        return byte != 0 || i == 0;
      }
    }
    return false;
  }

  std::string_view rest_;
  bool broken_ = false;
};

inline std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  while (value >= 0x80) value >>= 7, ++size;
  return size;
}

// How long a length-delimited field of a number below 16 is.
inline std::size_t bytes_field_size(std::size_t length) { return 1 + varint_size(length) + length; }

inline void write_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7f) | 0x80);
  out += static_cast<char>(value);
}

inline void write_bytes_header(std::string& out, std::uint32_t number, std::size_t length) {
  out += static_cast<char>((number << 3) | 2);
  write_varint(out, length);
}

inline void write_bytes_field(std::string& out, std::uint32_t number, std::string_view bytes) {
  write_bytes_header(out, number, bytes.size());
  out += bytes;
}

inline void write_varint_field(std::string& out, std::uint32_t number, std::uint64_t value) {
  out += static_cast<char>(number << 3);
  write_varint(out, value);
}

}  // namespace gnc::trust
