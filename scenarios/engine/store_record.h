#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proto/types/instant.h"
#include "proto/types/result.h"
#include "proto/types/text_hash.h"
#include "proto/types/uuid.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/standing_conversations.h"

// What the processes' stores say when the run is over: the durable facts, against which the run's events are
// checked. Read through the tables that docs/ describes to users.
namespace gnc::scenarios {

// What crosses: from whom to whom, as what, under which agreement. One for all exchanges of the kind.
struct Passage {
  std::string sender, recipient, agreement, message;
};

// Gives those that are equal one place.
class Passages {
 public:
  std::shared_ptr<const Passage> of(std::string_view sender, std::string_view recipient,
                                    std::string_view agreement, std::string_view message);

 private:
  // What is looked for, and what is there, by the texts of it.
  using Texts = std::array<std::string_view, 4>;
  static Texts texts_of(const Passage& passage) {
    return {passage.sender, passage.recipient, passage.agreement, passage.message};
  }
  struct Hash {
    std::size_t operator()(const Texts& texts) const noexcept {
      std::uint64_t hash = 0;
      for (const std::string_view text : texts) hash = hash * 31 + text_hash(text);
      return static_cast<std::size_t>(hash);
    }
  };
  std::unordered_map<Texts, std::shared_ptr<const Passage>, Hash> all_;  // views into the passages
  std::shared_ptr<const Passage> last_;
};

// Kept small: there is one for each exchange of the run.
struct RecordedExchange {
  bool at_gateway = false;
  ExchangeTrack::End end = ExchangeTrack::End::none;  // none: still admitted
  std::uint16_t times_received = 0;                   // in recipients' inboxes
  std::uint16_t decisions = 0;                        // by recipients' businesses
  // The gateway has recorded a receipt of that kind; false where receipts were not read.
  bool positive_end = false;
  bool negative_end = false;
  Instant admitted_at;
  std::shared_ptr<const Passage> passage;  // where it is at the gateway
};

// Where an exchange stands among others of its conversation.
struct RecordedOrder {
  Uuid conversation;
  std::uint64_t sequence = 0;  // of admission; zero: it is not admitted
  std::uint64_t arrival = 0;   // of what the recipient took in; zero: it has not
};

using RecordedExchanges = std::unordered_map<Uuid, RecordedExchange, UuidHash>;

// A database that is not there has recorded nothing.
Result<RecordedExchanges> read_stores(const std::filesystem::path& gateway_database,
                                      const std::vector<std::filesystem::path>& node_databases);

// Counts the conversations that the gateway has on record.
Result<void> read_conversations(const std::filesystem::path& gateway_database, StandingConversations& into);

}  // namespace gnc::scenarios
