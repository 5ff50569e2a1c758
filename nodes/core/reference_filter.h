#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gnc::nodes {

// The references on record, in bounded memory: says of nearly every new one at once that it is surely new, so
// that only the others need a look into the store. Bloom filters whose bits of one reference share a cache
// line; each is larger than the one before, up to 4.6 MB in all. Beyond three million references it is wrong
// ever more often, which costs a look each time, and never says "new" of one that is not.
class ReferenceFilter {
 public:
  void insert(std::string_view reference);
  // False: the reference was never inserted.
  bool may_contain(std::string_view reference) const;
  std::size_t bytes() const;

 private:
  using Line = std::array<std::uint64_t, 8>;
  struct Part {
    std::vector<Line> lines;  // a power of two of them
    std::size_t room = 0;     // references that it still takes before it is wrong too often
  };

  std::vector<Part> parts_;
};

}  // namespace gnc::nodes
