#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/gateway_core.h"
#include "trust/seal/merkle.h"

namespace gnc::gateway {

// One receipt as it stands in a party's sequence.
struct StoredReceipt {
  std::uint64_t position = 0;
  v1::Receipt receipt;
};

// What a store must come to by applying transactions, kept plainly. Every transaction is checked against the
// promises; what breaks one is told in `broken`.
class ReferenceStore : public ExchangeLookup {
 public:
  struct Exchange {
    ExchangeRecord record;
    std::vector<ExchangeState> ends;  // terminal states, in the order in which they were entered
  };

  void apply(const Transaction& transaction);
  RestoredState restore() const;

  std::optional<ExchangeRecord> exchange(const Uuid& id) const override;
  std::optional<RefusalRecord> refusal(const Uuid& id, const Digest& digest) const override;
  std::optional<model::ConversationPlace> conversation(const Uuid& id,
                                                       std::string_view agreement) const override;

  // The envelope's bytes at a location.
  std::string content(const EnvelopeLocation& location) const;
  const std::map<std::uint64_t, std::string>& receipts_of(const std::string& party) const;
  // Every receipt given to a party, by position.
  std::vector<StoredReceipt> read_receipts(const std::string& party) const;
  // The kinds given to a party about one exchange, in order.
  std::vector<v1::ReceiptKind> kinds(const std::string& party, const Uuid& id) const;

  std::map<Uuid, Exchange> exchanges;
  std::vector<RefusalRecord> refusals;
  std::map<std::string, std::uint64_t> cursors;
  std::vector<AuditRecord> audit;
  std::vector<AuditHeadRecord> heads;
  std::vector<std::string> broken;

  // What the promises come to over all that is on record; called after each transaction by apply().
  void check();

 private:
  void expect(bool holds, const std::string& promise);
  void record_exchange(const ExchangeRecord& record);
  void change_exchange(const StateChange& change);
  void record_receipts(const ReceiptsRecord& record);

  std::uint64_t last_step_ = 0;
  std::map<std::uint64_t, BatchRecord> batches_;
  std::map<std::pair<Uuid, std::string>, model::ConversationPlace> conversations_;
  std::map<std::string, std::map<std::uint64_t, std::string>> receipts_;
  // Terminal receipts on each exchange, as its sender has them.
  std::map<Uuid, std::vector<v1::ReceiptKind>> terminal_receipts_;
  // Receipts of the transaction at hand, by exchange and by what exactly they are about.
  std::map<std::pair<Uuid, std::string>, std::vector<v1::ReceiptKind>> receipts_now_;
  std::map<std::pair<std::uint64_t, std::uint32_t>, Digest> leaves_;
  trust::MerkleFrontier tree_;
};

// The receipts in a sealed batch.
std::vector<v1::Receipt> receipts_in(const std::string& sealed);

}  // namespace gnc::gateway
