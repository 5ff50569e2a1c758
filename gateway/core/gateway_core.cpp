#include "gateway/core/gateway_core.h"

#include <algorithm>
#include <limits>

#include "gateway/core/admission.h"
#include "gateway/core/expiry.h"
#include "gateway/core/memory.h"
#include "gateway/core/receipt_intake.h"
#include "gateway/core/step.h"

namespace gnc::gateway {
namespace {

// Handles the events of one step, each in turn.
class EventHandler {
 public:
  explicit EventHandler(Step& step) : step_(step), memory_(step.memory) {}

  void operator()(PeerConnected& event) {
    if (memory_.sessions.contains(event.session)) return;
    const PartyIndex index = memory_.meet(event.party);
    Party& party = memory_.parties[index];
    if (party.session != nullptr) {
      step_.end_session(*party.session,
                        {v1::PEER_REPLACED, "The same party has connected again.", party.name.text(), {}});
    }
    Session& session = memory_.sessions[event.session];
    session = {.id = event.session,
               .party = index,
               .submission_credit = memory_.config.submission_credit,
               .submission_owed = 0,
               .delivery_credit = event.credit,
               .silent_since = step_.now};
    party.session = &session;
    step_.send.emplace_back(SendWelcome{event.session, memory_.config.submission_credit});
    party.resume = true;
    raise_cursor(index, event.receipts_recorded_up_to);
    party.resume_after = std::min(event.receipts_recorded_up_to, party.last_position);
    step_.touch(index);
  }

  void operator()(PeerDisconnected& event) {
    if (Session* session = find(event.session)) step_.lose_session(*session, true);
  }

  void operator()(FrameReceived& event) {
    Session* session = find(event.session);
    if (session == nullptr) return;
    const std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    session->delivery_credit = std::min(session->delivery_credit + event.credit, most);
    if (event.credit > 0) step_.touch(session->party);
    if (event.receipts_recorded_up_to > 0) raise_cursor(session->party, event.receipts_recorded_up_to);
    // Receipts first: an answer in the same frame comes after the receipt of what it answers.
    for (IncomingBatch& batch : event.receipts) {
      if (!take_receipts(step_, *session, batch)) return;
    }
    if (!event.submissions.empty()) admit(step_, *session, event.submissions);
  }

  void operator()(StepCommitted& event) {
    for (const Slot slot : memory_.settling.committed(event.step)) memory_.live.erase(slot);
  }

  void operator()(TimePassed&) {}

  void operator()(AgreementsReplaced& event) {
    memory_.book = std::move(event.book);
    memory_.passed.clear();
    memory_.parties.register_again(*memory_.book);
  }

  void operator()(SignerReplaced& event) {
    memory_.replaced_signer = std::move(event.signer);
    memory_.signer = memory_.replaced_signer.get();
  }

  void operator()(ClockStepped& event) { memory_.shift_waits(event.by); }

  void operator()(PayloadsMoved& event) {
    for (const PartyName& name : event.recipients) {
      const PartyIndex* index = memory_.parties.find(name.text());
      Session* session = index == nullptr ? nullptr : memory_.parties[*index].session;
      if (session != nullptr) session->silent_since = step_.now;
    }
  }

  void operator()(ReplayDeadLetter& event) {
    const Result<void> done = replay(event.exchange);
    step_.replies.push_back({event.request, done ? std::nullopt : std::optional(done.error())});
  }

 private:
  Result<void> replay(const Uuid& id) {
    if (const Slot slot = memory_.live.find(id); slot != no_slot) {
      const bool not_yet = memory_.live[slot].state == ExchangeState::dead_lettered;
      return failure(v1::NO_DEAD_LETTER,
                     not_yet ? "it is just being given up; ask again" : "it is on its way");
    }
    auto record = memory_.lookup.exchange(id);
    if (!record) return failure(v1::NO_DEAD_LETTER, "it is not on record");
    if (record->state != ExchangeState::dead_lettered) {
      return failure(v1::NO_DEAD_LETTER, "it has ended otherwise");
    }
    if (record->expires_at <= step_.now) {
      return failure(v1::ENVELOPE_EXPIRED, "its time ran out while it was a dead letter");
    }
    record->state = ExchangeState::admitted;
    record->attempts = 0;
    const Slot slot = memory_.keep(*record);
    step_.change(slot, ExchangeState::admitted);
    step_.touch(memory_.live[slot].recipient);
    return {};
  }

  Session* find(SessionId id) {
    const auto found = memory_.sessions.find(id);
    return found == memory_.sessions.end() ? nullptr : &found->second;
  }

  // A cursor beyond what was given out says nothing that could be relied on.
  void raise_cursor(PartyIndex index, std::uint64_t position) {
    Party& party = memory_.parties[index];
    position = std::min(position, party.last_position);
    if (position <= party.recorded_up_to) return;
    party.recorded_up_to = position;
    step_.persist.cursors.push_back({party.name, position});
  }

  Step& step_;
  Memory& memory_;
};

}  // namespace

class GatewayCore::State {
 public:
  Memory memory;
};

GatewayCore::GatewayCore(GatewayConfig config, std::shared_ptr<const model::AgreementBook> book,
                         const ExchangeLookup& lookup, trust::Signer& signer, Random random,
                         RestoredState restored)
    : state_(new State{
          Memory(std::move(config), std::move(book), lookup, signer, random, std::move(restored))}) {}

GatewayCore::~GatewayCore() = default;

Effects GatewayCore::step(std::span<Event> events, Instant now) {
  Step step(state_->memory, now);
  EventHandler handle(step);
  for (Event& event : events) std::visit(handle, event);
  // After the events: a receipt that is here shows that the exchange was in time.
  do_what_is_due(step);
  return step.finish();
}

const GatewayCounters& GatewayCore::counters() const { return state_->memory.counters; }

}  // namespace gnc::gateway
