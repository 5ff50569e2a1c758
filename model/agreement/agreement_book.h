#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/agreement.pb.h"
#include "gnc/v1/errors.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "model/agreement/conversation_states.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/recalled_texts.h"
#include "proto/types/result.h"
#include "proto/types/shared_text.h"

namespace gnc::model {

// What an envelope claims, for the agreement to allow or not.
struct CrossingRequest {
  std::string_view agreement;
  std::string_view message;
  std::string_view sender;
  std::string_view recipient;
  std::string_view document_type;
  std::string_view structured;  // serialised v1::MetaData; may be empty where only an original is carried
};

// What follows for a crossing that is allowed.
struct CrossingTerms {
  SharedText agreement, message;  // as the request names them
  bool answer_due = false;
  Duration answer_within{};  // zero: none named
  // Where the block has states, the message must also be taken where its conversation stands. As long as the
  // book.
  const ConversationStates* states = nullptr;
  std::uint64_t largest_attachments = 0;  // bytes of all together; zero: it has none
};

// What allow() asks, in its order. Parties: is there the agreement, with both of them? Direction: is the
// message for this sender to send to this recipient?
enum class CrossingGate { parties, in_force, message, direction, document_type, content };

struct CrossingFault {
  Error error;
  std::string decided_at;  // where the rule was written: file:line:column
};

// What comes of one gate when it is asked for itself.
struct CrossingAnswer {
  CrossingGate gate{};
  // False where there is nothing to ask: an earlier gate has refused what this one is about.
  bool asked = false;
  std::string decided_at;  // by what was asked
  std::vector<CrossingFault> faults;
};

// Blocks and agreements, compiled: paths to field numbers, names to indexes. Immutable.
class AgreementBook {
 public:
  // Every mistake in the definitions is reported, not just the first.
  static tl::expected<std::shared_ptr<const AgreementBook>, std::vector<Error>> compile(
      std::span<const v1::UtilityBlock> blocks, std::span<const v1::Agreement> agreements);

  // Reads YAML files (docs/agreements.md) and compiles them. Errors carry file:line:column. Times to answer
  // are divided by `business_clock` (more than 0): a simulation need not wait for them as business does.
  static tl::expected<std::shared_ptr<const AgreementBook>, std::vector<Error>> load(
      std::span<const std::filesystem::path> block_files,
      std::span<const std::filesystem::path> agreement_files, double business_clock = 1);

  ~AgreementBook();

  // The same, but that the agreement is in force until then at the latest. No change where there is none of
  // that id.
  std::shared_ptr<const AgreementBook> lapsing(std::string_view agreement, Instant until) const;

  // Refuses with a 3xx code and a detail that names rule, agreement and path. `structured` is scanned on
  // the wire format, not parsed; a message nested deeper than the contract or not readable is refused
  // with TYPE_OF_VALUE. A document carried only as an original is refused where the agreement closes or
  // requires any path, because they cannot be checked. What has `passed`, of this book, is not scanned again.
  Result<CrossingTerms> allow(const CrossingRequest&, Instant now, RecalledTexts* passed = nullptr) const;

  // Every gate of allow() with all of its faults, for people. The first fault is allow()'s.
  std::vector<CrossingAnswer> judge(const CrossingRequest&, Instant now) const;

  // The most that any message of an agreement in force lets `sender` attach for `recipient`.
  std::uint64_t largest_attachments(std::string_view sender, std::string_view recipient, Instant now) const;

  // By what the times in the definitions are divided.
  double business_clock() const;
  bool has_party(const PartyName&) const;
  std::vector<v1::Agreement> agreements() const;
  // In the order in which they were read.
  const std::vector<v1::UtilityBlock>& blocks() const;
  const v1::UtilityBlock* block(std::string_view id) const;

 private:
  struct State;
  explicit AgreementBook(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace gnc::model
