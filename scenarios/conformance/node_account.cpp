#include "scenarios/conformance/node_account.h"

#include <fmt/format.h>

#include <algorithm>

#include "gateway/core/envelope_header.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::scenarios {
namespace {

// What is wrong with a batch of `purpose` that `party` has sent; empty where nothing is.
std::string fault_of(const Result<trust::OpenedBatch>& opened, v1::SealStatement::Purpose purpose,
                     const PartyName& party) {
  if (!opened) return describe(opened.error());
  if (opened->purpose != purpose) {
    return fmt::format("the batch is sealed as {}", v1::SealStatement::Purpose_Name(opened->purpose));
  }
  if (opened->signer != party) return fmt::format("the batch was sealed by {}", opened->signer.text());
  if (!opened->complete) return "the batch is not complete";
  for (const trust::OpenedItem& item : opened->items) {
    if (item.fault != v1::ERROR_CODE_UNSPECIFIED) {
      return fmt::format("leaf {} of the batch: {}", item.index, catalogue_entry(item.fault).name);
    }
  }
  return {};
}

}  // namespace

void NodeAccount::welcomed(std::uint32_t credit) { credit_ = credit; }

std::vector<std::size_t> NodeAccount::take(const v1::NodeFrame& frame, Instant now) {
  if (frame.has_hello()) {
    // A stream begins: what was granted on the one before is void.
    delivery_credit_ = 0;
    hello_position_ = frame.hello().receipts_recorded_up_to();
    delivery_credit_ += frame.hello().credit().envelopes();
    delivery_grants_ += frame.hello().credit().envelopes();
  }
  delivery_credit_ += frame.credit().envelopes();
  delivery_grants_ += frame.credit().envelopes();
  recorded_up_to_ = std::max({recorded_up_to_, frame.receipts_recorded_up_to(), hello_position_});
  // As a gateway does: an answer in the same frame comes after the receipt of what it answers.
  for (const std::string& bytes : frame.receipts()) take_receipts(bytes, now);
  std::vector<std::size_t> came;
  for (const std::string& bytes : frame.submissions()) take_submission(bytes, now, came);
  return came;
}

void NodeAccount::take_receipts(const std::string& bytes, Instant now) {
  const auto opened = trust::open(bytes, verifier_, now);
  if (const auto fault = fault_of(opened, v1::SealStatement::PURPOSE_RECEIPTS, party_); !fault.empty()) {
    receipt_faults_.push_back(fault);
    if (!opened) return;
  }
  for (const trust::OpenedItem& item : opened->items) {
    Given given{{}, opened->audience, ++number_};
    if (!given.receipt.ParseFromArray(item.content.data(), static_cast<int>(item.content.size()))) {
      receipt_faults_.push_back(fmt::format("leaf {} is no receipt", item.index));
      continue;
    }
    if (given.receipt.issuer() != party_.text()) {
      receipt_faults_.push_back(fmt::format("a receipt says that \"{}\" gives it", given.receipt.issuer()));
    }
    by_envelope_digest_.emplace(given.receipt.envelope_digest(), given_.size());
    given_.push_back(std::move(given));
  }
}

void NodeAccount::take_submission(const std::string& bytes, Instant now, std::vector<std::size_t>& came) {
  const auto opened = trust::open(bytes, verifier_, now);
  if (const auto fault = fault_of(opened, v1::SealStatement::PURPOSE_ENVELOPES, party_); !fault.empty()) {
    submission_faults_.push_back(fault);
    if (!opened) return;
  }
  credit_ -= static_cast<std::int64_t>(opened->items.size());
  overrun_ = std::max(overrun_, -credit_);
  for (const trust::OpenedItem& item : opened->items) {
    ++number_;
    const auto [known, is_new] = by_digest_.emplace(item.leaf, submitted_.size());
    came.push_back(known->second);
    if (!is_new) {
      submitted_[known->second].at.push_back(now);
      continue;
    }
    Submitted& one = submitted_.emplace_back();
    one.digest = item.leaf;
    one.at.push_back(now);
    one.number = number_;
    const auto header = gateway::read_envelope_header(item.content);
    if (!header) {
      one.fault = header.error();
      continue;
    }
    one.id = header->id.view();
    one.sender = header->sender;
    one.recipient = header->recipient;
    one.conversation = header->conversation.view();
    one.agreement = header->agreement;
    one.message = header->message;
    one.answers = header->answers;
    one.document_type = header->document_type;
  }
}

std::vector<const NodeAccount::Submitted*> NodeAccount::answers_to(std::string_view id) const {
  std::vector<const Submitted*> found;
  for (const Submitted& each : submitted_) {
    if (!each.fault && each.answers == id) found.push_back(&each);
  }
  return found;
}

std::vector<const NodeAccount::Given*> NodeAccount::receipts_about(const Digest& digest,
                                                                   v1::ReceiptKind kind) const {
  std::vector<const Given*> found;
  const auto [first, last] = by_envelope_digest_.equal_range(std::string(digest.view()));
  for (auto each = first; each != last; ++each) {
    const Given& given = given_[each->second];
    if (given.receipt.kind() == kind) found.push_back(&given);
  }
  return found;
}

}  // namespace gnc::scenarios
