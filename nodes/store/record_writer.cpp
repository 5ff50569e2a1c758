#include "nodes/store/record_writer.h"

#include "nodes/store/rows.h"
#include "proto/sqlite/neighbours.h"

namespace gnc::nodes {
namespace {

std::int64_t integer(std::uint64_t value) { return static_cast<std::int64_t>(value); }

// Whether they are neighbours that moved to the same state at the same time, and no more is to be said.
bool move_together(const OutgoingChange* one, const OutgoingChange* next) {
  const auto plain = [](const OutgoingChange& change) {
    return change.state >= OutgoingState::admitted && change.state <= OutgoingState::processed &&
           change.reason == v1::ERROR_CODE_UNSPECIFIED && change.detail.empty();
  };
  return one->number + 1 == next->number && one->state == next->state && one->at == next->at && plain(*one) &&
         plain(*next);
}

}  // namespace

Result<RecordWriter> RecordWriter::prepare(const sqlite::Database& database, sqlite::ContentWriter content) {
  Statements to;
  auto prepared = sqlite::prepare_all(
      database, to,
      {
          {&Statements::batch,
           "INSERT INTO sealed(key, at, segment, start, length, bytes) VALUES(?,?,?,?,?,?)"},
          {&Statements::received_batch,
           "INSERT INTO delivered(key, at, segment, start, length, bytes) VALUES(?,?,?,?,?,?)"},
          {&Statements::rejection,
           "INSERT INTO rejection(party, batch, leaf, id, digest, at, reason, detail) "
           "VALUES(?,?,?,?,?,?,?,?)"},
          {&Statements::receipts,
           "INSERT INTO receipted(key, at, believed, segment, start, length, bytes) VALUES(?,?,?,?,?,?,?)"},
          {&Statements::note, "INSERT OR REPLACE INTO note(party, name, bytes) VALUES(?,?,?)"},
          {&Statements::forget, "DELETE FROM note WHERE party=? AND name=?"},
      });
  if (!prepared) return tl::unexpected(prepared.error());
  prepared = sqlite::prepare_all(
      database, to,
      {
          {&Statements::outgoing,
           "INSERT INTO lodged(key, id, batch, leaf, recipient, conversation, message, reference, answers, "
           "digest, created_at, expires_at, intended_at, size, answer_due, answer_expected)"},
          {&Statements::change, "INSERT OR REPLACE INTO progress(key, state, changed_at, reason, detail)"},
          {&Statements::joint_change, "INSERT INTO joint_progress(state, first, last, changed_at)"},
          {&Statements::received,
           "INSERT INTO received(id, party, batch, leaf, sender, conversation, message, digest, at, state, "
           "reason, detail, outcome, answer)"},
      });
  if (!prepared) return tl::unexpected(prepared.error());
  auto transaction = sqlite::GroupTransaction::prepare(database, std::move(content));
  if (!transaction) return tl::unexpected(transaction.error());
  return RecordWriter(std::move(to), *std::move(transaction));
}

std::int64_t RecordWriter::party_number(const PartyName& party) const {
  return transaction_.known_party(party.text()).value_or(0);
}

template <class Party, class Records>
Result<void> RecordWriter::write_all(const Party& party, const Records& records) {
  for (const auto& record : records) {
    if (auto done = write(party, record); !done) return done;
  }
  return {};
}

Result<void> RecordWriter::write(const PartyName& party, const Transaction& transaction) {
  const auto number = transaction_.party(party.text());
  if (!number) return tl::unexpected(number.error());
  Result<void> done = write_all(*number, transaction.batches);
  if (done) done = write(*number, transaction.outgoing);
  if (done) done = write_all(*number, transaction.received_batches);
  if (done) done = write_received(*number, transaction);
  if (done) done = write_all(party, transaction.rejections);
  if (done) done = write_all(*number, transaction.receipts);
  if (done) done = write_all(*number, transaction.notes);
  return done;
}

// Decisions stand in the order of what they decide on, and with it in one row.
Result<void> RecordWriter::write_received(std::int64_t party, const Transaction& transaction) {
  auto decision = transaction.decisions.begin();
  const auto end = transaction.decisions.end();
  const auto bind = [&](const ReceivedRecord& record, sqlite::BoundRow row) -> Result<void> {
    const auto sender = transaction_.party(record.sender.text());
    if (!sender) return tl::unexpected(sender.error());
    const auto message = transaction_.message(record.agreement, record.message);
    if (!message) return tl::unexpected(message.error());
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
    if (decision == end || decision->id != record.id) return {};
    row.bind(13, static_cast<std::int64_t>(decision->outcome));
    if (decision->answer) row.bind_blob(14, decision->answer->view());
    ++decision;
    return {};
  };
  if (auto done = to_.received.run(transaction.received, bind); !done) return done;
  if (decision == end) return {};
  return failure(v1::STORE_FAILED, "business has decided on " + decision->id.text() +
                                       ", which was not received in the same step");
}

Result<void> RecordWriter::write(std::int64_t party, const OutboxBatchRecord& record) {
  if (auto bound = transaction_.content().bind(to_.batch, 3, *record.bytes); !bound) return bound;
  return to_.batch.bind(1, key_of(party, record.number)).bind(2, record.at.microseconds).run();
}

Result<void> RecordWriter::write(std::int64_t party, const std::vector<OutgoingRecord>& records) {
  return to_.outgoing.run(records, [&](const OutgoingRecord& record, sqlite::BoundRow row) -> Result<void> {
    const auto recipient = transaction_.party(record.recipient.text());
    if (!recipient) return tl::unexpected(recipient.error());
    const auto message = transaction_.message(record.agreement, record.message);
    if (!message) return tl::unexpected(message.error());
    row.bind(1, key_of(party, record.number))
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
    if (record.answers) row.bind_blob(9, record.answers->view());
    return {};
  });
}

Result<void> RecordWriter::write(const PartyName& party, std::span<const OutgoingChange* const> changes) {
  const auto number = transaction_.party(party.text());
  if (!number) return tl::unexpected(number.error());
  const auto found = sqlite::neighbours(changes, move_together);
  const auto bind_joint = [&](std::span<const OutgoingChange* const> moved,
                              sqlite::BoundRow row) -> Result<void> {
    row.bind(1, static_cast<std::int64_t>(moved.front()->state))
        .bind(2, key_of(*number, moved.front()->number))
        .bind(3, key_of(*number, moved.back()->number))
        .bind(4, moved.front()->at.microseconds);
    return {};
  };
  const auto bind_single = [&](const OutgoingChange* change, sqlite::BoundRow row) -> Result<void> {
    row.bind(1, key_of(*number, change->number))
        .bind(2, static_cast<std::int64_t>(change->state))
        .bind(3, change->at.microseconds)
        .bind(4, change->reason)
        .bind(5, change->detail);
    return {};
  };
  if (auto done = to_.joint_change.run(found.together, bind_joint); !done) return done;
  return to_.change.run(found.alone, bind_single);
}

Result<void> RecordWriter::write(std::int64_t party, const ReceivedBatchRecord& record) {
  if (auto bound = transaction_.content().bind(to_.received_batch, 3, record.bytes); !bound) return bound;
  return to_.received_batch.bind(1, key_of(party, record.number)).bind(2, record.at.microseconds).run();
}

Result<void> RecordWriter::write(const PartyName& party, const RejectionRecord& record) {
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

Result<void> RecordWriter::write(std::int64_t party, const ReceiptsRecord& record) {
  if (auto bound = transaction_.content().bind(to_.receipts, 4, record.bytes); !bound) return bound;
  return to_.receipts.bind(1, key_of(party, record.position))
      .bind(2, record.at.microseconds)
      .bind(3, record.believed)
      .run();
}

Result<void> RecordWriter::write(std::int64_t party, const NoteRecord& record) {
  if (!record.bytes) return to_.forget.bind(1, party).bind(2, record.name).run();
  return to_.note.bind(1, party).bind(2, record.name).bind_blob(3, *record.bytes).run();
}

}  // namespace gnc::nodes
