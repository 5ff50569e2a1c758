#include "nodes/core/single_window.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "nodes/core/drafts.h"

namespace gnc::nodes {
namespace {

std::optional<v1::Priority> priority_of(std::string_view name) {
  if (name == "normal") return v1::PRIORITY_NORMAL;
  if (name == "urgent") return v1::PRIORITY_URGENT;
  if (name == "bulk") return v1::PRIORITY_BULK;
  return std::nullopt;
}

}  // namespace

// What the items of one Lodge share, worked out once.
struct SingleWindow::Terms {
  std::optional<PartyName> recipient;
  std::optional<v1::Priority> priority;  // as the lodgement says
  Duration life;
  std::map<std::string, Result<MessageTerms>> by_type;
};

SingleWindow::SingleWindow(const NodeConfig& config, const AgreementIndex& agreements,
                           const NodeLookup& lookup, IdSequence& ids, ReferenceFilter references)
    : config_(config),
      agreements_(agreements),
      lookup_(lookup),
      ids_(ids),
      references_(std::move(references)) {}

Duration life_of(const v1::Lodge& lodge, Duration default_life) {
  // Longer than any life the gateway allows, and far from overflow.
  constexpr std::uint64_t longest_ms = 366ull * 24 * 3600 * 1000;
  if (lodge.life_ms() == 0) return default_life;
  return Duration::from_milliseconds(static_cast<std::int64_t>(std::min(lodge.life_ms(), longest_ms)));
}

bool has_files(const v1::Lodge& lodge) {
  return std::ranges::any_of(lodge.items(),
                             [](const v1::Lodge::Item& item) { return item.files_size() > 0; });
}

void note_fault(v1::Lodge::Item::File& file, const Error& fault) {
  file.set_fault(fault.code);
  file.set_detail(fault.where.empty() ? fault.detail : fmt::format("{} ({})", fault.detail, fault.where));
}

void SingleWindow::lodge(v1::Lodge lodge, StepWork& work) {
  Terms terms{PartyName::from_text(lodge.to()),
              priority_of(lodge.priority()),
              life_of(lodge, config_.default_life),
              {}};
  for (v1::Lodge::Item& item : *lodge.mutable_items()) lodge_item(lodge, item, terms, work);
}

void SingleWindow::lodge_item(const v1::Lodge& lodge, v1::Lodge::Item& item, Terms& terms, StepWork& work) {
  if (!item.reference().empty() && lodged_before(item.reference(), work)) return;
  const auto wrong = [&](v1::ErrorCode code, std::string detail) {
    refuse(lodge, item, {code, std::move(detail), item.reference(), {}}, {}, work);
  };
  if (!terms.recipient)
    return wrong(v1::RECIPIENT_UNKNOWN, fmt::format("\"{}\" is not a party's name", lodge.to()));
  if (!lodge.priority().empty() && !terms.priority) {
    return wrong(v1::KEY_VALUE,
                 fmt::format("priority is \"{}\", not urgent, normal or bulk", lodge.priority()));
  }
  std::optional<Uuid> conversation;
  if (item.conversation().empty()) {
    conversation = ids_.next(work.now);
  } else {
    conversation = Uuid::from_bytes(item.conversation());
    if (!conversation) return wrong(v1::KEY_VALUE, "the conversation is not a UUIDv7");
  }

  const auto attachments = attachments_of(item);
  if (!attachments) return wrong(attachments.error().code, attachments.error().detail);

  auto taken = take_in_or_recall(item);
  if (!taken) return refuse(lodge, item, taken.error().error, std::move(taken.error().pointer), work);
  auto entry = terms.by_type.find(taken->type());
  if (entry == terms.by_type.end()) {
    entry =
        terms.by_type
            .emplace(taken->type(), agreements_.for_lodgement(config_.party.text(), lodge.to(), taken->type(),
                                                              lodge.agreement(), lodge.message(), work.now))
            .first;
  }
  const Result<MessageTerms>& message = entry->second;
  if (!message) return refuse(lodge, item, message.error(), {}, work);

  OutgoingRecord record{.id = ids_.next(work.now),
                        .recipient = *terms.recipient,
                        .conversation = *conversation,
                        .agreement = message->agreement,
                        .message = message->message,
                        .reference = item.reference(),
                        .answers = std::nullopt,
                        .digest = {},
                        .created_at = work.now,
                        .expires_at = work.now + terms.life,
                        .intended_at = Instant{item.intended_at()},
                        .answer_due = message->answer_due,
                        .answer_expected = message->answer_due && !message->answer.empty(),
                        .changed_at = work.now,
                        .reason = {},
                        .detail = {}};
  Draft draft = make_draft(config_.party, std::move(record), terms.priority.value_or(message->priority),
                           *taken, item.traceparent(), *attachments);
  if (auto fits = check_size(draft, config_); !fits) {
    return wrong(fits.error().code, std::move(fits.error().detail));
  }
  ++work.counters.lodged;
  if (!item.reference().empty()) {
    references_.insert(item.reference());
    uncommitted_.add(draft.record);
  }
  work.drafts.push_back(std::move(draft));
}

tl::expected<v1::CarriedDocument, IntakeRefusal> SingleWindow::take_in_or_recall(v1::Lodge::Item& item) {
  const RecalledTexts::Key key{0, item.form_hint()};
  const std::uint64_t hash = RecalledTexts::hash_of(key, item.document());
  if (const std::string* type = taken_.find(hash, key, item.document())) {
    v1::CarriedDocument carried;
    carried.set_type(*type);
    carried.set_structured(std::move(*item.mutable_document()));
    return carried;
  }
  auto taken = take_in(std::move(*item.mutable_document()), item.form_hint(), item.reference());
  // What has an original beside it was translated; the others are carried as they came.
  if (taken && taken->original().empty()) taken_.remember(hash, key, taken->structured(), taken->type());
  return taken;
}

// Tells again what is on record: the caller may have lost it together with this host.
bool SingleWindow::lodged_before(const std::string& reference, StepWork& work) const {
  if (!references_.may_contain(reference)) return false;
  std::optional<OutgoingRecord> known;
  if (const OutgoingRecord* found = uncommitted_.find(reference)) {
    known = *found;
  } else {
    known = lookup_.lodged(config_.party, reference);
  }
  if (!known) return false;
  const auto tell = [&](v1::EventKind kind, Instant at) {
    NodeEvent* event = work.log.stage(kind, known->id, known->recipient, known->reference);
    if (event == nullptr) return;
    event->at = at;
    if (kind == v1::EVENT_KIND_LODGED) {
      event->size = known->size;
      event->intended_at = known->intended_at;
    }
    if (known->reason != v1::ERROR_CODE_UNSPECIFIED) {
      EventLog::words(*event).reason = known->reason;
      EventLog::words(*event).detail = known->detail;
    }
  };
  tell(v1::EVENT_KIND_LODGED, known->created_at);
  if (known->state != OutgoingState::sealed) tell(event_of(known->state), known->changed_at);
  return true;
}

void SingleWindow::refuse(const v1::Lodge& lodge, const v1::Lodge::Item& item, const Error& error,
                          std::vector<v1::PointerStep> pointer, StepWork& work) const {
  ++work.counters.lodgements_refused;
  NodeEvent& event = work.log.important(v1::EVENT_KIND_LODGEMENT_REFUSED);
  event.at = work.now;
  event.peer = PartyName::from_text(lodge.to());
  event.reference = item.reference();
  event.intended_at = Instant{item.intended_at()};
  NodeEventWords& words = EventLog::words(event);
  words.reason = error.code;
  words.detail = error.detail;
  words.where = error.where;
  words.pointer = std::move(pointer);
}

}  // namespace gnc::nodes
