#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "gateway/core/hash_index.h"
#include "gnc/v1/envelope.pb.h"
#include "nodes/core/node_core.h"
#include "nodes/core/node_lookup.h"
#include "scenarios/engine/id_table.h"
#include "scenarios/virtual/fact_book.h"

namespace gnc::scenarios {

// What the node of one party has made durable in a virtual world; it outlives the node's crashes.
class NodeRecords final : public nodes::NodeLookup {
 public:
  explicit NodeRecords(FactBook& facts) : facts_(facts) {}

  // From now on every document that is sent or received can be asked for again; else none is kept.
  void keep_documents() { keeps_documents_ = true; }
  // As it is on record here: as received, or as sent.
  std::optional<v1::CarriedDocument> document(const Uuid& exchange) const;

  // Makes the transaction durable.
  void apply(nodes::Transaction&&);
  // What a node that starts again finds.
  nodes::RestoredState restore() const;

  // Of this party, whose name is not asked for.
  std::optional<nodes::ReceivedRecord> received(const PartyName&, const Uuid& id) const override;
  std::optional<nodes::OutgoingRecord> lodged(const PartyName&, std::string_view reference) const override;

  // Nothing will ever be asked about this exchange again, at the sender's or the recipient's.
  void forget_outgoing(const Uuid& id);
  void forget_received(const Uuid& id);

  struct Size {
    std::size_t outgoing = 0, batches = 0, received = 0;
  };
  Size size() const { return {outgoing_.size(), batches_.size(), received_.size()}; }

 private:
  struct Batch {
    nodes::OutboxBatchRecord record;
    std::uint32_t sealed = 0;  // envelopes of it that the gateway has not answered for
  };

  void change(const nodes::OutgoingChange&);
  // Null where nothing of that reference was sent.
  const nodes::OutgoingRecord* of_reference(std::string_view reference) const;

  FactBook& facts_;
  std::uint64_t last_batch_ = 0;
  std::uint64_t last_number_ = 0;
  std::uint64_t last_received_batch_ = 0;
  std::uint64_t receipts_recorded_up_to_ = 0;
  IdTable<nodes::OutgoingRecord> outgoing_;
  gateway::HashIndex<Uuid> by_reference_;
  std::map<std::uint64_t, Batch> batches_;
  IdTable<nodes::ReceivedRecord> received_;
  std::map<std::string, std::string> notes_;
  bool keeps_documents_ = false;
  std::map<std::uint64_t, std::shared_ptr<const std::string>> received_batches_;
  std::map<std::uint64_t, std::shared_ptr<const std::string>> sent_batches_;
};

}  // namespace gnc::scenarios
