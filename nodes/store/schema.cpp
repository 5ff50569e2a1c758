#include "nodes/store/schema.h"

namespace gnc::nodes {

// What is written once stands apart from what changes, so that a change of state rewrites few bytes; the
// views show both together. A `key` is the party's number and the row's number of that party in one
// (nodes/store/rows.h). Exchanges next to each other that moved to a state together share a row of
// `joint_progress`, the others have one of `progress`; the later state counts. Times are microseconds since
// 1970-01-01T00:00:00Z.
const sqlite::Schema node_schema{0x676e636e,  // "gncn"
                                 4, "a node host's store", R"sql(
CREATE TABLE sealed(
  key INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  segment INTEGER,
  start INTEGER,
  length INTEGER NOT NULL,
  bytes BLOB);

CREATE TABLE lodged(
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  batch INTEGER NOT NULL,
  leaf INTEGER NOT NULL,
  recipient INTEGER NOT NULL,
  conversation BLOB NOT NULL,
  message INTEGER NOT NULL,
  reference TEXT NOT NULL,
  answers BLOB,
  digest BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  intended_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  answer_due INTEGER NOT NULL,
  answer_expected INTEGER NOT NULL);
CREATE INDEX lodged_id ON lodged(id);
CREATE UNIQUE INDEX lodged_reference ON lodged(reference, key >> 40) WHERE reference <> '';

CREATE TABLE progress(
  key INTEGER PRIMARY KEY,
  state INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL);

CREATE TABLE joint_progress(
  state INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY(state, first)) WITHOUT ROWID;

CREATE TABLE delivered(
  key INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  segment INTEGER,
  start INTEGER,
  length INTEGER NOT NULL,
  bytes BLOB);

CREATE TABLE received(
  id BLOB NOT NULL,
  party INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  leaf INTEGER NOT NULL,
  sender INTEGER NOT NULL,
  conversation BLOB NOT NULL,
  message INTEGER NOT NULL,
  digest BLOB NOT NULL,
  at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL,
  outcome INTEGER,
  answer BLOB,
  PRIMARY KEY(id, party)) WITHOUT ROWID;

CREATE TABLE rejection(
  party TEXT NOT NULL,
  batch INTEGER NOT NULL,
  leaf INTEGER NOT NULL,
  id BLOB NOT NULL,
  digest BLOB NOT NULL,
  at INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL);

CREATE TABLE receipted(
  key INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  believed INTEGER NOT NULL,
  segment INTEGER,
  start INTEGER,
  length INTEGER NOT NULL,
  bytes BLOB);

CREATE TABLE note(
  party INTEGER NOT NULL,
  name TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY(party, name)) WITHOUT ROWID;

CREATE VIEW business_note AS SELECT
  (SELECT party.name FROM party WHERE number = note.party) AS party, note.name AS name,
  length(bytes) AS length, bytes
FROM note;

CREATE VIEW outbox_batch AS SELECT
  (SELECT name FROM party WHERE number = key >> 40) AS party, key & 0xffffffffff AS number,
  at, segment, start, length, bytes
FROM sealed;

CREATE VIEW outgoing AS SELECT
  lodged.key AS key, id,
  (SELECT name FROM party WHERE number = lodged.key >> 40) AS party,
  lodged.key & 0xffffffffff AS number, batch, leaf,
  (SELECT name FROM party WHERE number = recipient) AS recipient,
  conversation,
  (SELECT agreement FROM message WHERE number = lodged.message) AS agreement,
  (SELECT name FROM message WHERE number = lodged.message) AS message,
  reference, answers, digest, created_at, expires_at, intended_at, size, answer_due, answer_expected,
  iif(progress.state >= coalesce(processed.state, arrived.state, admitted.state, 1), progress.state,
      coalesce(processed.state, arrived.state, admitted.state, 1)) AS state,
  iif(progress.state >= coalesce(processed.state, arrived.state, admitted.state, 1), progress.changed_at,
      coalesce(processed.changed_at, arrived.changed_at, admitted.changed_at, created_at)) AS changed_at,
  iif(progress.state >= coalesce(processed.state, arrived.state, admitted.state, 1), reason, 0) AS reason,
  iif(progress.state >= coalesce(processed.state, arrived.state, admitted.state, 1), detail, '') AS detail
FROM lodged LEFT JOIN progress ON progress.key = lodged.key
LEFT JOIN joint_progress AS admitted ON admitted.state = 2 AND admitted.last >= lodged.key AND
  admitted.first = (SELECT max(first) FROM joint_progress WHERE state = 2 AND first <= lodged.key)
LEFT JOIN joint_progress AS arrived ON arrived.state = 3 AND arrived.last >= lodged.key AND
  arrived.first = (SELECT max(first) FROM joint_progress WHERE state = 3 AND first <= lodged.key)
LEFT JOIN joint_progress AS processed ON processed.state = 4 AND processed.last >= lodged.key AND
  processed.first = (SELECT max(first) FROM joint_progress WHERE state = 4 AND first <= lodged.key);

CREATE VIEW received_batch AS SELECT
  (SELECT name FROM party WHERE number = key >> 40) AS party, key & 0xffffffffff AS number,
  at, segment, start, length, bytes
FROM delivered;

CREATE VIEW inbox AS SELECT
  id,
  received.party AS party_number,
  (SELECT name FROM party WHERE number = received.party) AS party,
  batch, leaf,
  (SELECT name FROM party WHERE number = received.sender) AS sender,
  conversation,
  (SELECT agreement FROM message WHERE number = received.message) AS agreement,
  (SELECT name FROM message WHERE number = received.message) AS message,
  digest, at, state, reason, detail, outcome, answer
FROM received;

CREATE VIEW business_decision AS SELECT id, party, outcome, answer, at FROM inbox WHERE outcome IS NOT NULL;

CREATE VIEW receipts AS SELECT
  (SELECT name FROM party WHERE number = key >> 40) AS party, key & 0xffffffffff AS position,
  at, believed, segment, start, length, bytes
FROM receipted;

CREATE VIEW outgoing_readable AS SELECT
  lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' ||
        substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) AS id,
  party, recipient, reference, agreement, message,
  CASE state WHEN 1 THEN 'sealed' WHEN 2 THEN 'admitted' WHEN 3 THEN 'delivered' WHEN 4 THEN 'processed'
             WHEN 5 THEN 'refused' WHEN 6 THEN 'expired' WHEN 7 THEN 'dead-lettered' END AS state,
  CASE reason WHEN 0 THEN '' ELSE 'GNC-' || reason END AS reason,
  detail,
  strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1e6, 'unixepoch') AS created,
  strftime('%Y-%m-%dT%H:%M:%fZ', changed_at / 1e6, 'unixepoch') AS changed,
  size, batch, leaf, lower(hex(answers)) AS answers
FROM outgoing;

CREATE VIEW inbox_readable AS SELECT
  lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' ||
        substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) AS id,
  party, sender, agreement, message,
  CASE state WHEN 1 THEN 'delivered' WHEN 2 THEN 'processed' WHEN 3 THEN 'refused' END AS state,
  CASE reason WHEN 0 THEN '' ELSE 'GNC-' || reason END AS reason,
  detail,
  CASE outcome WHEN 1 THEN 'noted' WHEN 2 THEN 'accepted' WHEN 3 THEN 'rejected' END AS decision,
  lower(hex(answer)) AS answer,
  strftime('%Y-%m-%dT%H:%M:%fZ', at / 1e6, 'unixepoch') AS received,
  batch, leaf
FROM inbox;
)sql"};

}  // namespace gnc::nodes
