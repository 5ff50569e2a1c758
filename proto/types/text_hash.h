#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace gnc {

// A hash of all of a text, eight bytes at a time, for tables that compare the text itself as well: it keeps
// nobody from choosing texts that collide.
inline std::uint64_t text_hash(std::string_view text) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15u;
  const auto word_at = [text](std::size_t at, std::size_t bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, bytes);
    return word;
  };
  // Two lanes, since each word waits for the multiplication of the one before it in its lane.
  std::uint64_t even_lane = text.size() * odd, odd_lane = odd;
  std::size_t at = 0;
  for (; at + 16 <= text.size(); at += 16) {
    even_lane = (even_lane ^ word_at(at, 8)) * odd;
    even_lane ^= even_lane >> 32;
    odd_lane = (odd_lane ^ word_at(at + 8, 8)) * odd;
    odd_lane ^= odd_lane >> 29;
  }
  for (; at < text.size(); at += 8) {
    const std::size_t left = text.size() - at;
    even_lane = (even_lane ^ word_at(at, left < 8 ? left : 8)) * odd;
    even_lane ^= even_lane >> 32;
  }
  std::uint64_t hash = (even_lane ^ odd_lane * 0xd6e8feb86659fd93u) * odd;
  hash ^= hash >> 32;
  return hash;
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return text_hash(text); }
};

}  // namespace gnc
