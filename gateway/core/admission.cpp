#include "gateway/core/admission.h"

#include <algorithm>
#include <optional>

#include "gateway/core/envelope_header.h"
#include "gateway/core/exchange_states.h"
#include "gateway/core/payload_terms.h"
#include "gateway/core/recorded_exchange.h"
#include "proto/types/known_bug.h"

namespace gnc::gateway {
namespace {

constexpr std::size_t longest_detail = 1024;

// The particulars of an error in one text that any reader of receipts can take.
std::string detail_of(const Error& error) {
  std::string text = error.where.empty() ? error.detail : error.detail + " (" + error.where + ")";
  if (text.size() > longest_detail) text.resize(longest_detail);
  return printable(text);
}

// One incoming batch, judged leaf by leaf.
class BatchAdmission {
 public:
  BatchAdmission(Step& step, Session& session, IncomingBatch& batch)
      : step_(step),
        memory_(step.memory),
        session_(session),
        peer_(memory_.parties[session.party]),
        batch_(batch) {}

  void run() {
    if (!batch_.opened) return refuse_whole(batch_.opened.error());
    if (batch_.opened->purpose != v1::SealStatement::PURPOSE_ENVELOPES) {
      return refuse_whole(
          {v1::SEAL_MALFORMED, "The batch was submitted, but is not sealed for envelopes.", {}, {}});
    }
    for (const trust::OpenedItem& item : batch_.opened->items) judge(item);
    if (number_ == 0) return;
    const auto count = static_cast<std::uint32_t>(batch_.opened->items.size());
    memory_.audit.append(step_.persist, v1::AUDIT_KIND_BATCH_RECORDED, step_.now, peer_.name, number_,
                         batch_.bytes, count);
    step_.persist.batches.push_back({number_, peer_.name, step_.now, std::move(batch_.bytes)});
  }

 private:
  // What is known of the leaf at hand when it is refused.
  struct Leaf {
    std::string_view id;  // as read
    Digest digest;
    std::optional<Uuid> bound_to;  // the refusal is bound to this id
  };

  void refuse_whole(const Error& error) { refuse({}, error); }

  void refuse(const Leaf& leaf, const Error& error) {
    // The same again may be admitted after a reason that passes, so such a refusal binds nothing.
    const bool authentic = leaf.bound_to && !catalogue_entry(error.code).retryable;
    std::string detail = detail_of(error);
    const std::string_view digest = leaf.digest == Digest{} ? std::string_view{} : leaf.digest.view();
    const std::uint64_t position =
        step_.give_receipt(session_.party, leaf.id, v1::RECEIPT_KIND_REFUSED, digest, error.code, detail);
    step_.persist.refusals.push_back({.id = std::string(leaf.id),
                                      .digest = leaf.digest,
                                      .peer = peer_.name,
                                      .at = step_.now,
                                      .reason = error.code,
                                      .detail = std::move(detail),
                                      .receipt = position,
                                      .authentic = authentic});
    if (authentic) {
      memory_.known.insert(*leaf.bound_to);
      memory_.settling.add_refusal(step_.persist.step, *leaf.bound_to, leaf.digest, session_.party, position);
    }
    ++memory_.counters.refused;
    memory_.count_refusal(error.code);
  }

  // The bounds before what they bound, and identity before content: each test may rely on those above it.
  void judge(const trust::OpenedItem& item) {
    Leaf leaf{.id = {}, .digest = item.leaf, .bound_to = {}};
    if (item.fault != v1::ERROR_CODE_UNSPECIFIED) {
      leaf.id = read_envelope_id(item.content);
      return refuse(leaf, {item.fault, "Leaf " + std::to_string(item.index) + " of the batch.", {}, {}});
    }
    const auto header = read_envelope_header(item.content);
    if (!header) {
      leaf.id = read_envelope_id(item.content);
      if (batch_.opened->signer == peer_.name) leaf.bound_to = Uuid::from_bytes(leaf.id);
      if (leaf.bound_to && is_duplicate(*leaf.bound_to, item.leaf)) return;
      return refuse(leaf, header.error());
    }
    leaf.id = header->id.view();
    if (batch_.opened->signer != peer_.name || header->sender != peer_.name.text()) {
      return refuse(
          leaf, {v1::SENDER_NOT_PEER,
                 "The envelope's sender is " + std::string(header->sender) + ", its batch was sealed by " +
                     batch_.opened->signer.text() + ", the peer is " + peer_.name.text() + ".",
                 {},
                 {}});
    }
    if (!batch_.opened->complete) {
      // Without all leaves, no proof could be made for the recipient.
      return refuse(
          leaf,
          {v1::SEAL_MALFORMED, "The batch is not complete: submit batches as they were sealed.", {}, {}});
    }
    if (is_duplicate(header->id, item.leaf)) return;
    leaf.bound_to = header->id;
    if (const auto other = find_recorded_exchange(memory_, header->id)) {
      return refuse(leaf,
                    {v1::ENVELOPE_ID_CONFLICT,
                     "Id " + header->id.text() + " is on record with the digest " + other->digest.hex() + ".",
                     {},
                     {}});
    }
    if (auto error = time_fault(*header)) return refuse(leaf, *error);
    const PartyIndex* recipient = find_recipient(header->recipient);
    if (recipient == nullptr) {
      return refuse(leaf,
                    {v1::RECIPIENT_UNKNOWN, "Recipient " + std::string(header->recipient) + ".", {}, {}});
    }
    const auto terms = memory_.book->allow(
        {.agreement = header->agreement,
         .message = header->message,
         .sender = header->sender,
         .recipient = header->recipient,
         .document_type = header->document_type,
         .structured = header->structured},
        GNC_KNOWN_BUG(agreement_checked_at_connect_only) ? session_.silent_since : step_.now,
        &memory_.passed);
    if (!terms) return refuse(leaf, terms.error());
    std::optional<RecordedExchange> answered;
    if (!header->answers.empty()) {
      answered = find_recorded_exchange(memory_, *Uuid::from_bytes(header->answers));
      if (!answered || answered->sender != *recipient || answered->recipient != session_.party) {
        return refuse(leaf, {v1::EXCHANGE_UNKNOWN,
                             "It answers " + Uuid::from_bytes(header->answers)->text() +
                                 ", which is no exchange from " + std::string(header->recipient) + " to " +
                                 peer_.name.text() + ".",
                             {},
                             {}});
      }
    }
    std::optional<ConversationRecord> conversation;
    if (terms->states != nullptr) {
      auto moved = terms->states->after(find_conversation(*header), header->message, step_.now);
      if (!moved) return refuse(leaf, moved.error());
      conversation = {header->conversation, std::string(header->agreement), *std::move(moved)};
    }
    if (auto error = form_fault(*header)) return refuse(leaf, *error);
    if (auto error = attachment_fault(*header, *terms)) return refuse(leaf, *error);
    if (memory_.parties[*recipient].undelivered >= memory_.config.recipient_queue_limit) {
      return refuse(leaf, {v1::RECIPIENT_QUEUE_FULL,
                           std::to_string(memory_.parties[*recipient].undelivered) + " envelopes wait for " +
                               std::string(header->recipient) + ".",
                           {},
                           {}});
    }
    record(item, *header, *terms, *recipient);
    if (conversation) {
      memory_.settling.add_conversation(step_.persist.step, *conversation);
      step_.persist.conversations.push_back(*std::move(conversation));
    }
    if (answered) finish_answered(*answered);
  }

  std::optional<model::ConversationPlace> find_conversation(const EnvelopeHeader& header) const {
    if (auto moved = memory_.settling.conversation(header.conversation, header.agreement)) return moved;
    return memory_.lookup.conversation(header.conversation, header.agreement);
  }

  // Whether this very envelope is on record; then it is shown its first receipt again.
  bool is_duplicate(const Uuid& id, const Digest& digest) {
    std::optional<std::uint64_t> receipt;
    const auto exchange = find_recorded_exchange(memory_, id);
    if (exchange && exchange->digest == digest && exchange->sender == session_.party) {
      receipt = exchange->admitted_receipt;
    } else {
      receipt = find_recorded_refusal(memory_, session_.party, id, digest);
    }
    if (!receipt) return false;
    ++memory_.counters.duplicates;
    // A receipt of this very step is sent at its end anyway.
    if (*receipt <= peer_.last_position) {
      peer_.show_again.push_back(*receipt);
      step_.touch(session_.party);
    }
    return true;
  }

  std::optional<Error> time_fault(const EnvelopeHeader& header) const {
    const GatewayConfig& config = memory_.config;
    if (header.expires_at <= step_.now) {
      return Error{v1::ENVELOPE_EXPIRED,
                   "It expired " + std::to_string((step_.now - header.expires_at).microseconds) + " µs ago.",
                   {},
                   {}};
    }
    if (header.created_at - config.clock_tolerance > step_.now) {
      return Error{v1::EXPIRY_TOO_FAR,
                   "It was created " + std::to_string((header.created_at - step_.now).microseconds) +
                       " µs after the gateway's now.",
                   {},
                   {}};
    }
    if (header.expires_at - header.created_at > config.longest_life) {
      return Error{v1::EXPIRY_TOO_FAR,
                   "It lives " + std::to_string((header.expires_at - header.created_at).microseconds) +
                       " µs; the longest is " + std::to_string(config.longest_life.microseconds) + " µs.",
                   {},
                   {}};
    }
    return std::nullopt;
  }

  static std::optional<Error> form_fault(const EnvelopeHeader& header) {
    const bool both = !header.structured.empty() && !header.original.empty();
    if (!both) {
      if (header.structured_digest.empty() && header.original_digest.empty()) return std::nullopt;
      return Error{v1::ORIGINAL_DIFFERS, "There are digests, but only one form.", {}, {}};
    }
    if (header.structured_digest != trust::sha256(header.structured).view()) {
      return Error{v1::ORIGINAL_DIFFERS, "The structured form's digest does not match it.", {}, {}};
    }
    if (header.original_digest != trust::sha256(header.original).view()) {
      return Error{v1::ORIGINAL_DIFFERS, "The original's digest does not match it.", {}, {}};
    }
    return std::nullopt;
  }

  std::optional<Error> attachment_fault(const EnvelopeHeader& header,
                                        const model::CrossingTerms& terms) const {
    auto allowed = may_attach(header.attachments, header.message, terms.largest_attachments);
    if (!allowed) return std::move(allowed.error());
    for (const payload::AttachmentView& each : header.attachments) {
      if (std::ranges::find(batch_.missing_payloads, each.digest) == batch_.missing_payloads.end()) continue;
      return Error{v1::PAYLOAD_MISSING,
                   std::string(each.name) + " with the digest " + each.digest.hex() + ".",
                   {},
                   {}};
    }
    return std::nullopt;
  }

  // Envelopes of a batch mostly go to one recipient.
  const PartyIndex* find_recipient(std::string_view name) {
    if (recipient_ == nullptr || name != memory_.parties[*recipient_].name.text()) {
      recipient_ = memory_.parties.find_recipient(name, *memory_.book);
    }
    return recipient_;
  }

  void record(const trust::OpenedItem& item, const EnvelopeHeader& header, const model::CrossingTerms& terms,
              PartyIndex recipient) {
    if (number_ == 0) number_ = memory_.next_batch++;
    memory_.known.insert(header.id);
    ExchangeRecord record{
        .id = header.id,
        .location = {number_, static_cast<std::uint32_t>(item.index)},
        .sequence = memory_.next_sequence++,
        .sender = peer_.name,
        .recipient = memory_.parties[recipient].name,
        .conversation = header.conversation,
        .agreement = terms.agreement,
        .message = terms.message,
        .digest = item.leaf,
        .admitted_at = step_.now,
        .expires_at = header.expires_at,
        .answer_due_at = terms.answer_due ? header.expires_at + terms.answer_within : Instant{},
        .size = static_cast<std::uint32_t>(item.content.size()),
        .priority = header.priority,
        .answer_due = terms.answer_due,
        .state = ExchangeState::admitted,
        .attempts = 0,
        .admitted_receipt =
            step_.give_receipt(session_.party, header.id.view(), v1::RECEIPT_KIND_ADMITTED, item.leaf.view()),
    };
    memory_.keep(record);
    step_.touch(recipient);
    step_.persist.exchanges.push_back(std::move(record));
    ++memory_.counters.admitted;
  }

  // The answer says that the recipient has dealt with the exchange; the sender gets the answer itself, so the
  // gateway states nothing of its own. Before its receipts it is no end: they may be lost, and the answer may
  // expire, so that the sender would hear of no end. What is delivered again is receipted again.
  void finish_answered(const RecordedExchange& answered) {
    if (answered.slot == no_slot) return;
    const LiveExchange& exchange = memory_.live[answered.slot];
    if (exchange.answer_due && exchange.state == ExchangeState::delivered) {
      step_.change(answered.slot, ExchangeState::processed);
    }
  }

  Step& step_;
  Memory& memory_;
  Session& session_;
  Party& peer_;
  IncomingBatch& batch_;
  std::uint64_t number_ = 0;  // of the batch, once something in it is admitted
  const PartyIndex* recipient_ = nullptr;
};

}  // namespace

bool admit(Step& step, Session& session, std::vector<IncomingBatch>& batches) {
  std::uint64_t envelopes = 0;
  for (const IncomingBatch& batch : batches) envelopes += batch.opened ? batch.opened->items.size() : 1;
  if (envelopes > session.submission_credit) {
    step.end_session(session, {v1::CREDIT_EXCEEDED,
                               std::to_string(envelopes) + " envelopes submitted, " +
                                   std::to_string(session.submission_credit) + " were granted.",
                               step.memory.parties[session.party].name.text(),
                               {}});
    return false;
  }
  session.submission_credit -= static_cast<std::uint32_t>(envelopes);
  session.submission_owed += static_cast<std::uint32_t>(envelopes);
  if (envelopes > 0) step.touch(session.party);
  for (IncomingBatch& batch : batches) BatchAdmission(step, session, batch).run();
  return true;
}

}  // namespace gnc::gateway
