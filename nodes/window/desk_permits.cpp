#include "nodes/window/desk_permits.h"

#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/window.pb.h"
#include "nodes/window/case_notes.h"

namespace gnc::window {
namespace {

constexpr std::string_view used_by_desks = "desk/used/";
constexpr std::string_view written_off_notes = "desk/written-off/";

}  // namespace

AgencyAnswer DeskPermits::look(const Agency& agency, const v1::Declaration& question, Instant now) const {
  // Permits know goods by quantities, and no currency.
  const std::vector<DeclaredItem> items = declared_items(question, {});
  Consultation consultation{&agency, std::vector<std::size_t>(items.size())};
  std::iota(consultation.items.begin(), consultation.items.end(), std::size_t{0});
  return answer_consultation(consultation, items, traders_of(question), ledger_, now);
}

void DeskPermits::write_off(const std::string& of, std::vector<LedgerEntry> entries) {
  const auto before = written_off_.find(of);
  if (before == written_off_.end() && entries.empty()) return;
  if (before != written_off_.end()) {
    ledger_.reverse(before->second);
    written_off_.erase(before);
  }
  ledger_.book(entries);
  const std::string name = std::string(written_off_notes) + of;
  if (entries.empty()) {
    changed_.push_back({name, std::nullopt});
    return;
  }
  v1::DeskWriteOffs note;
  for (const LedgerEntry& entry : entries) *note.add_entries() = booking_of(entry);
  changed_.push_back({name, note.SerializeAsString()});
  written_off_.emplace(of, std::move(entries));
}

std::vector<nodes::NoteRecord> DeskPermits::notes() {
  for (const LedgerEntry& sum : ledger_.take_changed())
    changed_.push_back({std::string(used_by_desks) + sum.name, booking_of(sum).SerializeAsString()});
  return std::exchange(changed_, {});
}

bool DeskPermits::is_own(const nodes::NoteRecord& note) {
  return note.name.starts_with(used_by_desks) || note.name.starts_with(written_off_notes);
}

Result<void> DeskPermits::recall(const nodes::NoteRecord& note) {
  const auto unreadable = [&note] {
    return failure(v1::STORE_FAILED, fmt::format("the note {} cannot be read", note.name));
  };
  if (note.name.starts_with(used_by_desks)) {
    auto sum = recalled_use(note);
    if (!sum) return tl::unexpected(sum.error());
    ledger_.recall(*sum);
    return {};
  }
  v1::DeskWriteOffs read;
  if (!note.bytes || !read.ParseFromString(*note.bytes)) return unreadable();
  std::vector<LedgerEntry>& entries = written_off_[note.name.substr(written_off_notes.size())];
  for (const v1::WindowBooking& booking : read.entries()) {
    auto entry = entry_of(booking);
    if (!entry) return unreadable();
    entries.push_back(std::move(*entry));
  }
  return {};
}

std::string text_of(const std::vector<AgencyFinding>& findings) {
  std::string text;
  for (const AgencyFinding& each : findings)
    text += fmt::format("{}item {}: {}", text.empty() ? "" : "; ", each.item, each.why);
  return text;
}

}  // namespace gnc::window
