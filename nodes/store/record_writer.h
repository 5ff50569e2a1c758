#pragma once

#include <string_view>

#include <cstdint>
#include <span>
#include <vector>

#include "nodes/core/records.h"
#include "proto/sqlite/group_transaction.h"
#include "proto/sqlite/insertion.h"

namespace gnc::nodes {

// Writes what the cores' steps want remembered, through statements that are prepared once.
class RecordWriter {
 public:
  // `database` must outlive it.
  static Result<RecordWriter> prepare(const sqlite::Database& database, sqlite::ContentWriter content);

  // What is written is written within its run().
  sqlite::GroupTransaction& transaction() { return transaction_; }

  // All of the transaction but its changes.
  Result<void> write(const PartyName& party, const Transaction& transaction);
  // Changes of one party, each of another exchange, in the order of their numbers.
  Result<void> write(const PartyName& party, std::span<const OutgoingChange* const> changes);

  // Zero where nothing of the party is on record.
  std::int64_t party_number(const PartyName& party) const;

 private:
  struct Statements {
    sqlite::Statement batch, received_batch, rejection, receipts, note, forget;
    sqlite::Insertion outgoing, change, joint_change, received;
  };
  RecordWriter(Statements to, sqlite::GroupTransaction transaction)
      : to_(std::move(to)), transaction_(std::move(transaction)) {}

  // `party` is its number.
  Result<void> write(std::int64_t party, const OutboxBatchRecord& record);
  Result<void> write(std::int64_t party, const std::vector<OutgoingRecord>& records);
  Result<void> write(std::int64_t party, const ReceivedBatchRecord& record);
  Result<void> write(std::int64_t party, const ReceiptsRecord& record);
  Result<void> write(std::int64_t party, const NoteRecord& record);
  Result<void> write(const PartyName& party, const RejectionRecord& record);
  Result<void> write_received(std::int64_t party, const Transaction& transaction);
  template <class Party, class Records>
  Result<void> write_all(const Party& party, const Records& records);

  Statements to_;
  sqlite::GroupTransaction transaction_;
};

}  // namespace gnc::nodes
