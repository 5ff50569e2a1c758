#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "nodes/core/exchanges.h"
#include "nodes/core/id_sequence.h"
#include "nodes/core/step_work.h"
#include "nodes/core/uncommitted.h"
#include "proto/types/recent_ids.h"
#include "proto/wire/envelope_fields.h"

namespace gnc::nodes {

// Why an authentic envelope is not acceptable to its recipient, who knows it under `terms` (null: under
// none); ERROR_CODE_UNSPECIFIED where it is.
Error why_not_acceptable(const v1::Envelope& envelope, const MessageTerms* terms);

// What is delivered to this party: verified, recorded, given to its business once, and receipted.
class Inbox {
 public:
  Inbox(const NodeConfig& config, const AgreementIndex& agreements, const NodeLookup& lookup,
        Business& business, Exchanges& exchanges, IdSequence& ids, std::uint64_t next_batch, RecentIds known);

  // Takes the batch in, or has it wait for business that is slow. Returns how many envelopes were taken in,
  // for the credit.
  std::uint32_t receive(IncomingBatch batch, StepWork& work);
  // Business takes this long for each document from now on. What waits its turn is not on record, and has no
  // receipt: should it be lost with the process, the gateway delivers it again.
  void pace(Duration for_each, Instant now);
  // Takes in what business has come to by now; how many envelopes.
  std::uint32_t take_waiting(StepWork& work);
  void forget_waiting() { waiting_.clear(); }
  // When business is done with the next one, or has something to say by itself; zero: neither.
  Instant next_due() const;
  void clock_stepped(Duration by) { free_at_ = free_at_ + by; }
  // Gives what business says by itself, now that its time has come.
  void time_passed(StepWork& work);
  // Ends a step: what it received stays here until it is committed.
  void step_ended(std::uint64_t step) { uncommitted_.step_ended(step); }
  void committed(std::uint64_t step) { uncommitted_.committed(step); }

 private:
  struct Waiting {
    IncomingBatch batch;
    std::size_t next = 0;      // the item whose turn it is
    std::uint64_t number = 0;  // on record under this number; 0: not on record
  };

  std::uint32_t receive_whole(IncomingBatch batch, StepWork& work);
  void receive_next(Waiting& waiting, StepWork& work);
  std::uint32_t receive_unproven(const IncomingBatch& batch, StepWork& work);
  // Has the envelope and says whether it could be read.
  bool read(std::string_view bytes);
  Error why_not_acceptable(const MessageTerms* terms) const;
  void receive_item(const trust::OpenedBatch& batch, const trust::OpenedItem& item, StepWork& work);
  Error why_payloads_are_not_here(const trust::OpenedItem& item) const;
  // Not authentic: said to `audience`, where one can be told.
  void reject(const std::optional<PartyName>& audience, std::string_view id, const trust::OpenedItem& item,
              const Error& reason, StepWork& work);
  // On record here, or about to be.
  std::optional<ReceivedRecord> find_received(const Uuid& id) const;
  bool seen_before(const Uuid& id, const trust::OpenedItem& item, const PartyName& sender, StepWork& work);
  void decide(const ReceivedRecord& record, const MessageTerms& terms, StepWork& work);
  // The terms of an answer to a message under `terms`: of the message that business names, else of the first.
  // Null where the agreement has none such.
  const MessageTerms* answer_terms(const ReceivedRecord& record, const MessageTerms& terms,
                                   const std::string& named) const;
  void answer(const ReceivedRecord& record, const MessageTerms& terms, const Uuid& answer_id,
              const v1::MetaData& answer, v1::Priority priority, std::string_view traceparent,
              StepWork& work) const;
  void push(const Push& push, StepWork& work);
  void give_receipts(const ReceivedRecord& record, StepWork& work);

  const NodeConfig& config_;
  const AgreementIndex& agreements_;
  const NodeLookup& lookup_;
  Business& business_;
  Exchanges& exchanges_;
  IdSequence& ids_;
  std::uint64_t next_batch_;
  std::uint64_t batch_ = 0;  // number of the batch being read
  Duration for_each_;
  Instant free_at_;  // when business is done with what it has come to
  std::deque<Waiting> waiting_;
  RecentIds known_;
  Uncommitted<ReceivedRecord, Uuid, UuidHash, &ReceivedRecord::id> uncommitted_;
  wire::EnvelopeFields envelope_;  // the one being read, as far as it can be
  wire::DocumentFields document_;  // and what it carries
  bool is_plain_ = true;
  v1::Envelope whole_;  // which both are views into where it is not plain; kept for its buffers
  const std::vector<FetchedPayload>* payloads_ = nullptr;  // of the batch being read
  bool needed_ = false;  // the batch being read has something that the record must show
};

}  // namespace gnc::nodes
