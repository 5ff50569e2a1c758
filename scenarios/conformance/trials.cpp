#include "scenarios/conformance/trials.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

// Opens what a protobuf reader of this version skips: field 100, length-delimited.
const std::string later_field = std::string("\xa2\x06\x05", 3) + "later";

}  // namespace

void Trials::play() {
  if (!greet()) return;
  if (begun_) begun_();
  deliver_what_holds();
  deliver_what_does_not_hold();
  ask_for_answers();
  if (take_first()) {
    deliver_again();
    if (answers_) {
      refuse_for_now();
      break_off();
    }
    deliver_on_the_next_stream();
  }
  count_credit();
  send_large_frames();
  turn_away();
  pose_as_another();
}

bool Trials::back(Ids ids) {
  // Who has stayed away once is not waited for again.
  if (counterpart_.connect(away_ ? Duration{} : patience_.next_stream)) return true;
  away_ = true;
  findings_.fail("stream.return", "no new stream in time after one had ended", "a new one");
  not_reached(ids, "the node did not connect again");
  return false;
}

void Trials::not_reached(Ids ids, const std::string& why) {
  for (const std::string_view id : ids) findings_.not_reached(id, why);
}

bool Trials::greet() {
  const auto& greeting = counterpart_.greeting();
  const auto all_not_reached = [&](const std::string& why) {
    for (const Requirement& each : conformance_requirements()) findings_.not_reached(each.id, why);
    return false;
  };
  if (!counterpart_.wait_for([&] { return greeting.opened; }, patience_.first_stream)) {
    return all_not_reached(
        fmt::format("no node opened a stream within {} s", patience_.first_stream.microseconds / 1'000'000));
  }
  if (!greeting.party || *greeting.party != counterpart_.cast().party) {
    findings_.fail(
        "hello.first",
        greeting.party ? "the certificate names " + greeting.party->text() : describe(greeting.party.error()),
        "the certificate that was written for " + counterpart_.cast().party.text());
    return all_not_reached("the node showed another certificate");
  }
  counterpart_.wait_for([&] { return !greeting.frames.empty(); }, patience_.reaction);
  if (greeting.frames.empty()) {
    findings_.fail("hello.first", "no frame came", "a Hello");
    return all_not_reached("the node said no Hello");
  }
  const v1::Hello& hello = greeting.frames.front().hello();
  const bool right = greeting.frames.front().has_hello() && hello.protocol() == 1 &&
                     hello.party() == counterpart_.cast().party.text() && hello.credit().envelopes() > 0;
  findings_.judge(
      "hello.first", right,
      fmt::format("protocol {}, party \"{}\", credit {}", hello.protocol(), hello.party(),
                  hello.credit().envelopes()),
      fmt::format("protocol 1, party \"{}\", credit of one or more", counterpart_.cast().party.text()));
  counterpart_.settle(patience_.silence);
  const v1::NodeFrame& first = greeting.frames.front();
  const bool alone =
      greeting.frames.size() == 1 && first.submissions_size() == 0 && first.receipts_size() == 0;
  findings_.judge("hello.alone", alone, fmt::format("{} frames", greeting.frames.size()),
                  "the Hello and nothing else until the Welcome");
  counterpart_.welcome();
  if (!right) return all_not_reached("the Hello was not right");
  return true;
}

// ---- Deliveries that hold ----

std::string Trials::fault_of_delivery(const Consignment& item) {
  NodeAccount& account = counterpart_.account();
  const auto about = [&](v1::ReceiptKind kind) { return account.receipts_about(item.digest, kind); };
  const bool came = counterpart_.wait_for(
      [&] { return !about(v1::RECEIPT_KIND_DELIVERED).empty() || !about(v1::RECEIPT_KIND_REFUSED).empty(); },
      patience_.reaction);
  if (!came) return "no receipt with its digest came";
  if (const auto refused = about(v1::RECEIPT_KIND_REFUSED); !refused.empty()) {
    const v1::Receipt& receipt = refused.front()->receipt;
    return fmt::format("it was refused: {} {}", catalogue_entry(receipt.reason()).name, receipt.detail());
  }
  const NodeAccount::Given& given = *about(v1::RECEIPT_KIND_DELIVERED).front();
  if (given.receipt.exchange() != item.id) return "the receipt names another id";
  if (given.audience != counterpart_.cast().sender.text()) {
    findings_.fail("receipts.sealed", "the batch is for \"" + given.audience + "\"",
                   "for " + counterpart_.cast().sender.text() + ", which sent the envelope");
  }
  return {};
}

void Trials::expect_taken(std::string_view requirement, const std::vector<Consignment>& items) {
  for (const Consignment& item : items) {
    if (const std::string fault = fault_of_delivery(item); !fault.empty()) {
      return findings_.fail(requirement, fault, "a delivered receipt with its id and digest");
    }
  }
  findings_.pass(requirement);
}

void Trials::deliver_what_holds() {
  const auto notice = [&] { return counterpart_.consign("notice"); };
  const Consignment alone = notice();
  if (!counterpart_.deliver({counterpart_.sealed({alone})}, 1)) {
    return not_reached({"delivery.receipt"}, "the node granted no credit");
  }
  expect_taken("delivery.receipt", {alone});
  counterpart_.settle(patience_.silence);
  const auto times = counterpart_.account().receipts_about(alone.digest, v1::RECEIPT_KIND_DELIVERED).size();
  if (times > 1) findings_.fail("delivery.receipt", fmt::format("{} delivered receipts", times), "one");
  const auto& faults = counterpart_.account().receipt_faults();
  if (counterpart_.account().receipts() == 0 && faults.empty()) {
    findings_.not_reached("receipts.sealed", "no receipt came");
  } else {
    findings_.judge("receipts.sealed", faults.empty(), faults.empty() ? "" : faults.front(),
                    "a batch of receipts that opens");
  }

  const std::vector<Consignment> batch{notice(), notice(), notice(), notice(), notice()};
  const std::uint64_t chosen[] = {1, 4};
  if (const auto part = trust::extract(counterpart_.sealed(batch), chosen);
      part && counterpart_.deliver({*part}, 2)) {
    expect_taken("delivery.path", {batch[1], batch[4]});
  }

  const std::vector<Consignment> one{notice(), notice()}, other{notice()},
      third{notice(), notice(), notice()};
  if (counterpart_.deliver({counterpart_.sealed(one), counterpart_.sealed(other), counterpart_.sealed(third)},
                           6)) {
    expect_taken("delivery.together", {one[0], one[1], other[0], third[0], third[1], third[2]});
  }

  const Consignment in_frame = notice();
  if (counterpart_.deliver({counterpart_.sealed({in_frame})}, 1, later_field)) {
    expect_taken("frame.unknown-fields", {in_frame});
  }
  if (!back({"envelope.unknown-fields"})) return;
  const Consignment in_envelope = Counterpart::consignment(counterpart_.envelope("notice"), later_field);
  if (counterpart_.deliver({counterpart_.sealed({in_envelope})}, 1)) {
    expect_taken("envelope.unknown-fields", {in_envelope});
  }
}

// ---- Deliveries that do not hold ----

void Trials::expect_refused(std::string_view requirement, const std::string& batch, const Consignment& item,
                            v1::ErrorCode code, std::uint64_t envelopes) {
  refused_.push_back(item);
  if (!back({requirement})) return;
  if (!counterpart_.deliver({batch}, envelopes)) {
    return findings_.not_reached(requirement, "the node granted no credit");
  }
  NodeAccount& account = counterpart_.account();
  const auto about = [&](v1::ReceiptKind kind) { return account.receipts_about(item.digest, kind); };
  const bool came = counterpart_.wait_for(
      [&] { return !about(v1::RECEIPT_KIND_DELIVERED).empty() || !about(v1::RECEIPT_KIND_REFUSED).empty(); },
      patience_.reaction);
  const std::string expected =
      fmt::format("a refused receipt with its digest and {} {}", label(code), catalogue_entry(code).name);
  if (!came) return findings_.fail(requirement, "no receipt with its digest came", expected);
  if (!about(v1::RECEIPT_KIND_DELIVERED).empty()) {
    return findings_.fail(requirement, "a delivered receipt: it was taken", expected);
  }
  const v1::ErrorCode reason = about(v1::RECEIPT_KIND_REFUSED).front()->receipt.reason();
  findings_.judge(requirement, reason == code,
                  fmt::format("refused with {} {}", label(reason), catalogue_entry(reason).name), expected);
}

void Trials::deliver_what_does_not_hold() {
  const auto declaration = [&] { return counterpart_.consign("declaration"); };
  const Cast& cast = counterpart_.cast();
  const auto parsed = [&](const std::string& bytes) {
    v1::SealedBatch batch;
    batch.ParseFromString(bytes);
    return batch;
  };

  {
    // In the document, at the end: the envelope still says who and to whom.
    const std::vector<Consignment> three{counterpart_.consign("notice"), declaration(),
                                         counterpart_.consign("notice")};
    v1::SealedBatch batch = parsed(counterpart_.sealed(three));
    std::string& content = *batch.mutable_items(1)->mutable_content();
    content.back() ^= 1;
    const Consignment altered{three[1].id, three[1].conversation, content, trust::leaf_hash(content)};
    expect_refused("refuse.content", batch.SerializeAsString(), altered, v1::ENVELOPE_ALTERED, 3);
    expect_taken("refuse.others", {three[0], three[2]});
  }
  {
    const std::vector<Consignment> four{declaration(), declaration(), declaration(), declaration()};
    const std::uint64_t chosen[] = {2};
    v1::SealedBatch batch = parsed(trust::extract(counterpart_.sealed(four), chosen).value_or(std::string()));
    batch.mutable_items(0)->mutable_path(0)->front() ^= 1;
    expect_refused("refuse.proof", batch.SerializeAsString(), four[2], v1::PROOF_ALTERED);
  }
  {
    const Consignment item = declaration();
    v1::SealedBatch batch = parsed(counterpart_.sealed({item}));
    // The signer's own, over another batch.
    batch.mutable_seal()->set_signature(parsed(counterpart_.sealed({declaration()})).seal().signature());
    expect_refused("refuse.signature", batch.SerializeAsString(), item, v1::SEAL_SIGNATURE_WRONG);
  }
  {
    v1::Envelope envelope = counterpart_.envelope("declaration");
    envelope.set_sender(cast.revoked.text());
    const Consignment item = Counterpart::consignment(envelope);
    expect_refused("refuse.revoked", counterpart_.sealed({item}, *cast.revoked_signer), item,
                   v1::CERTIFICATE_REVOKED);
  }
  {
    const Consignment item = declaration();
    expect_refused("refuse.authority", counterpart_.sealed({item}, *cast.stranger_signer), item,
                   v1::AUTHORITY_UNKNOWN);
  }
  {
    v1::Envelope envelope = counterpart_.envelope("declaration");
    envelope.set_sender(cast.revoked.text());
    const Consignment item = Counterpart::consignment(envelope);
    expect_refused("refuse.signer", counterpart_.sealed({item}), item, v1::SENDER_NOT_PEER);
  }
  {
    v1::Envelope envelope = counterpart_.envelope("declaration");
    envelope.set_recipient(cast.revoked.text());
    const Consignment item = Counterpart::consignment(envelope);
    expect_refused("refuse.recipient", counterpart_.sealed({item}), item, v1::ENVELOPE_MALFORMED);
  }
  {
    // Fields of a length that is not there.
    const std::string content = "\x0a\x7fno envelope";
    const Consignment item{{}, {}, content, trust::leaf_hash(content)};
    expect_refused("refuse.malformed", counterpart_.sealed({item}), item, v1::ENVELOPE_MALFORMED);
  }
  {
    v1::Envelope envelope = counterpart_.envelope("declaration");
    v1::CarriedDocument& document = *envelope.mutable_document();
    document.set_original("<Declaration/>");
    document.set_original_media_type("application/xml");
    document.set_structured_digest(std::string(trust::sha256(document.structured()).view()));
    document.set_original_digest(std::string(trust::sha256("another").view()));
    const Consignment item = Counterpart::consignment(envelope);
    expect_refused("refuse.form", counterpart_.sealed({item}), item, v1::ORIGINAL_DIFFERS);
  }
}

}  // namespace gnc::scenarios
