#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "nodes/core/records.h"
#include "nodes/window/agencies.h"
#include "proto/types/result.h"

namespace gnc::window {

// The permits that an agency has given, and what is used of them, for its desks. By documents, times and
// notes alone.
class DeskPermits {
 public:
  // What the agency finds in the goods of a question, all of which concern it. Nothing is written off yet.
  AgencyAnswer look(const Agency& agency, const v1::Declaration& question, Instant now) const;

  // Writes off for a case, and gives back what was written off for it before.
  void write_off(const std::string& of, std::vector<LedgerEntry> entries);
  void give_back(const std::string& of) { write_off(of, {}); }

  const Ledger& ledger() const { return ledger_; }

  std::vector<nodes::NoteRecord> notes();
  static bool is_own(const nodes::NoteRecord& note);
  Result<void> recall(const nodes::NoteRecord& note);

 private:
  Ledger ledger_;
  std::map<std::string, std::vector<LedgerEntry>> written_off_;  // by case
  std::vector<nodes::NoteRecord> changed_;
};

// "item 1: permit HC-1 is not known; item 2: …"; empty where nothing is lacking.
std::string text_of(const std::vector<AgencyFinding>& findings);

}  // namespace gnc::window
