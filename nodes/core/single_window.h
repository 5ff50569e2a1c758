#pragma once

#include <string>
#include <vector>

#include "nodes/core/document_intake.h"
#include "nodes/core/id_sequence.h"
#include "nodes/core/reference_filter.h"
#include "nodes/core/step_work.h"
#include "nodes/core/uncommitted.h"
#include "proto/types/recalled_texts.h"
#include "proto/types/text_hash.h"

namespace gnc::nodes {

// How long what is lodged may be under way: as it says, or the node's own where it says nothing.
Duration life_of(const v1::Lodge& lodge, Duration default_life);

// Whether anything goes along with what is lodged.
bool has_files(const v1::Lodge& lodge);
// Notes why a file cannot go along.
void note_fault(v1::Lodge::Item::File& file, const Error& fault);

// Where documents are lodged: taken in and put in envelopes, or refused one by one.
class SingleWindow {
 public:
  SingleWindow(const NodeConfig& config, const AgreementIndex& agreements, const NodeLookup& lookup,
               IdSequence& ids, ReferenceFilter references);

  void lodge(v1::Lodge lodge, StepWork& work);
  // Ends a step: its references stay here until they are committed.
  void step_ended(std::uint64_t step) { uncommitted_.step_ended(step); }
  void committed(std::uint64_t step) { uncommitted_.committed(step); }

 private:
  struct Terms;

  void lodge_item(const v1::Lodge& lodge, v1::Lodge::Item& item, Terms& terms, StepWork& work);
  tl::expected<v1::CarriedDocument, IntakeRefusal> take_in_or_recall(v1::Lodge::Item& item);
  bool lodged_before(const std::string& reference, StepWork& work) const;
  void refuse(const v1::Lodge& lodge, const v1::Lodge::Item& item, const Error& error,
              std::vector<v1::PointerStep> pointer, StepWork& work) const;

  const NodeConfig& config_;
  const AgreementIndex& agreements_;
  const NodeLookup& lookup_;
  IdSequence& ids_;
  ReferenceFilter references_;
  RecalledTexts taken_{128, 2u << 20};  // documents that were found right, and their types
  Uncommitted<OutgoingRecord, SharedText, TextHash, &OutgoingRecord::reference> uncommitted_;
};

}  // namespace gnc::nodes
