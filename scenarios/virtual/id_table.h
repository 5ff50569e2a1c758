#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "proto/types/uuid.h"

namespace gnc::scenarios {

// Things by the id of their exchange: open addressing over numbers of four bytes, so that to find one touches
// two places of memory, and the things themselves stay where they are. Going through them is in no order that
// means anything, though in the same one wherever the same was done.
template <class T>
class IdTable {
 public:
  // The thing, and whether it was made now.
  std::pair<T*, bool> try_emplace(const Uuid& id) {
    std::optional<T>& thing = place_of(id);
    const bool is_new = !thing.has_value();
    if (is_new) thing.emplace();
    return {&*thing, is_new};
  }
  // Instead of one that is there.
  void put(const Uuid& id, T thing) { place_of(id) = std::move(thing); }
  // Null where there is none.
  T* find(const Uuid& id) {
    if (slots_.empty()) return nullptr;
    const std::uint32_t number = slots_[slot_of(id)];
    return number == empty ? nullptr : &*entries_[number].thing;
  }
  const T* find(const Uuid& id) const { return const_cast<IdTable*>(this)->find(id); }
  void erase(const Uuid& id) {
    if (slots_.empty()) return;
    std::size_t hole = slot_of(id);
    if (slots_[hole] == empty) return;
    entries_[slots_[hole]].thing.reset();
    free_.push_back(slots_[hole]);
    // What was put behind it only because its own place was taken moves up.
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t next = (hole + 1) & mask; slots_[next] != empty; next = (next + 1) & mask) {
      const std::size_t home = home_of(entries_[slots_[next]].id);
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      slots_[hole] = slots_[next];
      hole = next;
    }
    slots_[hole] = empty;
  }
  std::size_t size() const { return entries_.size() - free_.size(); }

  template <class Visit>
  void each(Visit&& visit) const {
    for (const Entry& entry : entries_) {
      if (entry.thing) visit(entry.id, *entry.thing);
    }
  }

 private:
  static constexpr std::uint32_t empty = UINT32_MAX;
  struct Entry {
    Uuid id;
    std::optional<T> thing;  // of those that were erased none
  };

  std::optional<T>& place_of(const Uuid& id) {
    if (slots_.size() * 2 <= size() * 3) grow();
    std::uint32_t& slot = slots_[slot_of(id)];
    if (slot != empty) return entries_[slot].thing;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(entries_.size());
      entries_.push_back({id, std::nullopt});
    } else {
      slot = free_.back();
      free_.pop_back();
      entries_[slot].id = id;
    }
    return entries_[slot].thing;
  }
  static bool same(const Uuid& one, const Uuid& other) {
    std::uint64_t a[2], b[2];
    std::memcpy(a, one.view().data(), sizeof a);
    std::memcpy(b, other.view().data(), sizeof b);
    return a[0] == b[0] && a[1] == b[1];
  }
  std::size_t home_of(const Uuid& id) const {
    // Two bits of a UUID's tail are the same in all: multiplied, every bit of it decides.
    return id.tail() * 0x9e3779b97f4a7c15u >> (64 - std::countr_zero(slots_.size()));
  }
  // The slot of the thing, or the empty one where it would be.
  std::size_t slot_of(const Uuid& id) const {
    std::size_t slot = home_of(id);
    while (slots_[slot] != empty && !same(entries_[slots_[slot]].id, id))
      slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }
  void grow() {
    slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, empty);
    for (std::size_t number = 0; number < entries_.size(); ++number) {
      if (entries_[number].thing) {
        slots_[slot_of(entries_[number].id)] = static_cast<std::uint32_t>(number);
      }
    }
  }

  std::deque<Entry> entries_;
  std::vector<std::uint32_t> free_;   // numbers of those that were erased
  std::vector<std::uint32_t> slots_;  // a power of two
};

}  // namespace gnc::scenarios
