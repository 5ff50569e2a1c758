#include "nodes/store/schema.h"

namespace gnc::nodes {

// Times are microseconds since 1970-01-01T00:00:00Z.
const sqlite::Schema node_schema{0x676e636e,  // "gncn"
                                 1, "a node host's store", R"sql(
CREATE TABLE outbox_batch(
  party TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY(party, number));

CREATE TABLE outgoing(
  id BLOB PRIMARY KEY,
  party TEXT NOT NULL,
  batch INTEGER NOT NULL,
  leaf INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  conversation BLOB NOT NULL,
  agreement TEXT NOT NULL,
  message TEXT NOT NULL,
  reference TEXT NOT NULL,
  answers BLOB,
  digest BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  intended_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  answer_due INTEGER NOT NULL,
  answer_expected INTEGER NOT NULL,
  state INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX outgoing_reference ON outgoing(party, reference) WHERE reference <> '';

CREATE TABLE inbox(
  id BLOB NOT NULL,
  party TEXT NOT NULL,
  batch INTEGER NOT NULL,
  leaf INTEGER NOT NULL,
  sender TEXT NOT NULL,
  conversation BLOB NOT NULL,
  agreement TEXT NOT NULL,
  message TEXT NOT NULL,
  digest BLOB NOT NULL,
  at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY(id, party)) WITHOUT ROWID;

CREATE TABLE business_decision(
  id BLOB NOT NULL,
  party TEXT NOT NULL,
  outcome INTEGER NOT NULL,
  answer BLOB,
  at INTEGER NOT NULL,
  PRIMARY KEY(id, party)) WITHOUT ROWID;

CREATE TABLE received_batch(
  party TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY(party, number));

CREATE TABLE rejection(
  party TEXT NOT NULL,
  batch INTEGER NOT NULL,
  leaf INTEGER NOT NULL,
  id BLOB NOT NULL,
  digest BLOB NOT NULL,
  at INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL);

CREATE TABLE receipts(
  party TEXT NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  believed INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY(party, position));

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
  lower(substr(hex(inbox.id), 1, 8) || '-' || substr(hex(inbox.id), 9, 4) || '-' || substr(hex(inbox.id), 13, 4) ||
        '-' || substr(hex(inbox.id), 17, 4) || '-' || substr(hex(inbox.id), 21)) AS id,
  inbox.party, sender, agreement, message,
  CASE state WHEN 1 THEN 'delivered' WHEN 2 THEN 'processed' WHEN 3 THEN 'refused' END AS state,
  CASE reason WHEN 0 THEN '' ELSE 'GNC-' || reason END AS reason,
  detail,
  CASE outcome WHEN 1 THEN 'noted' WHEN 2 THEN 'accepted' WHEN 3 THEN 'rejected' END AS decision,
  lower(hex(answer)) AS answer,
  strftime('%Y-%m-%dT%H:%M:%fZ', inbox.at / 1e6, 'unixepoch') AS received,
  batch, leaf
FROM inbox LEFT JOIN business_decision USING(id, party);
)sql"};

}  // namespace gnc::nodes
