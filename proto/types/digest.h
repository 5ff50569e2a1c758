#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace gnc {

// A SHA-256 value.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Digest&) const = default;

  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  std::string hex() const;

  // Empty unless `raw` has 32 bytes.
  static std::optional<Digest> from_bytes(std::string_view raw) {
    Digest digest;
    if (raw.size() != digest.bytes.size()) return std::nullopt;
    std::memcpy(digest.bytes.data(), raw.data(), raw.size());
    return digest;
  }
};

}  // namespace gnc
