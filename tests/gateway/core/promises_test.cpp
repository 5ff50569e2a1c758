#include <deque>
#include <set>

#include <gmock/gmock.h>

#include "gateway/core/exchange_states.h"
#include "tests/gateway/core/gateway_world.h"

// The promises under faults drawn from a seed: streams that break with frames under way, a gateway that is
// killed between steps and commits, envelopes submitted again, parties that connect twice, recipients that
// die of what they are sent. The reference store checks each transaction; what only shows at the end is
// checked then.
namespace gnc::gateway::promises_test {
namespace {

// What a node does, as little as the promises need: it submits what has no receipt yet, records what it is
// sent, and gives each receipt again after a new connection.
struct Node {
  std::string party;
  SessionId session = 0;  // 0: not connected
  std::uint64_t recorded_up_to = 0;
  std::map<std::uint64_t, std::string> receipts;  // by position
  std::vector<Draft> outbox;
  std::set<Uuid> answered_by_gateway;  // admitted or refused
  std::vector<Uuid> arrivals;          // first arrivals, in order
  std::map<Uuid, v1::Envelope> received;
  std::map<std::string, std::vector<v1::Receipt>> given;  // by audience
  std::map<std::string, std::vector<v1::Receipt>> to_give;
  std::uint32_t credit_owed = 0;
};

class PromisesUnderFaults : public testing::TestWithParam<std::uint64_t> {
 protected:
  static constexpr std::uint32_t credit = 8;

  PromisesUnderFaults() : random_(GetParam()), signer_("gateway/hub") {
    config_.submission_credit = 64;
    config_.delivery_frame_envelopes = 3;
    config_.max_attempts = 4;
    config_.receipt_timeout = Duration::from_seconds(5);
    config_.recipient_queue_limit = 40;
    for (const char* party : {"NZ", "CN", "AU"}) nodes_[party].party = party;
    start();
  }

  bool chance(std::uint64_t percent) { return random_.below(100) < percent; }

  void start() {
    // What was not committed is gone, and so are the streams.
    uncommitted_.clear();
    frames_.clear();
    for (auto& [name, node] : nodes_) node.session = 0;
    core_ = std::make_unique<GatewayCore>(config_, book_, store_, signer_, random_.child("core"),
                                          store_.restore());
  }

  void give_event(Event event) {
    events_.push_back(std::move(event));
    if (!chance(40)) run_step();
  }

  void run_step() {
    if (events_.empty()) return;
    Effects effects = core_->step(events_, now_);
    events_.clear();
    wake_ = effects.wake;
    uncommitted_.push_back(std::move(effects));
  }

  // Persist, then send: some of the waiting steps, in their order.
  void commit_some() {
    if (uncommitted_.empty()) return run_step();
    for (std::uint64_t left = 1 + random_.below(uncommitted_.size()); left > 0; --left) {
      const Effects effects = std::move(uncommitted_.front());
      uncommitted_.pop_front();
      if (!effects.persist.empty()) store_.apply(effects.persist);
      for (const Send& send : effects.send) frames_.push_back(send);
      if (left == 1) events_.push_back(StepCommitted{effects.persist.step});
    }
  }

  Node* node_of(SessionId session) {
    for (auto& [name, node] : nodes_) {
      if (node.session == session) return &node;
    }
    return nullptr;
  }

  void connect(Node& node) {
    if (node.session != 0) return;
    node.session = ++sessions_;
    node.credit_owed = 0;
    for (auto& [audience, receipts] : node.given) {
      auto& again = node.to_give[audience];
      again.insert(again.begin(), receipts.begin(), receipts.end());
      receipts.clear();
    }
    give_event(PeerConnected{node.session, *PartyName::from_text(node.party), node.recorded_up_to, credit});
  }

  void drop(Node& node, bool told) {
    if (node.session == 0) return;
    const SessionId session = node.session;
    node.session = 0;
    if (told) give_event(PeerDisconnected{session});
  }

  void write(Node& node, const std::string& recipient, const std::string& message,
             const std::string& answers = {}, const std::string& conversation = {}) {
    Draft made;
    ++ids_;
    made.id = Uuid::from_parts(now_, ids_, ids_ * 0x9e3779b97f4a7c15ULL);
    made.sender = node.party;
    made.recipient = recipient;
    made.message = message;
    made.agreement = node.party == "NZ" ? "NZ-" + recipient : "NZ-" + node.party;
    if (chance(2)) made.agreement = "nowhere";
    made.document_type = message == "response" ? "RES" : "DEC";
    made.answers = answers;
    made.priority = static_cast<v1::Priority>(random_.below(3));
    made.created_at = now_;
    made.expires_at = now_ + Duration::from_seconds(chance(20) ? 20 : 3000);
    made.conversation = conversation.empty()
                            ? Uuid::from_parts(start_of_test, random_.below(4), random_.below(2) + 1)
                            : *Uuid::from_bytes(conversation);
    made.original = chance(3) ? "poison" : "goods";
    node.outbox.push_back(made);
  }

  void submit(Node& node) {
    if (!submitted_.contains(node.session)) return;  // no Welcome yet
    std::vector<std::string> contents;
    for (const Draft& made : node.outbox) {
      if (node.answered_by_gateway.contains(made.id) && !chance(2)) continue;
      contents.push_back(made.bytes());
      if (contents.size() == 10) break;
    }
    FrameReceived frame{.session = node.session, .submissions = {}, .receipts = {}};
    if (!contents.empty() && submitted_[node.session] + contents.size() <= config_.submission_credit) {
      submitted_[node.session] += contents.size();
      frame.submissions.push_back(sealed_envelopes(node.party, contents));
    }
    for (auto& [audience, receipts] : node.to_give) {
      if (receipts.empty()) continue;
      frame.receipts.push_back(sealed_receipts(node.party, audience, receipts));
      auto& given = node.given[audience];
      given.insert(given.end(), receipts.begin(), receipts.end());
      receipts.clear();
    }
    frame.credit = std::exchange(node.credit_owed, 0);
    frame.receipts_recorded_up_to = node.recorded_up_to;
    give_event(std::move(frame));
  }

  v1::Receipt receipt(const Node& node, const std::string& bytes, const v1::Envelope& envelope,
                      v1::ReceiptKind kind) {
    v1::Receipt made;
    made.set_exchange(envelope.id());
    made.set_kind(kind);
    made.set_issuer(node.party);
    made.set_at(now_.microseconds);
    made.set_envelope_digest(std::string(trust::leaf_hash(bytes).view()));
    if (kind == v1::RECEIPT_KIND_REFUSED) made.set_reason(v1::ELEMENT_MISSING);
    return made;
  }

  void receive(Node& node, const EnvelopeLocation& location) {
    const std::string bytes = store_.content(location);
    v1::Envelope envelope;
    ASSERT_TRUE(envelope.ParseFromString(bytes)) << "only what is on record is sent";
    ASSERT_EQ(envelope.recipient(), node.party);
    const Uuid id = *Uuid::from_bytes(envelope.id());
    if (envelope.document().original() == "poison" && faults_) return drop(node, true);
    ++node.credit_owed;
    auto& receipts = node.to_give[envelope.sender()];
    if (node.received.contains(id)) {
      receipts.push_back(receipt(node, bytes, envelope, v1::RECEIPT_KIND_DELIVERED));
      return;
    }
    check_order(node, envelope);
    node.received.emplace(id, envelope);
    node.arrivals.push_back(id);
    if (chance(5)) {
      receipts.push_back(receipt(node, bytes, envelope, v1::RECEIPT_KIND_REFUSED));
      return;
    }
    receipts.push_back(receipt(node, bytes, envelope, v1::RECEIPT_KIND_DELIVERED));
    if (envelope.message() != "declaration" || chance(10)) return;
    if (chance(50)) receipts.push_back(receipt(node, bytes, envelope, v1::RECEIPT_KIND_PROCESSED));
    if (chance(70)) write(node, envelope.sender(), "response", envelope.id(), envelope.conversation());
  }

  // An earlier one of the conversation must have arrived, unless it is over or known to be lost with this
  // very recipient dying of it.
  void check_order(const Node& node, const v1::Envelope& envelope) {
    const ExchangeRecord& now_here = store_.exchanges.at(*Uuid::from_bytes(envelope.id())).record;
    for (const auto& [id, exchange] : store_.exchanges) {
      const ExchangeRecord& record = exchange.record;
      if (record.recipient != now_here.recipient || record.conversation != now_here.conversation) continue;
      if (record.sequence >= now_here.sequence || record.state != ExchangeState::admitted) continue;
      if (replayed_.contains(id) || ending_.contains(id)) continue;
      EXPECT_TRUE(node.received.contains(id)) << "order holds in a conversation";
    }
  }

  void deliver_some() {
    for (std::uint64_t left = random_.below(10); left > 0 && !frames_.empty(); --left) {
      const Send send = std::move(frames_.front());
      frames_.pop_front();
      std::visit([this](const auto& one) { take(one); }, send);
    }
  }

  void take(const SendWelcome& one) { submitted_[one.session] = 0; }
  void take(const SendDeliveries& one) {
    for (const EnvelopeLocation& location : one.envelopes) {
      if (Node* node = node_of(one.session)) receive(*node, location);
    }
  }
  void take(const SendReceipts& one) {
    if (Node* node = node_of(one.session)) record(*node, one.position, one.bytes);
  }
  void take(const ResendReceipts& one) {
    Node* node = node_of(one.session);
    if (node == nullptr) return;
    for (std::uint64_t position = one.first; position <= one.last; ++position) {
      const auto& all = store_.receipts_of(one.party.text());
      ASSERT_TRUE(all.contains(position)) << "only receipts on record are shown again";
      record(*node, position, all.at(position));
    }
  }
  void take(const SendCredit& one) { submitted_[one.session] -= one.envelopes; }
  void take(const EndSession& one) {
    if (Node* node = node_of(one.session)) node->session = 0;
  }

  void record(Node& node, std::uint64_t position, const std::string& bytes) {
    const auto found = node.receipts.find(position);
    if (found != node.receipts.end()) {
      EXPECT_EQ(found->second, bytes) << "a position is the same bytes each time";
      return;
    }
    EXPECT_EQ(position, node.recorded_up_to + 1) << "receipts come in order and without gaps";
    node.receipts[position] = bytes;
    node.recorded_up_to = position;
    for (const v1::Receipt& receipt : receipts_in(bytes)) {
      if (const auto id = Uuid::from_bytes(receipt.exchange())) {
        if (receipt.reason() != v1::RECIPIENT_QUEUE_FULL) node.answered_by_gateway.insert(*id);
      }
    }
  }

  void one_thing() {
    auto at = nodes_.begin();
    std::advance(at, random_.below(nodes_.size()));
    Node& node = at->second;
    switch (random_.below(20)) {
      case 0:
        if (faults_) drop(node, true);
        break;
      case 1:
        if (faults_ && chance(30)) {
          drop(node, false);  // the gateway has not noticed when it connects again
          connect(node);
        }
        break;
      case 2:
        if (faults_ && chance(15)) {
          events_.clear();
          start();
        }
        break;
      case 3:
      case 4:
        connect(node);
        break;
      case 5:
        now_ = now_ + Duration{static_cast<std::int64_t>(random_.below(3'000'000))};
        give_event(TimePassed{});
        break;
      case 6:
      case 7:
      case 8:
        if (writing_ && node.party == "NZ") {
          write(node, chance(50) ? "CN" : "AU", chance(50) ? "declaration" : "notice");
        } else if (writing_) {
          write(node, "NZ", "notice-back");
        }
        break;
      case 9:
      case 10:
      case 11:
        submit(node);
        break;
      case 12:
        if (faults_) replay_one();
        break;
      case 13:
      case 14:
      case 15:
      case 16:
        commit_some();
        break;
      default:
        deliver_some();
    }
  }

  void replay_one() {
    for (const auto& [id, exchange] : store_.exchanges) {
      if (exchange.record.state != ExchangeState::dead_lettered || !chance(50)) continue;
      replayed_.insert(id);
      give_event(ReplayDeadLetter{1, id});
      return;
    }
  }

  bool is_over() const {
    for (const auto& [id, exchange] : store_.exchanges) {
      if (!is_terminal(exchange.record.state, exchange.record.answer_due)) return false;
    }
    for (const auto& [name, node] : nodes_) {
      for (const Draft& made : node.outbox) {
        if (!node.answered_by_gateway.contains(made.id)) return false;
      }
      if (node.recorded_up_to < store_.receipts_of(name).size()) return false;
    }
    return true;
  }

  std::string what_is_left() const {
    std::string text = "\n" + std::to_string(frames_.size()) + " frames under way, " +
                       std::to_string(uncommitted_.size()) + " steps uncommitted, " +
                       std::to_string(core_->counters().in_flight) + " in flight of " +
                       std::to_string(core_->counters().waiting) + ", now " +
                       std::to_string((now_ - start_of_test).microseconds) + ", wake " +
                       std::to_string((wake_ - start_of_test).microseconds);
    for (const auto& [id, exchange] : store_.exchanges) {
      if (is_terminal(exchange.record.state, exchange.record.answer_due)) continue;
      text += "\n" + id.text() + " to " + exchange.record.recipient.text() + " is in state " +
              std::to_string(static_cast<int>(exchange.record.state));
    }
    for (const auto& [name, node] : nodes_) {
      text += "\n" + name + " has session " + std::to_string(node.session) + ", receipts to " +
              std::to_string(node.recorded_up_to) + " of " + std::to_string(store_.receipts_of(name).size());
      for (const Draft& made : node.outbox) {
        if (!node.answered_by_gateway.contains(made.id)) text += ", no answer to " + made.id.text();
      }
    }
    return text;
  }

  // Ends that the core has decided but the store has not committed are not visible to check_order.
  void note_ends() {
    for (const Effects& effects : uncommitted_) {
      for (const StateChange& change : effects.persist.changes) {
        if (change.state != ExchangeState::admitted) ending_.insert(change.id);
      }
    }
  }

  Random random_;
  ReferenceStore store_;
  PlainSigner signer_;
  GatewayConfig config_{.name = *PartyName::from_text("gateway/hub")};
  std::shared_ptr<const model::AgreementBook> book_ = usual_agreements();
  std::unique_ptr<GatewayCore> core_;
  std::map<std::string, Node> nodes_;
  std::vector<Event> events_;
  std::deque<Effects> uncommitted_;
  std::deque<Send> frames_;
  std::map<SessionId, std::uint64_t> submitted_;
  std::set<Uuid> replayed_, ending_;
  SessionId sessions_ = 0;
  std::uint64_t ids_ = 0;
  Instant now_ = start_of_test;
  Instant wake_;
  bool faults_ = true;
  bool writing_ = true;
};

TEST_P(PromisesUnderFaults, Hold) {
  for (int i = 0; i < 1200 && !HasFailure(); ++i) {
    one_thing();
    note_ends();
  }
  // The faults end; everything must come to its end.
  faults_ = writing_ = false;
  for (int i = 0; i < 20'000 && !HasFailure() && !is_over(); ++i) {
    one_thing();
    note_ends();
    if (i % 50 == 0) {
      for (auto& [name, node] : nodes_) connect(node);
    }
  }
  EXPECT_TRUE(is_over()) << "every exchange ends, and its sender hears of it" << what_is_left();
  for (const std::string& promise : store_.broken) ADD_FAILURE() << promise;
  for (const auto& [id, exchange] : store_.exchanges) {
    const ExchangeRecord& record = exchange.record;
    ASSERT_FALSE(exchange.ends.empty());
    if (record.state == ExchangeState::delivered || record.state == ExchangeState::processed) {
      EXPECT_TRUE(nodes_.at(record.recipient.text()).received.contains(id))
          << "delivered is in the recipient's hands";
    }
    const model::CrossingRequest crossing{.agreement = record.agreement,
                                          .message = record.message,
                                          .sender = record.sender.text(),
                                          .recipient = record.recipient.text(),
                                          .document_type = record.message == "response" ? "RES" : "DEC",
                                          .structured = {}};
    EXPECT_TRUE(book_->allow(crossing, record.admitted_at))
        << "nothing crosses without an agreement in force";
  }
  EXPECT_EQ(core_->counters().waiting, 0u);
  EXPECT_EQ(core_->counters().in_flight, 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PromisesUnderFaults, testing::Range<std::uint64_t>(1, 301));

TEST(Determinism, TheSameEventsGiveTheSameEffects) {
  const auto run = [] {
    ReferenceStore store;
    PlainSigner signer("gateway/hub");
    const GatewayConfig config{.name = *PartyName::from_text("gateway/hub")};
    GatewayCore core(config, usual_agreements(), store, signer, Random(3), store.restore());
    std::string trace;
    for (int i = 0; i < 40; ++i) {
      std::vector<Event> events;
      if (i % 8 == 0) {
        for (const char* party : {"NZ", "CN", "AU"}) {
          events.emplace_back(
              PeerConnected{static_cast<SessionId>(i * 10 + party[0]), *PartyName::from_text(party), 0, 7});
        }
      }
      Draft made;
      made.id = Uuid::from_parts(start_of_test, static_cast<std::uint64_t>(i), 99);
      made.conversation = made.id;
      made.recipient = i % 3 == 0 ? "AU" : "CN";
      made.agreement = "NZ-" + made.recipient;
      events.emplace_back(FrameReceived{.session = static_cast<SessionId>(i / 8 * 80 + 'N'),
                                        .submissions = batches(sealed_envelopes("NZ", {made.bytes()})),
                                        .receipts = {}});
      const Effects effects = core.step(events, start_of_test + Duration::from_seconds(i));
      store.apply(effects.persist);
      for (const AuditHeadRecord& head : effects.persist.heads) trace += head.seal;
      for (const Send& send : effects.send) trace += std::to_string(send.index()) + " ";
      for (const SendDeliveries& frame : sent<SendDeliveries>(effects)) {
        for (const EnvelopeLocation& at : frame.envelopes) trace += std::to_string(at.batch) + ",";
      }
      trace += std::to_string(effects.wake.microseconds) + "\n";
    }
    return trace;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace gnc::gateway::promises_test
