#include "gateway/store/schema.h"

namespace gnc::gateway {

// What is written once stands apart from what changes, so that a change of state rewrites few bytes; the
// views show both together. Exchanges next to each other that moved to a state together share a row of
// `joint_progress`, the others have one of `progress`; the later state counts. Times are microseconds since
// 1970-01-01T00:00:00Z. docs/gateway.md explains each table.
const sqlite::Schema gateway_schema{0x676e6367,  // "gncg"
                                    4, "a gateway's store", R"sql(
CREATE TABLE batch(
  number INTEGER PRIMARY KEY,
  sender TEXT NOT NULL,
  at INTEGER NOT NULL,
  segment INTEGER,
  start INTEGER,
  length INTEGER NOT NULL,
  bytes BLOB);

CREATE TABLE admission(
  sequence INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  batch INTEGER NOT NULL,
  leaf INTEGER NOT NULL,
  sender INTEGER NOT NULL,
  recipient INTEGER NOT NULL,
  message INTEGER NOT NULL,
  conversation BLOB NOT NULL,
  digest BLOB NOT NULL,
  admitted_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  answer_due_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  answer_due INTEGER NOT NULL,
  admitted_receipt INTEGER NOT NULL);

CREATE TABLE progress(
  sequence INTEGER PRIMARY KEY,
  state INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  answer_due_at INTEGER NOT NULL);

CREATE TABLE joint_progress(
  state INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  answer_due_at INTEGER NOT NULL,
  PRIMARY KEY(state, first)) WITHOUT ROWID;

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

CREATE TABLE conversation(
  id BLOB NOT NULL,
  agreement TEXT NOT NULL,
  state TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY(id, agreement)) WITHOUT ROWID;

CREATE TABLE receipts(
  audience TEXT NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  segment INTEGER,
  start INTEGER,
  length INTEGER NOT NULL,
  bytes BLOB,
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

CREATE VIEW exchange AS SELECT
  id, batch, leaf, admission.sequence AS sequence,
  (SELECT name FROM party WHERE number = admission.sender) AS sender,
  (SELECT name FROM party WHERE number = admission.recipient) AS recipient,
  conversation,
  (SELECT agreement FROM message WHERE number = admission.message) AS agreement,
  (SELECT name FROM message WHERE number = admission.message) AS message,
  digest, admitted_at, expires_at,
  coalesce(nullif(progress.answer_due_at, 0), nullif(processed.answer_due_at, 0),
           nullif(delivered.answer_due_at, 0), admission.answer_due_at) AS answer_due_at,
  size, priority, answer_due,
  iif(progress.state >= coalesce(processed.state, delivered.state, 1), progress.state,
      coalesce(processed.state, delivered.state, 1)) AS state,
  iif(progress.state >= coalesce(processed.state, delivered.state, 1), progress.attempts,
      coalesce(processed.attempts, delivered.attempts, 0)) AS attempts,
  admitted_receipt,
  iif(progress.state >= coalesce(processed.state, delivered.state, 1), progress.changed_at,
      coalesce(processed.changed_at, delivered.changed_at, admitted_at)) AS changed_at,
  iif(progress.state >= coalesce(processed.state, delivered.state, 1), reason, 0) AS reason,
  iif(progress.state >= coalesce(processed.state, delivered.state, 1), detail, '') AS detail
FROM admission LEFT JOIN progress ON progress.sequence = admission.sequence
LEFT JOIN joint_progress AS delivered ON delivered.state = 2 AND delivered.last >= admission.sequence AND
  delivered.first = (SELECT max(first) FROM joint_progress WHERE state = 2 AND first <= admission.sequence)
LEFT JOIN joint_progress AS processed ON processed.state = 3 AND processed.last >= admission.sequence AND
  processed.first = (SELECT max(first) FROM joint_progress WHERE state = 3 AND first <= admission.sequence);

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
)sql"};

}  // namespace gnc::gateway
