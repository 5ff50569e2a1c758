#include "nodes/core/agreement_index.h"

#include <algorithm>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/business_time.h"
#include "model/agreement/definition_check.h"

namespace gnc::nodes {
namespace {

// Calls `each` with every pair of parties that have the roles `from` and `to`.
template <class Each>
void for_each_pair(const v1::Agreement& agreement, const v1::BlockMessage& message, const Each& each) {
  for (const auto& from : agreement.parties()) {
    if (from.role() != message.from()) continue;
    for (const auto& to : agreement.parties()) {
      if (to.role() == message.to() && to.party() != from.party()) each(from.party(), to.party());
    }
  }
}

const v1::BlockMessage* answer_to(const v1::UtilityBlock& block, const v1::BlockMessage& message) {
  for (const auto& candidate : block.messages()) {
    if (candidate.answers() == message.name() && candidate.from() == message.to() &&
        candidate.to() == message.from()) {
      return &candidate;
    }
  }
  return nullptr;
}

}  // namespace

AgreementIndex::AgreementIndex(const model::AgreementBook& book) {
  for (const v1::Agreement& agreement : book.agreements()) {
    const v1::UtilityBlock* block =
        model::find_block(book.blocks(), agreement.block(), agreement.block_version());
    if (block == nullptr) continue;
    for (const auto& message : block->messages()) {
      MessageTerms terms;
      terms.agreement = agreement.id();
      terms.message = message.name();
      terms.document_type = message.document();
      terms.from = Instant{agreement.from()};
      terms.until = Instant{agreement.until()};
      terms.first = model::begins_conversation(*block, message);
      terms.answer_due = message.answer_due();
      terms.answers = message.answers();
      if (message.follow_up() == v1::BlockMessage::FOLLOW_UP_CANCELS) terms.cancels = message.follows();
      terms.priority = message.priority();
      if (message.has_every()) {
        terms.every =
            std::max(model::scaled(model::duration_of(message.every()), book.business_clock()), Duration{1});
      }
      if (const v1::BlockMessage* answer = answer_to(*block, message)) {
        terms.answer = answer->name();
        terms.answer_type = answer->document();
      }
      for_each_pair(agreement, message, [&](const std::string& from, const std::string& to) {
        terms_[from][to].push_back(terms);
      });
    }
  }
}

Result<MessageTerms> AgreementIndex::for_lodgement(std::string_view sender, std::string_view recipient,
                                                   std::string_view document_type, std::string_view agreement,
                                                   std::string_view message, Instant now) const {
  if (!agreement.empty() && !message.empty()) {
    if (const MessageTerms* terms = find(sender, recipient, agreement, message)) return *terms;
    // The gateway decides, and says what is wrong with it.
    MessageTerms asked;
    asked.agreement = agreement;
    asked.message = message;
    asked.document_type = document_type;
    return asked;
  }
  const MessageTerms* found = nullptr;
  bool any_agreement = false;
  bool any_in_force = false;
  if (const auto from = terms_.find(sender); from != terms_.end()) {
    if (const auto to = from->second.find(recipient); to != from->second.end()) {
      for (const MessageTerms& terms : to->second) {
        if (!agreement.empty() && terms.agreement != agreement) continue;
        any_agreement = true;
        if (now < terms.from || now >= terms.until) continue;
        any_in_force = true;
        if (terms.document_type != document_type) continue;
        if (message.empty() ? !terms.first : terms.message != message) continue;
        if (found != nullptr) {
          return failure(v1::MESSAGE_NOT_IN_BLOCK,
                         fmt::format("a {} from {} to {} may be {} of {} or {} of {}", document_type, sender,
                                     recipient, found->message.text(), found->agreement.text(),
                                     terms.message.text(), terms.agreement.text()),
                         {}, "Name the agreement and the message.");
        }
        found = &terms;
      }
    }
  }
  if (found != nullptr) return *found;
  const std::string between = agreement.empty()
                                  ? fmt::format("between {} and {}", sender, recipient)
                                  : fmt::format("{} between {} and {}", agreement, sender, recipient);
  if (!any_agreement) return failure(v1::NO_AGREEMENT, "no agreement " + between);
  if (!any_in_force)
    return failure(v1::AGREEMENT_NOT_IN_FORCE, "no agreement " + between + " is in force now");
  return failure(v1::MESSAGE_NOT_IN_BLOCK,
                 fmt::format("no agreement {} has a {} for a {}", between,
                             message.empty() ? "first message" : message, document_type));
}

std::vector<MessageTo> AgreementIndex::sent_by(std::string_view sender) const {
  std::vector<MessageTo> all;
  const auto from = terms_.find(sender);
  if (from == terms_.end()) return all;
  for (const auto& [recipient, messages] : from->second) {
    const auto name = PartyName::from_text(recipient);
    if (!name) continue;
    for (const MessageTerms& terms : messages) all.push_back({*name, terms});
  }
  std::ranges::stable_sort(all, {},
                           [](const MessageTo& one) -> std::string_view { return one.recipient.text(); });
  return all;
}

const MessageTerms* AgreementIndex::find(std::string_view sender, std::string_view recipient,
                                         std::string_view agreement, std::string_view message) const {
  const auto from = terms_.find(sender);
  if (from == terms_.end()) return nullptr;
  const auto to = from->second.find(recipient);
  if (to == from->second.end()) return nullptr;
  for (const MessageTerms& terms : to->second) {
    if (terms.agreement == agreement && terms.message == message) return &terms;
  }
  return nullptr;
}

}  // namespace gnc::nodes
