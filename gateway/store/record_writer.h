#pragma once

#include <span>
#include <vector>

#include "gateway/core/records.h"
#include "proto/sqlite/group_transaction.h"
#include "proto/sqlite/insertion.h"

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
  // How an exchange stands after all transactions. `answer_due_at` instead of the change's own.
  struct Standing {
    const StateChange* change = nullptr;
    Instant answer_due_at;
    // Was dead-lettered before, which is on record.
    bool replayed = false;
  };
  // Each of another exchange, in the order of their sequence.
  Result<void> write(std::span<const Standing> standings);

 private:
  struct Statements {
    sqlite::Statement batch, refusal, conversation, receipts, cursor, audit, head;
    sqlite::Insertion exchange, change, joint_change;
  };
  RecordWriter(Statements to, sqlite::GroupTransaction transaction)
      : to_(std::move(to)), transaction_(std::move(transaction)) {}

  Result<void> write(const BatchRecord& batch);
  Result<void> write(const std::vector<ExchangeRecord>& exchanges);
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
