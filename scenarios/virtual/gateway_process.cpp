#include "scenarios/virtual/gateway_process.h"

#include <algorithm>
#include <utility>

#include "gateway/core/envelope_header.h"
#include "gateway/core/payload_terms.h"
#include "gnc/v1/errors.pb.h"
#include "proto/types/known_bug.h"

namespace gnc::scenarios {

GatewayProcess::GatewayProcess(Simulation& simulation, std::uint32_t number, Random chance,
                               gateway::GatewayConfig config,
                               std::shared_ptr<const model::AgreementBook> book,
                               std::vector<PartyName> participants, VirtualTrust& trust,
                               VirtualNetwork& network, FactBook& facts, bool read_receipts)
    : VirtualProcess(simulation, "gateway", number, simulation.costs.gateway, chance),
      config_(std::move(config)),
      book_(std::move(book)),
      participants_(std::move(participants)),
      trust_(trust),
      network_(network),
      records_(facts, config_.name, read_receipts) {}

void GatewayProcess::restore() {
  core_ = std::make_unique<gateway::GatewayCore>(config_, book_, records_, trust_.signer(config_.name),
                                                 chance_of_start(), records_.restore());
}

void GatewayProcess::lose_memory() {
  core_.reset();
  sessions_.clear();
  opening_ = {};
  offered_.clear();
  payloads_.process_died();
  waiting_.clear();
  again_.clear();
  meddling_.clear();
  making_ = {};
  steps_.clear();
  committing_.clear();
  durable_ = false;
}

// ---- In -----------------------------------------------------------------------------------------

void GatewayProcess::hello_came(gateway::SessionId id, Participant participant, const Hello& hello) {
  if (auto holds = trust_.check_peer(participants_[participant], clock()); !holds) {
    network_.end_session(id, holds.error());
    return;
  }
  sessions_[id] = {participant};
  waiting_.emplace_back(
      gateway::PeerConnected{id, participants_[participant], hello.receipts_recorded_up_to, hello.credit});
  run_on();
}

void GatewayProcess::frame_came(gateway::SessionId id, const NodeFrame& frame) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  if (auto holds = trust_.check_peer(participants_[found->second.participant], clock()); !holds) {
    refuse(id, holds.error());
    return;
  }
  CpuWork work{.frames = 1};
  gateway::FrameReceived event{.session = id,
                               .submissions = {},
                               .receipts = {},
                               .credit = frame.credit,
                               .receipts_recorded_up_to = frame.receipts_recorded_up_to};
  const auto open_all = [&](const std::vector<SealedBytes>& batches,
                            std::vector<gateway::IncomingBatch>& into) {
    into.reserve(batches.size());
    for (const SealedBytes& batch : batches) {
      auto& incoming = into.emplace_back(open_batch<gateway::IncomingBatch>(trust_, batch, clock(), work));
      if (incoming.opened) {
        incoming.missing_payloads = gateway::missing_payloads(
            *incoming.opened, [this](const PartyName& recipient, const Digest& digest) {
              return payloads_.has(recipient, digest);
            });
      }
    }
  };
  open_all(frame.submissions, event.submissions);
  open_all(frame.receipts, event.receipts);
  if (frame.again) expect_again(found->second.participant, event);
  open(work, id, opening_.put(std::move(event)));
}

void GatewayProcess::frame_opened(std::uint64_t slot) {
  std::visit([this](auto&& what) { take(std::forward<decltype(what)>(what)); }, opening_.take(slot));
}

void GatewayProcess::take(gateway::FrameReceived frame) { waiting_.emplace_back(std::move(frame)); }

// ---- Payloads -----------------------------------------------------------------------------------

void GatewayProcess::payload_came(Participant participant, const PayloadMessage& message) {
  const auto* piece = std::get_if<PayloadPiece>(&message.content);
  const CpuWork work{.frames = 1, .bytes = piece == nullptr ? 0 : piece->bytes};
  // Each transfer has a connection of its own.
  open(work, std::uint64_t{1} << 40 | message.transfer, opening_.put(PayloadCame{participant, message}));
}

void GatewayProcess::payload_moves(Participant participant) {
  if (!is_up()) return;
  waiting_.emplace_back(gateway::PayloadsMoved{{participants_[participant]}});
  run_on();
}

void GatewayProcess::take(const PayloadCame& came) {
  Result<void> done = trust_.check_peer(participants_[came.participant], clock());
  if (const auto* piece = std::get_if<PayloadPiece>(&came.message.content); done && piece != nullptr)
    return take_piece(came.message.transfer, *piece);
  if (const auto* offer = std::get_if<PayloadOffer>(&came.message.content); done && offer != nullptr)
    done = take_offer(came, *offer);
  if (const auto* request = std::get_if<PayloadRequest>(&came.message.content); done && request != nullptr)
    done = take_request(came, *request);
  if (done) return;
  offered_.erase(came.message.transfer);
  network_.answer_payload(came.message.transfer, {.fault = done.error().code, .detail = done.error().detail});
}

Result<void> GatewayProcess::take_offer(const PayloadCame& came, const PayloadOffer& offer) {
  const auto recipient = PartyName::from_text(offer.recipient);
  if (!recipient) return failure(v1::PAYLOAD_MALFORMED, "an offer names recipient, digest and size");
  const PartyName& sender = participants_[came.participant];
  auto may = gateway::may_hand_in(*book_, sender.text(), recipient->text(), offer.size, clock());
  if (!may) return may;
  const bool complete = payloads_.has(*recipient, offer.digest);
  if (!complete) {
    payloads_.begin(*recipient, offer.digest, offer.size);
    offered_.insert_or_assign(came.message.transfer, std::pair(*recipient, offer));
  }
  network_.answer_payload(came.message.transfer,
                          {.here = payloads_.here(*recipient, offer.digest), .complete = complete});
  return {};
}

void GatewayProcess::take_piece(std::uint64_t transfer, const PayloadPiece& piece) {
  const auto found = offered_.find(transfer);
  if (found == offered_.end()) return;
  const auto& [recipient, offer] = found->second;
  payloads_.append(recipient, offer.digest, piece);
  if (!payloads_.has(recipient, offer.digest)) return;
  network_.answer_payload(transfer, {.here = offer.size, .complete = true});
  offered_.erase(found);
}

Result<void> GatewayProcess::take_request(const PayloadCame& came, const PayloadRequest& request) {
  const PartyName& party = participants_[came.participant];
  if (!payloads_.has(party, request.digest))
    return failure(v1::PAYLOAD_UNKNOWN, request.digest.hex() + " for " + party.text());
  network_.send_payload(came.message.transfer, request.offset, payloads_.here(party, request.digest));
  return {};
}

void GatewayProcess::node_is_gone(gateway::SessionId id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  sessions_.erase(found);
  waiting_.emplace_back(gateway::PeerDisconnected{id});
  run_on();
}

void GatewayProcess::refuse(gateway::SessionId id, Error reason) {
  network_.end_session(id, std::move(reason));
  node_is_gone(id);
}

void GatewayProcess::check_peers() {
  std::vector<std::pair<gateway::SessionId, Error>> refused;
  for (const auto& [id, session] : sessions_) {
    if (auto holds = trust_.check_peer(participants_[session.participant], clock()); !holds) {
      refused.emplace_back(id, holds.error());
    }
  }
  for (auto& [id, reason] : refused) refuse(id, std::move(reason));
}

void GatewayProcess::replace_identity() {
  if (!is_up()) return;
  waiting_.emplace_back(gateway::SignerReplaced{signer_of(trust_, config_.name)});
  run_on();
}

void GatewayProcess::replace_agreements(std::shared_ptr<const model::AgreementBook> book) {
  book_ = book;
  if (!is_up()) return;
  waiting_.emplace_back(gateway::AgreementsReplaced{std::move(book)});
  run_on();
}

// ---- The core -----------------------------------------------------------------------------------

CpuWork GatewayProcess::step() {
  CpuWork work{.steps = 1};
  for (const gateway::Event& event : waiting_) {
    const auto* frame = std::get_if<gateway::FrameReceived>(&event);
    if (frame == nullptr) continue;
    for (const gateway::IncomingBatch& batch : frame->submissions) {
      if (!batch.opened) continue;
      work.envelopes += batch.opened->items.size();
      work.decided_bytes += sealed_size(batch.bytes);
    }
    for (const gateway::IncomingBatch& batch : frame->receipts) {
      if (batch.opened) work.receipts += batch.opened->items.size();
    }
  }
  count_what_waits();
  const std::uint64_t duplicates = core_->counters().duplicates;
  std::vector<gateway::Event> events = std::exchange(waiting_, {});
  making_ = core_->step(events, clock());
  note_meddling(core_->counters().duplicates - duplicates);
  wake_at(making_.wake);
  // Own receipts are sealed; what is passed on is not, which the profile's figure has in it.
  work.seals = making_.persist.heads.size() + std::min<std::size_t>(making_.persist.receipts.size(), 1);
  return work;
}

void GatewayProcess::stepped() {
  if (!making_.persist.empty() || !making_.send.empty()) steps_.push_back(std::exchange(making_, {}));
}

// ---- What somebody did on the way ----------------------------------------------------------------

void GatewayProcess::expect_again(Participant sender, const gateway::FrameReceived& frame) {
  for (const gateway::IncomingBatch& batch : frame.submissions) {
    if (!batch.opened) continue;
    for (const trust::OpenedItem& item : batch.opened->items) {
      if (const auto id = Uuid::from_bytes(gateway::read_envelope_id(item.content))) {
        again_.insert_or_assign(*id, Again{participants_[sender]});
      }
    }
  }
}

void GatewayProcess::count_what_waits() {
  if (again_.empty()) return;
  for (const gateway::Event& event : waiting_) {
    const auto* frame = std::get_if<gateway::FrameReceived>(&event);
    if (frame == nullptr) continue;
    for (const gateway::IncomingBatch& batch : frame->submissions) {
      if (!batch.opened) continue;
      for (const trust::OpenedItem& item : batch.opened->items) {
        const auto id = Uuid::from_bytes(gateway::read_envelope_id(item.content));
        if (const auto found = id ? again_.find(*id) : again_.end(); found != again_.end()) {
          ++found->second.now;
        }
      }
    }
  }
}

// What was neither admitted nor refused came again, if the core counts as many.
void GatewayProcess::note_meddling(std::uint64_t duplicates) {
  const gateway::Transaction& persist = making_.persist;
  for (const gateway::RefusalRecord& refusal : persist.refusals) {
    const auto id = Uuid::from_bytes(refusal.id);
    if (id && refusal.reason == v1::ENVELOPE_ALTERED) {
      nodes::NodeEvent& event = meddling_.emplace_back(Meddling{persist.step, {}}).event;
      event.kind = v1::EVENT_KIND_REFUSED;
      event.exchange = *id;
      event.peer = refusal.peer;
      event.words = std::make_unique<nodes::NodeEventWords>();
      event.words->reason = refusal.reason;
      event.words->detail = refusal.detail;
    }
    if (const auto found = id ? again_.find(*id) : again_.end();
        found != again_.end() && found->second.now > 0) {
      --found->second.now;
    }
  }
  if (again_.empty()) return;
  for (const gateway::ExchangeRecord& record : persist.exchanges) {
    if (const auto found = again_.find(record.id); found != again_.end() && found->second.now > 0) {
      --found->second.now;
    }
  }
  std::uint64_t suppressed = 0;
  for (const auto& [id, again] : again_) suppressed += again.now;
  for (auto at = again_.begin(); at != again_.end();) {
    const std::uint64_t now = std::exchange(at->second.now, 0);
    if (now == 0 || suppressed != duplicates) {
      ++at;
      continue;
    }
    nodes::NodeEvent& event = meddling_.emplace_back(Meddling{persist.step, {}}).event;
    event.kind = v1::EVENT_KIND_DUPLICATE_SUPPRESSED;
    event.exchange = at->first;
    event.peer = at->second.sender;
    event.words = std::make_unique<nodes::NodeEventWords>();
    event.words->detail = "It came again, and is answered with its first receipt.";
    at = again_.erase(at);
  }
}

void GatewayProcess::tell_meddling(std::uint64_t up_to_step, Instant at) {
  std::vector<nodes::NodeEvent> events;
  while (!meddling_.empty() && meddling_.front().step <= up_to_step) {
    nodes::NodeEvent& event = meddling_.front().event;
    // Where the envelope as it was sealed is on record, other bytes under its id say nothing about it.
    const bool says_nothing = event.kind == v1::EVENT_KIND_REFUSED && records_.exchange(*event.exchange);
    if (!says_nothing) events.push_back(std::move(event));
    meddling_.pop_front();
  }
  if (!events.empty() && on_meddling) on_meddling(events, at);
}

// ---- The disk -----------------------------------------------------------------------------------

VirtualProcess::Group GatewayProcess::take_group() {
  committing_ = std::exchange(steps_, {});
  durable_ = false;
  if (GNC_KNOWN_BUG(receipt_before_sync)) {
    std::vector<OutFrame> early;
    for (gateway::Effects& step : committing_) {
      for (gateway::Send& send : step.send) {
        if (std::holds_alternative<gateway::SendReceipts>(send)) perform(send, early);
      }
      std::erase_if(step.send, [](const gateway::Send& send) {
        return std::holds_alternative<gateway::SendReceipts>(send);
      });
    }
    for (OutFrame& frame : early) flush(frame);
    send_now();
  }
  Group group;
  for (const gateway::Effects& step : committing_) {
    const gateway::Transaction& persist = step.persist;
    group.rows += persist.batches.size() + persist.exchanges.size() + persist.changes.size() +
                  persist.refusals.size() + persist.receipts.size() + persist.cursors.size() +
                  persist.audit.size() + persist.heads.size();
    for (const gateway::BatchRecord& batch : persist.batches) group.bytes += sealed_size(batch.bytes);
    for (const gateway::ReceiptsRecord& receipts : persist.receipts)
      group.bytes += sealed_size(receipts.bytes);
  }
  return group;
}

void GatewayProcess::make_group_durable() {
  if (std::exchange(durable_, true)) return;
  for (gateway::Effects& step : committing_) records_.apply(std::move(step.persist));
}

CpuWork GatewayProcess::perform_group() {
  sending_ = {};
  std::vector<OutFrame> frames;
  for (gateway::Effects& step : committing_) {
    for (gateway::Send& send : step.send) perform(send, frames);
  }
  for (OutFrame& frame : frames) flush(frame);
  tell_meddling(committing_.back().persist.step, clock());
  waiting_.emplace_back(gateway::StepCommitted{committing_.back().persist.step});
  committing_.clear();
  records_.sweep();
  return sending_;
}

// ---- Out ----------------------------------------------------------------------------------------

GatewayProcess::OutFrame& GatewayProcess::frame_for(gateway::SessionId session,
                                                    std::vector<OutFrame>& frames) {
  const auto found = std::ranges::find(frames, session, &OutFrame::session);
  if (found == frames.end()) return frames.emplace_back(OutFrame{session, {}, 0});
  if (found->bytes >= most_frame_bytes) flush(*found);
  return *found;
}

void GatewayProcess::flush(OutFrame& out) {
  GatewayFrame frame = std::exchange(out.frame, {});
  const std::size_t bytes = std::exchange(out.bytes, 0);
  if (!frame.welcome && frame.deliveries.empty() && frame.receipts.empty() && frame.credit == 0) return;
  sending_ += {.sends = 1, .sent_bytes = bytes};
  when_sent([this, session = out.session, frame = std::move(frame)]() mutable {
    network_.send(session, std::move(frame));
  });
}

void GatewayProcess::perform(gateway::Send& send, std::vector<OutFrame>& frames) {
  if (const auto* welcome = std::get_if<gateway::SendWelcome>(&send)) {
    frame_for(welcome->session, frames).frame.welcome = welcome->credit;
  } else if (const auto* deliveries = std::get_if<gateway::SendDeliveries>(&send)) {
    auto batches = records_.sealed_batches(deliveries->envelopes);
    if (!batches) return refuse(deliveries->session, batches.error());
    for (SealedBytes& batch : *batches) {
      OutFrame& out = frame_for(deliveries->session, frames);
      out.bytes += sealed_size(*batch);
      out.frame.deliveries.push_back(std::move(batch));
    }
  } else if (auto* receipts = std::get_if<gateway::SendReceipts>(&send)) {
    OutFrame& out = frame_for(receipts->session, frames);
    out.bytes += sealed_size(receipts->bytes);
    if (!receipts->leaves.empty()) trust_.was_sealed(receipts->bytes.shared(), std::move(receipts->leaves));
    out.frame.receipts.push_back({receipts->position, receipts->bytes.shared()});
  } else if (const auto* again = std::get_if<gateway::ResendReceipts>(&send)) {
    for (GatewayRecords::KeptReceipts& kept : records_.receipts(again->party, again->first, again->last)) {
      OutFrame& out = frame_for(again->session, frames);
      out.bytes += sealed_size(*kept.bytes);
      out.frame.receipts.push_back({kept.position, std::move(kept.bytes)});
    }
  } else if (const auto* credit = std::get_if<gateway::SendCredit>(&send)) {
    frame_for(credit->session, frames).frame.credit += credit->envelopes;
  } else {
    auto& end = std::get<gateway::EndSession>(send);
    flush(frame_for(end.session, frames));
    sessions_.erase(end.session);
    when_sent([this, session = end.session, reason = std::move(end.reason)] {
      network_.end_session(session, reason);
    });
  }
}

}  // namespace gnc::scenarios
