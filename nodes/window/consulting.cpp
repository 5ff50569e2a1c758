#include <algorithm>

#include <fmt/format.h>

#include "nodes/core/response_parts.h"
#include "nodes/window/clearance.h"

// How a declaration comes from its acceptance to its release: officers, agencies inside the window, and
// agencies that are asked through the gateway.
namespace gnc::window {
namespace {

// What an agency means by the function of its response; nothing where it has not made up its mind.
std::optional<AgencyWord> word_of(std::string_view function) {
  if (function == function::accepted) return AgencyWord::agrees;
  if (function == function::rejected) return AgencyWord::objects;
  if (function == function::documents_wanted) return AgencyWord::lacks_documents;
  if (function == function::under_control) return AgencyWord::inspects;
  return std::nullopt;
}

AgencyWord word_of(Unanswered unanswered) {
  if (unanswered == Unanswered::agrees) return AgencyWord::agrees;
  return unanswered == Unanswered::objects ? AgencyWord::objects : AgencyWord::inspects;
}

std::string_view text_of(AgencyWord word) {
  switch (word) {
    case AgencyWord::none:
      return "has not answered";
    case AgencyWord::agrees:
      return "agrees";
    case AgencyWord::objects:
      return "objects";
    case AgencyWord::lacks_documents:
      return "lacks documents";
    case AgencyWord::inspects:
      return "wants an inspection";
  }
  return {};
}

std::string text_of(const AskedAgency& asked) {
  std::string text =
      fmt::format("{} {}{}", asked.agency, asked.overdue ? "does not answer in time: taken as if it " : "",
                  text_of(asked.word));
  if (!asked.says.empty()) text += ": " + asked.says;
  return text;
}

// Why, in the response's own words.
std::string reason_in(const v1::Response& response) {
  for (const auto& information : response.additional_information()) {
    if (information.has_statement_description()) return information.statement_description().value();
  }
  for (const v1::Error& error : response.error()) {
    if (error.has_description()) return error.description().value();
  }
  return {};
}

// FunctionalReferenceID of a question: the declaration and which of its versions it is about.
std::string reference_of(const Case& known, std::uint32_t round) {
  return fmt::format("{}-{}", known.about.number, round);
}

}  // namespace

void Clearance::examine(Case& known, Responses& responses, Instant now, WindowAnswer& said) {
  known.standing = Standing::held;
  const v1::Declaration& declaration = known.declaration.declaration();
  for (const auto& [order, quantity] : known.duty.drawn)
    known.booked.push_back({LedgerEntry::Of::quota, order, quantity});
  ledger_.book(known.booked);

  weigh(known, now, said);
  if (!profile_.answers.assessed.empty() && !known.duty.lines.empty())
    responses.duty(known.about, declaration, known.duty, profile_.answers.assessed);

  // All agencies are asked at once, so that the slowest, and not their sum, decides when goods move.
  known.agencies_ready = now;
  std::vector<AgencyFinding> findings;
  const std::vector<DeclaredItem> items =
      declared_items(declaration, profile_.tariff ? profile_.tariff->currency : std::string());
  const std::vector<Consultation> consultations = plan_consultations(profile_.agencies, items);
  known.agencies = static_cast<std::uint32_t>(consultations.size());
  said.findings.set_agencies(known.agencies);
  const std::vector<AskedAgency> asked_before = std::exchange(known.asked, {});
  for (const Consultation& consultation : consultations) {
    if (consultation.agency->consulted) {
      ask(known, consultation, now, said);
      continue;
    }
    const AgencyAnswer answer =
        answer_consultation(consultation, items, traders_of(declaration), ledger_, now);
    known.agencies_ready = std::max(known.agencies_ready, now + office_.scaled(answer.ready_at - now));
    ledger_.book(answer.write_offs);
    known.booked.insert(known.booked.end(), answer.write_offs.begin(), answer.write_offs.end());
    findings.insert(findings.end(), answer.findings.begin(), answer.findings.end());
    add_reason(said.why,
               fmt::format("{} {}", answer.agency, answer.findings.empty() ? "agrees" : "wants a permit"));
  }
  for (const AskedAgency& before : asked_before) {
    if (std::ranges::find(known.asked, before.agency, &AskedAgency::agency) == known.asked.end())
      take_back(known, before, now);
  }
  known.ready = std::max(known.agencies_ready, control(known, consultations, responses, now, said));
  known.document_wanted = !findings.empty();
  if (known.document_wanted) {
    said.findings.set_document_wanted(true);
    responses.documents_wanted(known.about, findings, now + office_.scaled(profile_.documents_within));
  }
  go_on(known, responses, now, said);
}

void Clearance::go_on(Case& known, Responses& responses, Instant now, WindowAnswer& said) {
  std::vector<AgencyFinding> lacking;
  for (AskedAgency& asked : known.asked) {
    if (asked.word == AgencyWord::none && asked.until <= now) {
      const auto agency = std::ranges::find(profile_.agencies, asked.agency, &Agency::name);
      // The profile may have changed since; then nobody says that it may pass unseen.
      const bool known_here = agency != profile_.agencies.end() && agency->consulted;
      asked.word = known_here ? word_of(agency->consulted->unanswered) : AgencyWord::inspects;
      asked.overdue = true;
    }
    if (asked.word == AgencyWord::none || std::exchange(asked.told, true)) continue;
    add_reason(said.why, text_of(asked));
    if (asked.word == AgencyWord::lacks_documents)
      lacking.push_back({0, asked.agency, asked.says.empty() ? "documents are lacking" : asked.says});
    if (asked.word == AgencyWord::objects) responses.under_control(known.about, text_of(asked));
    if (asked.word == AgencyWord::inspects) inspect_for(known, asked, responses, now, said);
  }
  if (!lacking.empty()) {
    said.findings.set_document_wanted(true);
    responses.documents_wanted(known.about, lacking, now + office_.scaled(profile_.documents_within));
  }
  Instant first_until;
  bool waits_for_trader = known.document_wanted;
  for (const AskedAgency& asked : known.asked) {
    waits_for_trader |= asked.word == AgencyWord::lacks_documents || asked.word == AgencyWord::objects;
    if (asked.word == AgencyWord::none && (first_until == Instant{} || asked.until < first_until))
      first_until = asked.until;
  }
  if (first_until != Instant{}) return schedule(known, first_until);
  if (waits_for_trader) return;
  if (known.ready > now) return schedule(known, known.ready);
  release(known, responses, now, said);
}

// Customs opens the goods, and the agency that asks for it looks at them too. Where it does so anyhow, that
// is it.
void Clearance::inspect_for(Case& known, const AskedAgency& asked, Responses& responses, Instant now,
                            WindowAnswer& said) {
  const auto agency = std::ranges::find(profile_.agencies, asked.agency, &Agency::name);
  const bool joins = agency != profile_.agencies.end() && agency->joins_inspection > Duration{};
  if (known.channel == Channel::red && joins) return;
  std::vector<Consultation> joining;
  if (joins) joining.push_back({&*agency, {}});
  const Random chance = Random(known.draw).child(asked.agency);
  const InspectionPlan inspection = plan_inspection(profile_.physical.takes.drawn(chance), joining,
                                                    profile_.joint_inspection, now, office_.business_clock());
  const std::string text =
      joins ? inspection.text() : fmt::format("Inspection by customs for {}", asked.agency);
  add_reason(said.why, text);
  if (profile_.physical.told) responses.under_control(known.about, text);
  known.agencies_ready = std::max(known.agencies_ready, office_.done(inspection.begins, inspection.customs) +
                                                            office_.scaled(inspection.afterwards));
  known.ready = std::max(known.ready, known.agencies_ready);
}

const nodes::MessageTo* Clearance::question_to(const std::string& agency, const std::string& message,
                                               Instant now) const {
  const auto found = std::ranges::find_if(sends_, [&](const nodes::MessageTo& to) {
    return to.recipient.text() == agency && to.terms.message == message && to.terms.from <= now &&
           now < to.terms.until;
  });
  return found == sends_.end() ? nullptr : &*found;
}

void Clearance::ask(Case& known, const Consultation& consultation, Instant now, WindowAnswer& said) {
  const Agency& agency = *consultation.agency;
  AskedAgency asked{.agency = agency.name,
                    .agreement = {},
                    .round = static_cast<std::uint32_t>(known.about.version),
                    .until = now + office_.scaled(agency.consulted->within)};
  if (const nodes::MessageTo* to = question_to(agency.name, agency.consulted->message, now)) {
    asked.agreement = to->terms.agreement;
    v1::MetaData question = message_about(known, asked, "9", now);
    v1::Declaration told = agency.consulted->told.of(known.declaration.declaration(), consultation.items);
    told.MergeFrom(question.declaration());
    *question.mutable_declaration() = std::move(told);
    to_send_.push_back(
        {to->recipient, asked.agreement, to->terms.message, known.conversation, std::move(question)});
    add_reason(said.why, fmt::format("{} is asked", agency.name));
  } else {
    add_reason(said.why, fmt::format("{} cannot be asked: no agreement with it has the message {}",
                                     agency.name, agency.consulted->message));
  }
  known.asked.push_back(std::move(asked));
}

// Says that no answer is wanted any more, and that what was given for it is free again.
void Clearance::take_back(const Case& known, const AskedAgency& asked, Instant now) {
  for (const nodes::MessageTo& to : sends_) {
    if (to.recipient.text() != asked.agency || to.terms.agreement != asked.agreement ||
        to.terms.cancels.empty())
      continue;
    to_send_.push_back({to.recipient, asked.agreement, to.terms.message, known.conversation,
                        message_about(known, asked, "1", now)});
    return;
  }
}

v1::MetaData Clearance::message_about(const Case& known, const AskedAgency& asked, std::string_view function,
                                      Instant now) const {
  v1::MetaData message;
  message.mutable_wco_data_model_version_code()->set_value("3.6");
  message.mutable_wco_type_name()->set_value("DEC");
  message.mutable_responsible_country_code()->set_value(profile_.country);
  v1::Declaration& about = *message.mutable_declaration();
  about.mutable_function_code()->set_value(std::string(function));
  about.mutable_functional_reference_id()->set_value(reference_of(known, asked.round));
  about.mutable_id()->set_value(known.about.number);
  nodes::set_date(*about.mutable_issue_date_time(), now);
  return message;
}

bool Clearance::consults(std::string_view party) const {
  return std::ranges::any_of(profile_.agencies,
                             [party](const Agency& each) { return each.consulted && each.name == party; });
}

WindowAnswer Clearance::hear(const Lodged& answer) {
  WindowAnswer said;
  for (const v1::Response& response : answer.document.response()) {
    const std::string& reference = response.declaration().functional_reference_id().value();
    const std::string number = reference.substr(0, reference.rfind('-'));
    const auto found = cases_.find(number);
    if (found == cases_.end() || found->second.standing != Standing::held) {
      add_reason(said.why, fmt::format("{} is not open here: the answer comes too late", number));
      continue;
    }
    Case& known = found->second;
    const auto asked = std::ranges::find(known.asked, answer.sender, &AskedAgency::agency);
    if (asked == known.asked.end() || reference != reference_of(known, asked->round)) {
      add_reason(said.why, fmt::format("{} is not what {} is asked about", reference, answer.sender));
      continue;
    }
    const std::optional<AgencyWord> word = word_of(response.function_code().value());
    if (!word) {
      add_reason(said.why, fmt::format("{} has yet to make up its mind about {}", answer.sender, number));
      continue;
    }
    if (asked->word != AgencyWord::none && !asked->overdue) {
      add_reason(said.why, fmt::format("{} has answered before: it {}", answer.sender, text_of(asked->word)));
      continue;
    }
    asked->word = *word;
    asked->says = reason_in(response);
    asked->overdue = asked->told = false;
    add_reason(said.why, fmt::format("{} of {}", text_of(*asked), number));
    // Whatever follows from it is said of the declaration.
    unschedule(known);
    schedule(known, answer.now);
    touched_.insert(number);
  }
  return said;
}

}  // namespace gnc::window
