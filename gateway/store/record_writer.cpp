#include "gateway/store/record_writer.h"

#include "proto/sqlite/neighbours.h"

namespace gnc::gateway {
namespace {

// Whether they are neighbours that moved to the same state at the same time, and no more is to be said.
bool move_together(const RecordWriter::Standing& one, const RecordWriter::Standing& next) {
  const auto plain = [](const RecordWriter::Standing& standing) {
    const StateChange& change = *standing.change;
    return !standing.replayed &&
           (change.state == ExchangeState::delivered || change.state == ExchangeState::processed) &&
           change.reason == v1::ERROR_CODE_UNSPECIFIED && change.detail.empty();
  };
  const StateChange &first = *one.change, &second = *next.change;
  return first.sequence + 1 == second.sequence && first.state == second.state && first.at == second.at &&
         first.attempts == second.attempts && one.answer_due_at == next.answer_due_at && plain(one) &&
         plain(next);
}

}  // namespace

Result<RecordWriter> RecordWriter::prepare(const sqlite::Database& database, sqlite::ContentWriter content) {
  Statements to;
  auto prepared = sqlite::prepare_all(
      database, to,
      {
          {&Statements::batch,
           "INSERT INTO batch(number, sender, at, segment, start, length, bytes) VALUES(?,?,?,?,?,?,?)"},
          {&Statements::refusal,
           "INSERT INTO refusal(id, digest, peer, at, reason, detail, receipt, authentic) "
           "VALUES(?,?,?,?,?,?,?,?)"},
          {&Statements::conversation,
           "INSERT OR REPLACE INTO conversation(id, agreement, state, since) VALUES(?,?,?,?)"},
          {&Statements::receipts,
           "INSERT INTO receipts(audience, position, at, segment, start, length, bytes) "
           "VALUES(?,?,?,?,?,?,?)"},
          {&Statements::cursor,
           "INSERT INTO cursor(party, position) VALUES(?,?) ON CONFLICT(party) DO UPDATE SET "
           "position=max(position, excluded.position)"},
          {&Statements::audit, "INSERT INTO audit_entry(number, entry, leaf) VALUES(?,?,?)"},
          {&Statements::head, "INSERT OR REPLACE INTO audit_head(tree_size, seal) VALUES(?,?)"},
      });
  if (!prepared) return tl::unexpected(prepared.error());
  prepared = sqlite::prepare_all(
      database, to,
      {
          {&Statements::exchange,
           "INSERT INTO admission(sequence, id, batch, leaf, sender, recipient, message, conversation, "
           "digest, admitted_at, expires_at, answer_due_at, size, priority, answer_due, admitted_receipt)"},
          {&Statements::change,
           "INSERT INTO progress(sequence, state, changed_at, reason, detail, attempts, answer_due_at)",
           "ON CONFLICT(sequence) DO UPDATE SET state=excluded.state, changed_at=excluded.changed_at, "
           "reason=excluded.reason, detail=excluded.detail, attempts=excluded.attempts, "
           "answer_due_at=coalesce(nullif(excluded.answer_due_at, 0), answer_due_at)"},
          {&Statements::joint_change,
           "INSERT INTO joint_progress(state, first, last, changed_at, attempts, answer_due_at)"},
      });
  if (!prepared) return tl::unexpected(prepared.error());
  auto transaction = sqlite::GroupTransaction::prepare(database, std::move(content));
  if (!transaction) return tl::unexpected(transaction.error());
  return RecordWriter(std::move(to), *std::move(transaction));
}

template <class Records>
Result<void> RecordWriter::write_all(const Records& records) {
  for (const auto& record : records) {
    if (auto done = write(record); !done) return done;
  }
  return {};
}

Result<void> RecordWriter::write(const Transaction& transaction) {
  Result<void> done;
  const auto written = [&](const auto& records) { return (done = write_all(records)).has_value(); };
  static_cast<void>(written(transaction.batches) && (done = write(transaction.exchanges)).has_value() &&
                    written(transaction.refusals) && written(transaction.conversations) &&
                    written(transaction.receipts) && written(transaction.cursors) &&
                    written(transaction.audit) && written(transaction.heads));
  return done;
}

Result<void> RecordWriter::write(const BatchRecord& batch) {
  if (auto bound = transaction_.content().bind(to_.batch, 4, batch.bytes); !bound) return bound;
  return to_.batch.bind(1, static_cast<std::int64_t>(batch.number))
      .bind(2, batch.sender.text())
      .bind(3, batch.at.microseconds)
      .run();
}

Result<void> RecordWriter::write(const std::vector<ExchangeRecord>& exchanges) {
  return to_.exchange.run(exchanges,
                          [&](const ExchangeRecord& exchange, sqlite::BoundRow row) -> Result<void> {
                            const auto sender = transaction_.party(exchange.sender.text());
                            if (!sender) return tl::unexpected(sender.error());
                            const auto recipient = transaction_.party(exchange.recipient.text());
                            if (!recipient) return tl::unexpected(recipient.error());
                            const auto message = transaction_.message(exchange.agreement, exchange.message);
                            if (!message) return tl::unexpected(message.error());
                            row.bind(1, static_cast<std::int64_t>(exchange.sequence))
                                .bind_blob(2, exchange.id.view())
                                .bind(3, static_cast<std::int64_t>(exchange.location.batch))
                                .bind(4, exchange.location.index)
                                .bind(5, *sender)
                                .bind(6, *recipient)
                                .bind(7, *message)
                                .bind_blob(8, exchange.conversation.view())
                                .bind_blob(9, exchange.digest.view())
                                .bind(10, exchange.admitted_at.microseconds)
                                .bind(11, exchange.expires_at.microseconds)
                                .bind(12, exchange.answer_due_at.microseconds)
                                .bind(13, exchange.size)
                                .bind(14, exchange.priority)
                                .bind(15, exchange.answer_due)
                                .bind(16, static_cast<std::int64_t>(exchange.admitted_receipt));
                            return {};
                          });
}

Result<void> RecordWriter::write(std::span<const Standing> standings) {
  const auto found = sqlite::neighbours(standings, move_together);
  const auto bind_joint = [](std::span<const Standing> moved, sqlite::BoundRow row) -> Result<void> {
    const StateChange& first = *moved.front().change;
    row.bind(1, static_cast<std::int64_t>(first.state))
        .bind(2, static_cast<std::int64_t>(first.sequence))
        .bind(3, static_cast<std::int64_t>(moved.back().change->sequence))
        .bind(4, first.at.microseconds)
        .bind(5, first.attempts)
        .bind(6, moved.front().answer_due_at.microseconds);
    return {};
  };
  const auto bind_single = [](const Standing& standing, sqlite::BoundRow row) -> Result<void> {
    const StateChange& change = *standing.change;
    row.bind(1, static_cast<std::int64_t>(change.sequence))
        .bind(2, static_cast<std::int64_t>(change.state))
        .bind(3, change.at.microseconds)
        .bind(4, change.reason)
        .bind(5, change.detail)
        .bind(6, change.attempts)
        .bind(7, standing.answer_due_at.microseconds);
    return {};
  };
  if (auto done = to_.joint_change.run(found.together, bind_joint); !done) return done;
  return to_.change.run(found.alone, bind_single);
}

Result<void> RecordWriter::write(const RefusalRecord& refusal) {
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

Result<void> RecordWriter::write(const ConversationRecord& conversation) {
  return to_.conversation.bind_blob(1, conversation.id.view())
      .bind(2, conversation.agreement)
      .bind(3, conversation.place.state)
      .bind(4, conversation.place.since.microseconds)
      .run();
}

Result<void> RecordWriter::write(const ReceiptsRecord& receipts) {
  if (auto bound = transaction_.content().bind(to_.receipts, 4, receipts.bytes); !bound) return bound;
  return to_.receipts.bind(1, receipts.audience.text())
      .bind(2, static_cast<std::int64_t>(receipts.position))
      .bind(3, receipts.at.microseconds)
      .run();
}

Result<void> RecordWriter::write(const CursorRecord& cursor) {
  return to_.cursor.bind(1, cursor.party.text()).bind(2, static_cast<std::int64_t>(cursor.position)).run();
}

Result<void> RecordWriter::write(const AuditRecord& audit) {
  return to_.audit.bind(1, static_cast<std::int64_t>(audit.number))
      .bind_blob(2, audit.entry)
      .bind_blob(3, audit.leaf.view())
      .run();
}

Result<void> RecordWriter::write(const AuditHeadRecord& head) {
  return to_.head.bind(1, static_cast<std::int64_t>(head.tree_size)).bind_blob(2, head.seal).run();
}

}  // namespace gnc::gateway
