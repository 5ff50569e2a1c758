#include "nodes/store/transaction_writer.h"

#include <vector>

#include "nodes/store/rows.h"

namespace gnc::nodes {
namespace {

std::int64_t integer(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

Result<TransactionWriter> TransactionWriter::prepare(const sqlite::Database& database,
                                                     sqlite::ContentWriter content) {
  std::vector<sqlite::Statement> made;
  for (const std::string_view sql : {
           "BEGIN IMMEDIATE",
           "COMMIT",
           "ROLLBACK",
           "INSERT INTO sealed(key, at, segment, start, length, bytes) VALUES(?,?,?,?,?,?)",
           "INSERT INTO lodged(key, id, batch, leaf, recipient, conversation, message, reference, answers, "
           "digest, created_at, expires_at, intended_at, size, answer_due, answer_expected) "
           "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
           "INSERT OR REPLACE INTO progress(key, state, changed_at, reason, detail) VALUES(?,?,?,?,?)",
           "INSERT INTO delivered(key, at, segment, start, length, bytes) VALUES(?,?,?,?,?,?)",
           "INSERT INTO received(id, party, batch, leaf, sender, conversation, message, digest, at, state, "
           "reason, detail, outcome, answer) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
           "INSERT INTO rejection(party, batch, leaf, id, digest, at, reason, detail) "
           "VALUES(?,?,?,?,?,?,?,?)",
           "INSERT INTO receipted(key, at, believed, segment, start, length, bytes) VALUES(?,?,?,?,?,?,?)",
           "INSERT OR REPLACE INTO note(party, name, bytes) VALUES(?,?,?)",
           "DELETE FROM note WHERE party=? AND name=?",
       }) {
    auto statement = database.prepare(sql);
    if (!statement) return tl::unexpected(statement.error());
    made.push_back(std::move(*statement));
  }
  auto parties = sqlite::Names::load(database, "party", "name");
  if (!parties) return tl::unexpected(parties.error());
  auto messages = sqlite::Names::load(database, "message", "agreement", "name");
  if (!messages) return tl::unexpected(messages.error());
  return TransactionWriter(
      Statements{std::move(made[0]), std::move(made[1]), std::move(made[2]), std::move(made[3]),
                 std::move(made[4]), std::move(made[5]), std::move(made[6]), std::move(made[7]),
                 std::move(made[8]), std::move(made[9]), std::move(made[10]), std::move(made[11])},
      std::move(content), *std::move(parties), *std::move(messages));
}

Result<void> TransactionWriter::begin(std::size_t bytes) {
  content_.begin_group(bytes);
  return to_.begin.run();
}

Result<void> TransactionWriter::commit() {
  if (auto done = content_.make_durable(); !done) return done;
  return to_.commit.run();
}

Result<void> TransactionWriter::roll_back() {
  if (auto done = to_.roll_back.run(); !done) return done;
  if (auto done = parties_.reload(); !done) return done;
  return messages_.reload();
}

std::int64_t TransactionWriter::party_number(const PartyName& party) const {
  return parties_.find(party.text()).value_or(0);
}

template <class Party, class Records>
Result<void> TransactionWriter::write_all(const Party& party, const Records& records) {
  for (const auto& record : records) {
    if (auto done = write(party, record); !done) return done;
  }
  return {};
}

Result<void> TransactionWriter::write(const PartyName& party, const Transaction& transaction) {
  const auto number = parties_.number(party.text());
  if (!number) return tl::unexpected(number.error());
  Result<void> done = write_all(*number, transaction.batches);
  if (done) done = write_all(*number, transaction.outgoing);
  if (done) done = write_all(*number, transaction.received_batches);
  if (done) done = write_received(*number, transaction);
  if (done) done = write_all(party, transaction.rejections);
  if (done) done = write_all(*number, transaction.receipts);
  if (done) done = write_all(*number, transaction.notes);
  return done;
}

// Decisions stand in the order of what they decide on, and with it in one row.
Result<void> TransactionWriter::write_received(std::int64_t party, const Transaction& transaction) {
  auto decision = transaction.decisions.begin();
  const auto end = transaction.decisions.end();
  for (const ReceivedRecord& record : transaction.received) {
    const bool decided = decision != end && decision->id == record.id;
    if (auto done = write(party, record, decided ? &*decision : nullptr); !done) return done;
    if (decided) ++decision;
  }
  if (decision == end) return {};
  return failure(v1::STORE_FAILED, "business has decided on " + decision->id.text() +
                                       ", which was not received in the same step");
}

Result<void> TransactionWriter::write(std::int64_t party, const OutboxBatchRecord& record) {
  if (auto bound = content_.bind(to_.batch, 3, *record.bytes); !bound) return bound;
  return to_.batch.bind(1, key_of(party, record.number)).bind(2, record.at.microseconds).run();
}

Result<void> TransactionWriter::write(std::int64_t party, const OutgoingRecord& record) {
  const auto recipient = parties_.number(record.recipient.text());
  if (!recipient) return tl::unexpected(recipient.error());
  const auto message = messages_.number(record.agreement, record.message);
  if (!message) return tl::unexpected(message.error());
  to_.outgoing.bind(1, key_of(party, record.number))
      .bind_blob(2, record.id.view())
      .bind(3, integer(record.batch))
      .bind(4, record.index)
      .bind(5, *recipient)
      .bind_blob(6, record.conversation.view())
      .bind(7, *message)
      .bind(8, record.reference)
      .bind_blob(10, record.digest.view())
      .bind(11, record.created_at.microseconds)
      .bind(12, record.expires_at.microseconds)
      .bind(13, record.intended_at.microseconds)
      .bind(14, record.size)
      .bind(15, record.answer_due)
      .bind(16, record.answer_expected);
  if (record.answers) {
    to_.outgoing.bind_blob(9, record.answers->view());
  } else {
    to_.outgoing.bind_null(9);
  }
  return to_.outgoing.run();
}

Result<void> TransactionWriter::write(const PartyName& party, const OutgoingChange& change) {
  const auto number = parties_.number(party.text());
  if (!number) return tl::unexpected(number.error());
  return to_.change.bind(1, key_of(*number, change.number))
      .bind(2, static_cast<std::int64_t>(change.state))
      .bind(3, change.at.microseconds)
      .bind(4, change.reason)
      .bind(5, change.detail)
      .run();
}

Result<void> TransactionWriter::write(std::int64_t party, const ReceivedBatchRecord& record) {
  if (auto bound = content_.bind(to_.received_batch, 3, record.bytes); !bound) return bound;
  return to_.received_batch.bind(1, key_of(party, record.number)).bind(2, record.at.microseconds).run();
}

Result<void> TransactionWriter::write(std::int64_t party, const ReceivedRecord& record,
                                      const DecisionRecord* decision) {
  const auto sender = parties_.number(record.sender.text());
  if (!sender) return tl::unexpected(sender.error());
  const auto message = messages_.number(record.agreement, record.message);
  if (!message) return tl::unexpected(message.error());
  auto& row = to_.received;
  row.bind_blob(1, record.id.view())
      .bind(2, party)
      .bind(3, integer(record.batch))
      .bind(4, record.index)
      .bind(5, *sender)
      .bind_blob(6, record.conversation.view())
      .bind(7, *message)
      .bind_blob(8, record.digest.view())
      .bind(9, record.at.microseconds)
      .bind(10, static_cast<std::int64_t>(record.state))
      .bind(11, record.reason)
      .bind(12, record.detail);
  if (decision != nullptr) row.bind(13, static_cast<std::int64_t>(decision->outcome));
  if (decision != nullptr && decision->answer) row.bind_blob(14, decision->answer->view());
  return row.run();
}

Result<void> TransactionWriter::write(const PartyName& party, const RejectionRecord& record) {
  return to_.rejection.bind(1, party.text())
      .bind(2, integer(record.batch))
      .bind(3, record.index)
      .bind_blob(4, record.id)
      .bind_blob(5, record.digest.view())
      .bind(6, record.at.microseconds)
      .bind(7, record.reason)
      .bind(8, record.detail)
      .run();
}

Result<void> TransactionWriter::write(std::int64_t party, const ReceiptsRecord& record) {
  if (auto bound = content_.bind(to_.receipts, 4, record.bytes); !bound) return bound;
  return to_.receipts.bind(1, key_of(party, record.position))
      .bind(2, record.at.microseconds)
      .bind(3, record.believed)
      .run();
}

Result<void> TransactionWriter::write(std::int64_t party, const NoteRecord& record) {
  if (!record.bytes) return to_.forget.bind(1, party).bind(2, record.name).run();
  return to_.note.bind(1, party).bind(2, record.name).bind_blob(3, *record.bytes).run();
}

}  // namespace gnc::nodes
