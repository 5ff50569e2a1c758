#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gnc/v1/window.pb.h"
#include "nodes/core/records.h"
#include "nodes/window/clearance.h"
#include "proto/types/result.h"

// A window's cases and what is used up, as the notes from which it goes on after a restart.
namespace gnc::window {

inline constexpr std::string_view case_notes = "case/";
inline constexpr std::string_view used_notes = "used/";

// A ledger's entry as it stands in notes; nothing where the note is none.
v1::WindowBooking booking_of(const LedgerEntry& entry);
std::optional<LedgerEntry> entry_of(const v1::WindowBooking& booking);

std::string case_note_name(const std::string& number);
// `currency` is that of the case's duty. The case is as before when this returns.
nodes::NoteRecord note_of(Case& known, std::string_view currency);
nodes::NoteRecord note_of(const LedgerEntry& used);

// A case as it was, and the currency of its duty; empty where it has none.
struct RecalledCase {
  Case known;
  std::string currency;
};
// STORE_FAILED where the note is not one that note_of() makes.
Result<RecalledCase> recalled_case(const nodes::NoteRecord& note);
Result<LedgerEntry> recalled_use(const nodes::NoteRecord& note);

}  // namespace gnc::window
