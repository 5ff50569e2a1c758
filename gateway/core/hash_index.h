#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace gnc::gateway {

// Scatters what a peer may have chosen; `salt` keeps a peer from choosing ids that collide.
inline std::uint64_t scatter(std::uint64_t value, std::uint64_t salt) {
  value ^= salt;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

// A flat index of small values, found by a hash and a predicate on the value: the keys stay where they are.
// It cannot be iterated, so its order reaches no effect. Pointers hold until the next insert or erase.
template <class Value>
class HashIndex {
 public:
  template <class Matches>
  Value* find(std::uint64_t hash, Matches&& matches) {
    return const_cast<Value*>(std::as_const(*this).find(hash, matches));
  }
  template <class Matches>
  const Value* find(std::uint64_t hash, Matches&& matches) const {
    const std::size_t at = locate(mark_of(hash), matches);
    return at == none ? nullptr : &entries_[at].value;
  }

  // The caller has made sure that the key is not there.
  void insert(std::uint64_t hash, Value value) {
    if ((size_ + 1) * 10 > entries_.size() * 7) grow();
    place({mark_of(hash), value});
    ++size_;
  }

  template <class Matches>
  void erase(std::uint64_t hash, Matches&& matches) {
    std::size_t hole = locate(mark_of(hash), matches);
    if (hole == none) return;
    // Entries that were pushed past the hole move back, so that no tombstone is needed.
    for (std::size_t at = next(hole); entries_[at].mark != 0; at = next(at)) {
      const std::size_t home = entries_[at].mark & mask();
      if (((at - home) & mask()) >= ((at - hole) & mask())) {
        entries_[hole] = entries_[at];
        hole = at;
      }
    }
    entries_[hole] = {};
    --size_;
  }

  std::size_t size() const { return size_; }

 private:
  struct Entry {
    std::uint32_t mark = 0;  // of the hash; 0: empty
    Value value{};
  };

  static constexpr std::size_t none = SIZE_MAX;

  static std::uint32_t mark_of(std::uint64_t hash) {
    const auto mark = static_cast<std::uint32_t>(hash);
    return mark == 0 ? 1 : mark;
  }
  std::size_t mask() const { return entries_.size() - 1; }
  std::size_t next(std::size_t at) const { return (at + 1) & mask(); }

  template <class Matches>
  std::size_t locate(std::uint32_t mark, Matches&& matches) const {
    if (entries_.empty()) return none;
    for (std::size_t at = mark & mask(); entries_[at].mark != 0; at = next(at)) {
      if (entries_[at].mark == mark && matches(entries_[at].value)) return at;
    }
    return none;
  }

  void place(const Entry& entry) {
    std::size_t at = entry.mark & mask();
    while (entries_[at].mark != 0) at = next(at);
    entries_[at] = entry;
  }

  void grow() {
    std::vector<Entry> old(entries_.empty() ? 16 : entries_.size() * 2);
    old.swap(entries_);
    for (const Entry& entry : old) {
      if (entry.mark != 0) place(entry);
    }
  }

  std::vector<Entry> entries_;  // a power of two
  std::size_t size_ = 0;
};

}  // namespace gnc::gateway
