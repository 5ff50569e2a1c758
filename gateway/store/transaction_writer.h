#pragma once

#include "gateway/core/records.h"
#include "proto/sqlite/database.h"

namespace gnc::gateway {

// Writes the transactions of the core's steps through statements that are prepared once.
class TransactionWriter {
 public:
  // `database` must outlive it.
  static Result<TransactionWriter> prepare(const sqlite::Database& database);

  // Between begin() and commit() any number of transactions: all durable when commit() has succeeded, none
  // of them after roll_back().
  Result<void> begin() { return to_.begin.run(); }
  Result<void> write(const Transaction& transaction);
  Result<void> commit() { return to_.commit.run(); }
  Result<void> roll_back() { return to_.roll_back.run(); }

 private:
  struct Statements {
    sqlite::Statement begin, commit, roll_back, batch, exchange, change, refusal, receipts, cursor, audit,
        head;
  };
  explicit TransactionWriter(Statements statements) : to_(std::move(statements)) {}

  Result<void> write(const BatchRecord& batch);
  Result<void> write(const ExchangeRecord& exchange);
  Result<void> write(const StateChange& change);
  Result<void> write(const RefusalRecord& refusal);
  Result<void> write(const ReceiptsRecord& receipts);
  Result<void> write(const CursorRecord& cursor);
  Result<void> write(const AuditRecord& audit);
  Result<void> write(const AuditHeadRecord& head);
  template <class Records>
  Result<void> write_all(const Records& records);

  Statements to_;
};

}  // namespace gnc::gateway
