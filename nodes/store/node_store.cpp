#include "nodes/store/node_store.h"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nodes/store/record_writer.h"
#include "nodes/store/rows.h"
#include "nodes/store/schema.h"
#include "proto/sqlite/store_folder.h"

namespace gnc::nodes {
namespace {

// Reads every row of `sql`, with the first and last key of the party bound.
template <class Read>
Result<void> each_row(const sqlite::Database& database, std::string_view table, const std::string& sql,
                      std::int64_t party, const Read& read) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, key_of(party, 0)).bind(2, key_of(party, 0) | numbers_of_party);
  return sqlite::for_each_row(*statement, table, read);
}

}  // namespace

struct NodeStore::State {
  std::filesystem::path folder;
  sqlite::FolderLock lock;
  sqlite::Database write_connection;
  sqlite::Database lookup_connection;
  RecordWriter writer;
  // For one row at a time; mutable by nature, whoever asks.
  sqlite::Statement lookup_received;
  sqlite::Statement lookup_lodged;
  // Of the group being committed; kept for its room.
  struct Change {
    const PartyName* party;
    const OutgoingChange* change;
  };
  std::vector<Change> changes;
  std::vector<const OutgoingChange*> changes_of_party;

  Result<void> write_changes();
};

NodeStore::NodeStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
NodeStore::~NodeStore() = default;

Result<std::unique_ptr<NodeStore>> NodeStore::open(const std::filesystem::path& folder) {
  auto lock = sqlite::FolderLock::take(folder, "node-host.lock");
  if (!lock) return tl::unexpected(lock.error());
  const auto file = folder / "node-host.db";
  auto write = sqlite::open_store(file, node_schema);
  if (!write) return tl::unexpected(write.error());
  auto lookup = sqlite::Database::open(file, sqlite::Database::Access::read_only);
  if (!lookup) return tl::unexpected(lookup.error());
  auto content = sqlite::ContentWriter::open(folder, *write, {"sealed", "delivered", "receipted"});
  if (!content) return tl::unexpected(content.error());
  auto writer = RecordWriter::prepare(*write, *std::move(content));
  if (!writer) return tl::unexpected(writer.error());
  const std::string_view party_number = "(SELECT number FROM party WHERE name=?)";
  auto received = lookup->prepare(
      fmt::format("SELECT {} FROM inbox WHERE id=? AND party_number={}", received_columns, party_number));
  if (!received) return tl::unexpected(received.error());
  auto lodged = lookup->prepare(
      fmt::format("SELECT {} FROM outgoing WHERE reference=? AND reference <> '' AND key >> 40 = {}",
                  outgoing_columns, party_number));
  if (!lodged) return tl::unexpected(lodged.error());
  return std::unique_ptr<NodeStore>(
      new NodeStore(std::unique_ptr<State>(new State{.folder = folder,
                                                     .lock = std::move(*lock),
                                                     .write_connection = std::move(*write),
                                                     .lookup_connection = std::move(*lookup),
                                                     .writer = std::move(*writer),
                                                     .lookup_received = std::move(*received),
                                                     .lookup_lodged = std::move(*lodged),
                                                     .changes = {},
                                                     .changes_of_party = {}})));
}

Result<RestoredState> NodeStore::restore(const PartyName& party) const {
  const sqlite::Database& database = state_->write_connection;
  const std::int64_t number = state_->writer.party_number(party);
  RestoredState restored;
  // The one chance that no seed may settle: a peer who knew the salt could choose ids that collide.
  restored.received_ids = RecentIds(std::random_device{}());
  if (number == 0) return restored;
  const auto read = [&](std::string_view table, const std::string& sql, const auto& each) {
    return each_row(database, table, sql, number, each);
  };
  Result<void> done =
      read("lodged",
           // Most are delivered and need no look at the rest of their progress.
           fmt::format("SELECT {} FROM outgoing WHERE key BETWEEN ? AND ? AND "
                       "(answer_due OR key > coalesce((SELECT last FROM joint_progress WHERE "
                       "state = 3 AND first <= outgoing.key ORDER BY first DESC LIMIT 1), 0)) "
                       "AND (state < 3 OR (state = 3 AND answer_due)) ORDER BY key",
                       outgoing_columns),
           [&](const sqlite::Statement& row) -> Result<bool> {
             auto record = read_outgoing(row);
             if (record) restored.open.push_back(std::move(*record));
             return record.has_value();
           });
  if (done) {
    sqlite::ContentReader content(state_->folder);
    done = read("sealed",
                fmt::format("SELECT key & {}, at, {} FROM sealed WHERE key BETWEEN ?1 AND ?2 AND key & {} IN "
                            "(SELECT batch FROM outgoing WHERE key BETWEEN ?1 AND ?2 AND state = 1) "
                            "ORDER BY key",
                            numbers_of_party, sqlite::content_columns, numbers_of_party),
                [&](const sqlite::Statement& row) -> Result<bool> {
                  auto bytes = content.read(row, 2);
                  if (!bytes) return tl::unexpected(bytes.error());
                  restored.unresolved.push_back({static_cast<std::uint64_t>(row.integer(0)),
                                                 {row.integer(1)},
                                                 std::make_shared<const std::string>(*std::move(bytes))});
                  return true;
                });
  }
  if (done) {
    done = read("received", "SELECT id FROM received WHERE party BETWEEN ? >> 40 AND ? >> 40",
                [&](const sqlite::Statement& row) -> Result<bool> {
                  const auto id = Uuid::from_bytes(row.blob(0));
                  if (id) restored.received_ids.insert(*id);
                  return id.has_value();
                });
  }
  if (done) {
    done = read("lodged", "SELECT reference FROM lodged WHERE key BETWEEN ? AND ? AND reference <> ''",
                [&](const sqlite::Statement& row) -> Result<bool> {
                  restored.references.insert(row.text(0));
                  return true;
                });
  }
  if (done) {
    done = read("note",
                "SELECT name, bytes FROM note WHERE party BETWEEN ? >> 40 AND ? >> 40 ORDER BY party, name",
                [&](const sqlite::Statement& row) -> Result<bool> {
                  restored.notes.push_back({std::string(row.text(0)), std::string(row.blob(1))});
                  return true;
                });
  }
  const auto largest = [&](std::string_view table, std::uint64_t& into) {
    if (!done) return;
    done = read(table,
                fmt::format("SELECT coalesce(max(key), 0) & {} FROM {} WHERE key BETWEEN ? AND ?",
                            numbers_of_party, table),
                [&](const sqlite::Statement& row) -> Result<bool> {
                  into = static_cast<std::uint64_t>(row.integer(0));
                  return true;
                });
  };
  largest("sealed", restored.next_batch);
  largest("lodged", restored.next_number);
  largest("delivered", restored.next_received_batch);
  largest("receipted", restored.receipts_recorded_up_to);
  if (!done) return tl::unexpected(done.error());
  ++restored.next_batch;
  ++restored.next_number;
  ++restored.next_received_batch;
  return restored;
}

// In the table's order. An exchange that moved several times within the group is written once, as it then
// stands.
Result<void> NodeStore::State::write_changes() {
  std::ranges::stable_sort(changes, {}, [](const Change& one) {
    return std::pair<const std::string&, std::uint64_t>(one.party->text(), one.change->number);
  });
  for (std::size_t i = 0; i < changes.size();) {
    const PartyName& party = *changes[i].party;
    changes_of_party.clear();
    for (; i < changes.size() && *changes[i].party == party; ++i) {
      const OutgoingChange* const change = changes[i].change;
      if (changes_of_party.empty() || changes_of_party.back()->number != change->number) {
        changes_of_party.push_back(change);
      } else {
        changes_of_party.back() = change;
      }
    }
    if (auto done = writer.write(party, changes_of_party); !done) return done;
  }
  return {};
}

Result<void> NodeStore::commit(std::span<const PartyStep> group) {
  if (std::ranges::all_of(group, [](const PartyStep& step) { return step.effects.persist.empty(); }))
    return {};
  std::size_t bytes = 0;
  for (const PartyStep& step : group) bytes += content_bytes(step.effects.persist);
  auto& writer = state_->writer;
  return writer.transaction().run(bytes, [&]() -> Result<void> {
    state_->changes.clear();
    for (const PartyStep& step : group) {
      if (auto done = writer.write(step.name, step.effects.persist); !done) return done;
      for (const OutgoingChange& change : step.effects.persist.changes) {
        state_->changes.push_back({&step.name, &change});
      }
    }
    return state_->write_changes();
  });
}

std::optional<ReceivedRecord> NodeStore::received(const PartyName& party, const Uuid& id) const {
  auto& statement = state_->lookup_received;
  const sqlite::ResetAtEnd end{statement};
  const Result<bool> row = statement.bind_blob(1, id.view()).bind(2, party.text()).step();
  if (!row || !*row) return std::nullopt;
  return read_received(statement);
}

std::optional<OutgoingRecord> NodeStore::lodged(const PartyName& party, std::string_view reference) const {
  auto& statement = state_->lookup_lodged;
  const sqlite::ResetAtEnd end{statement};
  const Result<bool> row = statement.bind(1, reference).bind(2, party.text()).step();
  if (!row || !*row) return std::nullopt;
  return read_outgoing(statement);
}

}  // namespace gnc::nodes
