#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gnc::gateway {

// The tails of all ids on record, eight bytes each in a flat table. Says for sure that an id is new; where it
// says otherwise, the record itself must be asked.
class DuplicateIndex {
 public:
  explicit DuplicateIndex(std::uint64_t salt) : salt_(salt) {}

  void insert(std::uint64_t tail);
  void insert(std::span<const std::uint64_t> tails);
  bool may_contain(std::uint64_t tail) const;
  std::size_t size() const { return size_; }

 private:
  std::size_t find(std::uint64_t tail) const;
  void reserve(std::size_t tails);

  std::uint64_t salt_;
  std::vector<std::uint64_t> table_;  // a power of two; 0: empty
  std::size_t size_ = 0;
};

}  // namespace gnc::gateway
