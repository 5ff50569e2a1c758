#pragma once

#include "gateway/core/records.h"
#include "proto/sqlite/group_transaction.h"

namespace gnc::gateway {

// Writes what the core's steps want remembered, through statements that are prepared once.
class RecordWriter {
 public:
  // `database` must outlive it.
  static Result<RecordWriter> prepare(const sqlite::Database& database, sqlite::ContentWriter content);

  // What is written is written within its run().
  sqlite::GroupTransaction& transaction() { return transaction_; }

  // All of the transaction but its changes.
  Result<void> write(const Transaction& transaction);
  // Once for each exchange: as it stands after all transactions. `answer_due_at` instead of the change's own.
  Result<void> write(const StateChange& change, Instant answer_due_at);

 private:
  struct Statements {
    sqlite::Statement batch, exchange, change, refusal, conversation, receipts, cursor, audit, head;
  };
  RecordWriter(Statements to, sqlite::GroupTransaction transaction)
      : to_(std::move(to)), transaction_(std::move(transaction)) {}

  Result<void> write(const BatchRecord& batch);
  Result<void> write(const ExchangeRecord& exchange);
  Result<void> write(const RefusalRecord& refusal);
  Result<void> write(const ConversationRecord& conversation);
  Result<void> write(const ReceiptsRecord& receipts);
  Result<void> write(const CursorRecord& cursor);
  Result<void> write(const AuditRecord& audit);
  Result<void> write(const AuditHeadRecord& head);
  template <class Records>
  Result<void> write_all(const Records& records);

  Statements to_;
  sqlite::GroupTransaction transaction_;
};

}  // namespace gnc::gateway
