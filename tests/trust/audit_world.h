#pragma once

#include "gnc/v1/audit.pb.h"
#include "proto/sqlite/database.h"
#include "tests/trust/trust_world.h"
#include "trust/audit/audit_verifier.h"
#include "trust/seal/merkle.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::trust {

// A gateway's log of some steps, in the tables that its store has.
struct AuditWorld : TrustWorld {
  std::filesystem::path file = folder.path() / "gateway.db";
  MerkleFrontier tree;
  std::unique_ptr<Signer> gateway = signer("gateway/hub");
  std::unique_ptr<Signer> nz = signer("NZ");
  sqlite::Database database = must(sqlite::Database::open(file, sqlite::Database::Access::read_write));

  AuditWorld() {
    run("PRAGMA synchronous=OFF");
    run("CREATE TABLE batch(number INTEGER PRIMARY KEY, sender TEXT, at INTEGER, bytes BLOB, segment "
        "INTEGER, "
        "start INTEGER, length INTEGER)");
    run("CREATE TABLE receipts(audience TEXT, position INTEGER, at INTEGER, bytes BLOB, segment INTEGER, "
        "start INTEGER, length INTEGER, PRIMARY KEY(audience, position))");
    run("CREATE TABLE audit_entry(number INTEGER PRIMARY KEY, entry BLOB, leaf BLOB)");
    run("CREATE TABLE audit_head(tree_size INTEGER PRIMARY KEY, seal BLOB)");
  }

  void run(const std::string& sql) { must(database.execute(sql)); }

  // One step: a batch of `items` envelopes of NZ, the receipts for it, and the head over both.
  void step(std::uint64_t number, std::size_t items) {
    std::vector<std::string> contents;
    for (std::size_t i = 0; i < items; ++i)
      contents.push_back(fmt::format("envelope {} of batch {}", i, number));
    const SealRequest envelopes{v1::SealStatement::PURPOSE_ENVELOPES, "", now};
    const std::string batch = seal(contents, envelopes, *nz).SerializeAsString();
    auto row = must(database.prepare("INSERT INTO batch(number, sender, at, bytes) VALUES(?,'NZ',0,?)"));
    must(row.bind(1, static_cast<std::int64_t>(number)).bind_blob(2, batch).run());
    append(v1::AUDIT_KIND_BATCH_RECORDED, number, batch, items);

    const SealRequest to_nz{v1::SealStatement::PURPOSE_RECEIPTS, "NZ", now};
    const std::string receipts = seal(contents, to_nz, *gateway).SerializeAsString();
    auto other =
        must(database.prepare("INSERT INTO receipts(audience, position, at, bytes) VALUES('NZ',?,0,?)"));
    must(other.bind(1, static_cast<std::int64_t>(number)).bind_blob(2, receipts).run());
    append(v1::AUDIT_KIND_RECEIPTS_RECORDED, number, receipts, items);
    sign();
  }

  void append(v1::AuditKind kind, std::uint64_t number, std::string_view bytes, std::size_t count) {
    v1::AuditEntry entry;
    entry.set_kind(kind);
    entry.set_at(now.microseconds);
    entry.set_party("NZ");
    entry.set_number(number);
    entry.set_subject(std::string(sha256(bytes).view()));
    entry.set_count(static_cast<std::uint32_t>(count));
    const std::string serialised = entry.SerializeAsString();
    const Digest leaf = leaf_hash(serialised);
    auto row = must(database.prepare("INSERT INTO audit_entry VALUES(?,?,?)"));
    must(row.bind(1, static_cast<std::int64_t>(tree.size()))
             .bind_blob(2, serialised)
             .bind_blob(3, leaf.view())
             .run());
    tree.append(leaf);
  }

  void sign(Instant at = now) {
    const std::string head = seal_head(tree, at, *gateway).SerializeAsString();
    auto row = must(database.prepare("INSERT INTO audit_head VALUES(?,?)"));
    must(row.bind(1, static_cast<std::int64_t>(tree.size())).bind_blob(2, head).run());
  }

  std::string blob(const std::string& sql) const {
    auto row = must(database.prepare(sql));
    must(row.step());
    return std::string(row.blob(0));
  }

  // Changes one byte of a blob where the SQL condition says.
  void alter(const std::string& table, const std::string& column, const std::string& where, std::size_t at) {
    std::string bytes = blob(fmt::format("SELECT {} FROM {} WHERE {}", column, table, where));
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
    auto row = must(database.prepare(fmt::format("UPDATE {} SET {} = ? WHERE {}", table, column, where)));
    must(row.bind_blob(1, bytes).run());
  }

  AuditReport verified(Instant at = now, std::optional<KeptHead> kept = {}) const {
    return must(verify_audit_log(file, pki.trust_folder(), at, kept));
  }
};

}  // namespace gnc::trust
