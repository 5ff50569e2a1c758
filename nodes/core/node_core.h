#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "nodes/core/agreement_index.h"
#include "nodes/core/business.h"
#include "nodes/core/node_event.h"
#include "nodes/core/node_lookup.h"
#include "nodes/core/records.h"
#include "proto/types/random.h"
#include "proto/types/result.h"
#include "proto/types/shared_text.h"
#include "trust/seal/sealed_batch.h"
#include "trust/seal/signer.h"

// The decisions of one party's node. No clock, socket, file, thread, lock or randomness of its own: events
// and the time go in, effects come out. One thread at a time.
namespace gnc::nodes {

// One attempt at a stream to the gateway; numbered by the core, never used again.
using StreamId = std::uint64_t;

// ---- Events -------------------------------------------------------------------------------------

// Documents for this party's single window.
struct LodgeRequested {
  v1::Lodge lodge;
};

// A payload that was to be fetched: here, with the digest that is sealed, or why it is not.
struct FetchedPayload {
  Digest digest;
  v1::ErrorCode fault{};  // unspecified where it is here
  std::string detail = {};
};

// A batch that came in a frame, opened (or not) by trust::open on the way in.
struct IncomingBatch {
  SharedText bytes;                   // as received
  Result<trust::OpenedBatch> opened;  // points into `bytes`
  // What came of fetching the payloads that its envelopes announce.
  std::vector<FetchedPayload> payloads = {};
};

struct IncomingReceipts {
  std::uint64_t position = 0;
  IncomingBatch batch;
};

struct WelcomeReceived {
  StreamId stream = 0;
  std::string gateway;
  std::uint32_t credit = 0;
};

// One GatewayFrame after, or beside, the Welcome.
struct FrameReceived {
  StreamId stream = 0;
  std::vector<IncomingBatch> deliveries;
  std::vector<IncomingReceipts> receipts;
  std::uint32_t credit = 0;
};

// The stream is gone, or could not be opened. `reason` has the catalogue code that the gateway or the
// transport gave; ERROR_CODE_UNSPECIFIED where this party ended it itself.
struct StreamEnded {
  StreamId stream = 0;
  Error reason;
};

// The store has made step `step`, and all before it, durable.
struct StepCommitted {
  std::uint64_t step = 0;
};

// The time that a wake asked for has come; also harmless at any other time.
struct TimePassed {};

// This party has a new certificate: what is sealed from this step on is sealed with its key, and the party
// connects anew to show it, once what is under way is written. What the gateway has not answered for then is
// sealed anew.
struct IdentityReplaced {
  std::shared_ptr<trust::Signer> signer;
};

// The clock that gives the steps their time was put forward (or back, where negative), and no time has
// passed: what is waited for comes no earlier or later for it.
struct ClockStepped {
  Duration by;
};

// From now on this party's business takes this long for each document: what is delivered waits its turn.
// Zero: it waits no longer.
struct BusinessPaced {
  Duration for_each;
};

using Event = std::variant<LodgeRequested, WelcomeReceived, FrameReceived, StreamEnded, StepCommitted,
                           TimePassed, IdentityReplaced, ClockStepped, BusinessPaced>;

// ---- Effects ------------------------------------------------------------------------------------

// Opens a stream; the Hello says the rest.
struct OpenStream {
  StreamId stream = 0;
  std::uint64_t receipts_recorded_up_to = 0;
  std::uint32_t credit = 0;
};
// A batch to the gateway. `sent` are events for the moment when its frame is handed to the transport.
struct SendSubmission {
  StreamId stream = 0;
  std::shared_ptr<const std::string> bytes;
  std::vector<NodeEvent> sent;
};
struct SendReceipts {
  StreamId stream = 0;
  SharedText bytes;
  std::vector<Digest> leaves = {};  // of the bytes, for a shell that need not hash them again
};
struct SendCredit {
  StreamId stream = 0;
  std::uint32_t envelopes = 0;
};
struct SendReceiptsRecorded {
  StreamId stream = 0;
  std::uint64_t up_to = 0;
};
// Ends the stream; StreamEnded follows.
struct CloseStream {
  StreamId stream = 0;
  Error reason;
};
// Ends the stream once what waits for it is written; StreamEnded follows.
struct FinishStream {
  StreamId stream = 0;
};

using Send = std::variant<OpenStream, SendSubmission, SendReceipts, SendCredit, SendReceiptsRecorded,
                          CloseStream, FinishStream>;

// What a step wants done. **Persist comes before send**: the shell makes `persist` durable, then and only
// then carries out `send`, in order, and gives `events` out; steps' effects in the order of the steps.
// Sends to a stream that is gone are dropped.
struct Effects {
  Transaction persist;
  std::vector<Send> send;
  std::vector<NodeEvent> events;
  // When to send TimePassed at the latest; zero: no need.
  Instant wake;
};

// ---- The core -----------------------------------------------------------------------------------

struct NodeConfig {
  PartyName party;
  PartyName gateway;  // "gateway/hub"
  EventDetail events = EventDetail::full;
  Duration default_life = Duration::from_seconds(3600);
  std::uint32_t batch_envelopes = 256;   // most in one sealed batch
  std::uint32_t batch_bytes = 1u << 20;  // and about that many bytes
  std::uint32_t largest_envelope = 3u << 20;
  std::uint32_t delivery_credit = 4096;  // envelopes that the gateway may have under way to this party
  Duration welcome_timeout = Duration::from_seconds(15);
  Duration reconnect_base = Duration::from_milliseconds(100);
  Duration reconnect_ceiling = Duration::from_seconds(10);
  Duration resubmit_base = Duration::from_milliseconds(200);
  Duration resubmit_ceiling = Duration::from_seconds(10);
  // How long the event of a processed exchange waits for the answer that tells its function code.
  Duration answer_patience = Duration::from_seconds(10);
};

// Counts since the core was made, but for `open`.
struct NodeCounters {
  std::uint64_t lodged = 0, lodgements_refused = 0, received = 0, rejected = 0, business_decisions = 0,
                duplicates_suppressed = 0;
  std::uint64_t open = 0;  // outgoing exchanges not yet terminal, now
};

class NodeCore {
 public:
  // `agreements`, `lookup`, `signer` and `business` must outlive the core, `signer` until it is replaced.
  NodeCore(NodeConfig config, const AgreementIndex& agreements, const NodeLookup& lookup,
           trust::Signer& signer, Business& business, Random random, RestoredState restored);
  ~NodeCore();

  // Handles all of `events` as one step: one transaction, the step's envelopes sealed together, one seal
  // for each sender's receipts. The first step opens the first stream.
  Effects step(std::span<Event> events, Instant now);

  const NodeCounters& counters() const;
  // Whether the gateway's Welcome has come on the present stream.
  bool connected() const;
  // Why the last stream ended or could not be opened; ERROR_CODE_UNSPECIFIED where none has.
  const Error& last_end() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace gnc::nodes
