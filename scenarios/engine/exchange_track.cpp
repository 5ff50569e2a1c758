#include "scenarios/engine/exchange_track.h"

#include <bit>
#include <utility>

namespace gnc::scenarios {
namespace {

constexpr std::uint32_t empty = UINT32_MAX;
constexpr std::size_t fewest_slots = 1024;

}  // namespace

std::size_t ExchangeTable::home_of(const Uuid& id) const {
  // Two bits of a UUID's tail are the same in all: multiplied, every bit of it decides.
  const std::uint64_t mixed = id.tail() * 0x9e3779b97f4a7c15u;
  return mixed >> (64 - std::countr_zero(slots_.size()));
}

// The slot of the exchange, or the empty one where it would be.
std::size_t ExchangeTable::slot_of(const Uuid& id) const {
  std::size_t slot = home_of(id);
  while (slots_[slot] != empty && entries_[slots_[slot]].id != id) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

void ExchangeTable::grow() {
  slots_.assign(std::max(fewest_slots, slots_.size() * 2), empty);
  for (std::size_t number = 0; number < entries_.size(); ++number) {
    if (entries_[number].id == Uuid()) continue;
    slots_[slot_of(entries_[number].id)] = static_cast<std::uint32_t>(number);
  }
}

ExchangeTrack& ExchangeTable::at(const Uuid& id) {
  if (slots_.size() * 2 <= size() * 3) grow();
  const std::size_t slot = slot_of(id);
  if (slots_[slot] == empty) {
    if (free_.empty()) {
      slots_[slot] = static_cast<std::uint32_t>(entries_.size());
      entries_.push_back({id, {}});
    } else {
      slots_[slot] = free_.back();
      free_.pop_back();
      entries_[slots_[slot]].id = id;
    }
  }
  return entries_[slots_[slot]].track;
}

void ExchangeTable::erase(const Uuid& id) {
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

const ExchangeTrack* ExchangeTable::find(const Uuid& id) const {
  if (slots_.empty()) return nullptr;
  const std::size_t slot = slot_of(id);
  return slots_[slot] == empty ? nullptr : &entries_[slots_[slot]].track;
}

ExchangeTrack* ExchangeTable::find(const Uuid& id) {
  return const_cast<ExchangeTrack*>(std::as_const(*this).find(id));
}

}  // namespace gnc::scenarios
