#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "gnc/v1/event.pb.h"
#include "proto/types/party_name.h"
#include "proto/types/uuid.h"
#include "scenarios/engine/exchange_ledger.h"

namespace gnc::scenarios {

// One document that a step lodged, and what is known of its exchange.
struct StepExchange {
  std::string reference;  // unique in the run
  std::string document;   // for people
  PartyName at;
  PartyName to;
  bool answer_due = false;
  Uuid conversation{};

  std::optional<Uuid> exchange{};  // empty until it is lodged
  std::optional<Uuid> answer{};    // of the exchange that answers it
  bool delivered = false;
  bool answered = false;  // the answer is on record at the sender
  ExchangeTrack::End end = ExchangeTrack::End::none;
  v1::ErrorCode code{};
  std::string detail{};
  bool repeats = false;  // the id of an exchange before it

  bool has_ended() const { return end != ExchangeTrack::End::none; }
};

// "refused by GNC-204", "processed", "on its way".
std::string standing_words(const StepExchange&);
// "processed", "dead-lettered"; empty for none.
std::string_view end_word(ExchangeTrack::End);

// Follows the exchanges that steps began, from the events: few beside those of workloads, and known each by
// itself.
class StepExchanges {
 public:
  using Group = std::vector<StepExchange*>;

  // Of one lodgement, by the name that its step gave it; in the order of its documents.
  void add(const std::string& lodgement, StepExchange);
  void apply(const v1::Event&);

  bool knows(const std::string& lodgement) const { return groups_.contains(lodgement); }
  const Group& of(const std::string& lodgement) const { return groups_.at(lodgement); }

 private:
  void lodged(const v1::Event&);
  void apply_to(StepExchange&, const v1::Event&);
  bool apply_to_repeat(const v1::Event&);
  void learn(const Uuid& id, StepExchange&, bool is_answer);

  std::deque<StepExchange> exchanges_;
  std::map<std::string, Group> groups_;
  std::unordered_map<std::string, StepExchange*> by_reference_;
  struct Known {
    StepExchange* exchange;
    bool is_answer;
  };
  std::unordered_map<Uuid, Known, UuidHash> by_id_;
  // Hosts are heard on pipes of their own: what one says of an exchange may come before its beginning.
  std::unordered_map<Uuid, std::vector<v1::Event>, UuidHash> early_;
};

}  // namespace gnc::scenarios
