#include "tests/nodes/window/consultation_world.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "model/document/document.h"
#include "tests/nodes/window/window_world.h"

namespace gnc::window {
namespace {

const std::string library = GNC_SOURCE_DIR "/scenarios/";

std::shared_ptr<const Profile> library_profile(const std::string& name,
                                               const ConsultationWorld::Changes& changes) {
  return std::make_shared<const Profile>(profile_of(changed_text("profiles/" + name, changes)));
}

}  // namespace

std::string changed_text(const std::string& name, const ConsultationWorld::Changes& changes) {
  std::ifstream file(library + name);
  std::ostringstream read;
  read << file.rdbuf();
  std::string text = read.str();
  for (const auto& [from, to] : changes) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
  }
  return text;
}

ConsultationWorld::ConsultationWorld(const Changes& customs_changes, const Changes& health_changes,
                                     double business_clock)
    : now(noon), business_clock_(business_clock) {
  const std::vector<std::filesystem::path> blocks{library + "blocks/agency-consultation.yaml",
                                                  library + "blocks/single-window.yaml"};
  const std::vector<std::filesystem::path> agreements{library + "agreements/nz-cn-single-window.yaml",
                                                      library + "agreements/cn-health-consultation.yaml",
                                                      library + "agreements/cn-standards-consultation.yaml"};
  auto book = model::AgreementBook::load(blocks, agreements, business_clock);
  if (!book) {
    for (const Error& error : book.error()) ADD_FAILURE() << describe(error);
    return;
  }
  book_ = *book;
  index_ = std::make_unique<nodes::AgreementIndex>(*book_);
  const auto add = [this](const std::string& name, std::shared_ptr<const Profile> profile) {
    Party& party = parties_[name];
    party.business = made(name, profile);
    party.profile = std::move(profile);
  };
  add(customs, library_profile("import-with-agencies.yaml", customs_changes));
  add(health, library_profile("agency-health.yaml", health_changes));
  add(standards, library_profile("agency-standards.yaml", {}));
}

std::unique_ptr<WindowBusiness> ConsultationWorld::made(const std::string& party,
                                                        std::shared_ptr<const Profile> profile) const {
  return std::make_unique<WindowBusiness>(std::move(profile), index_->sent_by(party), business_clock_);
}

std::vector<std::string> ConsultationWorld::lodge(const v1::MetaData& document) {
  const Uuid id = next_id();
  said_.clear();
  deliver({"NZ", customs, "NZ-CN/single-window", "import-declaration", "DEC", id, id, document});
  return std::exchange(said_, {});
}

std::vector<std::string> ConsultationWorld::wait(Duration duration) {
  const Instant until = now + duration;
  said_.clear();
  for (;;) {
    Instant next = under_way_.empty() ? until + Duration{1} : under_way_.begin()->first;
    std::string due;
    for (const auto& [name, party] : parties_) {
      const Instant at = party.business->next_due();
      if (at == Instant{} || at >= next) continue;
      next = at;
      due = name;
    }
    if (next > until) break;
    now = std::max(now, next);
    if (!due.empty()) {
      time_passed(due);
      continue;
    }
    const Crossing crossing = under_way_.begin()->second;
    under_way_.erase(under_way_.begin());
    if (!away.contains(crossing.to)) deliver(crossing);
  }
  now = until;
  return std::exchange(said_, {});
}

void ConsultationWorld::start_again(const std::string& name) {
  Party& party = parties_.at(name);
  std::vector<nodes::NoteRecord> notes;
  for (const auto& [note, bytes] : party.notes) notes.push_back({note, bytes});
  party.business = made(name, party.profile);
  const auto recalled = party.business->recall(notes);
  EXPECT_TRUE(recalled) << describe(recalled.error());
}

void ConsultationWorld::deliver(const Crossing& crossing) {
  Party& party = parties_.at(crossing.to);
  party.received.insert_or_assign(crossing.id, crossing);
  const nodes::MessageTerms* terms =
      index_->find(crossing.from, crossing.to, crossing.agreement, crossing.message);
  ASSERT_NE(terms, nullptr) << crossing.message;
  const std::string structured = crossing.document.SerializeAsString();
  const PartyName from = *PartyName::from_text(crossing.from), to = *PartyName::from_text(crossing.to);
  const Uuid answer_id = next_id();
  const nodes::Decision decision = party.business->decide({.id = crossing.id,
                                                           .sender = from,
                                                           .recipient = to,
                                                           .conversation = crossing.conversation,
                                                           .agreement = crossing.agreement,
                                                           .message = crossing.message,
                                                           .document_type = crossing.type,
                                                           .answer_due = terms->answer_due,
                                                           .answer_type = terms->answer_type,
                                                           .structured = structured,
                                                           .answer_id = answer_id},
                                                          now);
  if (crossing.to == customs) why.push_back(decision.why);
  if (decision.answer && terms->answer_due) answer(crossing.to, crossing, decision.message, *decision.answer);
  time_passed(crossing.to);
}

// What a node does in each step.
void ConsultationWorld::time_passed(const std::string& name) {
  Party& party = parties_.at(name);
  const Instant due = party.business->next_due();
  if (due != Instant{} && due <= now) {
    for (const nodes::FollowUp& each : party.business->time_passed(now)) {
      if (name == customs) why.push_back(each.why);
      if (each.answer) answer(name, party.received.at(each.about), each.message, *each.answer);
    }
    for (nodes::Push& each : party.business->pushes(now)) {
      send({name, each.recipient.text(), each.agreement, each.message, "DEC", next_id(), each.conversation,
            std::move(each.document)});
    }
  }
  keep(party);
}

void ConsultationWorld::answer(const std::string& from, const Crossing& to, const std::string& message,
                               const v1::MetaData& document) {
  const nodes::MessageTerms* asked = index_->find(to.from, from, to.agreement, to.message);
  const std::string& name = message.empty() ? asked->answer : message;
  if (name.empty()) return;
  send({from, to.from, to.agreement, name, "RES", next_id(), to.conversation, document});
}

void ConsultationWorld::send(Crossing crossing) {
  for (const model::Fault& fault : model::check(crossing.document))
    ADD_FAILURE() << crossing.message << ": " << fault.path << ": " << fault.detail;
  const std::string structured = crossing.document.SerializeAsString();
  const auto terms = book_->allow(
      {crossing.agreement, crossing.message, crossing.from, crossing.to, crossing.type, structured}, now);
  const auto refuse = [&](const Error& error) {
    refused.push_back(fmt::format("{} {}", label(error.code), crossing.message));
  };
  if (!terms) return refuse(terms.error());
  if (terms->states != nullptr && terms->states->any()) {
    const auto key = std::pair(crossing.conversation, crossing.agreement);
    const auto stands = places_.find(key);
    const auto moved = terms->states->after(
        stands == places_.end() ? std::nullopt : std::optional(stands->second), crossing.message, now);
    if (!moved) return refuse(moved.error());
    places_[key] = *moved;
  }
  if (crossing.to == "NZ") {
    for (const v1::Response& response : crossing.document.response()) {
      responses.push_back(response);
      said_.push_back(said(response));
    }
    return;
  }
  crossed.push_back(crossing);
  if (!away.contains(crossing.from))
    under_way_.emplace(now + Duration::from_milliseconds(1), std::move(crossing));
}

void ConsultationWorld::keep(Party& party) {
  for (const nodes::NoteRecord& note : party.business->notes()) {
    if (note.bytes) {
      party.notes[note.name] = *note.bytes;
    } else {
      party.notes.erase(note.name);
    }
  }
}

std::vector<std::string> ConsultationWorld::messages() const {
  std::vector<std::string> all;
  for (const Crossing& each : crossed)
    all.push_back(fmt::format("{} > {}: {}", each.from, each.to, each.message));
  return all;
}

}  // namespace gnc::window
