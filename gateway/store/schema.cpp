#include "gateway/store/schema.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::gateway {
namespace {

constexpr std::int64_t application_id = 0x676e6367;  // "gncg"
constexpr std::int64_t schema_version = 1;

// Times are microseconds since 1970-01-01T00:00:00Z. docs/gateway.md explains each table.
constexpr const char* tables = R"sql(
CREATE TABLE batch(
  number INTEGER PRIMARY KEY,
  sender TEXT NOT NULL,
  at INTEGER NOT NULL,
  bytes BLOB NOT NULL);

CREATE TABLE exchange(
  id BLOB PRIMARY KEY,
  batch INTEGER NOT NULL,
  leaf INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  conversation BLOB NOT NULL,
  agreement TEXT NOT NULL,
  message TEXT NOT NULL,
  digest BLOB NOT NULL,
  admitted_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  answer_due_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  answer_due INTEGER NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  admitted_receipt INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE refusal(
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  digest BLOB NOT NULL,
  peer TEXT NOT NULL,
  at INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL,
  receipt INTEGER NOT NULL,
  authentic INTEGER NOT NULL);
CREATE INDEX refusal_authentic ON refusal(id, digest) WHERE authentic;

CREATE TABLE receipts(
  audience TEXT NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY(audience, position));

CREATE TABLE cursor(
  party TEXT PRIMARY KEY,
  position INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE audit_entry(
  number INTEGER PRIMARY KEY,
  entry BLOB NOT NULL,
  leaf BLOB NOT NULL);

CREATE TABLE audit_head(
  tree_size INTEGER PRIMARY KEY,
  seal BLOB NOT NULL);

CREATE VIEW exchange_readable AS SELECT
  lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' ||
        substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) AS id,
  sender, recipient, agreement, message,
  CASE state WHEN 1 THEN 'admitted' WHEN 2 THEN 'delivered' WHEN 3 THEN 'processed' WHEN 4 THEN 'refused'
             WHEN 5 THEN 'expired' WHEN 6 THEN 'dead-lettered' END AS state,
  CASE reason WHEN 0 THEN '' ELSE 'GNC-' || reason END AS reason,
  detail,
  strftime('%Y-%m-%dT%H:%M:%fZ', admitted_at / 1e6, 'unixepoch') AS admitted,
  strftime('%Y-%m-%dT%H:%M:%fZ', changed_at / 1e6, 'unixepoch') AS changed,
  strftime('%Y-%m-%dT%H:%M:%fZ', expires_at / 1e6, 'unixepoch') AS expires,
  CASE priority WHEN 0 THEN 'normal' WHEN 1 THEN 'urgent' WHEN 2 THEN 'bulk' END AS priority,
  answer_due, attempts, size, batch, leaf, sequence,
  lower(substr(hex(conversation), 1, 8) || '-' || substr(hex(conversation), 9, 4) || '-' ||
        substr(hex(conversation), 13, 4) || '-' || substr(hex(conversation), 17, 4) || '-' ||
        substr(hex(conversation), 21)) AS conversation,
  lower(hex(digest)) AS digest
FROM exchange;
)sql";

Result<std::int64_t> pragma(const sqlite::Database& database, std::string_view name) {
  auto statement = database.prepare(fmt::format("PRAGMA {}", name));
  if (!statement) return tl::unexpected(statement.error());
  if (const auto row = statement->step(); !row) return tl::unexpected(row.error());
  return statement->integer(0);
}

}  // namespace

Result<void> prepare_schema(sqlite::Database& database) {
  const auto application = pragma(database, "application_id");
  if (!application) return tl::unexpected(application.error());
  const auto version = pragma(database, "user_version");
  if (!version) return tl::unexpected(version.error());
  if (*application == 0 && *version == 0) {
    // One transaction: a file is either without tables or has them all.
    return database.execute(
        fmt::format("BEGIN IMMEDIATE; {} PRAGMA application_id={}; PRAGMA user_version={}; COMMIT;", tables,
                    application_id, schema_version));
  }
  if (*application != application_id) {
    return failure(v1::STORE_FAILED, "the file gateway.db there is not a gateway's store", {},
                   "Name another folder with --store.");
  }
  if (*version != schema_version) {
    return failure(
        v1::STORE_FAILED,
        fmt::format("the store has version {}, this gncsim reads version {}", *version, schema_version), {},
        "Use the gncsim that wrote it, or another folder with --store.");
  }
  return {};
}

}  // namespace gnc::gateway
