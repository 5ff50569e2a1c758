#include "scenarios/engine/bare_peer.h"

#include <fmt/format.h>

#include <mutex>
#include <set>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
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
    envelope.set_agreement(terms ? terms->agreement : submission.agreement);
    envelope.set_message(terms ? terms->message : submission.message);
    envelope.mutable_document()->Swap(&submission.document);
    sent.answer_expected = terms && terms->answer_due && !terms->answer.empty();
    references_[envelope.id()] = submission.reference;

    const std::string content = envelope.SerializeAsString();
    v1::SealedBatch batch =
        trust::seal({&content, 1}, {v1::SealStatement::PURPOSE_ENVELOPES, {}, now}, *signer_);
    if (submission.misdeed.tamper) {
      // In the document, at the end: the envelope still says who and to whom.
      batch.mutable_items(0)->mutable_content()->back() ^= 1;
    }
    sent.batch = std::make_shared<const std::string>(batch.SerializeAsString());
    note(v1::EVENT_KIND_LODGED, envelope.id(), now, [&](v1::Event& event) {
      event.set_peer(submission.to.text());
      event.set_reference(submission.reference);
      event.set_size(static_cast<std::uint32_t>(content.size()));
      event.set_intended_at(submission.intended.microseconds);
    });
    note(v1::EVENT_KIND_SENT, envelope.id(), now);
    open_.insert(submission.reference);
    send(sent);
    tell();
  }

  void replay(const std::string& reference) override {
    if (const auto found = sent_.find(reference); found != sent_.end()) send(found->second);
  }

  Answers answers(const std::string& reference) const override {
    const auto found = sent_.find(reference);
    return found == sent_.end() ? Answers() : found->second.answers;
  }
  const std::map<Uuid, std::uint32_t>& received() const override { return received_; }

 private:
  struct Sent {
    v1::Envelope envelope;
    std::shared_ptr<const std::string> batch;
    bool answer_expected = false;
    Answers answers;
  };

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
      const auto reference = references_.find(receipt.exchange());
      if (reference == references_.end()) continue;
      apply(receipt, reference->second, now);
    }
  }

  void apply(const v1::Receipt& receipt, const std::string& reference, Instant now) {
    Sent& sent = sent_.at(reference);
    const auto because = [&](v1::Event& event) {
      event.set_peer(sent.envelope.recipient());
      event.set_reference(reference);
      event.set_reason(receipt.reason());
      event.set_detail(receipt.detail());
      *event.mutable_pointer() = receipt.pointer();
    };
    switch (receipt.kind()) {
      case v1::RECEIPT_KIND_ADMITTED:
        open_.erase(reference);
        if (++sent.answers.admitted == 1) note(v1::EVENT_KIND_ADMITTED, receipt.exchange(), now, because);
        return;
      case v1::RECEIPT_KIND_DELIVERED:
        return note(v1::EVENT_KIND_DELIVERED_RECEIPT, receipt.exchange(), now, because);
      case v1::RECEIPT_KIND_PROCESSED:
        // The answer says more.
        if (!sent.answer_expected) note(v1::EVENT_KIND_PROCESSED, receipt.exchange(), now, because);
        return;
      case v1::RECEIPT_KIND_REFUSED:
        open_.erase(reference);
        ++sent.answers.refused;
        return note(v1::EVENT_KIND_REFUSED, receipt.exchange(), now, because);
      case v1::RECEIPT_KIND_EXPIRED:
        return note(v1::EVENT_KIND_EXPIRED, receipt.exchange(), now, because);
      case v1::RECEIPT_KIND_DEAD_LETTERED:
        return note(v1::EVENT_KIND_DEAD_LETTERED, receipt.exchange(), now, because);
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
      const nodes::MessageTerms* terms =
          agreements_.find(envelope.sender(), place_.party.text(), envelope.agreement(), envelope.message());
      if (terms != nullptr && terms->answer_due) {
        receipt.set_kind(v1::RECEIPT_KIND_PROCESSED);
        receipts.push_back(receipt.SerializeAsString());
      }
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
    const auto reference = references_.find(answer.answers());
    if (reference == references_.end()) return;
    v1::MetaData document;
    const bool read = document.ParseFromString(answer.document().structured());
    note(v1::EVENT_KIND_PROCESSED, answer.answers(), now, [&](v1::Event& event) {
      event.set_peer(answer.sender());
      event.set_reference(reference->second);
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
    if (report_.events_size() == 0) return;
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
  std::map<std::string, Sent> sent_;               // by reference
  std::map<std::string, std::string> references_;  // by exchange id
  std::set<std::string> open_;                     // references neither admitted nor refused
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
