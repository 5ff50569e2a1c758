#pragma once

#include "gateway/core/records.h"
#include "proto/sqlite/database.h"
#include "proto/sqlite/names.h"
#include "proto/sqlite/segments.h"

namespace gnc::gateway {

// Writes the transactions of the core's steps through statements that are prepared once.
class TransactionWriter {
 public:
  // `database` must outlive it.
  static Result<TransactionWriter> prepare(const sqlite::Database& database, sqlite::ContentWriter content);

  // Between begin() and commit() any number of transactions: all durable when commit() has succeeded, none
  // of them after roll_back(). `bytes`: the content_bytes() of all of them.
  Result<void> begin(std::size_t bytes);
  // All of the transaction but its changes.
  Result<void> write(const Transaction& transaction);
  // Once for each exchange: as it stands after all transactions. `answer_due_at` instead of the change's own.
  Result<void> write(const StateChange& change, Instant answer_due_at);
  Result<void> commit();
  Result<void> roll_back();

 private:
  struct Statements {
    sqlite::Statement begin, commit, roll_back, batch, exchange, change, refusal, receipts, cursor, audit,
        head;
  };
  TransactionWriter(Statements statements, sqlite::ContentWriter content, sqlite::Names parties,
                    sqlite::Names messages)
      : to_(std::move(statements)),
        content_(std::move(content)),
        parties_(std::move(parties)),
        messages_(std::move(messages)) {}

  Result<void> write(const BatchRecord& batch);
  Result<void> write(const ExchangeRecord& exchange);
  Result<void> write(const RefusalRecord& refusal);
  Result<void> write(const ReceiptsRecord& receipts);
  Result<void> write(const CursorRecord& cursor);
  Result<void> write(const AuditRecord& audit);
  Result<void> write(const AuditHeadRecord& head);
  template <class Records>
  Result<void> write_all(const Records& records);

  Statements to_;
  sqlite::ContentWriter content_;
  sqlite::Names parties_;
  sqlite::Names messages_;
};

}  // namespace gnc::gateway
