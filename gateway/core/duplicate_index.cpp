#include "gateway/core/duplicate_index.h"

#include "gateway/core/hash_index.h"

namespace gnc::gateway {
namespace {

// The table's empty value. A UUID's tail is never 0: its variant bits are not.
constexpr std::uint64_t empty = 0;

}  // namespace

void DuplicateIndex::insert(std::uint64_t tail) {
  reserve(size_ + 1);
  std::uint64_t& place = table_[find(tail)];
  if (place == empty && tail != empty) {
    place = tail;
    ++size_;
  }
}

void DuplicateIndex::insert(std::span<const std::uint64_t> tails) {
  reserve(size_ + tails.size());
  for (const std::uint64_t tail : tails) insert(tail);
}

bool DuplicateIndex::may_contain(std::uint64_t tail) const {
  return !table_.empty() && table_[find(tail)] != empty;
}

std::size_t DuplicateIndex::find(std::uint64_t tail) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = scatter(tail, salt_) & mask;
  while (table_[at] != empty && table_[at] != tail) at = (at + 1) & mask;
  return at;
}

void DuplicateIndex::reserve(std::size_t tails) {
  std::size_t capacity = table_.empty() ? 1024 : table_.size();
  while (tails * 4 > capacity * 3) capacity *= 2;
  if (capacity == table_.size()) return;
  std::vector<std::uint64_t> old(capacity, empty);
  old.swap(table_);
  for (const std::uint64_t tail : old) {
    if (tail != empty) table_[find(tail)] = tail;
  }
}

}  // namespace gnc::gateway
