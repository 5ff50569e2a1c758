#include "proto/types/uuid.h"

#include <cctype>

namespace gnc {
namespace {

bool is_version_7(const std::array<std::uint8_t, 16>& bytes) {
  return (bytes[6] >> 4) == 7 && (bytes[8] >> 6) == 0b10;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Uuid Uuid::from_parts(Instant at, std::uint64_t random_high, std::uint64_t random_low) {
  Uuid id;
  const auto milliseconds = static_cast<std::uint64_t>(at.microseconds / 1000);
  for (int i = 0; i < 6; ++i) id.bytes_[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
  id.bytes_[6] = static_cast<std::uint8_t>(0x70 | ((random_high >> 8) & 0x0f));
  id.bytes_[7] = static_cast<std::uint8_t>(random_high);
  for (int i = 0; i < 8; ++i) id.bytes_[8 + i] = static_cast<std::uint8_t>(random_low >> (8 * (7 - i)));
  id.bytes_[8] = static_cast<std::uint8_t>(0x80 | (id.bytes_[8] & 0x3f));
  return id;
}

std::optional<Uuid> Uuid::from_bytes(std::string_view raw) {
  Uuid id;
  if (raw.size() != id.bytes_.size()) return std::nullopt;
  std::memcpy(id.bytes_.data(), raw.data(), raw.size());
  if (!is_version_7(id.bytes_)) return std::nullopt;
  return id;
}

std::optional<Uuid> Uuid::from_text(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid id;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint8_t& byte = id.bytes_[nibble / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | value);
    ++nibble;
  }
  if (!is_version_7(id.bytes_)) return std::nullopt;
  return id;
}

Instant Uuid::time() const {
  std::int64_t milliseconds = 0;
  for (int i = 0; i < 6; ++i) milliseconds = (milliseconds << 8) | bytes_[i];
  return {milliseconds * 1000};
}

std::string Uuid::text() const {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += digits[bytes_[i] >> 4];
    out += digits[bytes_[i] & 15];
  }
  return out;
}

}  // namespace gnc
