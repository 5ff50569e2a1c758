#pragma once

#include <string_view>

#include "nodes/core/records.h"
#include "proto/sqlite/database.h"

namespace gnc::nodes {

// Writes what the cores' steps want remembered, through statements that are prepared once.
class TransactionWriter {
 public:
  static Result<TransactionWriter> prepare(const sqlite::Database& database);

  Result<void> begin() { return to_.begin.run(); }
  Result<void> commit() { return to_.commit.run(); }
  Result<void> roll_back() { return to_.roll_back.run(); }

  // All of the transaction but its changes.
  Result<void> write(std::string_view party, const Transaction& transaction);
  Result<void> write(const OutgoingChange& change);

 private:
  struct Statements {
    sqlite::Statement begin, commit, roll_back, batch, outgoing, change, received_batch, received, decision,
        rejection, receipts;
  };
  explicit TransactionWriter(Statements to) : to_(std::move(to)) {}

  Result<void> write(std::string_view party, const OutboxBatchRecord& record);
  Result<void> write(std::string_view party, const OutgoingRecord& record);
  Result<void> write(std::string_view party, const ReceivedBatchRecord& record);
  Result<void> write(std::string_view party, const ReceivedRecord& record);
  Result<void> write(std::string_view party, const DecisionRecord& record);
  Result<void> write(std::string_view party, const RejectionRecord& record);
  Result<void> write(std::string_view party, const ReceiptsRecord& record);
  template <class Records>
  Result<void> write_all(std::string_view party, const Records& records);

  Statements to_;
};

}  // namespace gnc::nodes
