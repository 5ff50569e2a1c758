#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "nodes/core/exchanges.h"
#include "nodes/core/id_sequence.h"
#include "nodes/core/step_work.h"
#include "proto/types/tail_set.h"

namespace gnc::nodes {

// What is delivered to this party: verified, recorded, given to its business once, and receipted.
class Inbox {
 public:
  Inbox(const NodeConfig& config, const AgreementIndex& agreements, const NodeLookup& lookup,
        Business& business, Exchanges& exchanges, IdSequence& ids, std::uint64_t next_batch,
        const std::vector<std::uint64_t>& tails);

  // Returns how many envelopes the batch had, for the credit.
  std::uint32_t receive(IncomingBatch batch, StepWork& work);
  // Ends a step: what it received stays here until it is committed.
  void step_ended(std::uint64_t step);
  void committed(std::uint64_t step);

 private:
  std::uint32_t receive_unproven(const IncomingBatch& batch, StepWork& work);
  void receive_item(const trust::OpenedBatch& batch, const trust::OpenedItem& item, StepWork& work);
  // Not authentic: said to `audience`, where one can be told.
  void reject(const std::optional<PartyName>& audience, std::string_view id, const trust::OpenedItem& item,
              const Error& reason, StepWork& work);
  bool seen_before(const Uuid& id, const trust::OpenedItem& item, const PartyName& sender, StepWork& work);
  void decide(const ReceivedRecord& record, const MessageTerms& terms, StepWork& work);
  void give_receipts(const ReceivedRecord& record, StepWork& work);

  const NodeConfig& config_;
  const AgreementIndex& agreements_;
  const NodeLookup& lookup_;
  Business& business_;
  Exchanges& exchanges_;
  IdSequence& ids_;
  std::uint64_t next_batch_;
  TailSet tails_;
  std::unordered_map<Uuid, ReceivedRecord, UuidHash> uncommitted_;
  std::vector<Uuid> this_step_;
  std::deque<std::pair<std::uint64_t, std::vector<Uuid>>> steps_;
  v1::Envelope envelope_;  // the one being read; kept for its buffers
  v1::Receipt receipt_;    // the one being made; the same
  bool needed_ = false;    // the batch being read has something that the record must show
};

}  // namespace gnc::nodes
