#include "scenarios/engine/bare_peer.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/errors.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "nodes/core/agreement_index.h"
#include "nodes/core/id_sequence.h"
#include "nodes/serve/gateway_link.h"
#include "proto/types/system_clock.h"
#include "trust/tls/credentials.h"
#include "trust/tls/trust_folder.h"

namespace gnc::scenarios {
namespace {

using nodes::StreamId;

constexpr std::uint32_t delivery_credit = 1024;
constexpr Duration pause_before_reconnect = Duration::from_milliseconds(200);
constexpr std::chrono::milliseconds stop_patience{5000};

// Carries what gRPC's threads hear over to the run's thread.
class Mailbox {
 public:
  Mailbox(std::string process, HappeningQueue& queue) : process_(std::move(process)), queue_(queue) {}

  void put(nodes::Event event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    // Wakes the run.
    queue_.push(Reported{process_, 0, {}});
  }
  std::vector<nodes::Event> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(events_, {});
  }

 private:
  const std::string process_;
  HappeningQueue& queue_;
  std::mutex mutex_;
  std::vector<nodes::Event> events_;
};

class ConnectedPeer final : public BarePeer {
 public:
  ConnectedPeer(Place place, const model::AgreementBook& book, HappeningQueue& queue,
                const trust::Identity& identity, trust::TrustFolder trust)
      : place_(std::move(place)),
        process_("bare-" + place_.party.text()),
        queue_(queue),
        agreements_(book),
        trust_(std::move(trust)),
        signer_(trust::make_signer(identity)),
        random_(Random(1).child(place_.party.text())),
        mailbox_(process_, queue) {
    link_ = std::make_unique<nodes::GatewayLink>(
        identity, nodes::Stream::Surroundings{.party = place_.party,
                                              .gateway = place_.gateway,
                                              .address = place_.address,
                                              .verifier = trust_.verifier(),
                                              .handshake_failure = {},
                                              .clock = system_now,
                                              .take =
                                                  [this](nodes::Event event, std::size_t, auto) {
                                                    mailbox_.put(std::move(event));
                                                    return true;
                                                  },
                                              .sent = [](std::vector<nodes::NodeEvent>&) {},
                                              .gone = {}});
  }
  ~ConnectedPeer() override { stop(); }

  void advance(Instant now) override {
    if (stopped_) return;
    for (nodes::Event& event : mailbox_.take()) {
      std::visit([&](auto& happened) { handle(happened, now); }, event);
    }
    if (stream_ == 0 && now >= connect_at_) {
      stream_ = ++last_stream_;
      link_->perform(nodes::OpenStream{stream_, receipts_up_to_, delivery_credit});
    }
    link_->flush();
    tell();
  }

  void stop() override {
    if (std::exchange(stopped_, true)) return;
    link_->stop(stop_patience);
  }

  void submit(Submission submission, Instant now) override {
    Sent& sent = sent_[submission.reference];
    const Sent* earlier = nullptr;
    if (const auto found = sent_.find(submission.same_id_as); found != sent_.end()) earlier = &found->second;
    sent.reference = submission.reference;
    sent.intended = submission.intended;
    sent.envelope = earlier != nullptr ? earlier->envelope : v1::Envelope();
    v1::Envelope& envelope = sent.envelope;
    const PartyName& sender = submission.misdeed.impersonated.value_or(place_.party);
    if (earlier == nullptr) {
      envelope.set_id(std::string(ids_.next(now).view()));
      envelope.set_conversation(std::string(ids_.next(now).view()));
      envelope.set_created_at(now.microseconds);
      envelope.set_expires_at((now + submission.life).microseconds);
    }
    envelope.set_sender(sender.text());
    envelope.set_recipient(submission.to.text());
    envelope.set_priority(submission.priority);
    const auto terms =
        agreements_.for_lodgement(sender.text(), submission.to.text(), submission.document.type(),
                                  submission.agreement, submission.message, now);
    envelope.set_agreement(terms ? terms->agreement.text() : submission.agreement);
    envelope.set_message(terms ? terms->message.text() : submission.message);
    envelope.mutable_document()->Swap(&submission.document);
    sent.answer_due = terms && terms->answer_due;
    sent.answer_expected = sent.answer_due && !terms->answer.empty();

    const std::string content = envelope.SerializeAsString();
    v1::SealedBatch batch =
        trust::seal({&content, 1}, {v1::SealStatement::PURPOSE_ENVELOPES, {}, now}, *signer_);
    sent.digest = batch.items(0).leaf_hash();
    sent.size = content.size();
    if (submission.misdeed.tamper) {
      // In the document, at the end: the envelope still says who and to whom.
      batch.mutable_items(0)->mutable_content()->back() ^= 1;
    }
    sent.batch = std::make_shared<const std::string>(batch.SerializeAsString());
    std::vector<Sent*>& same_id = by_id_[envelope.id()];
    same_id.push_back(&sent);
    if (next_of(same_id) == &sent) dispatch(sent, now);
    tell();
  }

  void replay(const std::string& reference) override {
    if (const auto found = sent_.find(reference); found != sent_.end()) send(found->second);
  }

  Answers answers(const std::string& reference) const override {
    const auto found = sent_.find(reference);
    return found == sent_.end() ? Answers() : found->second.answers;
  }

  bool is_quiet() const override {
    return std::ranges::all_of(sent_, [](const auto& sent) { return sent.second.ended; });
  }

  void tell_document(const v1::AskDocument& question) override {
    v1::Document told;
    told.set_token(question.token());
    const v1::CarriedDocument* known = nullptr;
    if (const auto found = by_id_.find(question.exchange()); found != by_id_.end()) {
      known = &exchange_of(found->second).envelope.document();
    } else if (const auto answer = answers_.find(question.exchange()); answer != answers_.end()) {
      known = &answer->second;
    }
    if (known == nullptr) {
      told.set_reason(v1::EXCHANGE_UNKNOWN);
      told.set_detail(fmt::format("{} has no such exchange", place_.party.text()));
    } else {
      told.set_bytes(known->structured());
      told.set_form("pb");
    }
    *report_.mutable_document() = std::move(told);
    tell();
  }

  const std::map<Uuid, std::uint32_t>& received() const override { return received_; }

 private:
  struct Sent {
    std::string reference;
    Instant intended;
    v1::Envelope envelope;
    std::string digest;  // leaf hash of the envelope
    std::size_t size = 0;
    std::shared_ptr<const std::string> batch;
    bool answer_due = false, answer_expected = false;
    bool answered = false, ended = false;
    std::string receipt;  // the sealed batch with the gateway's first answer to these bytes
    Answers answers;
  };

  // What is out, or to be sent next, of those that bear one id; null where all are answered.
  static Sent* next_of(const std::vector<Sent*>& same_id) {
    const auto next = std::ranges::find(same_id, false, &Sent::answered);
    return next == same_id.end() ? nullptr : *next;
  }
  // Which of them the gateway has on record.
  static Sent& exchange_of(const std::vector<Sent*>& same_id) {
    const auto admitted =
        std::ranges::find_if(same_id, [](const Sent* sent) { return sent->answers.admitted > 0; });
    return admitted == same_id.end() ? *same_id.front() : **admitted;
  }

  void dispatch(Sent& sent, Instant now) {
    note(v1::EVENT_KIND_LODGED, sent.envelope.id(), now, [&](v1::Event& event) {
      event.set_peer(sent.envelope.recipient());
      event.set_reference(sent.reference);
      event.set_size(static_cast<std::uint32_t>(sent.size));
      event.set_intended_at(sent.intended.microseconds);
    });
    note(v1::EVENT_KIND_SENT, sent.envelope.id(), now,
         [&](v1::Event& event) { event.set_reference(sent.reference); });
    open_.insert(sent.reference);
    send(sent);
  }

  void send(const Sent& sent) {
    if (!welcomed_) return;
    link_->perform(nodes::SendSubmission{stream_, sent.batch, {}});
    link_->flush();
  }

  template <class Event>
  void handle(Event&, Instant) {}  // what only a node's core hears

  void handle(nodes::WelcomeReceived& event, Instant) {
    if (event.stream != stream_) return;
    welcomed_ = true;
    for (const std::string& reference : open_) send(sent_.at(reference));
  }

  void handle(nodes::StreamEnded& event, Instant now) {
    if (event.stream != stream_) return;
    stream_ = 0;
    welcomed_ = false;
    connect_at_ = now + pause_before_reconnect;
  }

  void handle(nodes::FrameReceived& event, Instant now) {
    for (const nodes::IncomingReceipts& receipts : event.receipts) {
      if (receipts.batch.opened) receipted(*receipts.batch.opened, now);
      receipts_up_to_ = std::max(receipts_up_to_, receipts.position);
    }
    if (!event.receipts.empty()) link_->perform(nodes::SendReceiptsRecorded{stream_, receipts_up_to_});
    std::uint32_t envelopes = 0;
    for (const nodes::IncomingBatch& batch : event.deliveries) {
      if (!batch.opened) continue;
      envelopes += static_cast<std::uint32_t>(batch.opened->items.size());
      delivered(*batch.opened, now);
    }
    if (envelopes > 0) link_->perform(nodes::SendCredit{stream_, envelopes});
  }

  void receipted(const trust::OpenedBatch& batch, Instant now) {
    for (const trust::OpenedItem& item : batch.items) {
      v1::Receipt receipt;
      if (!receipt.ParseFromArray(item.content.data(), static_cast<int>(item.content.size()))) continue;
      const auto same_id = by_id_.find(receipt.exchange());
      if (same_id == by_id_.end()) continue;
      const bool of_gateway = receipt.issuer() == place_.gateway.text();
      if (receipt.kind() == v1::RECEIPT_KIND_ADMITTED ||
          (receipt.kind() == v1::RECEIPT_KIND_REFUSED && of_gateway)) {
        answered_by_gateway(receipt, batch.bytes, same_id->second, now);
      } else {
        apply(receipt, exchange_of(same_id->second), now);
      }
    }
  }

  void answered_by_gateway(const v1::Receipt& receipt, std::string_view sealed,
                           const std::vector<Sent*>& same_id, Instant now) {
    const bool admitted = receipt.kind() == v1::RECEIPT_KIND_ADMITTED;
    const auto same_bytes = [&](const Sent* sent) {
      return same_id.size() == 1 || sent->digest == receipt.envelope_digest();
    };
    Sent* sent = next_of(same_id);
    if (sent == nullptr || !same_bytes(sent)) {
      // To what was replayed, or given again after the connection was lost.
      const auto again = std::ranges::find_if(same_id, same_bytes);
      if (again != same_id.end()) ++(admitted ? (*again)->answers.admitted : (*again)->answers.refused);
      return;
    }
    sent->answered = true;
    open_.erase(sent->reference);
    const auto first = std::ranges::find_if(
        same_id, [&](const Sent* other) { return same_bytes(other) && !other->receipt.empty(); });
    if (first != same_id.end() && (*first)->receipt == sealed) {
      sent->ended = true;
      tell_end(v1::EVENT_KIND_DUPLICATE_SUPPRESSED, receipt, *sent, now);
    } else {
      ++(admitted ? sent->answers.admitted : sent->answers.refused);
      sent->receipt = sealed;
      sent->ended = !admitted;
      tell_end(admitted ? v1::EVENT_KIND_ADMITTED : v1::EVENT_KIND_REFUSED, receipt, *sent, now);
    }
    if (Sent* next = next_of(same_id)) dispatch(*next, now);
  }

  void tell_end(v1::EventKind kind, const v1::Receipt& receipt, const Sent& sent, Instant now) {
    note(kind, receipt.exchange(), now, [&](v1::Event& event) {
      event.set_peer(sent.envelope.recipient());
      event.set_reference(sent.reference);
      event.set_reason(receipt.reason());
      event.set_detail(receipt.detail());
      *event.mutable_pointer() = receipt.pointer();
    });
  }

  // What becomes of an exchange after it was admitted.
  void apply(const v1::Receipt& receipt, Sent& sent, Instant now) {
    const auto end_as = [&](v1::EventKind kind, bool at_end = true) {
      sent.ended = sent.ended || at_end;
      tell_end(kind, receipt, sent, now);
    };
    switch (receipt.kind()) {
      case v1::RECEIPT_KIND_DELIVERED:
        return end_as(v1::EVENT_KIND_DELIVERED_RECEIPT, !sent.answer_due);
      case v1::RECEIPT_KIND_PROCESSED:
        // The answer says more.
        if (!sent.answer_expected) end_as(v1::EVENT_KIND_PROCESSED);
        return;
      case v1::RECEIPT_KIND_REFUSED:
        ++sent.answers.refused;
        return end_as(v1::EVENT_KIND_REFUSED);
      case v1::RECEIPT_KIND_EXPIRED:
        return end_as(v1::EVENT_KIND_EXPIRED);
      case v1::RECEIPT_KIND_DEAD_LETTERED:
        return end_as(v1::EVENT_KIND_DEAD_LETTERED);
      default:
        return;
    }
  }

  void delivered(const trust::OpenedBatch& batch, Instant now) {
    std::vector<std::string> receipts;
    for (const trust::OpenedItem& item : batch.items) {
      v1::Envelope envelope;
      if (item.fault != v1::ERROR_CODE_UNSPECIFIED ||
          !envelope.ParseFromArray(item.content.data(), static_cast<int>(item.content.size()))) {
        continue;
      }
      const auto id = Uuid::from_bytes(envelope.id());
      if (!id) continue;
      v1::Receipt receipt;
      receipt.set_exchange(envelope.id());
      receipt.set_kind(v1::RECEIPT_KIND_DELIVERED);
      receipt.set_issuer(place_.party.text());
      receipt.set_at(now.microseconds);
      receipt.set_envelope_digest(std::string(item.leaf.view()));
      receipts.push_back(receipt.SerializeAsString());
      // A receipt that was lost on its way is given again.
      if (!received_.emplace(*id, 1).second) continue;
      note(v1::EVENT_KIND_DELIVERED, envelope.id(), now,
           [&](v1::Event& event) { event.set_peer(envelope.sender()); });
      if (!envelope.answers().empty()) answered(envelope, now);
    }
    if (receipts.empty()) return;
    const trust::SealRequest request{v1::SealStatement::PURPOSE_RECEIPTS, batch.signer.text(), now};
    link_->perform(
        nodes::SendReceipts{stream_, trust::seal(receipts, request, *signer_).SerializeAsString()});
  }

  void answered(const v1::Envelope& answer, Instant now) {
    const auto same_id = by_id_.find(answer.answers());
    if (same_id == by_id_.end()) return;
    Sent& sent = exchange_of(same_id->second);
    sent.ended = true;
    answers_[answer.id()] = answer.document();
    v1::MetaData document;
    const bool read = document.ParseFromString(answer.document().structured());
    note(v1::EVENT_KIND_PROCESSED, answer.answers(), now, [&](v1::Event& event) {
      event.set_peer(answer.sender());
      event.set_reference(sent.reference);
      if (read && document.response_size() > 0) {
        event.set_function_code(document.response(0).function_code().value());
      }
    });
  }

  template <class Fill>
  void note(v1::EventKind kind, const std::string& exchange, Instant now, Fill fill) {
    v1::Event& event = *report_.add_events();
    event.set_kind(kind);
    event.set_at(now.microseconds);
    event.set_party(place_.party.text());
    event.set_exchange(exchange);
    fill(event);
  }
  void note(v1::EventKind kind, const std::string& exchange, Instant now) {
    note(kind, exchange, now, [](v1::Event&) {});
  }

  void tell() {
    if (report_.events_size() == 0 && !report_.has_document()) return;
    queue_.push(Reported{process_, 0, {std::exchange(report_, {})}});
  }

  const Place place_;
  const std::string process_;
  HappeningQueue& queue_;
  const nodes::AgreementIndex agreements_;
  trust::TrustFolder trust_;
  std::unique_ptr<trust::Signer> signer_;
  Random random_;
  nodes::IdSequence ids_{random_};
  Mailbox mailbox_;
  std::unique_ptr<nodes::GatewayLink> link_;

  StreamId stream_ = 0;  // zero: none
  StreamId last_stream_ = 0;
  bool welcomed_ = false;
  bool stopped_ = false;
  Instant connect_at_;
  std::uint64_t receipts_up_to_ = 0;
  std::map<std::string, Sent> sent_;                    // by reference
  std::map<std::string, std::vector<Sent*>> by_id_;     // in the order of their submission
  std::set<std::string> open_;                          // references that are out and not answered
  std::map<std::string, v1::CarriedDocument> answers_;  // by the id of the exchange that carried it
  std::map<Uuid, std::uint32_t> received_;
  v1::Report report_;
};

}  // namespace

Result<std::unique_ptr<BarePeer>> BarePeer::make(Place place, const model::AgreementBook& book,
                                                 HappeningQueue& queue) {
  auto identity = trust::load_identity(place.identity);
  if (!identity) return tl::unexpected(identity.error());
  auto trust = trust::TrustFolder::open(place.trust);
  if (!trust) return tl::unexpected(trust.error());
  return std::make_unique<ConnectedPeer>(std::move(place), book, queue, *identity, std::move(*trust));
}

}  // namespace gnc::scenarios
