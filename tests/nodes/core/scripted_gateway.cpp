#include "tests/nodes/core/scripted_gateway.h"

#include <algorithm>
#include <stdexcept>

namespace gnc::nodes {
namespace {

constexpr std::uint32_t submission_credit = 9;

}  // namespace

std::vector<Event> ScriptedGateway::connect(const PartyName& party, const OpenStream& hello) {
  Peer& peer = peers_[party];
  peer.stream = hello.stream;
  peer.credit = hello.credit;
  peer.submissions_to_grant = 0;
  peer.receipts_sent = hello.receipts_recorded_up_to;
  peer.in_flight.clear();
  std::vector<Event> events;
  events.emplace_back(WelcomeReceived{hello.stream, "gateway/hub", submission_credit});
  return events;
}

void ScriptedGateway::disconnect(const PartyName& party) { peers_[party].stream = 0; }

bool ScriptedGateway::is_connected(const PartyName& party, StreamId stream) const {
  const auto found = peers_.find(party);
  return found != peers_.end() && stream != 0 && found->second.stream == stream;
}

void ScriptedGateway::take(const PartyName& party, const Send& part, Instant now) {
  if (const auto* submission = std::get_if<SendSubmission>(&part)) {
    submit(party, *submission->bytes, now);
  } else if (const auto* receipts = std::get_if<SendReceipts>(&part)) {
    pass_on(receipts->bytes);
  } else if (const auto* credit = std::get_if<SendCredit>(&part)) {
    peers_[party].credit += credit->envelopes;
  }
}

void ScriptedGateway::submit(const PartyName& party, const std::string& bytes, Instant now) {
  const IncomingBatch batch = world_.open(bytes);
  if (!batch.opened) throw std::runtime_error(describe(batch.opened.error()));
  if (!batch.opened->complete) throw std::runtime_error("a batch that was not submitted as it was sealed");
  std::vector<std::string> receipts;
  for (const trust::OpenedItem& item : batch.opened->items) {
    v1::Envelope envelope;
    if (!envelope.ParseFromString(std::string(item.content))) throw std::runtime_error("no envelope");
    const Uuid id = Uuid::from_bytes(envelope.id()).value();
    const bool is_new = !exchanges_.contains(id);
    const bool refused = is_new && !kind_ && chance_.below(8) == 0;
    if (is_new && !refused) {
      const PartyName recipient = PartyName::from_text(envelope.recipient()).value();
      const std::uint64_t index = item.index;
      exchanges_.emplace(id, Exchange{party, recipient, trust::must(trust::extract(bytes, {&index, 1}))});
      peers_[recipient].mailbox.push_back(id);
    }
    v1::Receipt made;
    made.set_exchange(envelope.id());
    made.set_kind(refused ? v1::RECEIPT_KIND_REFUSED : v1::RECEIPT_KIND_ADMITTED);
    made.set_issuer("gateway/hub");
    made.set_at(now.microseconds);
    made.set_envelope_digest(std::string(item.leaf.view()));
    if (refused) made.set_reason(v1::RECIPIENT_QUEUE_FULL);
    receipts.push_back(made.SerializeAsString());
  }
  Peer& peer = peers_[party];
  peer.receipts.push_back(world_.seal(receipts, *world_.gateway, now, party.text()));
  peer.submissions_to_grant += receipts.size();
}

void ScriptedGateway::pass_on(const std::string& bytes) {
  const IncomingBatch batch = world_.open(bytes);
  if (!batch.opened) throw std::runtime_error(describe(batch.opened.error()));
  for (const trust::OpenedItem& item : batch.opened->items) {
    v1::Receipt made;
    if (!made.ParseFromString(std::string(item.content))) throw std::runtime_error("no receipt");
    const auto found = exchanges_.find(Uuid::from_bytes(made.exchange()).value());
    if (found == exchanges_.end()) throw std::runtime_error("a receipt about what was never admitted");
    if (found->second.recipient != batch.opened->signer)
      throw std::runtime_error("a receipt of another party");
    found->second.receipted = true;
  }
  peers_[PartyName::from_text(batch.opened->audience).value()].receipts.push_back(bytes);
}

std::vector<Event> ScriptedGateway::frame(const PartyName& party) {
  Peer& peer = peers_[party];
  if (peer.stream == 0) return {};
  FrameReceived made{.stream = peer.stream, .deliveries = {}, .receipts = {}, .credit = 0};
  made.credit = static_cast<std::uint32_t>(std::exchange(peer.submissions_to_grant, 0));
  for (const Uuid& id : peer.mailbox) {
    const Exchange& exchange = exchanges_.at(id);
    const bool waits = !exchange.receipted && !peer.in_flight.contains(id);
    const bool again = !kind_ && chance_.below(12) == 0;
    if ((!waits && !again) || peer.credit == 0 || (!kind_ && chance_.below(3) == 0)) continue;
    --peer.credit;
    peer.in_flight.insert(id);
    made.deliveries.push_back(world_.open(exchange.batch));
  }
  while (peer.receipts_sent < peer.receipts.size() && (kind_ || chance_.below(4) != 0)) {
    const std::uint64_t position = ++peer.receipts_sent;
    made.receipts.push_back({position, world_.open(peer.receipts[position - 1])});
  }
  std::vector<Event> events;
  if (!made.deliveries.empty() || !made.receipts.empty() || made.credit != 0)
    events.emplace_back(std::move(made));
  return events;
}

}  // namespace gnc::nodes
