#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Protobuf's wire format, field by field, over bytes that belong to someone else: nothing is allocated or
// copied.
namespace gnc::wire {

enum class WireType : std::uint8_t {
  varint = 0,
  fixed64 = 1,
  length_delimited = 2,
  group_start = 3,
  group_end = 4,
  fixed32 = 5,
};

// One field. `number` holds for varint, fixed64 and fixed32; `bytes` for length_delimited.
struct WireField {
  std::uint32_t number_in_message = 0;
  WireType type{};
  std::uint64_t number = 0;
  std::string_view bytes;
};

// Reads the fields of one message in order. Accepts what protobuf's own parser accepts, except groups, which
// the contract does not have.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  // False at the end and where the bytes are malformed; `malformed` tells which.
  bool next(WireField& field) {
    if (at_ == end_) return false;
    std::uint64_t tag = 0;
    if (!read_varint(tag) || tag > UINT32_MAX) return fail();
    field.number_in_message = static_cast<std::uint32_t>(tag >> 3);
    field.type = static_cast<WireType>(tag & 7);
    if (field.number_in_message == 0) return fail();
    switch (field.type) {
      case WireType::varint:
        return read_varint(field.number) || fail();
      case WireType::fixed64:
        return read_fixed<std::uint64_t>(field.number);
      case WireType::fixed32:
        return read_fixed<std::uint32_t>(field.number);
      case WireType::length_delimited: {
        std::uint64_t length = 0;
        if (!read_varint(length) || length > left()) return fail();
        field.bytes = {at_, static_cast<std::size_t>(length)};
        at_ += length;
        return true;
      }
      default:
        return fail();
    }
  }

  bool malformed() const { return malformed_; }

 private:
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  bool fail() {
    malformed_ = true;
    at_ = end_;
    return false;
  }

  bool read_varint(std::uint64_t& value) {
    // Nearly all tags, lengths and numbers are of one byte.
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80) {
      value = static_cast<std::uint8_t>(*at_++);
      return true;
    }
    return read_long_varint(value);
  }

  bool read_long_varint(std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 70 && at_ != end_; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(*at_++);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  template <class Fixed>
  bool read_fixed(std::uint64_t& value) {
    if (left() < sizeof(Fixed)) return fail();
    Fixed fixed = 0;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&fixed, at_, sizeof fixed);
    } else {
      for (std::size_t i = sizeof fixed; i-- > 0;) fixed = fixed << 8 | static_cast<std::uint8_t>(at_[i]);
    }
    value = fixed;
    at_ += sizeof fixed;
    return true;
  }

  const char* at_;
  const char* end_;
  bool malformed_ = false;
};

}  // namespace gnc::wire
