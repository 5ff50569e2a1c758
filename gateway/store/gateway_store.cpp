#include "gateway/store/gateway_store.h"

#include <algorithm>
#include <mutex>
#include <random>

#include <fmt/format.h>

#include "gateway/store/exchange_row.h"
#include "gateway/store/record_writer.h"
#include "gateway/store/schema.h"
#include "proto/sqlite/store_folder.h"

namespace gnc::gateway {
namespace {

// Half of them and more are from the last seconds at the highest rate, from minutes at most rates; 8 MB.
constexpr std::size_t remembered_ids = std::size_t{1} << 19;

// In the table's order. An exchange that moved several times within the group is written once, as it then
// stands.
Result<void> write_changes(RecordWriter& writer, std::vector<RecordWriter::Standing>& changes) {
  std::ranges::stable_sort(changes, {}, [](const auto& each) { return each.change->sequence; });
  std::size_t kept = 0;
  for (const RecordWriter::Standing& each : changes) {
    if (kept == 0 || changes[kept - 1].change->sequence != each.change->sequence) {
      changes[kept++] = each;
      continue;
    }
    RecordWriter::Standing& last = changes[kept - 1];
    last = {each.change, each.answer_due_at != Instant{} ? each.answer_due_at : last.answer_due_at,
            last.replayed || last.change->state == ExchangeState::admitted};
  }
  return writer.write(std::span(changes).first(kept));
}

}  // namespace

struct GatewayStore::State {
  sqlite::FolderLock lock;
  sqlite::Database write_connection;
  sqlite::Database lookup_connection;
  sqlite::Database read_connection;
  RecordWriter writer;
  // For one row at a time; mutable by nature, whoever asks.
  sqlite::Statement lookup_exchange;
  sqlite::Statement lookup_refusal;
  sqlite::Statement lookup_conversation;
  std::mutex read_mutex;
  sqlite::ContentReader content;
  sqlite::Statement read_batch;
  sqlite::Statement read_receipts;
  // Of the group being committed; kept for its room.
  std::vector<RecordWriter::Standing> changes;
};

GatewayStore::GatewayStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
GatewayStore::~GatewayStore() = default;

Result<std::unique_ptr<GatewayStore>> GatewayStore::open(const std::filesystem::path& folder) {
  auto lock = sqlite::FolderLock::take(folder, "gateway.lock");
  if (!lock) return tl::unexpected(lock.error());
  const auto file = folder / "gateway.db";
  auto write = sqlite::open_store(file, gateway_schema);
  if (!write) return tl::unexpected(write.error());
  auto lookup = sqlite::Database::open(file, sqlite::Database::Access::read_only);
  if (!lookup) return tl::unexpected(lookup.error());
  auto read = sqlite::Database::open(file, sqlite::Database::Access::read_only);
  if (!read) return tl::unexpected(read.error());

  auto content = sqlite::ContentWriter::open(folder, *write, {"batch", "receipts"});
  if (!content) return tl::unexpected(content.error());
  auto writer = RecordWriter::prepare(*write, *std::move(content));
  if (!writer) return tl::unexpected(writer.error());
  auto by_id = lookup->prepare(fmt::format("SELECT {} FROM exchange WHERE id=?", exchange_columns));
  auto refusal = lookup->prepare(
      "SELECT peer, at, reason, detail, receipt FROM refusal "
      "WHERE id=? AND digest=? AND authentic ORDER BY number LIMIT 1");
  auto conversation = lookup->prepare("SELECT state, since FROM conversation WHERE id=? AND agreement=?");
  auto batch = read->prepare(fmt::format("SELECT {} FROM batch WHERE number=?", sqlite::content_columns));
  auto receipts =
      read->prepare(fmt::format("SELECT position, at, {} FROM receipts WHERE audience=? AND position "
                                "BETWEEN ? AND ? ORDER BY position",
                                sqlite::content_columns));
  for (auto* statement : {&by_id, &refusal, &conversation, &batch, &receipts}) {
    if (!*statement) return tl::unexpected(statement->error());
  }
  return std::unique_ptr<GatewayStore>(
      new GatewayStore(std::unique_ptr<State>(new State{.lock = std::move(*lock),
                                                        .write_connection = std::move(*write),
                                                        .lookup_connection = std::move(*lookup),
                                                        .read_connection = std::move(*read),
                                                        .writer = std::move(*writer),
                                                        .lookup_exchange = std::move(*by_id),
                                                        .lookup_refusal = std::move(*refusal),
                                                        .lookup_conversation = std::move(*conversation),
                                                        .read_mutex = {},
                                                        .content = sqlite::ContentReader(folder),
                                                        .read_batch = std::move(*batch),
                                                        .read_receipts = std::move(*receipts),
                                                        .changes = {}})));
}

Result<void> GatewayStore::commit(std::span<const Effects> group) {
  if (std::ranges::all_of(group, [](const Effects& step) { return step.persist.empty(); })) return {};
  std::size_t bytes = 0;
  for (const Effects& step : group) bytes += content_bytes(step.persist);
  auto& writer = state_->writer;
  return writer.transaction().run(bytes, [&]() -> Result<void> {
    auto& changes = state_->changes;
    changes.clear();
    for (const Effects& step : group) {
      if (auto done = writer.write(step.persist); !done) return done;
      for (const StateChange& change : step.persist.changes)
        changes.push_back({&change, change.answer_due_at});
    }
    return write_changes(writer, changes);
  });
}

std::optional<ExchangeRecord> GatewayStore::exchange(const Uuid& id) const {
  auto& statement = state_->lookup_exchange;
  // A row that cannot be read is none here; its id stays the table's key, so that recording it a second
  // time fails and stops the gateway.
  const auto row = statement.bind_blob(1, id.view()).step();
  auto record = row && *row ? read_exchange(statement) : std::nullopt;
  statement.reset();
  return record;
}

std::optional<RefusalRecord> GatewayStore::refusal(const Uuid& id, const Digest& digest) const {
  auto& statement = state_->lookup_refusal;
  const auto row = statement.bind_blob(1, id.view()).bind_blob(2, digest.view()).step();
  std::optional<RefusalRecord> record;
  if (row && *row) {
    if (auto peer = PartyName::from_text(statement.text(0))) {
      record = RefusalRecord{.id = std::string(id.view()),
                             .digest = digest,
                             .peer = std::move(*peer),
                             .at = {statement.integer(1)},
                             .reason = static_cast<v1::ErrorCode>(statement.integer(2)),
                             .detail = std::string(statement.text(3)),
                             .receipt = static_cast<std::uint64_t>(statement.integer(4)),
                             .authentic = true};
    }
  }
  statement.reset();
  return record;
}

std::optional<model::ConversationPlace> GatewayStore::conversation(const Uuid& id,
                                                                   std::string_view agreement) const {
  auto& statement = state_->lookup_conversation;
  const auto row = statement.bind_blob(1, id.view()).bind(2, agreement).step();
  std::optional<model::ConversationPlace> place;
  if (row && *row) place = {std::string(statement.text(0)), Instant{statement.integer(1)}};
  statement.reset();
  return place;
}

Result<std::string> GatewayStore::batch(std::uint64_t number) const {
  const std::lock_guard guard(state_->read_mutex);
  auto& statement = state_->read_batch;
  const sqlite::ResetAtEnd reset{statement};
  const auto row = statement.bind(1, static_cast<std::int64_t>(number)).step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return failure(v1::STORE_FAILED, fmt::format("batch {} is not in the store", number));
  return state_->content.read(statement, 0);
}

Result<std::vector<ReceiptsRecord>> GatewayStore::receipts(const PartyName& audience, std::uint64_t first,
                                                           std::uint64_t last,
                                                           std::size_t bytes_limit) const {
  const std::lock_guard guard(state_->read_mutex);
  auto& statement = state_->read_receipts;
  const sqlite::ResetAtEnd reset{statement};
  statement.bind(1, audience.text())
      .bind(2, static_cast<std::int64_t>(first))
      .bind(3, static_cast<std::int64_t>(last));
  std::vector<ReceiptsRecord> records;
  std::size_t bytes = 0;
  while (true) {
    const auto row = statement.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return records;
    bytes += static_cast<std::size_t>(statement.integer(4));
    if (bytes > bytes_limit && !records.empty()) return records;
    auto content = state_->content.read(statement, 2);
    if (!content) return tl::unexpected(content.error());
    records.push_back({audience,
                       static_cast<std::uint64_t>(statement.integer(0)),
                       {statement.integer(1)},
                       *std::move(content)});
  }
}

namespace {

template <class Read>
Result<void> each_row(const sqlite::Database& database, std::string_view table, const std::string& sql,
                      const Read& read) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  return sqlite::for_each_row(*statement, table, read);
}

}  // namespace

Result<RestoredState> GatewayStore::restore() const {
  RestoredState restored;
  // The one chance that no seed may settle: a peer who knew the salt could choose ids that collide.
  restored.known = RecentIds(std::random_device{}(), remembered_ids);
  auto& database = state_->read_connection;
  auto done = each_row(database, "admission", "SELECT id, sequence FROM admission ORDER BY id",
                       [&](const sqlite::Statement& row) {
                         const auto id = Uuid::from_bytes(row.blob(0));
                         if (!id) return false;
                         restored.known.insert(*id);
                         restored.next_sequence =
                             std::max(restored.next_sequence, static_cast<std::uint64_t>(row.integer(1)) + 1);
                         return true;
                       });
  if (!done) return tl::unexpected(done.error());
  // Most are delivered and need no look at the rest of their progress.
  done = each_row(
      database, "exchange",
      fmt::format(
          "SELECT {} FROM exchange WHERE (answer_due OR sequence > coalesce((SELECT last FROM "
          "joint_progress WHERE state = 2 AND first <= exchange.sequence ORDER BY first DESC LIMIT 1), 0)) "
          "AND (state = 1 OR (state = 2 AND answer_due)) ORDER BY sequence",
          exchange_columns),
      [&](const sqlite::Statement& row) {
        auto record = read_exchange(row);
        if (!record) return false;
        restored.live.push_back(std::move(*record));
        return true;
      });
  if (!done) return tl::unexpected(done.error());

  done = each_row(database, "refusal", "SELECT id FROM refusal WHERE authentic",
                  [&](const sqlite::Statement& row) {
                    const auto id = Uuid::from_bytes(row.blob(0));
                    if (id) restored.known.insert(*id);
                    return true;
                  });
  if (!done) return tl::unexpected(done.error());

  done = each_row(database, "batch", "SELECT coalesce(max(number), 0) FROM batch",
                  [&](const sqlite::Statement& row) {
                    restored.next_batch = static_cast<std::uint64_t>(row.integer(0)) + 1;
                    return true;
                  });
  if (!done) return tl::unexpected(done.error());

  done = each_row(
      database, "receipts",
      "SELECT party, coalesce((SELECT max(position) FROM receipts WHERE audience=party), 0), "
      "coalesce((SELECT position FROM cursor WHERE cursor.party=known.party), 0) "
      "FROM (SELECT DISTINCT audience AS party FROM receipts UNION SELECT party FROM cursor) AS known",
      [&](const sqlite::Statement& row) {
        auto party = PartyName::from_text(row.text(0));
        if (!party) return false;
        restored.receipts.push_back({std::move(*party), static_cast<std::uint64_t>(row.integer(1)),
                                     static_cast<std::uint64_t>(row.integer(2))});
        return true;
      });
  if (!done) return tl::unexpected(done.error());

  done = each_row(database, "audit_entry", "SELECT leaf, number FROM audit_entry ORDER BY number",
                  [&](const sqlite::Statement& row) {
                    const auto leaf = Digest::from_bytes(row.blob(0));
                    if (!leaf || static_cast<std::uint64_t>(row.integer(1)) != restored.audit.size())
                      return false;
                    restored.audit.append(*leaf);
                    return true;
                  });
  if (!done) return tl::unexpected(done.error());
  return restored;
}

}  // namespace gnc::gateway
