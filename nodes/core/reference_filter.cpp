#include "nodes/core/reference_filter.h"

namespace gnc::nodes {
namespace {

constexpr std::size_t first_lines = 128;
constexpr std::size_t growth = 8;
constexpr std::size_t most_parts = 4;
constexpr std::size_t references_in_line = 512 / 12;
constexpr int bits_of_reference = 6;

std::uint64_t hash_of(std::string_view reference) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : reference) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3u;
  }
  hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93u;
  return hash ^ (hash >> 32);
}

// Six places of nine bits each within a line, from what the choice of the line has left of the hash.
template <class Use>
bool each_bit(std::uint64_t hash, const Use& use) {
  std::uint64_t places = hash * 0x9e3779b97f4a7c15u;
  for (int i = 0; i < bits_of_reference; ++i, places >>= 9) {
    if (!use((places >> 6) & 7, std::uint64_t{1} << (places & 63))) return false;
  }
  return true;
}

}  // namespace

void ReferenceFilter::insert(std::string_view reference) {
  if ((parts_.empty() || parts_.back().room == 0) && parts_.size() < most_parts) {
    const std::size_t lines = parts_.empty() ? first_lines : parts_.back().lines.size() * growth;
    parts_.push_back({std::vector<Line>(lines), lines * references_in_line});
  }
  Part& part = parts_.back();
  if (part.room != 0) --part.room;
  const std::uint64_t hash = hash_of(reference);
  Line& line = part.lines[hash & (part.lines.size() - 1)];
  each_bit(hash, [&](std::size_t word, std::uint64_t bit) {
    line[word] |= bit;
    return true;
  });
}

bool ReferenceFilter::may_contain(std::string_view reference) const {
  const std::uint64_t hash = hash_of(reference);
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
    const Line& line = part->lines[hash & (part->lines.size() - 1)];
    if (each_bit(hash, [&](std::size_t word, std::uint64_t bit) { return (line[word] & bit) != 0; }))
      return true;
  }
  return false;
}

std::size_t ReferenceFilter::bytes() const {
  std::size_t bytes = 0;
  for (const Part& part : parts_) bytes += part.lines.size() * sizeof(Line);
  return bytes;
}

}  // namespace gnc::nodes
