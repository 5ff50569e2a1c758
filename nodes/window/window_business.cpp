#include "nodes/window/window_business.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "nodes/core/plain_business.h"
#include "proto/types/random.h"

namespace gnc::window {
namespace {

v1::MetaData answer_of(std::vector<v1::Response> responses) {
  v1::MetaData answer;
  answer.mutable_wco_data_model_version_code()->set_value("3.6");
  answer.mutable_wco_type_name()->set_value("RES");
  for (v1::Response& response : responses) *answer.add_response() = std::move(response);
  return answer;
}

bool clears(const Profile& profile, std::string_view message) {
  if (profile.clears) return std::ranges::find(*profile.clears, message) != profile.clears->end();
  return profile.desks.empty() && profile.registers.empty();
}

// Zero stands for never.
Instant sooner(Instant one, Instant other) {
  if (one == Instant{} || other == Instant{}) return std::max(one, other);
  return std::min(one, other);
}

bool brings_partners_data(const Profile& profile, std::string_view message) {
  return profile.matching &&
         std::ranges::find(profile.matching->with, message) != profile.matching->with.end();
}

}  // namespace

nodes::Decision WindowBusiness::take_partners(const nodes::ReceivedDocument& document, Instant now) {
  nodes::Decision decision = desks_.has(document.message) ? desks_.decide(document, now)
                                                          : nodes::PlainBusiness().decide(document, now);
  v1::MetaData sent;
  const bool readable =
      sent.ParseFromArray(document.structured.data(), static_cast<int>(document.structured.size()));
  if (!readable || decision.outcome == nodes::Outcome::rejected) return decision;
  WindowAnswer said = clearance_.take_partners({.document = sent,
                                                .id = document.id,
                                                .sender = document.sender.text(),
                                                .reference = {},
                                                .now = now,
                                                .draw = 0});
  add_reason(decision.why, said.why);
  if (said.findings.late()) decision.findings = std::move(said.findings);
  return decision;
}

nodes::Decision WindowBusiness::hear(const nodes::ReceivedDocument& document, Instant now) {
  v1::MetaData answer;
  if (!answer.ParseFromArray(document.structured.data(), static_cast<int>(document.structured.size())))
    return {.outcome = nodes::Outcome::noted, .answer = std::nullopt, .why = "it cannot be read"};
  WindowAnswer said = clearance_.hear(
      {.document = answer, .id = document.id, .sender = document.sender.text(), .reference = {}, .now = now});
  return {.outcome = nodes::Outcome::noted, .answer = std::nullopt, .why = std::move(said.why)};
}

nodes::Decision WindowBusiness::decide(const nodes::ReceivedDocument& document, Instant now) {
  if (profile_->opening_hours || profile_->officers > 0 || profile_->paper) office_.begin(now);
  if (!papers_.take(document, now)) return deal_with(document, now);
  nodes::Decision decision;
  decision.why = "on paper: in the post";
  decision.findings.emplace().set_on_paper(true);
  return decision;
}

nodes::Decision WindowBusiness::deal_with(const nodes::ReceivedDocument& document, Instant now) {
  if (document.document_type == "RES" && clearance_.consults(document.sender.text()))
    return hear(document, now);
  if (brings_partners_data(*profile_, document.message)) return take_partners(document, now);
  if (desks_.has(document.message)) return desks_.decide(document, now);
  if (!clears(*profile_, document.message)) return nodes::PlainBusiness().decide(document, now);
  if (!document.answer_due || document.document_type != "DEC") return {};
  v1::MetaData lodged;
  if (!lodged.ParseFromArray(document.structured.data(), static_cast<int>(document.structured.size())))
    return {.outcome = nodes::Outcome::rejected, .answer = std::nullopt, .why = "it cannot be read"};
  std::string reference = document.answer_id.text();
  std::erase(reference, '-');
  // The document's own id decides its draw, so that a window that is given the same documents again decides
  // the same.
  const std::uint64_t seed = profile_->risk.sampling ? profile_->risk.sampling->seed : 0;
  const std::uint64_t draw = Random(seed).child(document.id.text()).next();
  WindowAnswer answer = clearance_.lodge({.document = lodged,
                                          .id = document.id,
                                          .sender = document.sender.text(),
                                          .reference = std::move(reference),
                                          .now = now,
                                          .draw = draw,
                                          .conversation = document.conversation});
  nodes::Decision decision{.outcome = answer.accepted ? nodes::Outcome::accepted : nodes::Outcome::rejected,
                           .answer = std::nullopt,
                           .why = std::move(answer.why),
                           .findings = std::move(answer.findings)};
  if (document.answer_type == "RES") decision.answer = answer_of(std::move(answer.responses));
  return decision;
}

std::unique_ptr<nodes::Business> business_of(std::shared_ptr<const Profile> profile) {
  if (profile == nullptr) return std::make_unique<nodes::PlainBusiness>();
  return std::make_unique<WindowBusiness>(std::move(profile));
}

std::unique_ptr<nodes::Business> business_of(std::shared_ptr<const Profile> profile,
                                             const model::AgreementBook& book, const PartyName& party) {
  if (profile == nullptr) return business_of(nullptr);
  return std::make_unique<WindowBusiness>(
      std::move(profile), nodes::AgreementIndex(book).sent_by(party.text()), book.business_clock());
}

Instant WindowBusiness::next_due() const {
  if (clearance_.has_to_send()) return Instant{1};
  return sooner(sooner(clearance_.next_due(), desks_.next_due()), papers_.next_due());
}

void WindowBusiness::paper_due(std::vector<nodes::FollowUp>& said) {
  const auto keyed = papers_.next();
  if (!keyed) return;
  const v1::WindowPaper& paper = keyed->paper;
  const std::string structured = keyed->keyed.document.SerializeAsString();
  const Uuid id = *Uuid::from_bytes(paper.id()), conversation = *Uuid::from_bytes(paper.conversation()),
             answer_id = *Uuid::from_bytes(paper.answer_id());
  nodes::Decision decision = deal_with({.id = id,
                                        .sender = *PartyName::from_text(paper.sender()),
                                        .recipient = *PartyName::from_text(paper.recipient()),
                                        .conversation = conversation,
                                        .agreement = paper.agreement(),
                                        .message = paper.message(),
                                        .document_type = paper.document_type(),
                                        .answer_due = paper.answer_due(),
                                        .answer_type = paper.answer_type(),
                                        .structured = structured,
                                        .answer_id = answer_id},
                                       keyed->at);
  v1::WindowFindings findings = decision.findings.value_or(v1::WindowFindings());
  findings.set_on_paper(true);
  findings.set_keyed_fields(keyed->keyed.fields);
  findings.set_wrong_fields(static_cast<std::uint32_t>(keyed->keyed.wrong.size()));
  said.push_back({.about = id,
                  .answer = std::move(decision.answer),
                  .message = std::move(decision.message),
                  .why = fmt::format("{}{}{}", keyed->text(), decision.why.empty() ? "" : "; ", decision.why),
                  .findings = std::move(findings)});
}

void WindowBusiness::clearance_due(Instant now, std::vector<nodes::FollowUp>& said) {
  for (FollowUp& each : clearance_.time_passed(now)) {
    said.push_back({.about = each.about,
                    .answer = answer_of(std::move(each.answer.responses)),
                    .why = std::move(each.answer.why),
                    .findings = std::move(each.answer.findings)});
  }
}

std::vector<nodes::FollowUp> WindowBusiness::time_passed(Instant now) {
  std::vector<nodes::FollowUp> said = desks_.time_passed(now);
  // In the order of time: what is keyed first also is the first to draw from a quota.
  for (;;) {
    const Instant paper = papers_.next_due(), cleared = clearance_.next_due(), next = sooner(paper, cleared);
    if (next == Instant{} || next > now) break;
    next == paper ? paper_due(said) : clearance_due(next, said);
  }
  std::ranges::move(desks_.time_passed(now), std::back_inserter(said));
  return said;
}

std::vector<nodes::Push> WindowBusiness::pushes(Instant now) {
  std::vector<nodes::Push> all = clearance_.take_to_send();
  std::ranges::move(desks_.pushes(now), std::back_inserter(all));
  return all;
}

std::vector<nodes::NoteRecord> WindowBusiness::notes() {
  std::vector<nodes::NoteRecord> all = clearance_.notes();
  std::ranges::move(desks_.notes(), std::back_inserter(all));
  std::ranges::move(papers_.notes(), std::back_inserter(all));
  std::ranges::move(office_.notes(), std::back_inserter(all));
  return all;
}

Result<void> WindowBusiness::recall(const std::vector<nodes::NoteRecord>& notes) {
  std::vector<nodes::NoteRecord> cases;
  for (const nodes::NoteRecord& note : notes) {
    Result<void> recalled;
    if (Desks::is_own(note)) {
      recalled = desks_.recall(note);
    } else if (Papers::is_own(note)) {
      recalled = papers_.recall(note);
    } else if (Office::is_own(note)) {
      recalled = office_.recall(note);
    } else {
      cases.push_back(note);
    }
    if (!recalled) return recalled;
  }
  return clearance_.recall(cases);
}

}  // namespace gnc::window
