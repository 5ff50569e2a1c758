#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gateway/core/exchange_lookup.h"
#include "gateway/core/records.h"
#include "model/agreement/agreement_book.h"
#include "proto/types/random.h"
#include "proto/types/recent_ids.h"
#include "proto/types/result.h"
#include "proto/types/shared_text.h"
#include "trust/seal/merkle.h"
#include "trust/seal/sealed_batch.h"
#include "trust/seal/signer.h"

// The gateway's decisions. No clock, socket, file, thread, lock or randomness of its own: events and the
// time go in, effects come out. One thread at a time.
namespace gnc::gateway {

// One open stream of a node.
using SessionId = std::uint64_t;

// ---- Events -------------------------------------------------------------------------------------

// A peer whose chain holds has said Hello.
struct PeerConnected {
  SessionId session = 0;
  PartyName party;
  std::uint64_t receipts_recorded_up_to = 0;
  std::uint32_t credit = 0;
};

struct PeerDisconnected {
  SessionId session = 0;
};

// A batch that came in a frame, opened (or not) by trust::open on the way in.
struct IncomingBatch {
  SharedText bytes;                   // as received
  Result<trust::OpenedBatch> opened;  // points into `bytes`
  // Payloads that its envelopes announce for their recipients and that are not here.
  std::vector<Digest> missing_payloads = {};
};

// One NodeFrame after the Hello.
struct FrameReceived {
  SessionId session = 0;
  std::vector<IncomingBatch> submissions;
  std::vector<IncomingBatch> receipts;
  std::uint32_t credit = 0;
  std::uint64_t receipts_recorded_up_to = 0;  // 0: not said
};

// The store has made step `step`, and all before it, durable.
struct StepCommitted {
  std::uint64_t step = 0;
};

// The time that a Wake asked for has come; also harmless at any other time.
struct TimePassed {};

// Other agreements are in force from now on.
struct AgreementsReplaced {
  std::shared_ptr<const model::AgreementBook> book;
};

// The operator wants a dead letter delivered again, and is told what became of it under `request`.
struct ReplayDeadLetter {
  std::uint64_t request = 0;
  Uuid exchange;
};

// What is sealed from this step on is sealed with another key of this gateway's.
struct SignerReplaced {
  std::shared_ptr<trust::Signer> signer;
};

// The clock that gives the steps their time was put forward (or back, where negative), and no time has
// passed: what is waited for comes no earlier or later for it. Instants that are stated, as expiries are,
// stay.
struct ClockStepped {
  Duration by;
};

// Parties fetch the payloads of what was delivered to them, and more has come to them: that they give no
// receipt yet is no silence.
struct PayloadsMoved {
  std::vector<PartyName> recipients;
};

using Event = std::variant<PeerConnected, PeerDisconnected, FrameReceived, StepCommitted, TimePassed,
                           AgreementsReplaced, ReplayDeadLetter, SignerReplaced, ClockStepped, PayloadsMoved>;

// ---- Effects ------------------------------------------------------------------------------------

// To the session, in the order of the vector. Locations may be of several batches; runs of one batch
// are delivered as one SealedBatch (trust::extract).
struct SendWelcome {
  SessionId session = 0;
  std::uint32_t credit = 0;
};
struct SendDeliveries {
  SessionId session = 0;
  std::vector<EnvelopeLocation> envelopes;
};
// Receipts just made, as recorded.
struct SendReceipts {
  SessionId session = 0;
  std::uint64_t position = 0;
  SharedText bytes;
  // Of what the gateway has sealed itself, for a shell that need not hash it again.
  std::vector<Digest> leaves = {};
};
// Receipts on record, first to last inclusive.
struct ResendReceipts {
  SessionId session = 0;
  PartyName party;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
struct SendCredit {
  SessionId session = 0;
  std::uint32_t envelopes = 0;
};
// Ends the stream with a status that carries the code.
struct EndSession {
  SessionId session = 0;
  Error reason;
};

using Send = std::variant<SendWelcome, SendDeliveries, SendReceipts, ResendReceipts, SendCredit, EndSession>;

// To the operator, once the step is durable.
struct OperatorReply {
  std::uint64_t request = 0;
  std::optional<Error> refused;
};

// What a step wants done. **Persist comes before send**: the shell makes `persist` durable, then and
// only then carries out `send`, in order, and steps' effects in the order of the steps.
struct Effects {
  Transaction persist;
  std::vector<Send> send;
  std::vector<OperatorReply> replies;
  // When to send TimePassed at the latest; zero: no need.
  Instant wake;
};

// ---- The core -----------------------------------------------------------------------------------

struct GatewayConfig {
  PartyName name;  // "gateway/hub"
  // Parties that may be recipients. Empty: every party of the agreement book.
  std::vector<PartyName> parties = {};
  std::uint32_t submission_credit = 16384;          // envelopes under way from one node
  std::uint64_t recipient_queue_limit = 2'000'000;  // envelopes waiting for one recipient
  std::uint32_t delivery_frame_envelopes = 512;     // most in one SendDeliveries
  std::uint32_t delivery_frame_bytes = 1u << 20;    // and about that many bytes
  std::uint32_t max_attempts = 8;
  Duration receipt_timeout = Duration::from_seconds(30);  // a session that gives none for so long ends
  Duration retry_base = Duration::from_milliseconds(200);
  Duration retry_ceiling = Duration::from_seconds(30);
  Duration longest_life = Duration::from_seconds(7 * 24 * 3600);  // expires_at - created_at
  Duration clock_tolerance = Duration::from_seconds(60);          // created_at may be ahead by
};

// What there was before a restart.
struct RestoredState {
  std::uint64_t next_step = 1;
  std::uint64_t next_batch = 1;
  std::uint64_t next_sequence = 1;
  std::vector<ExchangeRecord> live;  // not terminal, by sequence
  struct Receipts {
    PartyName party;
    std::uint64_t last_position = 0;
    std::uint64_t recorded_up_to = 0;
  };
  std::vector<Receipts> receipts;
  trust::MerkleFrontier audit;
  // The ids of exchanges and authentic refusals on record: the first, cheap duplicate check.
  RecentIds known;
};

// What the metrics page shows. Counts since the core was made.
struct GatewayCounters {
  std::uint64_t admitted = 0, delivered = 0, processed = 0, refused = 0, expired = 0, dead_lettered = 0,
                duplicates = 0, redelivered = 0;
  std::uint64_t receipts_ignored = 0;  // receipts that state nothing new, or nothing that holds
  std::uint64_t waiting = 0;           // envelopes not yet delivered, now
  std::uint64_t in_flight = 0;         // sent and not receipted, now
  std::vector<std::pair<v1::ErrorCode, std::uint64_t>> refusals_by_code;
};

class GatewayCore {
 public:
  // `lookup` and `signer` must outlive the core, the latter until it is replaced.
  GatewayCore(GatewayConfig, std::shared_ptr<const model::AgreementBook>, const ExchangeLookup& lookup,
              trust::Signer& signer, Random random, RestoredState restored);
  ~GatewayCore();

  // Handles all of `events` as one step: one transaction, one seal for each party's receipts, one
  // audit head.
  Effects step(std::span<Event> events, Instant now);

  const GatewayCounters& counters() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace gnc::gateway
