#include "nodes/store/node_store.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "nodes/store/rows.h"
#include "nodes/store/schema.h"
#include "nodes/store/transaction_writer.h"

namespace gnc::nodes {
namespace {

Error damaged(std::string_view table) {
  return {
      v1::STORE_FAILED, fmt::format("the store's table {} holds a row that cannot be read", table), {}, {}};
}

// Ends the reading of a statement, so that it holds no snapshot and can be bound again.
struct ResetAtEnd {
  sqlite::Statement& statement;
  ~ResetAtEnd() { statement.reset(); }
};

constexpr const char* writer_settings =
    // The log is folded back every 16 MiB: seldom enough to be cheap, and its file stays small.
    "PRAGMA wal_autocheckpoint=4096; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000;";

// Calls `each(row)` for every row of `sql` with the party bound; `each` says whether the row could be read.
template <class Each>
Result<void> for_each_row(const sqlite::Database& database, std::string_view table, const std::string& sql,
                          const PartyName& party, const Each& each) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, party.text());
  while (true) {
    const Result<bool> row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    if (!each(*statement)) return tl::unexpected(damaged(table));
  }
}

}  // namespace

struct NodeStore::State {
  sqlite::FolderLock lock;
  sqlite::Database write_connection;
  sqlite::Database lookup_connection;
  TransactionWriter writer;
  // For one row at a time; mutable by nature, whoever asks.
  sqlite::Statement lookup_received;
  sqlite::Statement lookup_lodged;
  // Of the group being committed: where the last change of each exchange is.
  std::unordered_map<Uuid, const OutgoingChange*, UuidHash> last_change;
};

NodeStore::NodeStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
NodeStore::~NodeStore() = default;

Result<std::unique_ptr<NodeStore>> NodeStore::open(const std::filesystem::path& folder) {
  auto lock = sqlite::FolderLock::take(folder, "node-host.lock");
  if (!lock) return tl::unexpected(lock.error());
  const auto file = folder / "node-host.db";
  auto write = sqlite::Database::open(file, sqlite::Database::Access::read_write);
  if (!write) return tl::unexpected(write.error());
  if (auto done = write->execute(writer_settings); !done) return tl::unexpected(done.error());
  if (auto done = sqlite::prepare_schema(*write, file, node_schema); !done)
    return tl::unexpected(done.error());
  auto lookup = sqlite::Database::open(file, sqlite::Database::Access::read_only);
  if (!lookup) return tl::unexpected(lookup.error());
  auto writer = TransactionWriter::prepare(*write);
  if (!writer) return tl::unexpected(writer.error());
  auto received =
      lookup->prepare(fmt::format("SELECT {} FROM inbox WHERE id=? AND party=?", received_columns));
  if (!received) return tl::unexpected(received.error());
  auto lodged = lookup->prepare(fmt::format(
      "SELECT {} FROM outgoing WHERE party=? AND reference=? AND reference <> ''", outgoing_columns));
  if (!lodged) return tl::unexpected(lodged.error());
  return std::unique_ptr<NodeStore>(
      new NodeStore(std::unique_ptr<State>(new State{.lock = std::move(*lock),
                                                     .write_connection = std::move(*write),
                                                     .lookup_connection = std::move(*lookup),
                                                     .writer = std::move(*writer),
                                                     .lookup_received = std::move(*received),
                                                     .lookup_lodged = std::move(*lodged),
                                                     .last_change = {}})));
}

Result<RestoredState> NodeStore::restore(const PartyName& party) const {
  const sqlite::Database& database = state_->write_connection;
  RestoredState restored;
  const auto read = [&](std::string_view table, const std::string& sql, const auto& each) {
    return for_each_row(database, table, sql, party, each);
  };
  Result<void> done =
      read("outgoing",
           fmt::format("SELECT {} FROM outgoing WHERE party=? AND (state < 3 OR (state = 3 AND answer_due)) "
                       "ORDER BY batch, leaf",
                       outgoing_columns),
           [&](const sqlite::Statement& row) {
             auto record = read_outgoing(row);
             if (record) restored.open.push_back(std::move(*record));
             return record.has_value();
           });
  if (done) {
    done = read("outbox_batch",
                "SELECT number, at, bytes FROM outbox_batch WHERE party=?1 AND number IN "
                "(SELECT batch FROM outgoing WHERE party=?1 AND state = 1) ORDER BY number",
                [&](const sqlite::Statement& row) {
                  restored.unresolved.push_back({static_cast<std::uint64_t>(row.integer(0)),
                                                 {row.integer(1)},
                                                 std::make_shared<const std::string>(row.blob(2))});
                  return true;
                });
  }
  if (done) {
    done = read("inbox", "SELECT id FROM inbox WHERE party=?", [&](const sqlite::Statement& row) {
      const auto id = Uuid::from_bytes(row.blob(0));
      if (id) restored.received_tails.push_back(id->tail());
      return id.has_value();
    });
  }
  if (done) {
    done = read("outgoing", "SELECT reference FROM outgoing WHERE party=? AND reference <> ''",
                [&](const sqlite::Statement& row) {
                  restored.reference_tails.push_back(reference_tail(row.text(0)));
                  return true;
                });
  }
  const auto largest = [&](std::string_view table, std::string_view column, std::uint64_t& into) {
    if (!done) return;
    done = read(table, fmt::format("SELECT coalesce(max({}), 0) FROM {} WHERE party=?", column, table),
                [&](const sqlite::Statement& row) {
                  into = static_cast<std::uint64_t>(row.integer(0));
                  return true;
                });
  };
  largest("outbox_batch", "number", restored.next_batch);
  largest("received_batch", "number", restored.next_received_batch);
  largest("receipts", "position", restored.receipts_recorded_up_to);
  if (!done) return tl::unexpected(done.error());
  ++restored.next_batch;
  ++restored.next_received_batch;
  return restored;
}

Result<void> NodeStore::commit(std::span<const PartyStep> group) {
  if (std::ranges::all_of(group, [](const PartyStep& step) { return step.effects.persist.empty(); }))
    return {};
  auto& writer = state_->writer;
  Result<void> done = writer.begin();
  if (!done) return done;
  // An exchange that moved several times within the group is written once, as it then stands.
  auto& last_change = state_->last_change;
  last_change.clear();
  for (const PartyStep& step : group) {
    if (done) done = writer.write(step.name.text(), step.effects.persist);
    for (const OutgoingChange& change : step.effects.persist.changes) last_change[change.id] = &change;
  }
  for (const PartyStep& step : group) {
    for (const OutgoingChange& change : step.effects.persist.changes) {
      if (done && last_change[change.id] == &change) done = writer.write(change);
    }
  }
  if (done) done = writer.commit();
  if (!done) static_cast<void>(writer.roll_back());
  return done;
}

std::optional<ReceivedRecord> NodeStore::received(const PartyName& party, const Uuid& id) const {
  auto& statement = state_->lookup_received;
  const ResetAtEnd end{statement};
  const Result<bool> row = statement.bind_blob(1, id.view()).bind(2, party.text()).step();
  if (!row || !*row) return std::nullopt;
  return read_received(statement);
}

std::optional<OutgoingRecord> NodeStore::lodged(const PartyName& party, std::string_view reference) const {
  auto& statement = state_->lookup_lodged;
  const ResetAtEnd end{statement};
  const Result<bool> row = statement.bind(1, party.text()).bind(2, reference).step();
  if (!row || !*row) return std::nullopt;
  return read_outgoing(statement);
}

}  // namespace gnc::nodes
