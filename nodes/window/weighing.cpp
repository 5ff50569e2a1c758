#include <algorithm>

#include <fmt/format.h>

#include "nodes/window/clearance.h"

// How a declaration comes by its channel, at once and when a partner's data comes late.
namespace gnc::window {
namespace {

v1::MatchOutcome recorded(MatchOutcome outcome) {
  switch (outcome) {
    case MatchOutcome::matched:
      return v1::MATCH_OUTCOME_MATCHED;
    case MatchOutcome::discrepancy:
      return v1::MATCH_OUTCOME_DISCREPANCY;
    case MatchOutcome::nothing_found:
      break;
  }
  return v1::MATCH_OUTCOME_NOTHING_FOUND;
}

void record(const MatchResult& match, v1::WindowFindings& findings) {
  findings.set_match(recorded(match.outcome));
  for (const Discrepancy& each : match.discrepancies) findings.add_discrepancies(each.field->name);
}

}  // namespace

RiskAssessment Clearance::weigh(Case& known, Instant now, WindowAnswer& said) {
  std::vector<RiskReason> reasons;
  if (match_book_ && match_book_->concerns(known.declaration)) {
    const MatchResult match = match_book_->match(known.declaration, known.about.number, now);
    record(match, said.findings);
    reasons = match.reasons(match_book_->rules());
    add_reason(said.why, match.text());
  }
  RiskAssessment risk = assess_risk(profile_.risk, known.declaration, known.draw, reasons);
  add_reason(said.why, risk.text());
  known.channel = risk.channel;
  said.findings.set_channel(recorded(risk.channel));
  return risk;
}

Instant Clearance::control(const Case& known, const std::vector<Consultation>& consultations,
                           Responses& responses, Instant now, WindowAnswer& said) {
  if (known.channel == Channel::green) return now;
  const Random chance = Random(known.draw).child("control");
  if (known.channel == Channel::yellow) {
    if (profile_.documentary.told) responses.under_control(known.about, {});
    return office_.done(now, profile_.documentary.takes.drawn(chance));
  }
  const InspectionPlan inspection = plan_inspection(profile_.physical.takes.drawn(chance), consultations,
                                                    profile_.joint_inspection, now, office_.business_clock());
  if (!inspection.agencies.empty()) add_reason(said.why, inspection.text());
  if (profile_.physical.told) responses.under_control(known.about, inspection.text());
  return office_.done(inspection.begins, inspection.customs) + office_.scaled(inspection.afterwards);
}

WindowAnswer Clearance::take_partners(const Lodged& sent) {
  WindowAnswer said;
  for (const MatchBook::Late& late : match_book_->take(sent.document, sent.id, sent.sender, sent.now)) {
    record(late.result, said.findings);
    said.findings.set_late(true);
    add_reason(said.why, fmt::format("{} came before, and {}", late.number, late.result.text()));
    const auto found = cases_.find(late.number);
    // One that waits for its trader is weighed again when that one has amended it.
    if (found == cases_.end() || found->second.standing != Standing::held || !found->second.due) continue;
    Case& known = found->second;
    if (!known.due_before) known.due_before = known.due;
    unschedule(known);
    schedule(known, sent.now);
    touched_.insert(late.number);
  }
  return said;
}

void Clearance::weigh_again(Case& known, Responses& responses, Instant now, WindowAnswer& said) {
  known.due_before.reset();
  const Channel before = known.channel;
  weigh(known, now, said);
  known.weighed_again = true;
  // The pair is on record already, with the partner's declaration.
  said.findings.clear_match();
  said.findings.clear_discrepancies();
  said.findings.set_agencies(known.agencies);
  if (known.channel != before) {
    const std::vector<DeclaredItem> items = declared_items(
        known.declaration.declaration(), profile_.tariff ? profile_.tariff->currency : std::string());
    const std::vector<Consultation> consultations = plan_consultations(profile_.agencies, items);
    known.ready = std::max(known.agencies_ready, control(known, consultations, responses, now, said));
  }
  go_on(known, responses, now, said);
}

}  // namespace gnc::window
