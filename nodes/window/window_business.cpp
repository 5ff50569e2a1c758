#include "nodes/window/window_business.h"

#include <algorithm>

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

nodes::Decision WindowBusiness::decide(const nodes::ReceivedDocument& document, Instant now) {
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
                                          .draw = draw});
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
  const Instant cleared = clearance_.next_due(), desk = desks_.next_due();
  if (cleared == Instant{} || desk == Instant{}) return std::max(cleared, desk);
  return std::min(cleared, desk);
}

std::vector<nodes::FollowUp> WindowBusiness::time_passed(Instant now) {
  std::vector<nodes::FollowUp> said = desks_.time_passed(now);
  for (FollowUp& each : clearance_.time_passed(now)) {
    said.push_back({.about = each.about,
                    .answer = answer_of(std::move(each.answer.responses)),
                    .why = std::move(each.answer.why),
                    .findings = std::move(each.answer.findings)});
  }
  return said;
}

std::vector<nodes::NoteRecord> WindowBusiness::notes() {
  std::vector<nodes::NoteRecord> all = clearance_.notes();
  std::ranges::move(desks_.notes(), std::back_inserter(all));
  return all;
}

Result<void> WindowBusiness::recall(const std::vector<nodes::NoteRecord>& notes) {
  std::vector<nodes::NoteRecord> cases;
  for (const nodes::NoteRecord& note : notes) {
    if (!Desks::is_own(note)) {
      cases.push_back(note);
    } else if (auto recalled = desks_.recall(note); !recalled) {
      return recalled;
    }
  }
  return clearance_.recall(cases);
}

}  // namespace gnc::window
