#include "scenarios/engine/consultation_check.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/yaml_node.h"
#include "nodes/core/agreement_index.h"
#include "nodes/window/profile.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlPlace;

// Of one profile's agencies.
class Check {
 public:
  Check(const Terms& terms, const nodes::AgreementIndex& index, const std::vector<PartyName>& parties,
        const PartyName& customs, YamlMistakes& mistakes)
      : terms_(terms), sends_(index.sent_by(customs.text())), parties_(parties), mistakes_(mistakes) {}

  void look_at(const window::Agency& agency, const YamlNode& written) {
    const YamlPlace named = written.find("agency")->place, by = written.find("consulted")->find("by")->place;
    const PartyName party = *PartyName::from_text(agency.name);
    if (!parties_.empty() && std::ranges::find(parties_, party) == parties_.end())
      return mistakes_.add_unknown_reference(agency.name, named, "party", names(parties_));
    if (!terms_.book->has_party(party))
      return mistakes_.add_unknown_reference(agency.name, named, "party of the agreements", recipients());
    const nodes::MessageTo* question = nullptr;
    std::vector<std::string_view> questions;
    for (const nodes::MessageTo& to : sends_) {
      if (to.recipient != party || to.terms.document_type != "DEC" || !to.terms.first) continue;
      questions.push_back(to.terms.message);
      if (to.terms.message == agency.consulted->message) question = &to;
    }
    if (question == nullptr) {
      return mistakes_.add_unknown_reference(
          agency.consulted->message, by,
          fmt::format("message to {} that begins a conversation", party.text()), questions);
    }
    if (question->terms.answer_type != "RES") {
      return mistakes_.add(
          v1::KEY_VALUE, by,
          fmt::format("nothing answers {} of {}", question->terms.message, question->terms.agreement),
          "Ask by a message that the agency answers with a RES.");
    }
    // A case is one conversation, which stands in one place under each agreement.
    const auto [other, is_first] = agency_of_.emplace(question->terms.agreement, agency.name);
    if (is_first) return;
    mistakes_.add(v1::KEY_VALUE, named,
                  fmt::format("{} and {} are consulted under one agreement, {}", other->second, agency.name,
                              question->terms.agreement),
                  "Give each an agreement of its own.");
  }

 private:
  static std::vector<std::string_view> names(const std::vector<PartyName>& parties) {
    std::vector<std::string_view> all;
    for (const PartyName& each : parties) all.push_back(each.text());
    return all;
  }
  std::vector<std::string_view> recipients() const {
    std::vector<std::string_view> all;
    for (const nodes::MessageTo& to : sends_) all.push_back(to.recipient.text());
    return all;
  }

  const Terms& terms_;
  const std::vector<nodes::MessageTo> sends_;
  const std::vector<PartyName>& parties_;
  YamlMistakes& mistakes_;
  std::map<std::string, std::string> agency_of_;  // by agreement
};

}  // namespace

std::vector<Error> check_consultations(const Terms& terms, const std::vector<PartyName>& parties) {
  std::vector<Error> all;
  const nodes::AgreementIndex index(*terms.book);
  for (const auto& [customs, profile] : terms.profiles) {
    const auto is_consulted = [](const window::Agency& agency) { return agency.consulted.has_value(); };
    if (std::ranges::none_of(profile->agencies, is_consulted)) continue;
    const std::filesystem::path& file = terms.profile_files.at(customs);
    YamlMistakes mistakes(file.string());
    // It has been read before; now for the places in it.
    const auto root = model::read_yaml_file(file, mistakes);
    const YamlNode* agencies = root ? root->find("agencies") : nullptr;
    if (agencies == nullptr || agencies->items.size() != profile->agencies.size()) continue;
    Check check(terms, index, parties, customs, mistakes);
    for (std::size_t i = 0; i < profile->agencies.size(); ++i) {
      if (is_consulted(profile->agencies[i])) check.look_at(profile->agencies[i], agencies->items[i]);
    }
    for (Error& error : mistakes.take()) all.push_back(std::move(error));
  }
  return all;
}

}  // namespace gnc::scenarios
