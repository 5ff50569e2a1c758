#include "scenarios/engine/bare_peer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/errors.pb.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::scenarios {
namespace {

constexpr std::uint32_t delivery_credit = 1024;
constexpr Duration pause_before_reconnect = Duration::from_milliseconds(200);

}  // namespace

BarePeer::BarePeer(Place place, const model::AgreementBook& book, trust::Signer& signer, Link& link,
                   Random ids, OnReport on_report)
    : place_(std::move(place)),
      agreements_(book),
      signer_(signer),
      link_(link),
      random_(ids),
      on_report_(std::move(on_report)) {}

void BarePeer::heard(nodes::Event& event, Instant now) {
  std::visit([&](auto& happened) { handle(happened, now); }, event);
  advance(now);
}

void BarePeer::advance(Instant now) {
  if (stream_ == 0 && now >= connect_at_) {
    stream_ = ++last_stream_;
    link_.perform(nodes::OpenStream{stream_, receipts_up_to_, delivery_credit});
  }
  link_.flush();
  tell();
}

std::optional<Instant> BarePeer::connects_at() const {
  if (stream_ != 0) return std::nullopt;
  return connect_at_;
}

void BarePeer::submit(Submission submission, Instant now) {
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
      trust::seal({&content, 1}, {v1::SealStatement::PURPOSE_ENVELOPES, {}, now}, signer_);
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

void BarePeer::replay(const std::string& reference) {
  if (const auto found = sent_.find(reference); found != sent_.end()) send(found->second);
}

BarePeer::Answers BarePeer::answers(const std::string& reference) const {
  const auto found = sent_.find(reference);
  return found == sent_.end() ? Answers() : found->second.answers;
}

bool BarePeer::is_quiet() const {
  return std::ranges::all_of(sent_, [](const auto& sent) { return sent.second.ended; });
}

void BarePeer::tell_document(const v1::AskDocument& question) {
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

// What is out, or to be sent next, of those that bear one id; null where all are answered.
BarePeer::Sent* BarePeer::next_of(const std::vector<Sent*>& same_id) {
  const auto next = std::ranges::find(same_id, false, &Sent::answered);
  return next == same_id.end() ? nullptr : *next;
}
// Which of them the gateway has on record.
BarePeer::Sent& BarePeer::exchange_of(const std::vector<Sent*>& same_id) {
  const auto admitted =
      std::ranges::find_if(same_id, [](const Sent* sent) { return sent->answers.admitted > 0; });
  return admitted == same_id.end() ? *same_id.front() : **admitted;
}

void BarePeer::dispatch(Sent& sent, Instant now) {
  v1::Event& lodged = note(v1::EVENT_KIND_LODGED, sent.envelope.id(), now);
  lodged.set_peer(sent.envelope.recipient());
  lodged.set_reference(sent.reference);
  lodged.set_size(static_cast<std::uint32_t>(sent.size));
  lodged.set_intended_at(sent.intended.microseconds);
  note(v1::EVENT_KIND_SENT, sent.envelope.id(), now).set_reference(sent.reference);
  open_.insert(sent.reference);
  send(sent);
}

void BarePeer::send(const Sent& sent) {
  if (!welcomed_) return;
  link_.perform(nodes::SendSubmission{stream_, sent.batch, {}});
  link_.flush();
}

void BarePeer::handle(nodes::WelcomeReceived& event, Instant) {
  if (event.stream != stream_) return;
  welcomed_ = true;
  for (const std::string& reference : open_) send(sent_.at(reference));
}

void BarePeer::handle(nodes::StreamEnded& event, Instant now) {
  if (event.stream != stream_) return;
  stream_ = 0;
  welcomed_ = false;
  connect_at_ = now + pause_before_reconnect;
}

void BarePeer::handle(nodes::FrameReceived& event, Instant now) {
  for (const nodes::IncomingReceipts& receipts : event.receipts) {
    if (receipts.batch.opened) receipted(*receipts.batch.opened, now);
    receipts_up_to_ = std::max(receipts_up_to_, receipts.position);
  }
  if (!event.receipts.empty()) link_.perform(nodes::SendReceiptsRecorded{stream_, receipts_up_to_});
  std::uint32_t envelopes = 0;
  for (const nodes::IncomingBatch& batch : event.deliveries) {
    if (!batch.opened) continue;
    envelopes += static_cast<std::uint32_t>(batch.opened->items.size());
    delivered(*batch.opened, now);
  }
  if (envelopes > 0) link_.perform(nodes::SendCredit{stream_, envelopes});
}

void BarePeer::receipted(const trust::OpenedBatch& batch, Instant now) {
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

void BarePeer::answered_by_gateway(const v1::Receipt& receipt, std::string_view sealed,
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

void BarePeer::tell_end(v1::EventKind kind, const v1::Receipt& receipt, const Sent& sent, Instant now) {
  v1::Event& event = note(kind, receipt.exchange(), now);
  event.set_peer(sent.envelope.recipient());
  event.set_reference(sent.reference);
  event.set_reason(receipt.reason());
  event.set_detail(receipt.detail());
  *event.mutable_pointer() = receipt.pointer();
}

// What becomes of an exchange after it was admitted.
void BarePeer::apply(const v1::Receipt& receipt, Sent& sent, Instant now) {
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

void BarePeer::delivered(const trust::OpenedBatch& batch, Instant now) {
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
    note(v1::EVENT_KIND_DELIVERED, envelope.id(), now).set_peer(envelope.sender());
    if (!envelope.answers().empty()) answered(envelope, now);
  }
  if (receipts.empty()) return;
  const trust::SealRequest request{v1::SealStatement::PURPOSE_RECEIPTS, batch.signer.text(), now};
  link_.perform(nodes::SendReceipts{stream_, trust::seal(receipts, request, signer_).SerializeAsString()});
}

void BarePeer::answered(const v1::Envelope& answer, Instant now) {
  const auto same_id = by_id_.find(answer.answers());
  if (same_id == by_id_.end()) return;
  Sent& sent = exchange_of(same_id->second);
  sent.ended = true;
  answers_[answer.id()] = answer.document();
  v1::MetaData document;
  const bool read = document.ParseFromString(answer.document().structured());
  v1::Event& event = note(v1::EVENT_KIND_PROCESSED, answer.answers(), now);
  event.set_peer(answer.sender());
  event.set_reference(sent.reference);
  if (read && document.response_size() > 0) {
    event.set_function_code(document.response(0).function_code().value());
  }
}

v1::Event& BarePeer::note(v1::EventKind kind, const std::string& exchange, Instant now) {
  v1::Event& event = *report_.add_events();
  event.set_kind(kind);
  event.set_at(now.microseconds);
  event.set_party(place_.party.text());
  event.set_exchange(exchange);
  return event;
}

void BarePeer::tell() {
  if (report_.events_size() == 0 && !report_.has_document()) return;
  on_report_(std::exchange(report_, {}));
}

}  // namespace gnc::scenarios
