#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "gnc/v1/control.pb.h"
#include "gnc/v1/datamodel.pb.h"
#include "proto/types/result.h"
#include "proto/types/uuid.h"
#include "scenarios/engine/world.h"

namespace gnc::scenarios {

// Asks nodes for the documents that they have on record, and keeps the answers until they are taken.
class DocumentDesk {
 public:
  using Token = std::uint64_t;

  explicit DocumentDesk(World& world) : world_(world) {}

  // The document of the exchange as it is on record at the party.
  Token ask(const PartyName& at, const Uuid& exchange);
  // Empty until the answer has come; it is given once.
  std::optional<Result<v1::MetaData>> take(Token);

  void answered(const v1::Document&);
  // Asks what nodes did not take yet. To be called whenever something happened.
  void send_due();
  // A node that was started anew has forgotten what it was asked.
  void repeat();

 private:
  struct Question {
    PartyName at;
    Uuid exchange;
    bool asked = false;
    std::optional<v1::Document> answer;
  };

  World& world_;
  Token last_ = 0;
  std::map<Token, Question> questions_;
};

}  // namespace gnc::scenarios
