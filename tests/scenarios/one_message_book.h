#pragma once

#include <array>
#include <memory>
#include <stdexcept>

#include "model/agreement/agreement_book.h"

namespace gnc::scenarios {

// One block, whose one message, "declaration" (DEC, no answer due), goes from NZ to CN under "NZ-CN/export",
// in force from the first instant to before the second.
inline std::shared_ptr<const model::AgreementBook> one_message_book(Instant from, Instant until) {
  v1::UtilityBlock block;
  block.set_id("export");
  block.set_version(1);
  block.set_title("Export");
  block.set_legal_basis("A treaty");
  block.set_pattern(v1::PATTERN_EVENT_PUSH);
  block.add_roles("exporting");
  block.add_roles("importing");
  v1::BlockMessage& message = *block.add_messages();
  message.set_name("declaration");
  message.set_from("exporting");
  message.set_to("importing");
  message.set_document("DEC");
  v1::Agreement agreement;
  agreement.set_id("NZ-CN/export");
  agreement.set_block("export");
  agreement.set_block_version(1);
  agreement.set_purpose("Risk assessment");
  agreement.mutable_retention()->set_seconds(86'400);
  agreement.set_from(from.microseconds);
  agreement.set_until(until.microseconds);
  const std::pair<const char*, const char*> roles[] = {{"exporting", "NZ"}, {"importing", "CN"}};
  for (const auto& [role, party] : roles) {
    v1::AgreementParty& member = *agreement.add_parties();
    member.set_role(role);
    member.set_party(party);
  }
  const auto compiled = model::AgreementBook::compile(std::array{block}, std::array{agreement});
  if (!compiled) throw std::logic_error(describe(compiled.error().front()));
  return *compiled;
}

}  // namespace gnc::scenarios
