#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/exchange_lookup.h"
#include "gateway/core/gateway_core.h"
#include "proto/types/result.h"
#include "scenarios/engine/id_table.h"
#include "scenarios/virtual/fact_book.h"

namespace gnc::scenarios {

// What a virtual gateway has made durable; it outlives the gateway's crashes. What is not asked for any more
// is let go: the bytes of batches that are delivered, receipts that their audience has recorded.
class GatewayRecords final : public gateway::ExchangeLookup {
 public:
  // With `read_receipts` every receipt is read for what it says about the end of its exchange.
  GatewayRecords(FactBook& facts, PartyName gateway, bool read_receipts);

  // Makes the transaction durable.
  void apply(gateway::Transaction&&);
  // What a gateway that starts again finds.
  gateway::RestoredState restore() const;

  std::optional<gateway::ExchangeRecord> exchange(const Uuid& id) const override;
  std::optional<gateway::RefusalRecord> refusal(const Uuid& id, const Digest& digest) const override;
  std::optional<model::ConversationPlace> conversation(const Uuid& id,
                                                       std::string_view agreement) const override;
  // In the order of their ids.
  template <class Visit>
  void each_conversation(const Visit& visit) const {
    for (const auto& [key, place] : conversations_) visit(key.second, place);
  }

  // A SealedBatch for each run of envelopes of one batch, as they are delivered.
  Result<std::vector<std::shared_ptr<const std::string>>> sealed_batches(
      std::span<const gateway::EnvelopeLocation>) const;
  // Receipts of an audience from position `first` to `last`, as far as they are kept.
  struct KeptReceipts {
    std::uint64_t position = 0;
    std::shared_ptr<const std::string> bytes;
  };
  std::vector<KeptReceipts> receipts(const PartyName& audience, std::uint64_t first,
                                     std::uint64_t last) const;

  // Who may submit again what was answered long ago keeps a right to its first receipts.
  void keep_receipts_of(const PartyName& audience) { audiences_[audience].keeps_all = true; }

  // Lets go of batches that nothing waits for any more; called when what was applied has been sent.
  void sweep();
  // Nothing will ever be asked about this exchange again.
  void forget(const Uuid& id);

  struct Size {
    std::size_t exchanges = 0, batches = 0, receipts = 0, refusals = 0;
  };
  Size size() const;

 private:
  struct Batch {
    std::shared_ptr<const std::string> bytes;
    std::uint32_t waiting = 0;  // envelopes that are admitted and not delivered
  };
  struct Audience {
    std::deque<KeptReceipts> kept;
    bool keeps_all = false;
    std::uint64_t last_position = 0;
    std::uint64_t recorded_up_to = 0;
  };

  void insert(gateway::ExchangeRecord&&);
  void change(const gateway::StateChange&);
  void leave_batch(std::uint64_t number);
  void read_receipts(std::string_view sealed);

  FactBook& facts_;
  const PartyName gateway_;
  const bool reads_receipts_;
  std::uint64_t last_step_ = 0;
  std::uint64_t last_batch_ = 0;
  std::uint64_t last_sequence_ = 0;
  IdTable<gateway::ExchangeRecord> exchanges_;
  std::map<std::uint64_t, Batch> batches_;
  std::vector<std::uint64_t> delivered_batches_;
  std::map<std::pair<Uuid, Digest>, gateway::RefusalRecord> refusals_;
  std::map<std::pair<Uuid, std::string>, model::ConversationPlace> conversations_;
  std::map<PartyName, Audience> audiences_;
  trust::MerkleFrontier audit_;
};

}  // namespace gnc::scenarios
