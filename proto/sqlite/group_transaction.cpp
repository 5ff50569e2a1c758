#include "proto/sqlite/group_transaction.h"

namespace gnc::sqlite {

const std::string_view GroupTransaction::tables = R"sql(
CREATE TABLE party(
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE);

CREATE TABLE message(
  number INTEGER PRIMARY KEY,
  agreement TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE(agreement, name));
)sql";

Result<GroupTransaction> GroupTransaction::prepare(const Database& database, ContentWriter content) {
  Statements to;
  if (auto done = prepare_all(database, to,
                              {{&Statements::begin, "BEGIN IMMEDIATE"},
                               {&Statements::commit, "COMMIT"},
                               {&Statements::roll_back, "ROLLBACK"}});
      !done) {
    return tl::unexpected(done.error());
  }
  auto parties = Names::load(database, "party", "name");
  if (!parties) return tl::unexpected(parties.error());
  auto messages = Names::load(database, "message", "agreement", "name");
  if (!messages) return tl::unexpected(messages.error());
  return GroupTransaction(std::move(to), std::move(content), *std::move(parties), *std::move(messages));
}

Result<void> GroupTransaction::commit() {
  if (auto done = content_.make_durable(); !done) return done;
  return commit_.run();
}

Result<void> GroupTransaction::roll_back() {
  if (auto done = roll_back_.run(); !done) return done;
  if (auto done = parties_.reload(); !done) return done;
  return messages_.reload();
}

}  // namespace gnc::sqlite
