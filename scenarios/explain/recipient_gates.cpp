#include "scenarios/explain/recipient_gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"
#include "nodes/core/inbox.h"
#include "nodes/window/window_business.h"
#include "scenarios/explain/gate_faults.h"

namespace gnc::scenarios {
namespace {

// A window has few things to say by itself; whatever might go on for ever stops here.
constexpr std::size_t most_answers = 16;

std::string_view meaning_of(std::string_view function) {
  namespace code = window::function;
  constexpr std::pair<std::string_view, std::string_view> meanings[] = {
      {code::accepted, "accepted"},
      {code::received, "received"},
      {code::rejected, "rejected"},
      {code::under_control, "under control"},
      {code::documents_wanted, "documents wanted"},
      {code::amended, "amended"},
      {code::cleared, "cleared"},
      {code::invalidated, "invalidated"},
      {code::request_answered, "request answered"},
      {code::duty, "duty"},
      {code::insufficient, "payment is insufficient"},
      {code::departed, "the goods have left"},
      {code::exit_enquiry, "asked about the exit"}};
  const auto found =
      std::ranges::find(meanings, function, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(meanings) ? std::string_view{} : found->second;
}

std::string channel_of(const std::optional<v1::WindowFindings>& findings) {
  if (!findings) return {};
  switch (findings->channel()) {
    case v1::RISK_CHANNEL_GREEN:
      return "green";
    case v1::RISK_CHANNEL_YELLOW:
      return "yellow";
    case v1::RISK_CHANNEL_RED:
      return "red";
    default:
      return {};
  }
}

// `what`: a decision, or a follow-up.
template <class Said>
SaidAnswer said_by(Duration after, Said& what) {
  const v1::MetaData* answer = what.answer ? &*what.answer : nullptr;
  SaidAnswer said{after, what.message, {}, std::move(what.why), channel_of(what.findings)};
  if (answer == nullptr) return said;
  for (const v1::Response& response : answer->response()) {
    const std::string& function = response.function_code().value();
    said.responses.push_back({function, meaning_of(function)});
  }
  return said;
}

bool same(const GateFault& one, const GateFault& other) {
  return one.code == other.code && one.pointers == other.pointers;
}

bool is_told(const GateFault& fault, const std::deque<Gate>& gates) {
  return std::ranges::any_of(gates, [&](const Gate& gate) {
    return std::ranges::any_of(gate.faults, [&](const GateFault& told) { return same(fault, told); });
  });
}

// What the recipient holds against the document, but for what is told already.
class Rejected {
 public:
  explicit Rejected(const std::deque<Gate>& before) : before_(before) {}

  void add(GateFault fault) {
    const auto mine = [&](const GateFault& other) { return same(fault, other); };
    if (std::ranges::any_of(faults_, mine)) return;
    if (is_told(fault, before_)) {
      ++told_;
    } else {
      faults_.push_back(std::move(fault));
    }
  }

  void put_into(Gate& gate) {
    gate.result = GateResult::refused;
    if (told_ > 0)
      gate.says = fmt::format("for {} of the faults above{}", told_, faults_.empty() ? "" : ", and");
    gate.faults = std::move(faults_);
  }

 private:
  const std::deque<Gate>& before_;
  std::vector<GateFault> faults_;
  std::size_t told_ = 0;
};

Gate gate_at(std::string at, std::string_view id, std::string_view asks) {
  return {id, std::move(at), asks, GateResult::not_reached, {}, {}, {}};
}

// Everything that the recipient's business holds against it: the window stops at the data model's faults, and
// its own rules are asked besides.
void reject(const Arrival& arrival, const nodes::Decision& decision, const std::deque<Gate>& before,
            Gate& checks) {
  Rejected rejected(before);
  if (decision.answer) {
    for (const v1::Response& response : decision.answer->response()) {
      for (const v1::Error& error : response.error()) rejected.add(fault_of(error));
    }
  } else {
    for (const model::Fault& fault : model::check(arrival.document)) {
      rejected.add(fault_of(fault, arrival.question.name));
    }
  }
  if (arrival.profile && !window::is_request(arrival.document.declaration())) {
    const window::Profile& profile = *arrival.profile;
    for (window::Rejection& rule :
         window::run_checks(profile.checks, arrival.document, profile.answers.pointers)) {
      GateFault fault;
      fault.code = std::move(rule.code);
      fault.detail = std::move(rule.says);
      fault.remedy = remedy_of_own;
      if (!rule.pointer.empty()) fault.pointers.push_back(model::pointer_text(rule.pointer));
      rejected.add(std::move(fault));
    }
  }
  rejected.put_into(checks);
}

// Whether a declaration takes something away that the next would need.
bool uses_up(const window::Profile& profile) {
  const auto has_quotas = [](const window::Charge& charge) { return !charge.quotas.empty(); };
  return !profile.treasury.accounts.empty() ||
         std::ranges::any_of(profile.agencies, [](const auto& agency) { return !agency.permits.empty(); }) ||
         (profile.tariff && (std::ranges::any_of(profile.tariff->duties, has_quotas) ||
                             std::ranges::any_of(profile.tariff->taxes, has_quotas)));
}

void add_notes(const Arrival& arrival, Explanation& said) {
  if (!arrival.profile) return;
  const auto takes = [&](const window::Desk& desk) { return desk.message == said.message; };
  // A desk looks its own registers up, and weighs nothing.
  if (std::ranges::any_of(arrival.profile->desks, takes)) return;
  if (window::is_request(arrival.document.declaration())) {
    said.notes.emplace_back("It is about an earlier declaration, and here the recipient has none.");
  }
  if (uses_up(*arrival.profile))
    said.notes.emplace_back(
        "Permits, quotas and accounts are as the profile has them, with nothing used up.");
  if (const auto& sampling = arrival.profile->risk.sampling) {
    said.notes.push_back(
        fmt::format("Besides, {} % of all declarations are taken into the {} channel by chance.",
                    sampling->per_cent.text(), window::channel_name(sampling->channel)));
  }
  for (const window::Agency& agency : arrival.profile->agencies) {
    if (!agency.consulted) continue;
    said.notes.push_back(fmt::format(
        "Where goods concern {}, it is asked through the gateway; here it is taken to agree at once.",
        agency.name));
  }
  if (const auto& paper = arrival.profile->paper) {
    said.notes.push_back(fmt::format(
        "Besides, {} % come on paper: {} in the post, and {} of an officer's time until they are keyed.",
        paper->per_cent.text(), paper->post.text(), paper->keying.text()));
  }
}

// Whom chance takes is decided when the document is there: it is told beside the answer.
std::shared_ptr<const window::Profile> without_chance(const std::shared_ptr<const window::Profile>& profile) {
  if (profile == nullptr) return nullptr;
  auto certain = std::make_shared<window::Profile>(*profile);
  certain->risk.sampling.reset();
  certain->paper.reset();
  // Nobody asks an agency here: it is taken to agree, which is told beside the answer too.
  for (window::Agency& agency : certain->agencies) agency.consulted.reset();
  return certain;
}

// Gives what is sent back with the first answer, where there is anything.
std::optional<v1::MetaData> decide(const Arrival& arrival, const nodes::MessageTerms& terms, Gate& checks,
                                   Gate& answer, Explanation& said) {
  const Question& question = arrival.question;
  const auto business = window::business_of(without_chance(arrival.profile));
  const Uuid id = *Uuid::from_bytes(arrival.envelope->id());
  const Uuid answer_id = Uuid::from_parts(question.at, 2, 2);
  nodes::Decision decision = business->decide({.id = id,
                                               .sender = question.from,
                                               .recipient = question.to,
                                               .conversation = id,
                                               .agreement = arrival.envelope->agreement(),
                                               .message = arrival.envelope->message(),
                                               .document_type = arrival.envelope->document().type(),
                                               .answer_due = terms.answer_due,
                                               .answer_type = terms.answer_type,
                                               .structured = arrival.envelope->document().structured(),
                                               .answer_id = answer_id},
                                              question.at);
  const bool is_rejected = decision.outcome == nodes::Outcome::rejected;
  if (is_rejected) {
    reject(arrival, decision, said.gates, checks);
  } else {
    checks.result = GateResult::passed;
    checks.says = decision.outcome == nodes::Outcome::noted ? "nothing is decided"
                  : arrival.profile                         ? "by its profile"
                                                            : "by the data model and its code lists";
  }
  SaidAnswer first = said_by({}, decision);
  answer.result = is_rejected ? GateResult::refused : GateResult::passed;
  answer.says = !terms.answer_due         ? "none is due"
                : first.responses.empty() ? "a receipt that it is processed"
                                          : text_of(first);
  if (!terms.answer_due) return std::nullopt;
  said.answers.push_back(std::move(first));
  for (std::size_t i = 0; i < most_answers; ++i) {
    const Instant due = business->next_due();
    if (due == Instant{}) break;
    for (nodes::FollowUp& later : business->time_passed(due)) {
      said.answers.push_back(said_by(due - question.at, later));
    }
  }
  add_notes(arrival, said);
  return std::move(decision.answer);
}

}  // namespace

std::string text_of(const SaidAnswer& answer) {
  std::string text;
  for (const SaidResponse& response : answer.responses) {
    if (!text.empty()) text += ", ";
    text += response.function_code;
    if (!response.meaning.empty()) text.append(" ").append(response.meaning);
  }
  if (!answer.message.empty() && !text.empty()) text = answer.message + ": " + text;
  return text;
}

void add_recipient_gates(const Arrival& arrival, Explanation& said) {
  const Question& question = arrival.question;
  const std::string& there = question.to.text();
  Gate acceptable = gate_at(there, "acceptable", "its forms say the same, and its agreement is known there");
  Gate checks = gate_at(there, check_gate, "the recipient's checks hold");
  Gate answer = gate_at(there, answer_gate, "the recipient takes it, and answers");
  std::optional<Gate> way_back;
  const nodes::MessageTerms* terms =
      arrival.envelope == nullptr
          ? nullptr
          : arrival.index.find(question.from.text(), there, said.agreement, said.message);
  if (terms == nullptr) {
    for (Gate* gate : {&acceptable, &checks, &answer}) {
      gate->says = arrival.envelope == nullptr && said.document_type.empty() ? "the document cannot be read"
                                                                             : "no agreement has the message";
    }
  } else {
    const Error why = nodes::why_not_acceptable(*arrival.envelope, terms);
    acceptable.result = why.code == v1::ERROR_CODE_UNSPECIFIED ? GateResult::passed : GateResult::refused;
    if (acceptable.result == GateResult::refused) acceptable.faults.push_back(fault_of(why));
    const auto sent = decide(arrival, *terms, checks, answer, said);
    if (sent && !terms->answer.empty()) {
      const std::string bytes = sent->SerializeAsString();
      const std::string& chosen = said.answers.front().message;
      const std::string& message = chosen.empty() ? terms->answer : chosen;
      const nodes::MessageTerms* back =
          arrival.index.find(there, question.from.text(), said.agreement, message);
      const auto allowed =
          arrival.book.allow({said.agreement, message, there, question.from.text(),
                              back == nullptr ? terms->answer_type : back->document_type, bytes},
                             question.at);
      way_back = gate_at("gateway", "answer crossing", "the answer may cross back");
      way_back->result = allowed ? GateResult::passed : GateResult::refused;
      if (allowed) {
        way_back->says = message;
      } else {
        way_back->faults.push_back(fault_of(allowed.error()));
      }
    }
  }
  for (Gate* gate : {&acceptable, &checks, &answer}) said.gates.push_back(std::move(*gate));
  if (way_back) said.gates.push_back(std::move(*way_back));
}

}  // namespace gnc::scenarios
