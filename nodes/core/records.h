#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "gnc/v1/event.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "nodes/core/reference_filter.h"
#include "proto/types/digest.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/recent_ids.h"
#include "proto/types/shared_text.h"
#include "proto/types/uuid.h"

// What a node remembers: the values that pass between its core and its store.
namespace gnc::nodes {

// Where an exchange that this party sends stands. One terminal state, entered once.
//
//   sealed ──> admitted ──> delivered ──> processed
//      │           │            ├───────> refused    (by the recipient's business)
//      │           │            └───────> expired    (answer overdue)
//      └──> refused└──> refused, expired, dead_lettered
//
// `delivered` is terminal where no answer is due.
enum class OutgoingState : std::uint8_t {
  sealed = 1,
  admitted = 2,
  delivered = 3,
  processed = 4,
  refused = 5,
  expired = 6,
  dead_lettered = 7,
};

// Where an envelope that this party receives stands.
enum class ReceivedState : std::uint8_t {
  delivered = 1,  // taken in; no business decision is due
  processed = 2,  // taken in, and business has decided
  refused = 3,    // authentic, but not acceptable
};

// What this party's business made of an envelope.
enum class Outcome : std::uint8_t {
  noted = 1,  // nothing to decide
  accepted = 2,
  rejected = 3,
};

// A sealed batch that this party sends; submitted as these bytes.
struct OutboxBatchRecord {
  std::uint64_t number = 0;  // rises by one for each
  Instant at;
  std::shared_ptr<const std::string> bytes;  // serialised SealedBatch, complete
};

// One exchange that this party sends: leaf `index` of its batch `batch`.
struct OutgoingRecord {
  Uuid id;
  std::uint64_t batch = 0;
  std::uint32_t index = 0;
  PartyName recipient;
  Uuid conversation;
  SharedText agreement;
  SharedText message;
  SharedText reference;  // the caller's name for what was lodged; empty for answers
  std::optional<Uuid> answers;
  Digest digest;  // leaf hash
  Instant created_at;
  Instant expires_at;
  Instant intended_at;  // zero where no schedule intended it
  std::uint32_t size = 0;
  bool answer_due = false;
  // An answer, and not a processed receipt alone, is to be expected.
  bool answer_expected = false;
  OutgoingState state = OutgoingState::sealed;
  Instant changed_at;
  v1::ErrorCode reason{};
  std::string detail;
  std::uint64_t number = 0;  // rises by one for each that this party sends
};

struct OutgoingChange {
  Uuid id;
  std::uint64_t number = 0;  // the record's
  OutgoingState state{};
  Instant at;
  v1::ErrorCode reason{};
  std::string detail;
};

// A sealed batch as it was delivered: the evidence of what this party received.
struct ReceivedBatchRecord {
  std::uint64_t number = 0;  // rises by one for each
  Instant at;
  SharedText bytes;
};

// One envelope that this party received, authentic under its sender's seal. What is needed to give its
// receipts again, the same.
struct ReceivedRecord {
  Uuid id;
  std::uint64_t batch = 0;
  std::uint32_t index = 0;
  PartyName sender;
  Uuid conversation;
  SharedText agreement;
  SharedText message;
  Digest digest;
  Instant at;
  ReceivedState state = ReceivedState::delivered;
  v1::ErrorCode reason{};  // refused only
  std::string detail;
};

// Something delivered that is not authentic: it says nothing about the id that it bears.
struct RejectionRecord {
  std::uint64_t batch = 0;
  std::uint32_t index = 0;
  std::string id;  // as read; may be empty or no UUID
  Digest digest;
  Instant at;
  v1::ErrorCode reason{};
  std::string detail;
};

struct DecisionRecord {
  Uuid id;
  Outcome outcome{};
  std::optional<Uuid> answer;
  Instant at;
};

// What this party's business wants to know again after a restart, by a name of its own; the last of a name
// counts. Without bytes it is forgotten.
struct NoteRecord {
  std::string name;
  std::optional<std::string> bytes;
};

// Receipts for this party at their place in the gateway's sequence.
struct ReceiptsRecord {
  std::uint64_t position = 0;
  Instant at;
  // Whether their seal held; those whose seal did not are kept as evidence and not believed.
  bool believed = true;
  SharedText bytes;  // serialised SealedBatch of receipts
};

// All that one step of one party wants remembered: committed as a whole or not at all.
struct Transaction {
  std::uint64_t step = 0;
  std::vector<OutboxBatchRecord> batches;
  std::vector<OutgoingRecord> outgoing;
  std::vector<OutgoingChange> changes;
  std::vector<ReceivedBatchRecord> received_batches;
  std::vector<ReceivedRecord> received;
  std::vector<RejectionRecord> rejections;
  std::vector<DecisionRecord> decisions;
  std::vector<ReceiptsRecord> receipts;
  std::vector<NoteRecord> notes;

  bool empty() const {
    return batches.empty() && outgoing.empty() && changes.empty() && received_batches.empty() &&
           received.empty() && rejections.empty() && decisions.empty() && receipts.empty() && notes.empty();
  }
};

// Bytes of its batches and receipts.
std::size_t content_bytes(const Transaction& transaction);

// What there was before a restart.
struct RestoredState {
  std::uint64_t next_batch = 1;
  std::uint64_t next_number = 1;  // of outgoing records
  std::uint64_t next_received_batch = 1;
  std::uint64_t receipts_recorded_up_to = 0;
  std::vector<OutgoingRecord> open;           // not terminal, in order of batch and index
  std::vector<OutboxBatchRecord> unresolved;  // batches with an exchange in state sealed, in order
  // The ids of received envelopes and the references on record: the first, cheap duplicate checks.
  RecentIds received_ids;
  ReferenceFilter references;
  // What business has noted and not had forgotten; for it alone.
  std::vector<NoteRecord> notes;
};

bool is_terminal(OutgoingState state, bool answer_due);

// The event that entering the state is.
v1::EventKind event_of(OutgoingState state);

}  // namespace gnc::nodes
