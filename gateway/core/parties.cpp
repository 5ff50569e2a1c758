#include "gateway/core/parties.h"

#include <algorithm>

namespace gnc::gateway {

Parties::Parties(const GatewayConfig& config, Random random) : configured_(config.parties), random_(random) {}

PartyIndex Parties::meet(const PartyName& name, const model::AgreementBook& book) {
  const auto found = by_name_.find(name.text());
  if (found != by_name_.end()) return found->second;
  const auto index = static_cast<PartyIndex>(parties_.size());
  parties_.emplace_back(name, random_.child("retry/" + name.text())).registered = may_receive(name, book);
  by_name_.emplace(name.text(), index);
  return index;
}

const PartyIndex* Parties::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

const PartyIndex* Parties::find_recipient(std::string_view name, const model::AgreementBook& book) {
  auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    const auto party = PartyName::from_text(name);
    if (!party || !may_receive(*party, book)) return nullptr;
    meet(*party, book);
    found = by_name_.find(name);
  }
  return parties_[found->second].registered ? &found->second : nullptr;
}

void Parties::register_again(const model::AgreementBook& book) {
  for (Party& party : parties_) party.registered = may_receive(party.name, book);
}

bool Parties::may_receive(const PartyName& name, const model::AgreementBook& book) const {
  if (configured_.empty()) return book.has_party(name);
  return std::find(configured_.begin(), configured_.end(), name) != configured_.end();
}

}  // namespace gnc::gateway
