#include "scenarios/engine/store_record.h"

#include "gnc/v1/errors.pb.h"
#include "proto/sqlite/database.h"

namespace gnc::scenarios {
namespace {

using End = ExchangeTrack::End;

// The column `state` of the gateway's table `exchange`.
End end_of_state(std::int64_t state) {
  switch (state) {
    case 2:
      return End::delivered;
    case 3:
      return End::processed;
    case 4:
      return End::refused;
    case 5:
      return End::expired;
    case 6:
      return End::dead_lettered;
    default:
      return End::none;
  }
}

template <class OnRow>
Result<void> each_row(const std::filesystem::path& file, std::string_view sql, OnRow on_row) {
  // A run that was interrupted early may have ended before a process made its store.
  if (std::error_code ignored; !std::filesystem::exists(file, ignored)) return {};
  auto database = sqlite::Database::open(file, sqlite::Database::Access::read_only);
  if (!database) return tl::unexpected(database.error());
  auto statement = database->prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  for (;;) {
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    on_row(*statement);
  }
}

}  // namespace

std::shared_ptr<const Passage> Passages::of(std::string_view sender, std::string_view recipient,
                                            std::string_view agreement, std::string_view message) {
  const Texts texts{sender, recipient, agreement, message};
  // Exchanges that follow each other are mostly of one kind.
  if (last_ && texts_of(*last_) == texts) return last_;
  const auto known = all_.find(texts);
  if (known != all_.end()) return last_ = known->second;
  last_ = std::make_shared<const Passage>(
      Passage{std::string(sender), std::string(recipient), std::string(agreement), std::string(message)});
  all_.emplace(texts_of(*last_), last_);
  return last_;
}

Result<RecordedExchanges> read_stores(const std::filesystem::path& gateway_database,
                                      const std::vector<std::filesystem::path>& node_databases) {
  RecordedExchanges recorded;
  Passages passages;
  auto read = each_row(gateway_database,
                       "SELECT id, state, sender, recipient, agreement, message, admitted_at FROM exchange",
                       [&recorded, &passages](const sqlite::Statement& row) {
                         const auto id = Uuid::from_bytes(row.blob(0));
                         if (!id) return;
                         RecordedExchange& exchange = recorded[*id];
                         exchange.at_gateway = true;
                         exchange.end = end_of_state(row.integer(1));
                         exchange.passage = passages.of(row.text(2), row.text(3), row.text(4), row.text(5));
                         exchange.admitted_at = Instant{row.integer(6)};
                       });
  for (const std::filesystem::path& node_database : node_databases) {
    if (!read) break;
    read = each_row(node_database, "SELECT id FROM inbox", [&recorded](const sqlite::Statement& row) {
      if (const auto id = Uuid::from_bytes(row.blob(0))) ++recorded[*id].times_received;
    });
    if (!read) break;
    read = each_row(node_database, "SELECT id FROM business_decision",
                    [&recorded](const sqlite::Statement& row) {
                      if (const auto id = Uuid::from_bytes(row.blob(0))) ++recorded[*id].decisions;
                    });
  }
  if (!read) return tl::unexpected(read.error());
  return recorded;
}

Result<void> read_conversations(const std::filesystem::path& gateway_database, StandingConversations& into) {
  return each_row(gateway_database, "SELECT agreement, state, since FROM conversation",
                  [&into](const sqlite::Statement& row) {
                    into.add(std::string(row.text(0)), {std::string(row.text(1)), Instant{row.integer(2)}});
                  });
}

}  // namespace gnc::scenarios
