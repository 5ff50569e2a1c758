#include "gateway/store/transaction_writer.h"

namespace gnc::gateway {

Result<TransactionWriter> TransactionWriter::prepare(const sqlite::Database& database) {
  std::vector<sqlite::Statement> made;
  for (const std::string_view sql : {
           "BEGIN IMMEDIATE",
           "COMMIT",
           "ROLLBACK",
           "INSERT INTO batch(number, sender, at, bytes) VALUES(?,?,?,?)",
           "INSERT INTO exchange(id, batch, leaf, sequence, sender, recipient, conversation, agreement, "
           "message, "
           "digest, admitted_at, expires_at, answer_due_at, size, priority, answer_due, state, attempts, "
           "admitted_receipt, changed_at, reason, detail) "
           "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,'')",
           "UPDATE exchange SET state=?, changed_at=?, reason=?, detail=?, attempts=?, "
           "answer_due_at=coalesce(nullif(?, 0), answer_due_at) WHERE id=?",
           "INSERT INTO refusal(id, digest, peer, at, reason, detail, receipt, authentic) "
           "VALUES(?,?,?,?,?,?,?,?)",
           "INSERT INTO receipts(audience, position, at, bytes) VALUES(?,?,?,?)",
           "INSERT INTO cursor(party, position) VALUES(?,?) ON CONFLICT(party) DO UPDATE SET "
           "position=max(position, excluded.position)",
           "INSERT INTO audit_entry(number, entry, leaf) VALUES(?,?,?)",
           "INSERT OR REPLACE INTO audit_head(tree_size, seal) VALUES(?,?)",
       }) {
    auto statement = database.prepare(sql);
    if (!statement) return tl::unexpected(statement.error());
    made.push_back(std::move(*statement));
  }
  return TransactionWriter(Statements{std::move(made[0]), std::move(made[1]), std::move(made[2]),
                                      std::move(made[3]), std::move(made[4]), std::move(made[5]),
                                      std::move(made[6]), std::move(made[7]), std::move(made[8]),
                                      std::move(made[9]), std::move(made[10])});
}

template <class Records>
Result<void> TransactionWriter::write_all(const Records& records) {
  for (const auto& record : records) {
    if (auto done = write(record); !done) return done;
  }
  return {};
}

Result<void> TransactionWriter::write(const Transaction& transaction) {
  Result<void> done;
  const auto written = [&](const auto& records) { return (done = write_all(records)).has_value(); };
  static_cast<void>(written(transaction.batches) && written(transaction.exchanges) &&
                    written(transaction.changes) && written(transaction.refusals) &&
                    written(transaction.receipts) && written(transaction.cursors) &&
                    written(transaction.audit) && written(transaction.heads));
  return done;
}

Result<void> TransactionWriter::write(const BatchRecord& batch) {
  return to_.batch.bind(1, static_cast<std::int64_t>(batch.number))
      .bind(2, batch.sender.text())
      .bind(3, batch.at.microseconds)
      .bind_blob(4, batch.bytes)
      .run();
}

Result<void> TransactionWriter::write(const ExchangeRecord& exchange) {
  return to_.exchange.bind_blob(1, exchange.id.view())
      .bind(2, static_cast<std::int64_t>(exchange.location.batch))
      .bind(3, exchange.location.index)
      .bind(4, static_cast<std::int64_t>(exchange.sequence))
      .bind(5, exchange.sender.text())
      .bind(6, exchange.recipient.text())
      .bind_blob(7, exchange.conversation.view())
      .bind(8, exchange.agreement)
      .bind(9, exchange.message)
      .bind_blob(10, exchange.digest.view())
      .bind(11, exchange.admitted_at.microseconds)
      .bind(12, exchange.expires_at.microseconds)
      .bind(13, exchange.answer_due_at.microseconds)
      .bind(14, exchange.size)
      .bind(15, exchange.priority)
      .bind(16, exchange.answer_due)
      .bind(17, static_cast<std::int64_t>(exchange.state))
      .bind(18, exchange.attempts)
      .bind(19, static_cast<std::int64_t>(exchange.admitted_receipt))
      .bind(20, exchange.admitted_at.microseconds)
      .run();
}

Result<void> TransactionWriter::write(const StateChange& change) {
  return to_.change.bind(1, static_cast<std::int64_t>(change.state))
      .bind(2, change.at.microseconds)
      .bind(3, change.reason)
      .bind(4, change.detail)
      .bind(5, change.attempts)
      .bind(6, change.answer_due_at.microseconds)
      .bind_blob(7, change.id.view())
      .run();
}

Result<void> TransactionWriter::write(const RefusalRecord& refusal) {
  return to_.refusal.bind_blob(1, refusal.id)
      .bind_blob(2, refusal.digest.view())
      .bind(3, refusal.peer.text())
      .bind(4, refusal.at.microseconds)
      .bind(5, refusal.reason)
      .bind(6, refusal.detail)
      .bind(7, static_cast<std::int64_t>(refusal.receipt))
      .bind(8, refusal.authentic)
      .run();
}

Result<void> TransactionWriter::write(const ReceiptsRecord& receipts) {
  return to_.receipts.bind(1, receipts.audience.text())
      .bind(2, static_cast<std::int64_t>(receipts.position))
      .bind(3, receipts.at.microseconds)
      .bind_blob(4, receipts.bytes)
      .run();
}

Result<void> TransactionWriter::write(const CursorRecord& cursor) {
  return to_.cursor.bind(1, cursor.party.text()).bind(2, static_cast<std::int64_t>(cursor.position)).run();
}

Result<void> TransactionWriter::write(const AuditRecord& audit) {
  return to_.audit.bind(1, static_cast<std::int64_t>(audit.number))
      .bind_blob(2, audit.entry)
      .bind_blob(3, audit.leaf.view())
      .run();
}

Result<void> TransactionWriter::write(const AuditHeadRecord& head) {
  return to_.head.bind(1, static_cast<std::int64_t>(head.tree_size)).bind_blob(2, head.seal).run();
}

}  // namespace gnc::gateway
