#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "proto/types/uuid.h"

namespace gnc::scenarios {

// Things by the id of their exchange: open addressing over numbers with their hashes, eight bytes each, so
// that to find one touches two places of memory, and the things themselves stay where they are. Going through
// them is in no order that means anything, though in the same one wherever the same was done.
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
    const Slot slot = slots_[slot_of(id, hash_of(id))];
    return slot.is_empty() ? nullptr : &thing_of(entries_[slot.number]);
  }
  const T* find(const Uuid& id) const { return const_cast<IdTable*>(this)->find(id); }
  void erase(const Uuid& id) {
    if (slots_.empty()) return;
    std::size_t hole = slot_of(id, hash_of(id));
    if (slots_[hole].is_empty()) return;
    entries_[slots_[hole].number] = {};
    free_.push_back(slots_[hole].number);
    // What was put behind it only because its own place was taken moves up.
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t next = (hole + 1) & mask; !slots_[next].is_empty(); next = (next + 1) & mask) {
      const std::size_t home = home_of(slots_[next].hash);
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      slots_[hole] = slots_[next];
      hole = next;
    }
    slots_[hole] = {};
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
  // With its hash beside it, what is not looked for is not touched.
  struct Slot {
    std::uint32_t number = UINT32_MAX;
    std::uint32_t hash = 0;
    bool is_empty() const { return number == UINT32_MAX; }
  };
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
    const std::uint32_t hash = hash_of(id);
    Slot& slot = slots_[slot_of(id, hash)];
    if (!slot.is_empty()) return {&entries_[slot.number], false};
    slot.hash = hash;
    if (free_.empty()) {
      slot.number = static_cast<std::uint32_t>(entries_.size());
      entries_.emplace_back();
    } else {
      slot.number = free_.back();
      free_.pop_back();
    }
    entries_[slot.number].id = id;
    return {&entries_[slot.number], true};
  }
  // Two bits of a UUID's tail are the same in all: multiplied, every bit of it decides.
  static std::uint32_t hash_of(const Uuid& id) {
    return static_cast<std::uint32_t>(id.tail() * 0x9e3779b97f4a7c15u >> 32);
  }
  std::size_t home_of(std::uint32_t hash) const { return hash >> (32 - std::countr_zero(slots_.size())); }
  // The slot of the thing, or the empty one where it would be.
  std::size_t slot_of(const Uuid& id, std::uint32_t hash) const {
    std::size_t slot = home_of(hash);
    while (!slots_[slot].is_empty() &&
           (slots_[slot].hash != hash || entries_[slots_[slot].number].id != id)) {
      slot = (slot + 1) & (slots_.size() - 1);
    }
    return slot;
  }
  void grow() {
    const std::vector<Slot> old = std::move(slots_);
    slots_.assign(old.empty() ? 64 : old.size() * 2, {});
    for (const Slot& moved : old) {
      if (moved.is_empty()) continue;
      std::size_t slot = home_of(moved.hash);
      while (!slots_[slot].is_empty()) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = moved;
    }
  }

  std::deque<Entry> entries_;
  std::vector<std::uint32_t> free_;  // numbers of those that were erased
  std::vector<Slot> slots_;          // a power of two, of no more than 2^31
};

}  // namespace gnc::scenarios
