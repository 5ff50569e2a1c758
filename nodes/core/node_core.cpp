#include "nodes/core/node_core.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "nodes/core/drafts.h"
#include "nodes/core/exchanges.h"
#include "nodes/core/inbox.h"
#include "nodes/core/outbox.h"
#include "nodes/core/single_window.h"
#include "proto/types/backoff.h"

namespace gnc::nodes {

class NodeCore::State {
 public:
  State(NodeConfig config, const AgreementIndex& agreements, const NodeLookup& lookup, trust::Signer& signer,
        Business& business, Random random, RestoredState restored)
      : config_(std::move(config)),
        signer_(&signer),
        business_(business),
        reconnects_(random.child("reconnects")),
        resubmissions_(random.child("resubmissions")),
        identifiers_(random.child("identifiers")),
        next_batch_(restored.next_batch),
        next_number_(restored.next_number),
        recorded_up_to_(restored.receipts_recorded_up_to),
        exchanges_(config_, outbox_, resubmissions_),
        inbox_(config_, agreements, lookup, business, exchanges_, ids_, restored.next_received_batch,
               std::move(restored.received_ids)),
        window_(config_, agreements, lookup, ids_, std::move(restored.references)) {
    restore(restored);
  }

  Effects step(std::span<Event> events, Instant now) {
    StepWork work{now, EventLog(config_.events, events_expected_), counters_, {}, {}, {}, {}};
    work.persist.step = ++step_;
    credit_to_grant_ = 0;
    receipts_were_recorded_ = false;
    for (Event& event : events) {
      std::visit([&](auto& happened) { handle(happened, work); }, event);
    }
    exchanges_.time_passed(work);
    credit_to_grant_ += inbox_.take_waiting(work);
    inbox_.time_passed(work);
    work.persist.notes = business_.notes();

    Effects effects;
    mind_stream(work, effects.send);
    give_receipts(work, effects.send);
    seal(work);
    if (phase_ == Phase::connected) {
      const auto describe = [this](const Uuid& id, NodeEvent& event) { exchanges_.describe(id, event); };
      if (auto submitted = outbox_.submit(now, work.log, describe, effects.send); !submitted) {
        work.end_stream = std::move(submitted.error());
      }
      if (credit_to_grant_ != 0) effects.send.emplace_back(SendCredit{stream_, credit_to_grant_});
      if (receipts_were_recorded_) effects.send.emplace_back(SendReceiptsRecorded{stream_, recorded_up_to_});
      if (work.end_stream) mind_stream(work, effects.send);
    }
    finish_stream_of_old_identity(now, effects.send);
    inbox_.step_ended(step_);
    window_.step_ended(step_);
    counters_.open = exchanges_.open();
    effects.persist = std::move(work.persist);
    effects.events = work.log.take();
    // Steps under load resemble each other.
    events_expected_ = std::min(effects.events.size(), most_events_expected);
    effects.wake = next_wake();
    return effects;
  }

  const NodeCounters& counters() const { return counters_; }
  bool connected() const { return phase_ == Phase::connected; }
  const Error& last_end() const { return last_end_; }

 private:
  enum class Phase { apart, opening, connected, closing };

  void restore(const RestoredState& restored) {
    std::map<std::uint64_t, std::vector<const OutgoingRecord*>> sealed;
    for (const OutgoingRecord& record : restored.open) {
      exchanges_.add(record);
      if (record.state == OutgoingState::sealed) sealed[record.batch].push_back(&record);
    }
    for (const OutboxBatchRecord& batch : restored.unresolved) {
      const auto& open = sealed[batch.number];
      std::vector<Uuid> ids;
      v1::SealedBatch parsed;
      v1::Envelope envelope;
      if (!parsed.ParseFromString(*batch.bytes)) continue;
      for (const auto& item : parsed.items()) {
        if (!envelope.ParseFromString(item.content())) break;
        if (const auto id = Uuid::from_bytes(envelope.id())) ids.push_back(*id);
      }
      if (ids.size() != static_cast<std::size_t>(parsed.items_size())) continue;
      outbox_.add(batch.number, batch.bytes, std::move(ids), static_cast<std::uint32_t>(open.size()));
    }
    outbox_.doubt_signer();
    counters_.open = exchanges_.open();
  }

  void handle(LodgeRequested& event, StepWork& work) { window_.lodge(std::move(event.lodge), work); }

  void handle(WelcomeReceived& event, StepWork& work) {
    if (event.stream != stream_ || phase_ != Phase::opening) return;
    if (event.gateway != config_.gateway.text()) {
      work.end_stream =
          Error{v1::SENDER_NOT_PEER, "the gateway calls itself \"" + event.gateway + "\"", {}, {}};
      return;
    }
    phase_ = Phase::connected;
    told_reason_ = {};
    outbox_.seal_anew(*signer_, work.now);
    outbox_.stream_opened(stream_, event.credit);
    NodeEvent& told = work.log.important(v1::EVENT_KIND_CONNECTED);
    told.at = work.now;
    told.peer = config_.gateway;
  }

  void handle(FrameReceived& event, StepWork& work) {
    if (event.stream != stream_ || phase_ != Phase::connected) return;
    // Only now it has been of use: a gateway that welcomes and leaves is not to be hammered.
    attempts_ = 0;
    outbox_.grant(event.credit);
    // Receipts first: a delivery may be the answer that an exchange of theirs waits for.
    for (IncomingReceipts& receipts : event.receipts) take_receipts(receipts, work);
    for (IncomingBatch& batch : event.deliveries) credit_to_grant_ += inbox_.receive(std::move(batch), work);
  }

  void handle(StreamEnded& event, StepWork& work) {
    if (event.stream != stream_ || phase_ == Phase::apart) return;
    const bool by_us = phase_ == Phase::closing;
    if (!by_us) last_end_ = std::move(event.reason);
    outbox_.stream_ended();
    // The gateway delivers it again.
    inbox_.forget_waiting();
    if (phase_ == Phase::connected || by_us || last_end_.code != told_reason_) tell_disconnected(work);
    const bool was_of_use = phase_ == Phase::connected;
    phase_ = Phase::apart;
    if (std::exchange(connect_anew_, false)) {
      attempts_ = 0;
      due_ = work.now;
      return;
    }
    ++attempts_;
    const CatalogueEntry& entry = catalogue_entry(last_end_.code);
    // What only a person can mend is tried seldom; what time mends, soon.
    // A stream that was of use may have ended for what the other side has mended already: a certificate that
    // ran out where there is a new one.
    const bool soon = entry.retryable || entry.code == v1::ERROR_CODE_UNSPECIFIED || was_of_use;
    due_ =
        work.now + (soon ? backoff(attempts_, config_.reconnect_base, config_.reconnect_ceiling, reconnects_)
                         : backoff(20, config_.reconnect_base, config_.reconnect_ceiling, reconnects_));
  }

  void handle(StepCommitted& event, StepWork&) {
    inbox_.committed(event.step);
    window_.committed(event.step);
  }

  void handle(TimePassed&, StepWork&) {}

  void handle(IdentityReplaced& event, StepWork& work) {
    replaced_signer_ = std::move(event.signer);
    signer_ = replaced_signer_.get();
    outbox_.doubt_signer();
    connect_anew_ = phase_ != Phase::apart;
    if (phase_ == Phase::apart) due_ = work.now;
    if (phase_ == Phase::opening) work.end_stream = Error{{}, "a new certificate is to be shown", {}, {}};
  }

  void handle(ClockStepped& event, StepWork&) {
    for (Instant* waited_for : {&due_, &finish_by_}) {
      if (*waited_for != Instant{}) *waited_for = *waited_for + event.by;
    }
    outbox_.clock_stepped(event.by);
    exchanges_.clock_stepped(event.by);
    inbox_.clock_stepped(event.by);
  }

  void handle(BusinessPaced& event, StepWork& work) { inbox_.pace(event.for_each, work.now); }

  void tell_disconnected(StepWork& work) {
    NodeEvent& told = work.log.important(v1::EVENT_KIND_DISCONNECTED);
    told.at = work.now;
    told.peer = config_.gateway;
    EventLog::words(told).reason = last_end_.code;
    EventLog::words(told).detail = last_end_.detail;
    told_reason_ = last_end_.code;
  }

  void take_receipts(IncomingReceipts& receipts, StepWork& work) {
    if (receipts.position <= recorded_up_to_) return;
    if (receipts.position != recorded_up_to_ + 1) {
      work.end_stream =
          Error{v1::FRAME_MALFORMED,
                fmt::format("receipts at position {} came, after {}", receipts.position, recorded_up_to_),
                {},
                {}};
      return;
    }
    const Result<trust::OpenedBatch>& opened = receipts.batch.opened;
    const bool believed = opened && opened->purpose == v1::SealStatement::PURPOSE_RECEIPTS &&
                          opened->audience == config_.party.text();
    if (!opened && catalogue_entry(opened.error().code).retryable) {
      // This party cannot judge now, for want of a revocation list: it will be given them again.
      work.end_stream = opened.error();
      return;
    }
    if (believed) exchanges_.receipted(*opened, work);
    recorded_up_to_ = receipts.position;
    receipts_were_recorded_ = true;
    work.persist.receipts.push_back({receipts.position, work.now, believed, std::move(receipts.batch.bytes)});
  }

  // Opens a stream when its time has come, and ends one that cannot go on.
  void mind_stream(StepWork& work, std::vector<Send>& send) {
    if (phase_ == Phase::opening && due_ <= work.now) {
      work.end_stream = Error{v1::PEER_SILENT, "no Welcome came in time", config_.gateway.text(), {}};
    }
    if (work.end_stream && (phase_ == Phase::opening || phase_ == Phase::connected)) {
      last_end_ = *work.end_stream;
      phase_ = Phase::closing;
      outbox_.stream_ended();
      send.emplace_back(CloseStream{stream_, last_end_});
    }
    if (phase_ == Phase::closing && finish_by_ != Instant{} && finish_by_ <= work.now) {
      finish_by_ = {};
      send.emplace_back(CloseStream{stream_, {v1::PEER_SILENT, "the stream did not end in time", {}, {}}});
    }
    if (phase_ == Phase::apart && due_ <= work.now) {
      finish_by_ = {};
      phase_ = Phase::opening;
      due_ = work.now + config_.welcome_timeout;
      send.emplace_back(OpenStream{++stream_, recorded_up_to_, config_.delivery_credit});
    }
  }

  // What this step sends goes first.
  void finish_stream_of_old_identity(Instant now, std::vector<Send>& send) {
    if (phase_ != Phase::connected || !connect_anew_) return;
    last_end_ = {{}, "a new certificate is to be shown", {}, {}};
    phase_ = Phase::closing;
    outbox_.stream_ended();
    finish_by_ = now + config_.welcome_timeout;
    send.emplace_back(FinishStream{stream_});
  }

  void give_receipts(StepWork& work, std::vector<Send>& send) {
    // A stream that is gone takes no receipts; the gateway delivers again and is given the same ones.
    if (phase_ != Phase::connected) return;
    for (const auto& [audience, contents] : work.receipts) {
      for (std::size_t first = 0; first < contents.size(); first += receipts_in_batch) {
        const std::size_t count = std::min(receipts_in_batch, contents.size() - first);
        const trust::SealRequest request{v1::SealStatement::PURPOSE_RECEIPTS, audience.text(), work.now};
        trust::SealedBytes sealed =
            trust::seal_bytes(std::span(contents).subspan(first, count), request, *signer_);
        send.emplace_back(SendReceipts{stream_, std::move(sealed.bytes), std::move(sealed.leaves)});
      }
    }
  }

  void seal(StepWork& work) {
    if (work.drafts.empty()) return;
    std::vector<OutboxBatchRecord> batches =
        seal_drafts(work.drafts, config_, work.now, *signer_, next_batch_);
    auto draft_at = work.drafts.begin();
    for (const OutboxBatchRecord& batch : batches) {
      std::vector<Uuid> ids;
      for (; draft_at != work.drafts.end() && draft_at->record.batch == batch.number; ++draft_at) {
        ids.push_back(draft_at->record.id);
      }
      const auto count = static_cast<std::uint32_t>(ids.size());
      outbox_.add(batch.number, batch.bytes, std::move(ids), count);
    }
    for (Draft& draft : work.drafts) {
      OutgoingRecord& record = draft.record;
      record.number = next_number_++;
      if (NodeEvent* event =
              work.log.stage(v1::EVENT_KIND_LODGED, record.id, record.recipient, record.reference)) {
        event->at = work.now;
        event->size = record.size;
        event->answers = record.answers;
        event->intended_at = record.intended_at;
        event->trace = draft.trace;
        event->cause = draft.cause;
      }
      work.log.stage(v1::EVENT_KIND_SEALED, record.id, record.recipient, record.reference);
      exchanges_.add(record);
      work.persist.outgoing.push_back(std::move(record));
    }
    work.persist.batches = std::move(batches);
  }

  Instant next_wake() const {
    Instant wake;
    const auto at_latest = [&](Instant due) {
      if (due != Instant{} && (wake == Instant{} || due < wake)) wake = due;
    };
    if (phase_ == Phase::apart || phase_ == Phase::opening) at_latest(due_);
    if (phase_ == Phase::closing) at_latest(finish_by_);
    at_latest(inbox_.next_due());
    at_latest(outbox_.next_due());
    at_latest(exchanges_.next_due());
    return wake;
  }

  static constexpr std::size_t receipts_in_batch = 2048;
  static constexpr std::size_t most_events_expected = 1024;

  const NodeConfig config_;
  trust::Signer* signer_;
  Business& business_;
  std::shared_ptr<trust::Signer> replaced_signer_;  // keeps the present one, where it is not the first
  // Apart, so that how many identifiers were drawn says nothing about how long is waited.
  Random reconnects_;
  Random resubmissions_;
  Random identifiers_;
  IdSequence ids_{identifiers_};
  std::uint64_t step_ = 0;
  std::size_t events_expected_ = 0;  // in the next step
  std::uint64_t next_batch_;
  std::uint64_t next_number_;
  std::uint64_t recorded_up_to_;
  Outbox outbox_;
  Exchanges exchanges_;
  Inbox inbox_;
  SingleWindow window_;
  NodeCounters counters_;

  Phase phase_ = Phase::apart;
  StreamId stream_ = 0;
  Instant due_;                // apart: when to open; opening: when to give up
  bool connect_anew_ = false;  // the present stream was opened with another certificate
  Instant finish_by_;          // a stream that is being finished is closed then
  std::uint32_t attempts_ = 0;
  Error last_end_;
  v1::ErrorCode told_reason_{};

  std::uint32_t credit_to_grant_ = 0;  // by this step
  bool receipts_were_recorded_ = false;
};

NodeCore::NodeCore(NodeConfig config, const AgreementIndex& agreements, const NodeLookup& lookup,
                   trust::Signer& signer, Business& business, Random random, RestoredState restored)
    : state_(std::make_unique<State>(std::move(config), agreements, lookup, signer, business, random,
                                     std::move(restored))) {}
NodeCore::~NodeCore() = default;

Effects NodeCore::step(std::span<Event> events, Instant now) { return state_->step(events, now); }
const NodeCounters& NodeCore::counters() const { return state_->counters(); }
bool NodeCore::connected() const { return state_->connected(); }
const Error& NodeCore::last_end() const { return state_->last_end(); }

}  // namespace gnc::nodes
