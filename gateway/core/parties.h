#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/gateway_core.h"
#include "gateway/core/live_exchanges.h"
#include "gateway/core/recipient_queue.h"

namespace gnc::gateway {

// One open stream.
struct Session {
  SessionId id = 0;
  PartyIndex party = 0;
  // What the node may still submit, and what has been dealt with since the last grant.
  std::uint32_t submission_credit = 0;
  std::uint32_t submission_owed = 0;
  // What the node still takes.
  std::uint64_t delivery_credit = 0;
  // Since when it has had envelopes in flight and given no receipt.
  Instant silent_since;
};

inline constexpr std::uint32_t unlimited_window = 1u << 16;

// What the gateway keeps of a party, connected or not.
struct Party {
  explicit Party(PartyName party_name, Random chance) : name(std::move(party_name)), jitter(chance) {}

  PartyName name;
  bool registered = false;  // may be a recipient
  Session* session = nullptr;

  // As the audience of receipts: positions that earlier steps have given out, and how far it has recorded
  // them.
  std::uint64_t last_position = 0;
  std::uint64_t recorded_up_to = 0;
  // Positions on record that it must be shown again in this step.
  std::vector<std::uint64_t> show_again;
  bool resume = false;  // all on record after resume_after
  std::uint64_t resume_after = 0;

  // As a recipient.
  RecipientQueue queue;
  SlotList in_flight;
  std::uint64_t undelivered = 0;  // waiting or in flight
  std::uint32_t window = unlimited_window;
  std::uint32_t failures = 0;  // without progress in between
  Instant backoff_until;
  bool silence_timer_set = false;
  Random jitter;

  bool touched = false;  // something is to be sent to it at the end of this step
};

// All parties that the core has met, by name and by index.
class Parties {
 public:
  Parties(const GatewayConfig& config, Random random);

  Party& operator[](PartyIndex index) { return parties_[index]; }
  std::size_t size() const { return parties_.size(); }

  // The party of that name, met now if not before.
  PartyIndex meet(const PartyName& name, const model::AgreementBook& book);
  // Null where it has not been met.
  const PartyIndex* find(std::string_view name) const;
  // Null where no party of that name may be a recipient.
  const PartyIndex* find_recipient(std::string_view name, const model::AgreementBook& book);
  // Other agreements may name other parties.
  void register_again(const model::AgreementBook& book);

 private:
  bool may_receive(const PartyName& name, const model::AgreementBook& book) const;

  std::vector<PartyName> configured_;
  Random random_;
  std::deque<Party> parties_;
  std::map<std::string, PartyIndex, std::less<>> by_name_;
};

}  // namespace gnc::gateway
