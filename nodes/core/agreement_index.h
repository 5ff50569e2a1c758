#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "model/agreement/agreement_book.h"
#include "proto/types/instant.h"
#include "proto/types/result.h"
#include "proto/types/shared_text.h"
#include "proto/types/text_hash.h"

namespace gnc::nodes {

// One message that may cross from a sender to a recipient under an agreement.
struct MessageTerms {
  SharedText agreement;
  SharedText message;
  std::string document_type;
  Instant from, until;
  bool first = false;  // it answers and follows no other message
  bool answer_due = false;
  std::string answer;       // name of the message that answers it; empty where none does
  std::string answer_type;  // and its document type
  std::string answers;      // the message that it answers itself; empty where it answers none
  std::string cancels;      // the message that it takes back; empty where it takes back none
  v1::Priority priority = v1::PRIORITY_NORMAL;  // where its sender says nothing
  Duration every;                               // how often it is sent by schedule; zero: no schedule has it
};

// A message that a party may send, and to whom.
struct MessageTo {
  PartyName recipient;
  MessageTerms terms;
};

// The agreement book turned round: what one party may send to another. Whether a crossing is allowed is the
// gateway's decision; a node only has to know which message a document is.
class AgreementIndex {
 public:
  explicit AgreementIndex(const model::AgreementBook& book);

  // The message that `document_type` is, from `sender` to `recipient`: the first message of its type in the
  // one agreement that is in force between them. Where `agreement` or `message` is given, that one; where
  // both are, they stand as given, and the gateway judges them. NO_AGREEMENT, AGREEMENT_NOT_IN_FORCE or
  // MESSAGE_NOT_IN_BLOCK where there is none or more than one.
  Result<MessageTerms> for_lodgement(std::string_view sender, std::string_view recipient,
                                     std::string_view document_type, std::string_view agreement,
                                     std::string_view message, Instant now) const;

  // All that the party may send, in the order of recipients, agreements and blocks.
  std::vector<MessageTo> sent_by(std::string_view sender) const;

  // Null where the agreement has no such message from sender to recipient.
  const MessageTerms* find(std::string_view sender, std::string_view recipient, std::string_view agreement,
                           std::string_view message) const;

 private:
  template <class Value>
  using ByName = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;
  ByName<ByName<std::vector<MessageTerms>>> terms_;  // by sender, then recipient
};

}  // namespace gnc::nodes
