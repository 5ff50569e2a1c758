#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <type_traits>
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
    const auto [entry, is_new] = entry_of(id);
    return {&thing_of(*entry), is_new};
  }
  // The thing, a new one where there is none.
  T& at(const Uuid& id) { return *try_emplace(id).first; }
  // Instead of one that is there.
  void put(const Uuid& id, T thing) { entry_of(id).first->thing = std::move(thing); }
  // Null where there is none.
  T* find(const Uuid& id) {
    if (slots_.empty()) return nullptr;
    const std::uint32_t number = slots_[slot_of(id)];
    return number == empty ? nullptr : &thing_of(entries_[number]);
  }
  const T* find(const Uuid& id) const { return const_cast<IdTable*>(this)->find(id); }
  void erase(const Uuid& id) {
    if (slots_.empty()) return;
    std::size_t hole = slot_of(id);
    if (slots_[hole] == empty) return;
    entries_[slots_[hole]] = {};
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
  // So many were there at once.
  std::size_t most() const { return entries_.size(); }

  template <class Visit>
  void each(Visit&& visit) const {
    for (const Entry& entry : entries_) {
      if (entry.id != Uuid()) visit(entry.id, thing_of(entry));
    }
  }

 private:
  static constexpr std::uint32_t empty = UINT32_MAX;
  // What cannot be made of nothing is not there until it is put.
  static constexpr bool made_of_nothing = std::is_default_constructible_v<T>;
  struct Entry {
    Uuid id;  // none of one that was erased
    std::conditional_t<made_of_nothing, T, std::optional<T>> thing{};
  };
  template <class AnEntry>
  static auto& thing_of(AnEntry& entry) {
    if constexpr (made_of_nothing) {
      return entry.thing;
    } else {
      return *entry.thing;
    }
  }

  // And whether it was made now.
  std::pair<Entry*, bool> entry_of(const Uuid& id) {
    if (slots_.size() * 2 <= size() * 3) grow();
    std::uint32_t& slot = slots_[slot_of(id)];
    if (slot != empty) return {&entries_[slot], false};
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(entries_.size());
      entries_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    entries_[slot].id = id;
    return {&entries_[slot], true};
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
      if (entries_[number].id == Uuid()) continue;
      slots_[slot_of(entries_[number].id)] = static_cast<std::uint32_t>(number);
    }
  }

  std::deque<Entry> entries_;
  std::vector<std::uint32_t> free_;   // numbers of those that were erased
  std::vector<std::uint32_t> slots_;  // a power of two
};

}  // namespace gnc::scenarios
