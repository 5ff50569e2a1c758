#include "scenarios/engine/lodgement_table.h"

#include <algorithm>
#include <functional>

namespace gnc::scenarios {
namespace {

constexpr std::uint32_t empty = UINT32_MAX;
constexpr std::size_t fewest_slots = 1024;

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
  row.rest = static_cast<std::uint32_t>(rests_.size());
  rests_ += static_cast<char>(rest.size() >> 8);
  rests_ += static_cast<char>(rest.size());
  rests_ += rest;

  const auto index = static_cast<LodgementIndex>(rows_.size());
  rows_.push_back(row);
  if (slots_.size() * 2 <= rows_.size() * 3) {
    grow();
  } else {
    slots_[slot_of(lodgement.reference)] = index;
  }
  return index;
}

std::string_view LodgementTable::rest(const Row& row) const {
  const auto length = static_cast<std::size_t>(static_cast<std::uint8_t>(rests_[row.rest])) << 8 |
                      static_cast<std::uint8_t>(rests_[row.rest + 1]);
  return std::string_view(rests_).substr(row.rest + 2, length);
}

std::string LodgementTable::reference(const Row& row) const {
  std::string text = row.reference_is_rest ? std::string() : documents_[row.document];
  return text += rest(row);
}

// The slot of the lodgement with the reference, or the empty one where it would be.
std::size_t LodgementTable::slot_of(std::string_view text) const {
  std::size_t slot = std::hash<std::string_view>()(text) & (slots_.size() - 1);
  const auto is_it = [&](const Row& row) {
    std::string_view left = text;
    if (!row.reference_is_rest) {
      if (!left.starts_with(documents_[row.document])) return false;
      left.remove_prefix(documents_[row.document].size());
    }
    return left == rest(row);
  };
  while (slots_[slot] != empty && !is_it(rows_[slots_[slot]])) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

void LodgementTable::grow() {
  slots_.assign(std::max(fewest_slots, slots_.size() * 2), empty);
  for (std::size_t index = 0; index < rows_.size(); ++index) {
    slots_[slot_of(reference(rows_[index]))] = static_cast<LodgementIndex>(index);
  }
}

std::optional<LodgementIndex> LodgementTable::find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const LodgementIndex index = slots_[slot_of(text)];
  if (index == empty) return std::nullopt;
  return index;
}

Lodgement LodgementTable::lodgement(LodgementIndex index) const {
  const Row& row = rows_[index];
  return {reference(row), documents_[row.document], row.batch, row.intended,
          row.sent.known() ? row.intended + row.sent.value() : row.intended};
}

}  // namespace gnc::scenarios
