#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gnc/v1/audit.pb.h"
#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "model/agreement/conversation_states.h"
#include "proto/types/digest.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/shared_text.h"
#include "proto/types/uuid.h"

// What the gateway remembers: the values that pass between its core and its store.
namespace gnc::gateway {

// Where an exchange stands. One terminal state, entered once.
//
//   admitted ──> delivered ──> processed
//      │  │          │  └────> expired       (answer overdue)
//      │  │          └───────> refused       (by the recipient's business)
//      │  ├──> processed  (the answer came before the delivered receipt)
//      │  ├──> refused    (by the recipient, at delivery)
//      │  ├──> expired
//      └──┴──> dead_lettered ──> admitted    (replay by the operator)
//
// `delivered` is terminal where no answer is due.
enum class ExchangeState : std::uint8_t {
  admitted = 1,
  delivered = 2,
  processed = 3,
  refused = 4,
  expired = 5,
  dead_lettered = 6,
};

// Where an envelope's bytes are: leaf `index` of the sealed batch `batch`.
struct EnvelopeLocation {
  std::uint64_t batch = 0;
  std::uint32_t index = 0;
  auto operator<=>(const EnvelopeLocation&) const = default;
};

// A sealed batch as it was received; the unit of storage.
struct BatchRecord {
  std::uint64_t number = 0;  // rises by one for each
  PartyName sender;
  Instant at;
  SharedText bytes;  // serialised SealedBatch; a batch with refused leaves is kept whole
};

// The narrow row of one exchange.
struct ExchangeRecord {
  Uuid id;
  EnvelopeLocation location;
  std::uint64_t sequence = 0;  // order of admission, over all exchanges
  PartyName sender;
  PartyName recipient;
  Uuid conversation;
  SharedText agreement;
  SharedText message;
  Digest digest;  // leaf hash
  Instant admitted_at;
  Instant expires_at;
  // Zero where no answer is due. Before delivery the latest that it can be: expires_at and the time that the
  // agreement gives.
  Instant answer_due_at;
  std::uint32_t size = 0;  // bytes of the envelope
  v1::Priority priority{};
  bool answer_due = false;
  ExchangeState state = ExchangeState::admitted;
  std::uint32_t attempts = 0;
  std::uint64_t admitted_receipt = 0;  // position in the sender's receipts
};

// A later state of an exchange on record.
struct StateChange {
  Uuid id;
  std::uint64_t sequence = 0;  // the exchange's
  ExchangeState state{};
  Instant at;
  v1::ErrorCode reason{};
  std::string detail;
  std::uint32_t attempts = 0;
  Instant answer_due_at;  // the exchange's from now on; zero: as it was
};

// A refusal at the door. Bound to id and digest, so that the same again gets the same receipt.
struct RefusalRecord {
  std::string id;  // as read; may be empty or no UUID
  Digest digest;
  PartyName peer;
  Instant at;
  v1::ErrorCode reason{};
  std::string detail;
  std::uint64_t receipt = 0;  // position in the peer's receipts
  // False where the seal did not hold or the sender was another: such bytes say nothing about the id. Also
  // where the reason is retryable: the same again may be admitted.
  bool authentic = false;
};

// A sealed batch of receipts at its place in a party's sequence.
struct ReceiptsRecord {
  PartyName audience;
  std::uint64_t position = 0;
  Instant at;
  SharedText bytes;  // serialised SealedBatch of receipts
};

// How far a party has durably recorded its receipts.
struct CursorRecord {
  PartyName party;
  std::uint64_t position = 0;
};

// An entry of the audit log, with its serialised form, whose leaf hash is in the tree.
struct AuditRecord {
  std::uint64_t number = 0;  // from 0
  std::string entry;         // serialised v1::AuditEntry
  Digest leaf;
};

// A signed tree head: a serialised v1::Seal with purpose AUDIT_HEAD.
struct AuditHeadRecord {
  std::uint64_t tree_size = 0;
  std::string seal;
};

// Where a conversation under an agreement whose block has states stands, as the last message left it.
struct ConversationRecord {
  Uuid id;
  std::string agreement;
  model::ConversationPlace place;
};

// All that one step wants remembered: committed as a whole or not at all.
struct Transaction {
  std::uint64_t step = 0;
  std::vector<BatchRecord> batches;
  std::vector<ExchangeRecord> exchanges;
  std::vector<StateChange> changes;
  std::vector<RefusalRecord> refusals;
  std::vector<ConversationRecord> conversations;
  std::vector<ReceiptsRecord> receipts;
  std::vector<CursorRecord> cursors;
  std::vector<AuditRecord> audit;
  std::vector<AuditHeadRecord> heads;

  bool empty() const {
    return batches.empty() && exchanges.empty() && changes.empty() && refusals.empty() &&
           conversations.empty() && receipts.empty() && cursors.empty() && audit.empty() && heads.empty();
  }
};

// Bytes of its batches and receipts.
std::size_t content_bytes(const Transaction& transaction);

}  // namespace gnc::gateway
