#include "nodes/window/clearance.h"

#include <algorithm>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"
#include "nodes/core/response_parts.h"
#include "nodes/window/amendment.h"
#include "nodes/window/case_notes.h"
#include "proto/types/error.h"

namespace gnc::window {
namespace {

// Message function, coded, of a declaration (UN/EDIFACT 1225), and the requests that go by their type.
namespace lodging {
constexpr std::string_view cancellation = "1";
constexpr std::string_view replacement = "5";
constexpr std::string_view request = "13";
constexpr std::string_view correction_type = "COR";
constexpr std::string_view invalidation_type = "INV";
constexpr std::string_view presentation_type = "GPR";
constexpr std::string_view departure_type = "EDL";
}  // namespace lodging

std::string reference_key(std::string_view sender, std::string_view reference) {
  return fmt::format("{}\n{}", sender, reference);
}

Pointer pointer_to(std::string_view text) { return *ElementPath::parse_pointer(text); }

std::string code_of(v1::ErrorCode code) { return std::string(label(code)); }

}  // namespace

void add_reason(std::string& why, std::string_view reason) {
  if (!why.empty() && !reason.empty()) why += "; ";
  why += reason;
}

Clearance::Clearance(const Profile& profile, Office& office, std::vector<nodes::MessageTo> sends)
    : profile_(profile), office_(office), sends_(std::move(sends)) {
  if (profile_.matching) match_book_.emplace(*profile_.matching);
}

std::string declaration_number(std::string_view country, const Uuid& id, Instant now) {
  constexpr std::string_view characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  v1::DateTime date;
  nodes::set_date(date, now);
  std::string number = date.value().substr(2, 2) + std::string(country);
  // The tail has few bits that are not random; the time's milliseconds make up for those.
  std::uint64_t rest = id.tail();
  for (int i = 0; i < 13; ++i) {
    number += characters[rest % 36];
    rest = rest / 36 + (i == 11 ? static_cast<std::uint64_t>(id.time().microseconds / 1000) : 0);
  }
  // As ISO 6346 has it: letters count from 10 and leave multiples of 11 out; place n weighs 2 to the power of
  // n.
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < number.size(); ++i) {
    std::uint64_t value = characters.find(number[i]);
    if (value >= 10) value += 1 + (value - 10) / 10;
    sum += value << i;
  }
  return number + characters[sum % 11 % 10];
}

const Case* Clearance::find(const std::string& number) const {
  const auto found = cases_.find(number);
  return found == cases_.end() ? nullptr : &found->second;
}

Case* Clearance::find_for(const Lodged& lodged) {
  const v1::Declaration& declaration = lodged.document.declaration();
  auto found = cases_.find(declaration.id().value());
  if (found == cases_.end()) {
    const auto named =
        by_reference_.find(reference_key(lodged.sender, declaration.functional_reference_id().value()));
    if (named != by_reference_.end()) found = cases_.find(named->second);
  }
  return found == cases_.end() || found->second.sender != lodged.sender ? nullptr : &found->second;
}

bool is_request(const v1::Declaration& declaration) {
  const std::string& function = declaration.function_code().value();
  return function == lodging::request || function == lodging::cancellation ||
         function == lodging::replacement;
}

WindowAnswer Clearance::lodge(const Lodged& lodged) {
  return is_request(lodged.document.declaration()) ? request(lodged) : declare(lodged);
}

std::vector<Rejection> Clearance::faults_of(const v1::MetaData& document) const {
  std::vector<Rejection> rejections;
  for (model::Fault& fault : model::check(document))
    rejections.push_back({code_of(fault.code), std::move(fault.detail), std::move(fault.pointer)});
  if (!rejections.empty()) return rejections;
  return run_checks(profile_.checks, document, profile_.answers.pointers);
}

WindowAnswer Clearance::reject(const Lodged& lodged, const About& about,
                               const std::vector<Rejection>& rejections) const {
  Responses responses(profile_, lodged.reference, lodged.now);
  responses.rejected(about, rejections);
  return {false, responses.take(), fmt::format("rejected for {} faults", rejections.size()), {}};
}

WindowAnswer Clearance::declare(const Lodged& lodged) {
  const v1::Declaration& declaration = lodged.document.declaration();
  Case known{};
  known.about = {declaration.functional_reference_id().value(),
                 declaration_number(profile_.country, lodged.id, lodged.now), 1};
  known.lodged_as = lodged.id;
  known.conversation = lodged.conversation;
  known.sender = lodged.sender;
  known.draw = lodged.draw;
  known.reference = lodged.reference;
  std::vector<Rejection> rejections = faults_of(lodged.document);
  known.declaration = lodged.document;
  if (rejections.empty()) rejections = assess_duty(known, lodged.now);
  if (!rejections.empty()) return reject(lodged, known.about, rejections);

  Case& kept = cases_.emplace(known.about.number, std::move(known)).first->second;
  by_reference_[reference_key(kept.sender, kept.about.local_reference)] = kept.about.number;
  touched_.insert(kept.about.number);
  const About about = kept.about;
  Responses responses(profile_, lodged.reference, lodged.now);
  WindowAnswer answer;
  if (!profile_.pre_lodged.empty() && all_hold(profile_.pre_lodged, lodged.document, std::nullopt)) {
    kept.standing = Standing::pre_lodged;
    responses.received(about);
    answer.why = "lodged before the goods are presented";
  } else {
    const auto declared = profile_.answers.own_acceptance_date
                              ? std::nullopt
                              : nodes::read_date(declaration.acceptance_date_time());
    responses.accepted(about, declared.value_or(lodged.now));
    examine(kept, responses, lodged.now, answer);
  }
  if (const auto still = cases_.find(about.number); still != cases_.end())
    still->second.said = responses.count();
  answer.responses = responses.take();
  return answer;
}

std::vector<Rejection> Clearance::assess_duty(Case& known, Instant now) const {
  known.duty = {};
  const v1::MetaData& document = known.declaration;
  if (!profile_.tariff || !all_hold(profile_.duty_is_due, document, std::nullopt)) return {};
  const std::vector<DeclaredItem> items = declared_items(document.declaration(), profile_.tariff->currency);
  known.method.clear();
  for (const DeclaredItem& item : items) {
    if (known.method.empty()) known.method = item.payment_method;
  }
  known.duty =
      assess(*profile_.tariff, items, ledger_.of_kind(LedgerEntry::Of::quota), now, profile_.common_regime);
  std::vector<Rejection> rejections;
  for (const DutyProblem& problem : known.duty.problems) {
    Pointer pointer;
    if (const auto path = ElementPath::parse(problem.path)) {
      const auto point = [&](const ElementPath::Places& places) {
        if (pointer.empty()) pointer = path->pointer(document, places, profile_.answers.pointers);
      };
      path->each(document, std::nullopt, [&](std::string_view, const auto& places) { point(places); });
      for (const auto& places : path->missing(document, std::nullopt)) point(places);
    }
    rejections.push_back({code_of(problem.code), problem.detail, std::move(pointer)});
  }
  return rejections;
}

void Clearance::release(Case& known, Responses& responses, Instant now, WindowAnswer& said) {
  const v1::Declaration& declaration = known.declaration.declaration();
  if (!known.duty.lines.empty()) {
    const Settlement settlement =
        settle(profile_.treasury, known.declaration, known.method, known.duty.total(), ledger_);
    add_reason(said.why, settlement.text());
    if (settlement.outcome == Settlement::Outcome::insufficient ||
        settlement.outcome == Settlement::Outcome::no_account) {
      return responses.insufficient(known.about, settlement);
    }
    ledger_.book(settlement.entries);
    known.booked.insert(known.booked.end(), settlement.entries.begin(), settlement.entries.end());
    responses.duty(known.about, declaration, known.duty, profile_.answers.settled);
  }
  responses.cleared(known.about);
  add_reason(said.why, "released");
  said.findings.set_released(true);
  known.standing = Standing::released;
  const auto& query = profile_.post_release_query;
  const bool queried = query && all_hold(query->when, known.declaration, std::nullopt);
  if (queried) {
    schedule(known, now + office_.scaled(query->after));
  } else if (!profile_.cancel_after_release) {
    return forget(known.about.number);
  }
  known.declaration.Clear();
  known.duty = {};
}

std::vector<FollowUp> Clearance::time_passed(Instant now) {
  std::vector<FollowUp> said;
  while (!due_.empty() && due_.begin()->first <= now) {
    const Instant at = due_.begin()->first;
    const std::string number = due_.begin()->second;
    due_.erase(due_.begin());
    Case& known = cases_.at(number);
    known.due.reset();
    touched_.insert(number);
    Responses responses(profile_, known.reference, at, known.said);
    FollowUp follow_up{known.lodged_as, {}};
    if (known.due_before) {
      weigh_again(known, responses, at, follow_up.answer);
    } else if (known.standing == Standing::held) {
      if (known.weighed_again) {
        follow_up.answer.findings.set_channel(recorded(known.channel));
        follow_up.answer.findings.set_agencies(known.agencies);
      }
      // May forget it.
      go_on(known, responses, at, follow_up.answer);
    } else {
      responses.exit_enquiry(known.about, at + office_.scaled(profile_.post_release_query->answer_within));
      follow_up.answer.why = "asked after release";
      if (!profile_.cancel_after_release) forget(number);
    }
    if (const auto kept = cases_.find(number); kept != cases_.end()) kept->second.said = responses.count();
    follow_up.answer.responses = responses.take();
    // Weighing anew may come to nothing that is to be said.
    if (!follow_up.answer.responses.empty()) said.push_back(std::move(follow_up));
  }
  return said;
}

WindowAnswer Clearance::request(const Lodged& lodged) {
  const v1::Declaration& declaration = lodged.document.declaration();
  const std::string& function = declaration.function_code().value();
  const std::string& type = declaration.type_code().value();
  const About about{declaration.functional_reference_id().value(), declaration.id().value(), 0};
  Case* known = find_for(lodged);
  if (known == nullptr) {
    return reject(lodged, about,
                  {{code_of(v1::REFERENCE_UNKNOWN), "no such declaration of the sender's is open here",
                    pointer_to("42A/D014")}});
  }
  touched_.insert(known->about.number);
  if (function == lodging::cancellation || type == lodging::invalidation_type) return cancel(*known, lodged);
  if (function == lodging::replacement) return amend(*known, lodged, lodged.document, false);
  if (type == lodging::presentation_type) return present(*known, lodged);
  if (type == lodging::departure_type) return depart(*known, lodged);
  if (type != lodging::correction_type) {
    return reject(lodged, about,
                  {{code_of(v1::CODE_UNKNOWN), fmt::format("\"{}\" is no request that is known here", type),
                    pointer_to("42A/D013")}});
  }
  const Result<v1::MetaData> changed = amended(known->declaration, lodged.document);
  if (!changed)
    return reject(lodged, about,
                  {{code_of(changed.error().code), changed.error().detail, pointer_to("42A/06A")}});
  return amend(*known, lodged, *changed, true);
}

WindowAnswer Clearance::amend(Case& known, const Lodged& lodged, const v1::MetaData& changed,
                              bool with_pointers) {
  Responses responses(profile_, lodged.reference, lodged.now);
  const About asked{lodged.document.declaration().functional_reference_id().value(), known.about.number,
                    known.about.version};
  responses.received(asked);
  const auto refuse = [&](const std::string& why) {
    responses.request_answered(asked, false, why);
    return WindowAnswer{false, responses.take(), "amendment refused: " + why, {}};
  };
  if (known.standing == Standing::released) return refuse("the goods are released");
  if (const auto rejections = faults_of(changed); !rejections.empty()) {
    return refuse(fmt::format("{}: {}", rejections.front().code, rejections.front().says));
  }
  Case next = known;
  next.declaration = changed;
  undo(known);
  if (const auto rejections = assess_duty(next, lodged.now); !rejections.empty()) {
    ledger_.book(known.booked);
    return refuse(rejections.front().says);
  }
  unschedule(known);
  next.booked.clear();
  next.due.reset();
  next.due_before.reset();
  ++next.about.version;
  known = std::move(next);
  responses.request_answered(asked, true, {});
  const About about = known.about;
  if (with_pointers) responses.amended(about, lodged.document.declaration());
  WindowAnswer answer;
  answer.why = "amended";
  if (known.standing != Standing::pre_lodged) examine(known, responses, lodged.now, answer);
  answer.responses = responses.take();
  return answer;
}

WindowAnswer Clearance::present(Case& known, const Lodged& lodged) {
  Responses responses(profile_, lodged.reference, lodged.now);
  const v1::Declaration& request = lodged.document.declaration();
  About asked{request.functional_reference_id().value(), known.about.number, 0};
  responses.received(asked);
  const auto refuse = [&](const std::string& why) {
    responses.request_answered(asked, false, why);
    return WindowAnswer{false, responses.take(), "presentation refused: " + why, {}};
  };
  if (known.standing != Standing::pre_lodged) return refuse("the goods are presented already");
  const bool amends = request.amendment_size() > 0;
  if (amends) {
    const Result<v1::MetaData> changed = amended(known.declaration, lodged.document);
    if (!changed) return refuse(changed.error().detail);
    if (const auto faults = faults_of(*changed); !faults.empty()) return refuse(faults.front().says);
    known.declaration = *changed;
  }
  if (const auto rejections = assess_duty(known, lodged.now); !rejections.empty())
    return refuse(rejections.front().says);
  ++known.about.version;
  responses.accepted(known.about, lodged.now);
  if (amends) responses.amended(known.about, request);
  WindowAnswer answer;
  answer.why = "presented";
  examine(known, responses, lodged.now, answer);
  answer.responses = responses.take();
  return answer;
}

WindowAnswer Clearance::depart(Case& known, const Lodged& lodged) {
  Responses responses(profile_, lodged.reference, lodged.now);
  const v1::Declaration& request = lodged.document.declaration();
  if (known.standing != Standing::released) {
    const About asked{request.functional_reference_id().value(), known.about.number, 0};
    responses.received(asked);
    responses.request_answered(asked, false, "the goods are not released");
    return {false, responses.take(), "departure refused: the goods are not released", {}};
  }
  responses.departed(known.about, request);
  // Nobody need ask after them any more, nor can they be called back.
  forget(known.about.number);
  return {true, responses.take(), "the goods have left", {}};
}

WindowAnswer Clearance::cancel(Case& known, const Lodged& lodged) {
  Responses responses(profile_, lodged.reference, lodged.now);
  const v1::Declaration& request = lodged.document.declaration();
  const About asked{request.functional_reference_id().value(), known.about.number, 0};
  responses.received(asked);
  if (known.standing == Standing::released && !profile_.cancel_after_release) {
    responses.request_answered(asked, false, "the goods are released");
    return {false, responses.take(), "cancellation refused: the goods are released", {}};
  }
  responses.request_answered(asked, true, {});
  responses.invalidated(known.about, request);
  undo(known);
  if (match_book_) match_book_->withdraw(known.about.number);
  for (const AskedAgency& agency : known.asked) take_back(known, agency, lodged.now);
  forget(known.about.number);
  return {true, responses.take(), "cancelled", {}};
}

// Gives back what was drawn, written off and charged; `booked` still says what that was.
void Clearance::undo(Case& known) { ledger_.reverse(known.booked); }

void Clearance::schedule(Case& known, Instant at) {
  known.due = at;
  due_.emplace(at, known.about.number);
}

void Clearance::unschedule(Case& known) {
  if (!known.due) return;
  const auto [begin, end] = due_.equal_range(*known.due);
  const auto found =
      std::find_if(begin, end, [&](const auto& entry) { return entry.second == known.about.number; });
  if (found != end) due_.erase(found);
  known.due.reset();
}

void Clearance::forget(const std::string& number) {
  const auto found = cases_.find(number);
  if (found == cases_.end()) return;
  unschedule(found->second);
  touched_.erase(number);
  if (found->second.noted) to_be_erased_.push_back(number);
  const auto named =
      by_reference_.find(reference_key(found->second.sender, found->second.about.local_reference));
  // A later declaration may have taken the reference over.
  if (named != by_reference_.end() && named->second == number) by_reference_.erase(named);
  cases_.erase(found);
}

std::vector<nodes::NoteRecord> Clearance::notes() {
  std::vector<nodes::NoteRecord> notes;
  // First, since a number might be given again.
  for (const std::string& number : std::exchange(to_be_erased_, {}))
    notes.push_back({case_note_name(number), std::nullopt});
  const std::string currency = profile_.tariff ? profile_.tariff->currency : std::string();
  for (const std::string& number : std::exchange(touched_, {})) {
    Case& known = cases_.at(number);
    known.noted = true;
    notes.push_back(note_of(known, currency));
  }
  for (const LedgerEntry& sum : ledger_.take_changed()) notes.push_back(note_of(sum));
  if (match_book_) std::ranges::move(match_book_->notes(), std::back_inserter(notes));
  return notes;
}

Result<void> Clearance::recall(const std::vector<nodes::NoteRecord>& notes) {
  std::vector<Case> cases;
  for (const nodes::NoteRecord& note : notes) {
    if (note.name.starts_with(used_notes)) {
      auto sum = recalled_use(note);
      if (!sum) return tl::unexpected(sum.error());
      ledger_.recall(*sum);
      continue;
    }
    if (MatchBook::is_own(note)) {
      // A profile that matches no more has no use for it.
      if (!match_book_) continue;
      if (auto recalled = match_book_->recall(note); !recalled) return recalled;
      continue;
    }
    auto recalled = recalled_case(note);
    if (!recalled) return tl::unexpected(recalled.error());
    Case& known = recalled->known;
    const bool in_currency =
        recalled->currency.empty() || (profile_.tariff && profile_.tariff->currency == recalled->currency);
    const bool can_ask = known.standing != Standing::released || !known.due || profile_.post_release_query;
    if (!in_currency || !can_ask) {
      return failure(
          v1::STORE_FAILED,
          fmt::format(
              "the open case {} does not fit the profile \"{}\": {}", known.about.number, profile_.name,
              in_currency ? "it is to be asked after release" : "its duty is in " + recalled->currency),
          {}, "Start with the profile that it was opened under.");
    }
    cases.push_back(std::move(known));
  }
  // In the order of lodgement, so that of several with one reference the last is the one.
  std::ranges::sort(cases, {}, [](const Case& one) { return one.lodged_as.view(); });
  for (Case& known : cases) {
    const std::string number = known.about.number;
    by_reference_[reference_key(known.sender, known.about.local_reference)] = number;
    if (known.due) due_.emplace(*known.due, number);
    cases_.emplace(number, std::move(known));
  }
  return {};
}

}  // namespace gnc::window
