#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/event.pb.h"
#include "nodes/core/records.h"
#include "proto/types/result.h"

namespace gnc::nodes {

// A document that a party has taken in, as its business sees it: once.
struct ReceivedDocument {
  const Uuid& id;
  const PartyName& sender;
  const PartyName& recipient;
  const Uuid& conversation;
  std::string_view agreement;
  std::string_view message;
  std::string_view document_type;  // "DEC"
  // An answer or a processed receipt is due for it under its agreement.
  bool answer_due = false;
  // The document type of the block's message that answers this one; empty where there is none.
  std::string_view answer_type;
  // The serialised MetaData; business that needs its content parses it.
  std::string_view structured;
  // The id that the answer will have, should there be one.
  const Uuid& answer_id;
  // Whose payloads are here, with the digests that are sealed; null where nothing could be attached.
  const google::protobuf::RepeatedPtrField<v1::Attachment>* attachments = nullptr;
};

// What business makes of it. Only where an answer is due is there one.
struct Decision {
  Outcome outcome = Outcome::noted;
  // The answer's MetaData; without one a processed receipt alone says that business has dealt with it.
  std::optional<v1::MetaData> answer;
  // Which of the block's messages that answer this one it is; empty: the first of them.
  std::string message = {};
  // Why, for this party's own record; nobody else is told.
  std::string why = {};
  std::optional<v1::WindowFindings> findings = {};
};

// More about a document that has been decided on: a further answer, such as the release after an inspection.
struct FollowUp {
  Uuid about;  // the document's id
  // Without one it is only this party's own record.
  std::optional<v1::MetaData> answer;
  std::string message = {};  // as of a decision
  std::string why = {};
  std::optional<v1::WindowFindings> findings = {};
};

// A document that a party sends of its own accord: by a schedule, since something changed, or to ask about a
// case.
struct Push {
  PartyName recipient;
  std::string agreement;
  std::string message;
  Uuid conversation;
  v1::MetaData document;
};

// A party's business: pure, the same decision for the same documents and times.
class Business {
 public:
  virtual ~Business() = default;
  virtual Decision decide(const ReceivedDocument& document, Instant now) = 0;

  // When time_passed() or pushes() have something to say at the soonest; zero: never.
  virtual Instant next_due() const { return {}; }
  virtual std::vector<FollowUp> time_passed(Instant) { return {}; }
  virtual std::vector<Push> pushes(Instant) { return {}; }

  // What must outlive the process, of what has changed since this was last asked. Recorded in one transaction
  // with the decisions and follow-ups that it comes from.
  virtual std::vector<NoteRecord> notes() { return {}; }
  // All that is so recorded, before anything else is asked. An error keeps the host from starting.
  virtual Result<void> recall(const std::vector<NoteRecord>&) { return {}; }
};

}  // namespace gnc::nodes
