#include "nodes/store/transaction_writer.h"

#include <vector>

namespace gnc::nodes {
namespace {

std::int64_t integer(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

Result<TransactionWriter> TransactionWriter::prepare(const sqlite::Database& database) {
  std::vector<sqlite::Statement> made;
  for (const std::string_view sql : {
           "BEGIN IMMEDIATE",
           "COMMIT",
           "ROLLBACK",
           "INSERT INTO outbox_batch(party, number, at, bytes) VALUES(?,?,?,?)",
           "INSERT INTO outgoing(id, party, batch, leaf, recipient, conversation, agreement, message, "
           "reference, "
           "answers, digest, created_at, expires_at, intended_at, size, answer_due, answer_expected, state, "
           "changed_at, reason, detail) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
           "UPDATE outgoing SET state=?, changed_at=?, reason=?, detail=? WHERE id=?",
           "INSERT INTO received_batch(party, number, at, bytes) VALUES(?,?,?,?)",
           "INSERT INTO inbox(id, party, batch, leaf, sender, conversation, agreement, message, digest, at, "
           "state, "
           "reason, detail) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
           "INSERT INTO business_decision(id, party, outcome, answer, at) VALUES(?,?,?,?,?)",
           "INSERT INTO rejection(party, batch, leaf, id, digest, at, reason, detail) "
           "VALUES(?,?,?,?,?,?,?,?)",
           "INSERT INTO receipts(party, position, at, believed, bytes) VALUES(?,?,?,?,?)",
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
Result<void> TransactionWriter::write_all(std::string_view party, const Records& records) {
  for (const auto& record : records) {
    if (auto done = write(party, record); !done) return done;
  }
  return {};
}

Result<void> TransactionWriter::write(std::string_view party, const Transaction& transaction) {
  Result<void> done;
  const auto written = [&](const auto& records) { return (done = write_all(party, records)).has_value(); };
  static_cast<void>(written(transaction.batches) && written(transaction.outgoing) &&
                    written(transaction.received_batches) && written(transaction.received) &&
                    written(transaction.decisions) && written(transaction.rejections) &&
                    written(transaction.receipts));
  return done;
}

Result<void> TransactionWriter::write(std::string_view party, const OutboxBatchRecord& record) {
  return to_.batch.bind(1, party)
      .bind(2, integer(record.number))
      .bind(3, record.at.microseconds)
      .bind_blob(4, *record.bytes)
      .run();
}

Result<void> TransactionWriter::write(std::string_view party, const OutgoingRecord& record) {
  to_.outgoing.bind_blob(1, record.id.view())
      .bind(2, party)
      .bind(3, integer(record.batch))
      .bind(4, record.index)
      .bind(5, record.recipient.text())
      .bind_blob(6, record.conversation.view())
      .bind(7, record.agreement)
      .bind(8, record.message)
      .bind(9, record.reference)
      .bind_blob(11, record.digest.view())
      .bind(12, record.created_at.microseconds)
      .bind(13, record.expires_at.microseconds)
      .bind(14, record.intended_at.microseconds)
      .bind(15, record.size)
      .bind(16, record.answer_due)
      .bind(17, record.answer_expected)
      .bind(18, static_cast<std::int64_t>(record.state))
      .bind(19, record.changed_at.microseconds)
      .bind(20, record.reason)
      .bind(21, record.detail);
  if (record.answers) {
    to_.outgoing.bind_blob(10, record.answers->view());
  } else {
    to_.outgoing.bind_null(10);
  }
  return to_.outgoing.run();
}

Result<void> TransactionWriter::write(const OutgoingChange& change) {
  return to_.change.bind(1, static_cast<std::int64_t>(change.state))
      .bind(2, change.at.microseconds)
      .bind(3, change.reason)
      .bind(4, change.detail)
      .bind_blob(5, change.id.view())
      .run();
}

Result<void> TransactionWriter::write(std::string_view party, const ReceivedBatchRecord& record) {
  return to_.received_batch.bind(1, party)
      .bind(2, integer(record.number))
      .bind(3, record.at.microseconds)
      .bind_blob(4, record.bytes)
      .run();
}

Result<void> TransactionWriter::write(std::string_view party, const ReceivedRecord& record) {
  return to_.received.bind_blob(1, record.id.view())
      .bind(2, party)
      .bind(3, integer(record.batch))
      .bind(4, record.index)
      .bind(5, record.sender.text())
      .bind_blob(6, record.conversation.view())
      .bind(7, record.agreement)
      .bind(8, record.message)
      .bind_blob(9, record.digest.view())
      .bind(10, record.at.microseconds)
      .bind(11, static_cast<std::int64_t>(record.state))
      .bind(12, record.reason)
      .bind(13, record.detail)
      .run();
}

Result<void> TransactionWriter::write(std::string_view party, const DecisionRecord& record) {
  to_.decision.bind_blob(1, record.id.view())
      .bind(2, party)
      .bind(3, static_cast<std::int64_t>(record.outcome))
      .bind(5, record.at.microseconds);
  if (record.answer) {
    to_.decision.bind_blob(4, record.answer->view());
  } else {
    to_.decision.bind_null(4);
  }
  return to_.decision.run();
}

Result<void> TransactionWriter::write(std::string_view party, const RejectionRecord& record) {
  return to_.rejection.bind(1, party)
      .bind(2, integer(record.batch))
      .bind(3, record.index)
      .bind_blob(4, record.id)
      .bind_blob(5, record.digest.view())
      .bind(6, record.at.microseconds)
      .bind(7, record.reason)
      .bind(8, record.detail)
      .run();
}

Result<void> TransactionWriter::write(std::string_view party, const ReceiptsRecord& record) {
  return to_.receipts.bind(1, party)
      .bind(2, integer(record.position))
      .bind(3, record.at.microseconds)
      .bind(4, record.believed)
      .bind_blob(5, record.bytes)
      .run();
}

}  // namespace gnc::nodes
