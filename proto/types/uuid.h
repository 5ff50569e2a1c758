#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "proto/types/instant.h"

namespace gnc {

// A UUIDv7 (RFC 9562 §5.7): time-ordered, so that ids made one after the other sort so.
class Uuid {
 public:
  // The time and 74 random bits are the caller's: cores have neither clock nor chance.
  static Uuid from_parts(Instant at, std::uint64_t random_high, std::uint64_t random_low);
  // Empty unless `raw` is 16 bytes of version 7 and the RFC's variant.
  static std::optional<Uuid> from_bytes(std::string_view raw);
  // The 8-4-4-4-12 text form.
  static std::optional<Uuid> from_text(std::string_view text);

  // Milliseconds are all that a UUIDv7 keeps of its time.
  Instant time() const;
  std::string text() const;
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  // The last eight bytes: random enough to hash by.
  std::uint64_t tail() const {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes_.data() + 8, sizeof value);
    return value;
  }

  auto operator<=>(const Uuid&) const = default;
  // Two words at once: what looks an id up compares many.
  friend bool operator==(const Uuid& one, const Uuid& other) {
    return one.head() == other.head() && one.tail() == other.tail();
  }

 private:
  std::uint64_t head() const {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes_.data(), sizeof value);
    return value;
  }
  std::array<std::uint8_t, 16> bytes_{};
};

struct UuidHash {
  std::size_t operator()(const Uuid& id) const noexcept { return static_cast<std::size_t>(id.tail()); }
};

}  // namespace gnc
