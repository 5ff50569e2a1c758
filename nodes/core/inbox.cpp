#include "nodes/core/inbox.h"

#include <algorithm>

#include <fmt/format.h>

#include "nodes/core/document_intake.h"
#include "nodes/core/drafts.h"
#include "proto/payload/attachments.h"
#include "proto/types/known_bug.h"
#include "proto/wire/receipt_bytes.h"

namespace gnc::nodes {
namespace {

std::string function_code_of(const v1::MetaData& answer) {
  return answer.response_size() == 0 ? std::string() : answer.response(0).function_code().value();
}

std::string function_code_of(std::string_view structured) {
  v1::MetaData answer;
  if (!answer.ParseFromArray(structured.data(), static_cast<int>(structured.size()))) return {};
  return function_code_of(answer);
}

wire::EnvelopeFields fields_of(const v1::Envelope& envelope) {
  return {.id = envelope.id(),
          .sender = envelope.sender(),
          .recipient = envelope.recipient(),
          .conversation = envelope.conversation(),
          .agreement = envelope.agreement(),
          .message = envelope.message(),
          .priority = static_cast<std::uint64_t>(envelope.priority()),
          .created_at = Instant{envelope.created_at()},
          .expires_at = Instant{envelope.expires_at()},
          .answers = envelope.answers(),
          .document = {},
          .traceparent = envelope.traceparent(),
          .has_document = envelope.has_document(),
          .has_attachments = envelope.attachments_size() > 0};
}

wire::DocumentFields fields_of(const v1::CarriedDocument& document) {
  return {.type = document.type(),
          .structured = document.structured(),
          .original = document.original(),
          .original_media_type = document.original_media_type(),
          .structured_digest = document.structured_digest(),
          .original_digest = document.original_digest()};
}

Error not_known_here(const wire::EnvelopeFields& envelope) {
  return {v1::NO_AGREEMENT,
          fmt::format("no agreement \"{}\" with a message \"{}\" from {} is known here", envelope.agreement,
                      envelope.message, envelope.sender),
          {},
          {}};
}

}  // namespace

Error why_not_acceptable(const v1::Envelope& envelope, const MessageTerms* terms) {
  return terms != nullptr ? check_forms(envelope.document()) : not_known_here(fields_of(envelope));
}

Inbox::Inbox(const NodeConfig& config, const AgreementIndex& agreements, const NodeLookup& lookup,
             Business& business, Exchanges& exchanges, IdSequence& ids, std::uint64_t next_batch,
             RecentIds known)
    : config_(config),
      agreements_(agreements),
      lookup_(lookup),
      business_(business),
      exchanges_(exchanges),
      ids_(ids),
      next_batch_(next_batch),
      known_(std::move(known)) {
  if (GNC_KNOWN_BUG(duplicates_forgotten_at_restart)) known_ = RecentIds();
}

std::uint32_t Inbox::receive(IncomingBatch batch, StepWork& work) {
  const bool in_turn = for_each_ > Duration{} || !waiting_.empty();
  if (!in_turn || !batch.opened || batch.opened->purpose != v1::SealStatement::PURPOSE_ENVELOPES) {
    return receive_whole(std::move(batch), work);
  }
  if (waiting_.empty()) free_at_ = std::max(free_at_, work.now);
  waiting_.push_back({std::move(batch)});
  return 0;
}

void Inbox::pace(Duration for_each, Instant now) {
  for_each_ = for_each;
  free_at_ = std::min(free_at_, now);
  if (!waiting_.empty()) free_at_ = now;
}

std::uint32_t Inbox::take_waiting(StepWork& work) {
  std::uint32_t taken = 0;
  while (!waiting_.empty() && free_at_ + for_each_ <= work.now) {
    free_at_ = free_at_ + for_each_;
    Waiting& first = waiting_.front();
    receive_next(first, work);
    ++taken;
    if (first.next == first.batch.opened->items.size()) waiting_.pop_front();
  }
  return taken;
}

// One item of a batch that is taken in bit by bit, over several steps: on record from its first item on.
void Inbox::receive_next(Waiting& waiting, StepWork& work) {
  needed_ = false;
  batch_ = waiting.number == 0 ? next_batch_ : waiting.number;
  const trust::OpenedBatch& opened = *waiting.batch.opened;
  payloads_ = &waiting.batch.payloads;
  receive_item(opened, opened.items[waiting.next++], work);
  if (!needed_ || waiting.number != 0) return;
  waiting.number = next_batch_++;
  work.persist.received_batches.push_back({waiting.number, work.now, waiting.batch.bytes});
}

std::uint32_t Inbox::receive_whole(IncomingBatch batch, StepWork& work) {
  needed_ = false;
  batch_ = next_batch_;
  payloads_ = &batch.payloads;
  std::uint32_t count = 0;
  if (!batch.opened) {
    count = receive_unproven(batch, work);
  } else {
    count = static_cast<std::uint32_t>(batch.opened->items.size());
    const bool of_envelopes = batch.opened->purpose == v1::SealStatement::PURPOSE_ENVELOPES;
    for (const trust::OpenedItem& item : batch.opened->items) {
      if (of_envelopes) {
        receive_item(*batch.opened, item, work);
      } else {
        reject(batch.opened->signer, {}, item,
               {v1::SEAL_MALFORMED, "the batch is not one of envelopes", {}, {}}, work);
      }
    }
  }
  if (!needed_ && GNC_KNOWN_BUG(credit_leak)) return 0;
  if (needed_) work.persist.received_batches.push_back({next_batch_++, work.now, std::move(batch.bytes)});
  return count;
}

// The seal as a whole does not hold, so nobody is known to have sent this: each envelope is refused to whom
// it names, unless it is this party that cannot judge now.
std::uint32_t Inbox::receive_unproven(const IncomingBatch& batch, StepWork& work) {
  const Error& cause = batch.opened.error();
  if (catalogue_entry(cause.code).retryable) {
    work.end_stream = cause;
    return 0;
  }
  v1::SealedBatch sealed;
  if (!sealed.ParseFromString(batch.bytes)) {
    work.end_stream = cause;
    return 0;
  }
  for (int i = 0; i < sealed.items_size(); ++i) {
    const std::string& content = sealed.items(i).content();
    trust::OpenedItem item;
    item.content = content;
    item.leaf = trust::leaf_hash(content);
    item.index = static_cast<std::uint64_t>(i);
    std::optional<PartyName> sender;
    std::string id;
    if (read(content)) {
      sender = PartyName::from_text(envelope_.sender);
      id = envelope_.id;
    }
    reject(sender, id, item, cause, work);
  }
  return static_cast<std::uint32_t>(sealed.items_size());
}

bool Inbox::read(std::string_view bytes) {
  envelope_ = {};
  document_ = {};
  is_plain_ = wire::read_fields(bytes, envelope_).empty() &&
              wire::read_fields(envelope_.document, document_).empty() &&
              wire::is_plain(envelope_, document_);
  if (is_plain_) return true;
  const bool readable = whole_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  envelope_ = readable ? fields_of(whole_) : wire::EnvelopeFields{};
  document_ = readable ? fields_of(whole_.document()) : wire::DocumentFields{};
  return readable;
}

// One form, which no digest is said of, agrees with itself.
Error Inbox::why_not_acceptable(const MessageTerms* terms) const {
  if (terms == nullptr) return not_known_here(envelope_);
  return is_plain_ ? Error{} : check_forms(whole_.document());
}

void Inbox::receive_item(const trust::OpenedBatch& batch, const trust::OpenedItem& item, StepWork& work) {
  const bool readable = read(item.content);
  const auto refuse = [&](v1::ErrorCode code, std::string detail) {
    reject(batch.signer, envelope_.id, item, {code, std::move(detail), {}, {}}, work);
  };
  if (item.fault != v1::ERROR_CODE_UNSPECIFIED) {
    return refuse(item.fault,
                  fmt::format("leaf {} of the batch that {} sealed", item.index, batch.signer.text()));
  }
  const auto id = readable ? Uuid::from_bytes(envelope_.id) : std::nullopt;
  const auto conversation = readable ? Uuid::from_bytes(envelope_.conversation) : std::nullopt;
  if (!id || !conversation)
    return refuse(v1::ENVELOPE_MALFORMED, "the envelope has no readable id or conversation");
  if (envelope_.sender != batch.signer.text()) {
    return refuse(v1::SENDER_NOT_PEER, fmt::format("the envelope is from \"{}\", its seal is {}'s",
                                                   envelope_.sender, batch.signer.text()));
  }
  if (envelope_.recipient != config_.party.text()) {
    return refuse(v1::ENVELOPE_MALFORMED, fmt::format("the envelope is for \"{}\", not for {}",
                                                      envelope_.recipient, config_.party.text()));
  }
  if (seen_before(*id, item, batch.signer, work)) return;

  const MessageTerms* terms =
      agreements_.find(envelope_.sender, config_.party.text(), envelope_.agreement, envelope_.message);
  ReceivedRecord record{.id = *id,
                        .batch = batch_,
                        .index = static_cast<std::uint32_t>(item.index),
                        .sender = batch.signer,
                        .conversation = *conversation,
                        .agreement = terms ? terms->agreement : SharedText(envelope_.agreement),
                        .message = terms ? terms->message : SharedText(envelope_.message),
                        .digest = item.leaf,
                        .at = work.now,
                        .state = ReceivedState::delivered,
                        .reason = {},
                        .detail = {}};
  needed_ = true;
  Error fault = why_not_acceptable(terms);
  if (fault.code == v1::ERROR_CODE_UNSPECIFIED) fault = why_payloads_are_not_here(item);
  if (fault.code != v1::ERROR_CODE_UNSPECIFIED) {
    record.state = ReceivedState::refused;
    record.reason = fault.code;
    record.detail = fault.detail;
  } else if (terms->answer_due) {
    record.state = ReceivedState::processed;
  }

  ++work.counters.received;
  known_.insert(*id);
  work.persist.received.push_back(record);
  give_receipts(record, work);
  if (record.state != ReceivedState::refused) {
    if (NodeEvent* event = work.log.stage(v1::EVENT_KIND_DELIVERED, record.id, record.sender, {})) {
      event->trace = TraceContext::parse(envelope_.traceparent);
      event->answers = Uuid::from_bytes(envelope_.answers);
    }
    decide(record, *terms, work);
  }
  uncommitted_.add(std::move(record));
}

// Business sees no document whose attachments are not here as they were sealed.
Error Inbox::why_payloads_are_not_here(const trust::OpenedItem& item) const {
  if (!envelope_.has_attachments) return {};
  const auto announced = payload::read_attachments(item.content);
  if (!announced) return announced.error();
  for (const payload::AttachmentView& each : *announced) {
    const auto found = std::ranges::find(*payloads_, each.digest, &FetchedPayload::digest);
    if (found == payloads_->end())
      return {v1::PAYLOAD_UNKNOWN, fmt::format("{} was not fetched", each.name), {}, {}};
    if (found->fault != v1::ERROR_CODE_UNSPECIFIED)
      return {found->fault, fmt::format("{}: {}", each.name, found->detail), {}, {}};
  }
  return {};
}

std::optional<ReceivedRecord> Inbox::find_received(const Uuid& id) const {
  if (const ReceivedRecord* found = uncommitted_.find(id)) return *found;
  return lookup_.received(config_.party, id);
}

bool Inbox::seen_before(const Uuid& id, const trust::OpenedItem& item, const PartyName& sender,
                        StepWork& work) {
  if (!known_.may_contain(id)) return false;
  const std::optional<ReceivedRecord> known = find_received(id);
  if (!known) return false;
  if (known->digest != item.leaf) {
    reject(
        sender, id.view(), item,
        {v1::ENVELOPE_ID_CONFLICT, fmt::format("{} is on record here with other bytes", id.text()), {}, {}},
        work);
    return true;
  }
  ++work.counters.duplicates_suppressed;
  work.log.stage(v1::EVENT_KIND_DUPLICATE_SUPPRESSED, id, sender, {});
  give_receipts(*known, work);
  return true;
}

void Inbox::reject(const std::optional<PartyName>& audience, std::string_view id,
                   const trust::OpenedItem& item, const Error& reason, StepWork& work) {
  needed_ = true;
  ++work.counters.rejected;
  work.persist.rejections.push_back({batch_, static_cast<std::uint32_t>(item.index), std::string(id),
                                     item.leaf, work.now, reason.code, reason.detail});
  if (!audience) return;
  work.receipts[*audience].push_back(
      wire::receipt_bytes({id, v1::RECEIPT_KIND_REFUSED, config_.party.text(), work.now, item.leaf.view(),
                           reason.code, reason.detail}));
}

// The same for the same record: what is given again says the same.
void Inbox::give_receipts(const ReceivedRecord& record, StepWork& work) {
  std::vector<std::string>& receipts = work.receipts[record.sender];
  const auto give = [&](v1::ReceiptKind kind) {
    receipts.push_back(wire::receipt_bytes({record.id.view(), kind, config_.party.text(), record.at,
                                            record.digest.view(), record.reason, record.detail}));
  };
  if (record.state == ReceivedState::refused) return give(v1::RECEIPT_KIND_REFUSED);
  give(v1::RECEIPT_KIND_DELIVERED);
  if (record.state == ReceivedState::processed) give(v1::RECEIPT_KIND_PROCESSED);
}

void Inbox::decide(const ReceivedRecord& record, const MessageTerms& terms, StepWork& work) {
  if (!envelope_.answers.empty()) {
    if (const auto about = Uuid::from_bytes(envelope_.answers)) {
      exchanges_.answered(*about, record.sender, function_code_of(document_.structured), work);
    }
  }
  const Uuid answer_id = ids_.next(work.now);
  Decision decision =
      business_.decide({.id = record.id,
                        .sender = record.sender,
                        .recipient = config_.party,
                        .conversation = record.conversation,
                        .agreement = record.agreement,
                        .message = record.message,
                        .document_type = document_.type,
                        .answer_due = terms.answer_due,
                        .answer_type = terms.answer_type,
                        .structured = document_.structured,
                        .answer_id = answer_id,
                        .attachments = envelope_.has_attachments ? &whole_.attachments() : nullptr},
                       work.now);
  ++work.counters.business_decisions;
  DecisionRecord decided{record.id, decision.outcome, std::nullopt, work.now};
  const MessageTerms* answered_by =
      decision.answer && terms.answer_due ? answer_terms(record, terms, decision.message) : nullptr;
  if (answered_by != nullptr) {
    decided.answer = answer_id;
    // As urgent as the question, unless the block says something else of this answer.
    const v1::Priority priority = answered_by->priority == v1::PRIORITY_NORMAL
                                      ? static_cast<v1::Priority>(envelope_.priority)
                                      : answered_by->priority;
    answer(record, *answered_by, answer_id, *decision.answer, priority, envelope_.traceparent, work);
  }
  work.persist.decisions.push_back(decided);
  NodeEvent* event = work.log.stage(v1::EVENT_KIND_BUSINESS_DECIDED, record.id, record.sender, {});
  if (event == nullptr || !work.log.full() || (decision.why.empty() && !decision.findings)) return;
  NodeEventWords& words = EventLog::words(*event);
  words.detail = std::move(decision.why);
  words.findings = std::move(decision.findings);
}

const MessageTerms* Inbox::answer_terms(const ReceivedRecord& record, const MessageTerms& terms,
                                        const std::string& named) const {
  const std::string& name = named.empty() ? terms.answer : named;
  if (name.empty()) return nullptr;
  const MessageTerms* found =
      agreements_.find(config_.party.text(), record.sender.text(), record.agreement, name);
  return found != nullptr && found->answers == terms.message ? found : nullptr;
}

// `terms` are the answer's own.
void Inbox::answer(const ReceivedRecord& record, const MessageTerms& terms, const Uuid& answer_id,
                   const v1::MetaData& answer, v1::Priority priority, std::string_view traceparent,
                   StepWork& work) const {
  v1::CarriedDocument document;
  document.set_type(terms.document_type);
  document.set_structured(answer.SerializeAsString());
  OutgoingRecord outgoing{.id = answer_id,
                          .recipient = record.sender,
                          .conversation = record.conversation,
                          .agreement = record.agreement,
                          .message = terms.message,
                          .reference = {},
                          .answers = record.id,
                          .digest = {},
                          .created_at = work.now,
                          .expires_at = work.now + config_.default_life,
                          .intended_at = {},
                          .answer_due = terms.answer_due,
                          .answer_expected = !terms.answer.empty(),
                          .changed_at = work.now,
                          .reason = {},
                          .detail = {}};
  work.drafts.push_back(make_draft(config_.party, std::move(outgoing), priority, document, traceparent));
}

void Inbox::push(const Push& push, StepWork& work) {
  const MessageTerms* terms =
      agreements_.find(config_.party.text(), push.recipient.text(), push.agreement, push.message);
  // The agreement may have been withdrawn since: then nobody is to be told.
  if (terms == nullptr || work.now < terms->from || work.now >= terms->until) return;
  v1::CarriedDocument document;
  document.set_type(terms->document_type);
  document.set_structured(push.document.SerializeAsString());
  OutgoingRecord outgoing{.id = ids_.next(work.now),
                          .recipient = push.recipient,
                          .conversation = push.conversation,
                          .agreement = push.agreement,
                          .message = push.message,
                          .reference = {},
                          .answers = std::nullopt,
                          .digest = {},
                          .created_at = work.now,
                          .expires_at = work.now + config_.default_life,
                          .intended_at = {},
                          .answer_due = terms->answer_due,
                          .answer_expected = terms->answer_due && !terms->answer.empty(),
                          .changed_at = work.now,
                          .reason = {},
                          .detail = {}};
  work.drafts.push_back(make_draft(config_.party, std::move(outgoing), terms->priority, document, {}));
}

Instant Inbox::next_due() const {
  const Instant said = business_.next_due();
  if (waiting_.empty()) return said;
  const Instant taken = free_at_ + for_each_;
  return said == Instant{} ? taken : std::min(said, taken);
}

void Inbox::time_passed(StepWork& work) {
  const Instant due = business_.next_due();
  if (due == Instant{} || due > work.now) return;
  for (FollowUp& follow_up : business_.time_passed(work.now)) {
    const std::optional<ReceivedRecord> record = find_received(follow_up.about);
    if (!record) continue;
    if (follow_up.answer) {
      const MessageTerms* terms =
          agreements_.find(record->sender.text(), config_.party.text(), record->agreement, record->message);
      const MessageTerms* answered_by =
          terms == nullptr ? nullptr : answer_terms(*record, *terms, follow_up.message);
      // The agreement may have been withdrawn since: then nobody has to be told.
      if (answered_by == nullptr) continue;
      answer(*record, *answered_by, ids_.next(work.now), *follow_up.answer, answered_by->priority, {}, work);
    }
    NodeEvent* event = work.log.stage(v1::EVENT_KIND_BUSINESS_FOLLOWED_UP, record->id, record->sender, {});
    if (event == nullptr || !work.log.full()) continue;
    NodeEventWords& words = EventLog::words(*event);
    if (follow_up.answer) words.function_code = function_code_of(*follow_up.answer);
    words.detail = std::move(follow_up.why);
    words.findings = std::move(follow_up.findings);
  }
  for (const Push& each : business_.pushes(work.now)) push(each, work);
}

}  // namespace gnc::nodes
