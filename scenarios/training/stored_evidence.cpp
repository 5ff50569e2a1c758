#include "scenarios/training/stored_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "nodes/store/rows.h"
#include "proto/sqlite/database.h"
#include "proto/sqlite/segments.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

// So many receipts are looked through and kept.
constexpr std::size_t most_receipts = 1'000'000;

// The batches and agreements of one database, at a node or at the gateway.
class Store {
 public:
  static Result<Store> open(const fs::path& file, std::string_view batch_of, std::string_view agreements) {
    auto database = sqlite::Database::open(file, sqlite::Database::Access::read_only);
    if (!database) return tl::unexpected(database.error());
    auto find = database->prepare(batch_of);
    if (!find) return tl::unexpected(find.error());
    auto all = database->prepare(agreements);
    if (!all) return tl::unexpected(all.error());
    return Store(std::move(*database), std::move(*find), std::move(*all), file.parent_path());
  }

  Result<std::optional<SealedLeaf>> find(const Uuid& id) {
    const sqlite::ResetAtEnd reset{find_};
    const auto row = find_.bind_blob(1, id.view()).step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return std::nullopt;
    auto bytes = content_.read(find_, 1);
    if (!bytes) return tl::unexpected(bytes.error());
    return SealedLeaf{std::make_shared<const std::string>(std::move(*bytes)),
                      static_cast<std::uint64_t>(find_.integer(0))};
  }

  template <class OnRow>
  Result<void> each_agreement(const OnRow& on_row) {
    return sqlite::for_each_row(all_, "exchange", [&on_row](const sqlite::Statement& row) {
      if (const auto id = Uuid::from_bytes(row.blob(0))) on_row(*id, row.text(1));
      return true;
    });
  }

  const sqlite::Database& database() const { return database_; }
  sqlite::ContentReader& content() { return content_; }

 private:
  Store(sqlite::Database database, sqlite::Statement find, sqlite::Statement all, fs::path folder)
      : database_(std::move(database)),
        find_(std::move(find)),
        all_(std::move(all)),
        content_(std::move(folder)) {}

  sqlite::Database database_;
  sqlite::Statement find_, all_;  // after their database
  sqlite::ContentReader content_;
};

Result<Store> open_node(const fs::path& file) {
  return Store::open(
      file,
      fmt::format("SELECT leaf, {0} FROM lodged JOIN sealed ON sealed.key = lodged.key >> {1} << {1} | "
                  "lodged.batch WHERE lodged.id = ?",
                  sqlite::content_columns, nodes::party_shift),
      "SELECT id, agreement FROM outgoing");
}

Result<Store> open_gateway(const fs::path& file) {
  return Store::open(
      file,
      fmt::format("SELECT leaf, {} FROM admission JOIN batch ON batch.number = admission.batch "
                  "WHERE admission.id = ?",
                  sqlite::content_columns),
      "SELECT id, agreement FROM exchange");
}

class StoredEvidence final : public Evidence {
 public:
  Result<void> open(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "nodes", ignored)) {
      if (entry.path().filename() != "node-host.db") continue;
      auto store = open_node(entry.path());
      if (!store) return tl::unexpected(store.error());
      stores_.push_back(std::move(*store));
    }
    const fs::path gateway = folder / "gateway" / "gateway.db";
    if (!fs::exists(gateway, ignored)) return {};
    auto store = open_gateway(gateway);
    if (!store) return tl::unexpected(store.error());
    stores_.push_back(std::move(*store));
    has_gateway_ = true;
    return {};
  }
  bool empty() const { return stores_.empty(); }

  Result<std::optional<SealedLeaf>> envelope(const Uuid& id) override {
    for (Store& store : stores_) {
      auto found = store.find(id);
      if (!found || *found) return found;
    }
    return std::nullopt;
  }

  Result<std::vector<v1::Receipt>> receipts(const Uuid& id) override {
    if (auto read = read_receipts(); !read) return tl::unexpected(read.error());
    const auto found = receipts_.find(id);
    if (found == receipts_.end()) return std::vector<v1::Receipt>{};
    std::vector<v1::Receipt> receipts = found->second;
    std::ranges::stable_sort(receipts, {}, [](const v1::Receipt& receipt) { return receipt.at(); });
    return receipts;
  }

  std::string_view agreement(const Uuid& id) override {
    if (!agreements_read_) {
      agreements_read_ = true;
      for (Store& store : stores_) {
        // What cannot be read has no agreement here; whoever opens the exchange is told why.
        (void)store.each_agreement([this](const Uuid& exchange, std::string_view name) {
          agreements_.try_emplace(exchange, &*names_.emplace(name).first);
        });
      }
    }
    const auto found = agreements_.find(id);
    return found == agreements_.end() ? std::string_view{} : std::string_view(*found->second);
  }

  std::string_view gap() const override { return "No store of the run has it on record."; }

 private:
  Result<void> read_receipts() {
    if (receipts_read_ || !has_gateway_) return {};
    receipts_read_ = true;
    Store& gateway = stores_.back();
    auto all = gateway.database().prepare(
        fmt::format("SELECT {} FROM receipts ORDER BY audience, position", sqlite::content_columns));
    if (!all) return tl::unexpected(all.error());
    std::size_t count = 0;
    return sqlite::for_each_row(*all, "receipts", [&](const sqlite::Statement& row) -> Result<bool> {
      if (count >= most_receipts) return true;
      const auto bytes = gateway.content().read(row, 0);
      if (!bytes) return tl::unexpected(bytes.error());
      count += take_receipts(*bytes);
      return true;
    });
  }

  std::size_t take_receipts(const std::string& bytes) {
    v1::SealedBatch batch;
    v1::Receipt receipt;
    std::size_t taken = 0;
    if (!batch.ParseFromString(bytes)) return taken;
    for (const v1::SealedItem& item : batch.items()) {
      if (!receipt.ParseFromString(item.content())) continue;
      const auto id = Uuid::from_bytes(receipt.exchange());
      if (!id) continue;
      receipts_[*id].push_back(receipt);
      ++taken;
    }
    return taken;
  }

  std::vector<Store> stores_;  // the gateway's last
  bool has_gateway_ = false, agreements_read_ = false, receipts_read_ = false;
  std::set<std::string, std::less<>> names_;
  std::unordered_map<Uuid, const std::string*, UuidHash> agreements_;
  std::unordered_map<Uuid, std::vector<v1::Receipt>, UuidHash> receipts_;
};

}  // namespace

Result<std::unique_ptr<Evidence>> open_stored_evidence(const fs::path& run_folder) {
  auto evidence = std::make_unique<StoredEvidence>();
  if (auto opened = evidence->open(run_folder); !opened) return tl::unexpected(opened.error());
  if (evidence->empty()) {
    return failure(v1::FILE_UNREADABLE, "the run left no stores", run_folder.string());
  }
  return evidence;
}

}  // namespace gnc::scenarios
