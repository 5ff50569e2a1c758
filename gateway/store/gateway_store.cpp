#include "gateway/store/gateway_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <mutex>

#include "gateway/store/exchange_row.h"
#include "gateway/store/schema.h"
#include "gateway/store/transaction_writer.h"

namespace gnc::gateway {
namespace {

Error damaged(std::string_view what) {
  return {
      v1::STORE_FAILED, fmt::format("the store's table {} holds a row that cannot be read", what), {}, {}};
}

// Holds the folder for this process alone; the kernel lets go when the process ends, however it ends.
class FolderLock {
 public:
  static Result<FolderLock> take(const std::filesystem::path& folder) {
    const auto file = folder / "gateway.lock";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return failure(v1::FILE_UNWRITABLE, std::strerror(errno), file.string());
    FolderLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      return failure(v1::STORE_FAILED, "another process uses this store", folder.string(),
                     "Stop the other gateway, or name another folder with --store.");
    }
    return lock;
  }
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// Ends the reading of a statement, so that it holds no snapshot and can be bound again.
struct ResetAtEnd {
  sqlite::Statement& statement;
  ~ResetAtEnd() { statement.reset(); }
};

constexpr const char* writer_settings =
    // The log is folded back every 16 MiB: seldom enough to be cheap, and its file stays small.
    "PRAGMA wal_autocheckpoint=4096; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000;";

}  // namespace

struct GatewayStore::State {
  FolderLock lock;
  sqlite::Database write_connection;
  sqlite::Database lookup_connection;
  sqlite::Database read_connection;
  TransactionWriter writer;
  // For one row at a time; mutable by nature, whoever asks.
  sqlite::Statement lookup_exchange;
  sqlite::Statement lookup_refusal;
  std::mutex read_mutex;
  sqlite::Statement read_batch;
  sqlite::Statement read_receipts;
  sqlite::Statement read_dead_letters;
  sqlite::Statement read_dead_letter;
};

GatewayStore::GatewayStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
GatewayStore::~GatewayStore() = default;

Result<std::unique_ptr<GatewayStore>> GatewayStore::open(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return failure(v1::FILE_UNWRITABLE, failed.message(), folder.string());
  auto lock = FolderLock::take(folder);
  if (!lock) return tl::unexpected(lock.error());

  const auto file = folder / "gateway.db";
  auto write = sqlite::Database::open(file, sqlite::Database::Access::read_write);
  if (!write) return tl::unexpected(write.error());
  if (auto done = write->execute(writer_settings); !done) return tl::unexpected(done.error());
  if (auto done = prepare_schema(*write); !done) {
    auto error = done.error();
    if (error.where.empty()) error.where = file.string();
    return tl::unexpected(std::move(error));
  }
  auto lookup = sqlite::Database::open(file, sqlite::Database::Access::read_only);
  if (!lookup) return tl::unexpected(lookup.error());
  auto read = sqlite::Database::open(file, sqlite::Database::Access::read_only);
  if (!read) return tl::unexpected(read.error());

  auto writer = TransactionWriter::prepare(*write);
  if (!writer) return tl::unexpected(writer.error());
  const auto exchange_where = [](std::string_view condition) {
    return fmt::format("SELECT {} FROM exchange WHERE {}", exchange_columns, condition);
  };
  auto by_id = lookup->prepare(exchange_where("id=?"));
  auto refusal = lookup->prepare(
      "SELECT peer, at, reason, detail, receipt FROM refusal "
      "WHERE id=? AND digest=? AND authentic ORDER BY number LIMIT 1");
  auto batch = read->prepare("SELECT bytes FROM batch WHERE number=?");
  auto receipts = read->prepare(
      "SELECT position, at, bytes FROM receipts WHERE audience=? AND position "
      "BETWEEN ? AND ? ORDER BY position");
  auto dead_letters = read->prepare(exchange_where("state=6 ORDER BY changed_at DESC LIMIT ?"));
  auto dead_letter = read->prepare(exchange_where("id=? AND state=6"));
  for (auto* statement : {&by_id, &refusal, &batch, &receipts, &dead_letters, &dead_letter}) {
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
                                                        .read_mutex = {},
                                                        .read_batch = std::move(*batch),
                                                        .read_receipts = std::move(*receipts),
                                                        .read_dead_letters = std::move(*dead_letters),
                                                        .read_dead_letter = std::move(*dead_letter)})));
}

Result<void> GatewayStore::commit(std::span<const Effects> group) {
  if (std::ranges::all_of(group, [](const Effects& step) { return step.persist.empty(); })) return {};
  auto& writer = state_->writer;
  auto done = writer.begin();
  for (auto step = group.begin(); done && step != group.end(); ++step) done = writer.write(step->persist);
  if (done) done = writer.commit();
  // A failed ROLLBACK changes nothing: the caller stops, and SQLite drops what was not committed.
  if (!done) static_cast<void>(writer.roll_back());
  return done;
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

Result<std::string> GatewayStore::batch(std::uint64_t number) const {
  const std::lock_guard guard(state_->read_mutex);
  auto& statement = state_->read_batch;
  const ResetAtEnd reset{statement};
  const auto row = statement.bind(1, static_cast<std::int64_t>(number)).step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return failure(v1::STORE_FAILED, fmt::format("batch {} is not in the store", number));
  return std::string(statement.blob(0));
}

Result<std::vector<ReceiptsRecord>> GatewayStore::receipts(const PartyName& audience, std::uint64_t first,
                                                           std::uint64_t last,
                                                           std::size_t bytes_limit) const {
  const std::lock_guard guard(state_->read_mutex);
  auto& statement = state_->read_receipts;
  const ResetAtEnd reset{statement};
  statement.bind(1, audience.text())
      .bind(2, static_cast<std::int64_t>(first))
      .bind(3, static_cast<std::int64_t>(last));
  std::vector<ReceiptsRecord> records;
  std::size_t bytes = 0;
  while (true) {
    const auto row = statement.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return records;
    bytes += statement.blob(2).size();
    if (bytes > bytes_limit && !records.empty()) return records;
    records.push_back({audience,
                       static_cast<std::uint64_t>(statement.integer(0)),
                       {statement.integer(1)},
                       std::string(statement.blob(2))});
  }
}

Result<std::vector<ExchangeRecord>> GatewayStore::dead_letters(std::size_t limit) const {
  const std::lock_guard guard(state_->read_mutex);
  auto& statement = state_->read_dead_letters;
  const ResetAtEnd reset{statement};
  statement.bind(1, static_cast<std::int64_t>(limit));
  std::vector<ExchangeRecord> records;
  while (true) {
    const auto row = statement.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return records;
    auto record = read_exchange(statement);
    if (!record) return tl::unexpected(damaged("exchange"));
    records.push_back(std::move(*record));
  }
}

Result<std::optional<ExchangeRecord>> GatewayStore::dead_letter(const Uuid& id) const {
  const std::lock_guard guard(state_->read_mutex);
  auto& statement = state_->read_dead_letter;
  const ResetAtEnd reset{statement};
  const auto row = statement.bind_blob(1, id.view()).step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  auto record = read_exchange(statement);
  if (!record) return tl::unexpected(damaged("exchange"));
  return record;
}

namespace {

// Calls `use` for each row; false from it means that the row cannot be read.
template <class Use>
Result<void> each_row(const sqlite::Database& database, std::string_view table, const std::string& sql,
                      Use use) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  while (true) {
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    if (!use(*statement)) return tl::unexpected(damaged(table));
  }
}

}  // namespace

Result<RestoredState> GatewayStore::restore() const {
  RestoredState restored;
  auto& database = state_->read_connection;
  // One pass in the order of the ids; only what lives is kept as a record.
  auto done = each_row(database, "exchange", fmt::format("SELECT {} FROM exchange", exchange_columns),
                       [&](const sqlite::Statement& row) {
                         const auto id = Uuid::from_bytes(row.blob(0));
                         if (!id) return false;
                         restored.known_tails.push_back(id->tail());
                         restored.next_sequence =
                             std::max(restored.next_sequence, static_cast<std::uint64_t>(row.integer(3)) + 1);
                         const auto state = static_cast<ExchangeState>(row.integer(16));
                         const bool lives = state == ExchangeState::admitted ||
                                            (state == ExchangeState::delivered && row.integer(15) != 0);
                         if (!lives) return true;
                         auto record = read_exchange(row);
                         if (!record) return false;
                         restored.live.push_back(std::move(*record));
                         return true;
                       });
  if (!done) return tl::unexpected(done.error());
  std::ranges::sort(restored.live, {}, &ExchangeRecord::sequence);

  done = each_row(database, "refusal", "SELECT id FROM refusal WHERE authentic",
                  [&](const sqlite::Statement& row) {
                    const auto id = Uuid::from_bytes(row.blob(0));
                    if (id) restored.known_tails.push_back(id->tail());
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
