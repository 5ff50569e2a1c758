#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gnc {

// A set of well-mixed 64-bit values (the tails of UUIDs) in one flat table, 8 to 16 bytes each: answers
// "surely new" at once, so that only the others need a look into a store. Values are never taken out.
class TailSet {
 public:
  // True where `tail` was not in the set before.
  bool insert(std::uint64_t tail) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    const std::uint64_t value = tail == 0 ? 1 : tail;
    std::uint64_t& slot = find(value);
    if (slot == value) return false;
    slot = value;
    ++size_;
    return true;
  }

  bool contains(std::uint64_t tail) const {
    if (slots_.empty()) return false;
    const std::uint64_t value = tail == 0 ? 1 : tail;
    std::size_t at = place(value);
    while (slots_[at] != 0 && slots_[at] != value) at = (at + 1) & (slots_.size() - 1);
    return slots_[at] == value;
  }

  std::size_t size() const { return size_; }

 private:
  // UUID tails start with the same two bits: multiply, so that every bit counts.
  std::size_t place(std::uint64_t value) const {
    return static_cast<std::size_t>((value * 0x9e3779b97f4a7c15u) >> shift_);
  }

  std::uint64_t& find(std::uint64_t value) {
    std::size_t at = place(value);
    while (slots_[at] != 0 && slots_[at] != value) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }

  void grow() {
    const std::vector<std::uint64_t> old = std::move(slots_);
    slots_.assign(old.empty() ? 1024 : old.size() * 2, 0);
    shift_ = old.empty() ? 64 - 10 : shift_ - 1;
    for (const std::uint64_t value : old) {
      if (value != 0) find(value) = value;
    }
  }

  std::vector<std::uint64_t> slots_;  // a power of two of them; zero is empty
  int shift_ = 0;
  std::size_t size_ = 0;
};

}  // namespace gnc
