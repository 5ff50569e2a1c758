#include "nodes/window/desks.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/business_time.h"
#include "model/document/document.h"
#include "nodes/core/plain_business.h"
#include "nodes/core/response_parts.h"
#include "nodes/window/desk_text.h"
#include "proto/types/random.h"

namespace gnc::window {
namespace {

constexpr std::string_view answer_notes = "desk/answer/";
constexpr std::string_view clock_note = "desk/clock";
constexpr std::string_view rejected = "03";

// FunctionalReferenceID: an..35.
std::string reference_of(const Uuid& id, std::size_t number) {
  std::string text = id.text();
  std::erase(text, '-');
  return number == 0 ? text : fmt::format("{}-{}", text, number + 1);
}

// A conversation may be about several declarations.
std::string case_of(const nodes::ReceivedDocument& document, const v1::MetaData& lodged) {
  return fmt::format("{}/{}", document.conversation.text(), lodged.declaration().id().value());
}

v1::MetaData answer_of(const DeskAnswer& rule, const v1::MetaData& lodged,
                       const std::vector<model::Fault>& faults, const RegisterEntry& entry,
                       std::string reference, const Uuid& answer_id, Instant now) {
  v1::MetaData answer = nodes::plain_answer(lodged, faults, answer_id, now);
  v1::Response& response = *answer.mutable_response(0);
  response.mutable_function_code()->set_value(rule.function);
  response.mutable_functional_reference_id()->set_value(std::move(reference));
  v1::ResponseDeclaration& about = *response.mutable_declaration();
  if (rule.function != "01") about.clear_acceptance_date_time();
  if (rule.function != rejected) about.clear_rejection_date_time();
  if (rule.function == rejected) nodes::set_date(*about.mutable_rejection_date_time(), now);
  // The reader has tried the paths; what is longer than its format would be a fault of the answer's.
  for (const Writing& writing : rule.writes) {
    (void)writing.path.set(answer, filled(writing.text, {.document = &lodged, .entry = entry, .now = now}));
  }
  return answer;
}

}  // namespace

Desks::Desks(const Profile& profile, std::vector<nodes::MessageTo> sends, double business_clock)
    : profile_(profile), sends_(std::move(sends)), business_clock_(business_clock) {
  for (const PushRule& rule : profile_.pushes) {
    if (rule.on_change) continue;
    for (const nodes::MessageTo& to : sends_) {
      if (to.terms.message == rule.message && to.terms.every > Duration{})
        scheduled_.push_back({&rule, to, {}});
    }
  }
  for (const Register& each : profile_.registers) {
    for (const RegisterChange& change : each.changes) changes_.push_back({change.after, &each, change.to});
  }
  std::ranges::stable_sort(changes_, {}, &Change::after);
}

bool Desks::has(std::string_view message) const {
  return std::ranges::find(profile_.desks, message, &Desk::message) != profile_.desks.end();
}

const Register* Desks::find_register(std::string_view name) const {
  const auto found = std::ranges::find(profile_.registers, name, &Register::name);
  return found == profile_.registers.end() ? nullptr : &*found;
}

void Desks::begin(Instant now) {
  if (began_ != Instant{}) return;
  began_ = now;
  for (Scheduled& each : scheduled_) {
    if (each.due == Instant{}) each.due = now;
  }
  clock_changed_ = true;
}

Duration Desks::passed(Instant now) const {
  const double network = static_cast<double>((now - began_).microseconds);
  return {static_cast<std::int64_t>(network * business_clock_)};
}

Instant Desks::at(Duration after) const { return began_ + model::scaled(after, business_clock_); }

// What is still to be said about earlier messages of the case, and what they have used, is so no more.
void Desks::replace(const Desk& desk, const std::string& of) {
  if (desk.replaces.empty()) return;
  permits_.give_back(of);
  std::erase_if(pending_, [&](const auto& entry) {
    const auto& [name, pending] = entry.second;
    const bool replaced =
        pending.of() == of && std::ranges::find(desk.replaces, pending.asked()) != desk.replaces.end();
    if (replaced) changed_.push_back({name, std::nullopt});
    return replaced;
  });
}

nodes::Decision Desks::decide(const nodes::ReceivedDocument& document, Instant now) {
  begin(now);
  v1::MetaData lodged;
  const bool readable =
      lodged.ParseFromArray(document.structured.data(), static_cast<int>(document.structured.size()));
  if (!document.answer_due || !readable) return nodes::PlainBusiness().decide(document, now);
  const std::vector<model::Fault> faults = model::check(lodged);
  const Desk& desk = *std::ranges::find(profile_.desks, document.message, &Desk::message);
  const std::string of = case_of(document, lodged);
  replace(desk, of);
  std::optional<RegisterEntry> entry;
  AgencyAnswer permitted;
  if (desk.permits) permitted = permits_.look(*desk.permits, lodged.declaration(), now);
  if (desk.look_up) {
    if (const Register* in = find_register(desk.look_up->in)) {
      desk.look_up->by.each(lodged, {}, [&](std::string_view value, const ElementPath::Places&) {
        if (!entry) entry = in->find(value, passed(now));
      });
    }
  }
  const auto rule = std::ranges::find_if(desk.rules, [&](const DeskRule& each) {
    // What has faults is looked into by no rule that is not about that.
    if (each.faulty != !faults.empty()) return false;
    if (each.known && *each.known != entry.has_value()) return false;
    if (each.permitted && *each.permitted != permitted.findings.empty()) return false;
    if (!each.entry.empty() && !(entry && fits(*entry, each.entry))) return false;
    return all_hold_somewhere(each.when, lodged);
  });
  if (rule == desk.rules.end()) return nodes::PlainBusiness().decide(document, now);

  nodes::Decision decision{.outcome = nodes::Outcome::accepted, .answer = std::nullopt, .why = rule->name};
  RegisterEntry values = entry.value_or(RegisterEntry{});
  if (desk.permits) values[std::string(lacking_name)] = text_of(permitted.findings);
  if (permitted.findings.empty() && !rule->answers.empty() && rule->answers.front().function != rejected)
    permits_.write_off(of, std::move(permitted.write_offs));
  std::size_t number = 0;
  for (const DeskAnswer& answer : rule->answers) {
    const Instant due = now + model::scaled(answer.after, business_clock_);
    v1::MetaData made = answer_of(answer, lodged, faults, values, reference_of(document.answer_id, number),
                                  document.answer_id, due);
    if (number == 0 && answer.function == rejected) decision.outcome = nodes::Outcome::rejected;
    ++number;
    if (answer.after == Duration{} && !decision.answer) {
      decision.answer = std::move(made);
      decision.message = answer.message;
      continue;
    }
    v1::DeskAnswer pending;
    pending.set_about(std::string(document.id.view()));
    pending.set_due(due.microseconds);
    pending.set_message(answer.message);
    pending.set_asked(std::string(document.message));
    pending.set_of(of);
    *pending.mutable_answer() = std::move(made);
    pending.set_why(rule->name);
    const std::string name = fmt::format("{}{}/{}", answer_notes, document.id.text(), number);
    changed_.push_back({name, pending.SerializeAsString()});
    pending_.emplace(due, std::pair(name, std::move(pending)));
  }
  return decision;
}

Instant Desks::next_due() const {
  if (began_ == Instant{} && begins_by_itself()) return Instant{1};
  Instant first;
  const auto at_latest = [&first](Instant due) {
    if (first == Instant{} || due < first) first = due;
  };
  if (!pending_.empty()) at_latest(pending_.begin()->first);
  for (const Scheduled& each : scheduled_) at_latest(each.due);
  if (changes_told_ < changes_.size()) at_latest(at(changes_[changes_told_].after));
  return first;
}

std::vector<nodes::FollowUp> Desks::time_passed(Instant now) {
  std::vector<nodes::FollowUp> said;
  while (!pending_.empty() && pending_.begin()->first <= now) {
    auto& [name, pending] = pending_.begin()->second;
    if (const auto about = Uuid::from_bytes(pending.about())) {
      said.push_back({.about = *about,
                      .answer = std::move(*pending.mutable_answer()),
                      .message = pending.message(),
                      .why = pending.why()});
    }
    changed_.push_back({name, std::nullopt});
    pending_.erase(pending_.begin());
  }
  return said;
}

std::vector<nodes::Push> Desks::pushes(Instant now) {
  std::vector<nodes::Push> said;
  if (!begins_by_itself()) return said;
  begin(now);
  push_schedule(now, said);
  push_changes(now, said);
  return said;
}

void Desks::push_schedule(Instant now, std::vector<nodes::Push>& said) {
  for (Scheduled& each : scheduled_) {
    if (each.due > now) continue;
    const Register* from = find_register(each.rule->from);
    std::vector<RegisterEntry> entries = from->at(passed(now));
    std::erase_if(entries, [&](const RegisterEntry& entry) { return !fits(entry, each.rule->entries); });
    const Duration every = each.to.terms.every;
    const std::int64_t number = (each.due - began_).microseconds / every.microseconds;
    said.push_back(
        {.recipient = each.to.recipient,
         .agreement = each.to.terms.agreement,
         .message = each.to.terms.message,
         .conversation = conversation_of(each.to, {}),
         .document = document_of(*each.rule, entries, fmt::format("{}-{}", from->name, number), now)});
    // What fell due while the node was away is sent once.
    while (each.due <= now) each.due = each.due + every;
    clock_changed_ = true;
  }
}

void Desks::push_changes(Instant now, std::vector<nodes::Push>& said) {
  while (changes_told_ < changes_.size() && at(changes_[changes_told_].after) <= now) {
    const Change& change = changes_[changes_told_++];
    clock_changed_ = true;
    for (const PushRule& rule : profile_.pushes) {
      if (!rule.on_change || rule.from != change.in->name || !fits(change.to, rule.entries)) continue;
      const std::string& about = change.to.at(change.in->key);
      const auto entry = change.in->find(about, change.after);
      for (const nodes::MessageTo& to : sends_) {
        if (to.terms.message != rule.message || !entry) continue;
        said.push_back(
            {.recipient = to.recipient,
             .agreement = to.terms.agreement,
             .message = to.terms.message,
             .conversation = conversation_of(to, fmt::format("{}/{}", about, changes_told_)),
             .document = document_of(rule, {*entry},
                                     fmt::format("{}-change-{}", change.in->name, changes_told_), now)});
      }
    }
  }
}

v1::MetaData Desks::document_of(const PushRule& rule, const std::vector<RegisterEntry>& entries,
                                const std::string& reference, Instant now) const {
  v1::MetaData document;
  document.mutable_wco_data_model_version_code()->set_value("3.6");
  document.mutable_wco_type_name()->set_value("DEC");
  document.mutable_responsible_country_code()->set_value(profile_.country);
  v1::Declaration& declaration = *document.mutable_declaration();
  declaration.mutable_function_code()->set_value("9");
  declaration.mutable_functional_reference_id()->set_value(
      std::string(nodes::first_characters(reference, 35)));
  nodes::set_date(*declaration.mutable_issue_date_time(), now);
  const RegisterEntry none;
  const RegisterEntry& first = entries.empty() ? none : entries.front();
  for (const Writing& writing : rule.writes) {
    (void)writing.path.set(document, filled(writing.text, {.document = nullptr, .entry = first, .now = now}));
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const auto& [path, text] : rule.each) {
      const auto element = model::WcoPath::parse(with_occurrence(path, i + 1));
      if (element) {
        (void)element->set(document, filled(text, {.document = nullptr, .entry = entries[i], .now = now}));
      }
    }
  }
  return document;
}

// The same for the same schedule or change, also after a restart: what belongs together stays one case.
Uuid Desks::conversation_of(const nodes::MessageTo& to, std::string_view about) const {
  Random random = Random(static_cast<std::uint64_t>(began_.microseconds))
                      .child(fmt::format("{} {} {} {}", to.terms.agreement, to.terms.message,
                                         to.recipient.text(), about));
  const std::uint64_t high = random.next(), low = random.next();
  return Uuid::from_parts(began_, high, low);
}

std::vector<nodes::NoteRecord> Desks::notes() {
  if (std::exchange(clock_changed_, false)) {
    v1::DeskClock clock;
    clock.set_began(began_.microseconds);
    clock.set_changes_told(static_cast<std::uint32_t>(changes_told_));
    for (const Scheduled& each : scheduled_) {
      v1::DeskPush& push = *clock.add_pushes();
      push.set_agreement(each.to.terms.agreement);
      push.set_message(each.to.terms.message);
      push.set_recipient(each.to.recipient.text());
      push.set_due(each.due.microseconds);
    }
    changed_.push_back({std::string(clock_note), clock.SerializeAsString()});
  }
  std::ranges::move(permits_.notes(), std::back_inserter(changed_));
  return std::exchange(changed_, {});
}

bool Desks::is_own(const nodes::NoteRecord& note) { return note.name.starts_with("desk/"); }

Result<void> Desks::recall(const nodes::NoteRecord& note) {
  const auto unreadable = [&note] {
    return failure(v1::STORE_FAILED, fmt::format("the note {} cannot be read", note.name));
  };
  if (DeskPermits::is_own(note)) return permits_.recall(note);
  if (note.name == clock_note) {
    v1::DeskClock clock;
    if (!note.bytes || !clock.ParseFromString(*note.bytes)) return unreadable();
    began_ = Instant{clock.began()};
    changes_told_ = std::min<std::size_t>(clock.changes_told(), changes_.size());
    for (Scheduled& each : scheduled_) {
      each.due = began_;
      for (const v1::DeskPush& push : clock.pushes()) {
        if (push.agreement() == each.to.terms.agreement && push.message() == each.to.terms.message &&
            push.recipient() == each.to.recipient.text()) {
          each.due = Instant{push.due()};
        }
      }
    }
    return {};
  }
  v1::DeskAnswer pending;
  if (!note.bytes || !pending.ParseFromString(*note.bytes)) return unreadable();
  const Instant due{pending.due()};
  pending_.emplace(due, std::pair(note.name, std::move(pending)));
  return {};
}

}  // namespace gnc::window
