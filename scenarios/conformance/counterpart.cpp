#include "scenarios/conformance/counterpart.h"

#include <fmt/format.h>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

// What docs/protocol.md says that a gateway grants at least.
constexpr std::uint32_t submission_credit = 256;
constexpr Duration credit_patience = Duration::from_seconds(5);
constexpr Duration life = Duration::from_seconds(3600);

}  // namespace

Counterpart::Counterpart(Stage& stage, const Cast& cast, const trust::ChainVerifier& verifier, Random random)
    : stage_(stage), cast_(cast), account_(cast.party, verifier), random_(random) {}

bool Counterpart::wait_for(const std::function<bool()>& until, Duration patience) {
  const Instant deadline = stage_.now() + patience;
  while (!until()) {
    const Duration left = deadline - stage_.now();
    if (left <= Duration{}) return false;
    auto happening = stage_.next(left);
    if (happening) std::visit([this](auto& happened) { handle(happened); }, *happening);
  }
  return true;
}

void Counterpart::settle(Duration time) {
  wait_for([] { return false; }, time);
}

void Counterpart::handle(Stage::Opened& opened) {
  ++opened_;
  const bool right = opened.party && *opened.party == cast_.party;
  if (!greeting_.opened) {
    greeting_.opened = true;
    greeting_.party = opened.party;
  }
  if (!right) {
    const Error reason = opened.party ? Error{v1::SENDER_NOT_PEER,
                                              fmt::format("this trial is of {}, the certificate names {}",
                                                          cast_.party.text(), opened.party->text()),
                                              {},
                                              {}}
                                      : opened.party.error();
    return stage_.end(opened.stream, reason);
  }
  if (turn_away_) return stage_.end(opened.stream, {v1::GATEWAY_STOPPING, "it takes nobody in now", {}, {}});
  if (stream_ != 0) stage_.end(stream_, {v1::PEER_REPLACED, "the party has connected again", {}, {}});
  stream_ = opened.stream;
  said_hello_ = welcomed_ = false;
}

void Counterpart::handle(Stage::Said& said) {
  if (said.stream != stream_) return;
  if (!said.frame) {
    broken_frames_.push_back(said.frame.error());
    return end(said.frame.error().code, said.frame.error().detail);
  }
  if (hold_welcome_) greeting_.frames.push_back(*said.frame);
  said_hello_ = said_hello_ || said.frame->has_hello();
  const auto came = account_.take(*said.frame, stage_.now());
  if (!welcomed_ && said_hello_ && !hold_welcome_) welcome();
  answer_submissions(came);
}

void Counterpart::handle(const Stage::Ended& ended) {
  if (ended.stream != stream_) return;
  stream_ = 0;
  said_hello_ = welcomed_ = false;
}

void Counterpart::welcome() {
  hold_welcome_ = false;
  if (stream_ == 0 || !said_hello_) return;
  welcomed_ = true;
  account_.welcomed(submission_credit);
  v1::GatewayFrame frame;
  frame.mutable_welcome()->set_gateway(cast_.gateway.text());
  frame.mutable_welcome()->mutable_credit()->set_envelopes(submission_credit);
  send(frame);
  v1::GatewayFrame again;
  for (std::uint64_t position = account_.hello_position() + 1; position <= positions_.size(); ++position) {
    v1::PositionedReceipts& receipts = *again.add_receipts();
    receipts.set_position(position);
    receipts.set_receipts(positions_[position - 1]);
  }
  if (again.receipts_size() > 0) send(again);
}

void Counterpart::end(v1::ErrorCode code, const std::string& detail) {
  if (stream_ == 0) return;
  const std::uint64_t ended = stream_;
  stage_.end(ended, {code, detail, {}, {}});
  stream_ = 0;
  said_hello_ = welcomed_ = false;
}

void Counterpart::cut() {
  if (stream_ == 0) return;
  stage_.cut(stream_);
  stream_ = 0;
  said_hello_ = welcomed_ = false;
}

void Counterpart::answer_submissions(const std::vector<std::size_t>& came) {
  if (came.empty() || admission_ == Admission::withhold) return;
  std::vector<v1::Receipt> receipts;
  for (const std::size_t index : came) {
    const NodeAccount::Submitted& one = account_.submitted()[index];
    const auto refused = [&](v1::ErrorCode code, const std::string& detail) {
      v1::Receipt made = receipt(v1::RECEIPT_KIND_REFUSED, one, cast_.gateway);
      made.set_reason(code);
      made.set_detail(detail);
      receipts.push_back(std::move(made));
    };
    if (one.fault) {
      refused(one.fault->code, one.fault->detail);
    } else if (admission_ == Admission::full) {
      refused(v1::RECIPIENT_QUEUE_FULL, "the queue is full");
    } else if (admission_ == Admission::refuse) {
      refused(v1::NO_AGREEMENT, "no agreement allows it");
    } else {
      receipts.push_back(receipt(v1::RECEIPT_KIND_ADMITTED, one, cast_.gateway));
      if (admission_ != Admission::expire) continue;
      v1::Receipt expired = receipt(v1::RECEIPT_KIND_EXPIRED, one, cast_.gateway);
      expired.set_reason(v1::ENVELOPE_EXPIRED);
      receipts.push_back(std::move(expired));
    }
  }
  give_receipts(receipts, *cast_.gateway_signer);
  if (grant_back_) grant(static_cast<std::uint32_t>(came.size()));
}

void Counterpart::grant(std::uint32_t envelopes) {
  account_.granted(envelopes);
  v1::GatewayFrame frame;
  frame.mutable_credit()->set_envelopes(envelopes);
  send(frame);
}

void Counterpart::give_receipts(const std::vector<v1::Receipt>& receipts, trust::Signer& signer) {
  std::vector<std::string> leaves;
  leaves.reserve(receipts.size());
  for (const v1::Receipt& each : receipts) leaves.push_back(each.SerializeAsString());
  positions_.push_back(
      trust::seal_bytes(leaves, {v1::SealStatement::PURPOSE_RECEIPTS, cast_.party.text(), stage_.now()},
                        signer)
          .bytes);
  v1::GatewayFrame frame;
  v1::PositionedReceipts& positioned = *frame.add_receipts();
  positioned.set_position(positions_.size());
  positioned.set_receipts(positions_.back());
  send(frame);
}

v1::Receipt Counterpart::receipt(v1::ReceiptKind kind, const NodeAccount::Submitted& about,
                                 const PartyName& issuer) const {
  v1::Receipt made;
  made.set_exchange(about.id);
  made.set_kind(kind);
  made.set_issuer(issuer.text());
  made.set_at(stage_.now().microseconds);
  made.set_envelope_digest(std::string(about.digest.view()));
  return made;
}

std::string Counterpart::new_id() {
  return std::string(Uuid::from_parts(stage_.now(), random_.next(), random_.next()).view());
}

v1::Envelope Counterpart::envelope(std::string_view message) {
  v1::Envelope envelope;
  envelope.set_id(new_id());
  envelope.set_sender(cast_.sender.text());
  envelope.set_recipient(cast_.party.text());
  envelope.set_conversation(new_id());
  envelope.set_agreement(cast_.agreement);
  envelope.set_message(std::string(message));
  envelope.set_created_at(stage_.now().microseconds);
  envelope.set_expires_at((stage_.now() + life).microseconds);
  envelope.mutable_document()->set_type("DEC");
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  document.mutable_declaration()->mutable_functional_reference_id()->set_value(
      fmt::format("conform-{:08x}", static_cast<std::uint32_t>(random_.next())));
  envelope.mutable_document()->set_structured(document.SerializeAsString());
  return envelope;
}

Consignment Counterpart::consignment(const v1::Envelope& envelope, std::string_view more_bytes) {
  Consignment made{envelope.id(), envelope.conversation(), envelope.SerializeAsString(), {}};
  made.content += more_bytes;
  made.digest = trust::leaf_hash(made.content);
  return made;
}

std::string Counterpart::sealed(const std::vector<Consignment>& items, trust::Signer& signer) const {
  std::vector<std::string> contents;
  contents.reserve(items.size());
  for (const Consignment& item : items) contents.push_back(item.content);
  return trust::seal_bytes(contents, {v1::SealStatement::PURPOSE_ENVELOPES, {}, stage_.now()}, signer).bytes;
}

bool Counterpart::deliver(const std::vector<std::string>& batches, std::uint64_t envelopes,
                          std::string_view more_bytes) {
  const bool may =
      wait_for([&] { return welcomed_ && account_.delivery_credit() >= envelopes; }, credit_patience);
  if (!may) return false;
  account_.delivered(envelopes);
  v1::GatewayFrame frame;
  for (const std::string& batch : batches) frame.add_deliveries(batch);
  send(frame, more_bytes);
  return true;
}

void Counterpart::send(const v1::GatewayFrame& frame, std::string_view more_bytes) {
  if (stream_ != 0) stage_.send(stream_, frame.SerializeAsString() + std::string(more_bytes));
}

}  // namespace gnc::scenarios
