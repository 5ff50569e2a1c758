#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/types/uuid.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/run_plan.h"
#include "scenarios/engine/world.h"

namespace gnc::scenarios {

// Hands documents to single windows. What a node does not take at once waits as an index, not as bytes, and
// what a node that was started anew may have forgotten is lodged again, under the same reference.
class Lodger {
 public:
  Lodger(ExchangeLedger& ledger, World& world) : ledger_(ledger), world_(world) {}

  // A set of lodgements of one kind, which must outlive this: a step's, or a workload's.
  // `conversations`, where given, has for each of its documents the one that it belongs to; without, each
  // begins a conversation of its own.
  BatchIndex open(const PlannedLodgements&, bool of_workload = false, std::vector<Uuid> conversations = {});
  // Lodges a document of the batch now. `intended` is when it was meant to be.
  LodgementIndex lodge(BatchIndex, std::size_t document, Instant intended);

  // A set of lodgements that are handed in past this, as those of a bare administration; and one of them.
  BatchIndex open_other(ExchangeLedger::Batch);
  void lodge_other(BatchIndex, const std::string& reference, const std::string& document, Instant intended);

  // Passes on what nodes take. To be called after lodging and whenever something happened.
  void send_due();
  // Lodged, and not passed on yet.
  std::size_t waiting() const { return waiting_; }
  void repeat_unacknowledged();
  // The ledger has forgotten what came before this one.
  void forget_before(LodgementIndex);

 private:
  struct Batch {
    const PlannedLodgements* planned = nullptr;  // null: handed in past this
    std::vector<Uuid> conversations;
    std::uint32_t lodged = 0;
    std::vector<LodgementIndex> waiting;
  };
  // It waits until its node takes it.
  void await(BatchIndex, LodgementIndex);
  // Of what waits, from `next` on, which is moved past it.
  v1::Command next_command(const Batch&, std::size_t& next);
  std::string conversation_of(LodgementIndex) const;

  ExchangeLedger& ledger_;
  World& world_;
  std::optional<Instant> started_;  // at the first lodgement
  std::vector<Batch> batches_;      // by BatchIndex
  std::vector<BatchIndex> due_;     // those in which something waits, each once
  std::size_t waiting_ = 0;
  std::deque<std::uint32_t> documents_;  // from `first_` on: which of its batch's documents
  LodgementIndex first_ = 0;
  // The place in its batch of what shares conversations with others of it.
  std::unordered_map<LodgementIndex, std::uint32_t> numbers_;
  std::unordered_map<std::string, std::uint64_t> uses_;  // of a document's name
};

}  // namespace gnc::scenarios
