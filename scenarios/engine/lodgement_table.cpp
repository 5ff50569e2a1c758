#include "scenarios/engine/lodgement_table.h"

#include <algorithm>
#include <functional>

namespace gnc::scenarios {
namespace {

constexpr std::uint32_t empty = UINT32_MAX;
constexpr std::size_t fewest_slots = 1024;
// Bytes of forgotten references that are not worth moving the others for.
constexpr std::size_t least_forgotten = 1u << 16;

std::uint32_t hash_of(std::string_view reference) {
  const std::uint64_t hash = std::hash<std::string_view>()(reference);
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

}  // namespace

std::uint32_t LodgementTable::document_number(const std::string& name) {
  if (const auto found = document_numbers_.find(name); found != document_numbers_.end()) return found->second;
  const auto number = static_cast<std::uint32_t>(documents_.size());
  documents_.push_back(name);
  document_numbers_.emplace(documents_.back(), number);
  return number;
}

LodgementIndex LodgementTable::add(const Lodgement& lodgement) {
  Row row;
  row.intended = lodgement.intended;
  row.document = document_number(lodgement.document);
  row.batch = static_cast<std::uint16_t>(lodgement.batch);
  std::string_view rest = lodgement.reference;
  row.reference_is_rest = !rest.starts_with(lodgement.document);
  if (!row.reference_is_rest) rest.remove_prefix(lodgement.document.size());
  rest = rest.substr(0, UINT16_MAX);
  row.rest = rests_first_ + static_cast<std::uint32_t>(rests_.size());
  rests_ += static_cast<char>(rest.size() >> 8);
  rests_ += static_cast<char>(rest.size());
  rests_ += rest;

  const auto index = static_cast<LodgementIndex>(size());
  rows_.push_back(row);
  most_ = std::max(most_, rows_.size());
  if (slots_.size() * 2 <= rows_.size() * 3) {
    grow();
  } else {
    const std::uint32_t hash = hash_of(lodgement.reference);
    slots_[slot_of(lodgement.reference, hash)] = {index, hash};
  }
  return index;
}

void LodgementTable::forget_first() {
  leave_slot(first_);
  rests_forgotten_ += 2 + rest(rows_.front()).size();
  rows_.pop_front();
  ++first_;
  if (rests_forgotten_ < least_forgotten || rests_forgotten_ * 2 < rests_.size()) return;
  rests_.erase(0, rests_forgotten_);
  rests_first_ += static_cast<std::uint32_t>(rests_forgotten_);
  rests_forgotten_ = 0;
}

std::string_view LodgementTable::rest(const Row& row) const {
  const std::size_t at = std::uint32_t{row.rest - rests_first_};
  const auto length = static_cast<std::size_t>(static_cast<std::uint8_t>(rests_[at])) << 8 |
                      static_cast<std::uint8_t>(rests_[at + 1]);
  return std::string_view(rests_).substr(at + 2, length);
}

std::string LodgementTable::reference(const Row& row) const {
  std::string text = row.reference_is_rest ? std::string() : documents_[row.document];
  return text += rest(row);
}

// The slot of the lodgement with the reference, or the empty one where it would be.
std::size_t LodgementTable::slot_of(std::string_view text, std::uint32_t hash) const {
  const auto is_it = [&](const Row& row) {
    std::string_view left = text;
    if (!row.reference_is_rest) {
      if (!left.starts_with(documents_[row.document])) return false;
      left.remove_prefix(documents_[row.document].size());
    }
    return left == rest(row);
  };
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot].index != empty && (slots_[slot].hash != hash || !is_it((*this)[slots_[slot].index]))) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void LodgementTable::leave_slot(LodgementIndex index) {
  const std::string text = reference((*this)[index]);
  std::size_t hole = slot_of(text, hash_of(text));
  // Another may have come under the same reference since.
  if (slots_[hole].index != index) return;
  // What was put behind it only because its own place was taken moves up.
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t next = (hole + 1) & mask; slots_[next].index != empty; next = (next + 1) & mask) {
    if (((next - slots_[next].hash) & mask) < ((next - hole) & mask)) continue;
    slots_[hole] = slots_[next];
    hole = next;
  }
  slots_[hole] = {};
}

void LodgementTable::grow() {
  slots_.assign(std::max(fewest_slots, slots_.size() * 2), {});
  for (LodgementIndex index = first_; index < size(); ++index) {
    const std::string text = reference((*this)[index]);
    const std::uint32_t hash = hash_of(text);
    slots_[slot_of(text, hash)] = {index, hash};
  }
}

std::optional<LodgementIndex> LodgementTable::find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const LodgementIndex index = slots_[slot_of(text, hash_of(text))].index;
  if (index == empty) return std::nullopt;
  return index;
}

Lodgement LodgementTable::lodgement(LodgementIndex index) const {
  const Row& row = (*this)[index];
  return {reference(row), documents_[row.document], row.batch, row.intended,
          row.sent.known() ? row.intended + row.sent.value() : row.intended};
}

}  // namespace gnc::scenarios
