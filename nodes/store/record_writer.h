#pragma once

#include <string_view>

#include "nodes/core/records.h"
#include "proto/sqlite/group_transaction.h"

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
  Result<void> write(const PartyName& party, const OutgoingChange& change);

  // Zero where nothing of the party is on record.
  std::int64_t party_number(const PartyName& party) const;

 private:
  struct Statements {
    sqlite::Statement batch, outgoing, change, received_batch, received, rejection, receipts, note, forget;
  };
  RecordWriter(Statements to, sqlite::GroupTransaction transaction)
      : to_(std::move(to)), transaction_(std::move(transaction)) {}

  // `party` is its number.
  Result<void> write(std::int64_t party, const OutboxBatchRecord& record);
  Result<void> write(std::int64_t party, const OutgoingRecord& record);
  Result<void> write(std::int64_t party, const ReceivedBatchRecord& record);
  Result<void> write(std::int64_t party, const ReceiptsRecord& record);
  Result<void> write(std::int64_t party, const NoteRecord& record);
  Result<void> write(const PartyName& party, const RejectionRecord& record);
  // `decision`: null where there was nothing to decide on.
  Result<void> write(std::int64_t party, const ReceivedRecord& record, const DecisionRecord* decision);
  Result<void> write_received(std::int64_t party, const Transaction& transaction);
  template <class Party, class Records>
  Result<void> write_all(const Party& party, const Records& records);

  Statements to_;
  sqlite::GroupTransaction transaction_;
};

}  // namespace gnc::nodes
