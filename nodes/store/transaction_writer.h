#pragma once

#include <string_view>

#include "nodes/core/records.h"
#include "proto/sqlite/database.h"
#include "proto/sqlite/names.h"
#include "proto/sqlite/segments.h"

namespace gnc::nodes {

// Writes what the cores' steps want remembered, through statements that are prepared once.
class TransactionWriter {
 public:
  // `database` must outlive it.
  static Result<TransactionWriter> prepare(const sqlite::Database& database, sqlite::ContentWriter content);

  // `bytes`: the content_bytes() of all transactions until commit().
  Result<void> begin(std::size_t bytes);
  Result<void> commit();
  Result<void> roll_back();

  // All of the transaction but its changes.
  Result<void> write(const PartyName& party, const Transaction& transaction);
  Result<void> write(const PartyName& party, const OutgoingChange& change);

  // Zero where nothing of the party is on record.
  std::int64_t party_number(const PartyName& party) const;

 private:
  struct Statements {
    sqlite::Statement begin, commit, roll_back, batch, outgoing, change, received_batch, received, rejection,
        receipts, note, forget;
  };
  TransactionWriter(Statements to, sqlite::ContentWriter content, sqlite::Names parties,
                    sqlite::Names messages)
      : to_(std::move(to)),
        content_(std::move(content)),
        parties_(std::move(parties)),
        messages_(std::move(messages)) {}

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
  sqlite::ContentWriter content_;
  sqlite::Names parties_;
  sqlite::Names messages_;
};

}  // namespace gnc::nodes
