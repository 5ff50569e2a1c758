#include "gateway/store/dead_letters.h"

#include <system_error>

#include "gateway/core/records.h"
#include "proto/sqlite/database.h"

namespace gnc::gateway {
namespace {

constexpr auto dead_lettered = static_cast<std::int64_t>(ExchangeState::dead_lettered);

Result<DeadLetter> read(const sqlite::Statement& row) {
  const auto id = Uuid::from_bytes(row.blob(0));
  if (!id) return failure(v1::STORE_FAILED, "an exchange on record has no id that can be read");
  return DeadLetter{*id,
                    std::string(row.text(1)),
                    std::string(row.text(2)),
                    std::string(row.text(3)),
                    std::string(row.text(4)),
                    {row.integer(5)},
                    {row.integer(6)},
                    static_cast<std::uint32_t>(row.integer(7)),
                    static_cast<v1::ErrorCode>(row.integer(8)),
                    std::string(row.text(9))};
}

}  // namespace

Result<DeadLetters> dead_letters_in(const std::filesystem::path& store, std::size_t most) {
  const std::filesystem::path file = store / "gateway.db";
  if (std::error_code problem; !std::filesystem::is_regular_file(file, problem)) {
    return failure(v1::FILE_UNREADABLE, "there is no such file", file.string(),
                   "Name the folder that the gateway has as --store.");
  }
  auto database = sqlite::Database::open(file, sqlite::Database::Access::read_only);
  if (!database) return tl::unexpected(database.error());
  // One moment of the store for both questions.
  if (auto begun = database->execute("BEGIN"); !begun) return tl::unexpected(begun.error());
  auto count = database->prepare("SELECT count(*) FROM progress WHERE state=?");
  if (!count) return tl::unexpected(count.error());
  if (const auto row = count->bind(1, dead_lettered).step(); !row) return tl::unexpected(row.error());
  DeadLetters letters{.count = static_cast<std::uint64_t>(count->integer(0)), .latest = {}};

  auto latest = database->prepare(
      "SELECT id, sender, recipient, agreement, message, changed_at, expires_at, attempts, reason, detail "
      "FROM exchange WHERE sequence IN (SELECT sequence FROM progress WHERE state=?) "
      "ORDER BY changed_at DESC, sequence DESC LIMIT ?");
  if (!latest) return tl::unexpected(latest.error());
  latest->bind(1, dead_lettered).bind(2, static_cast<std::int64_t>(most));
  while (true) {
    const auto row = latest->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return letters;
    auto letter = read(*latest);
    if (!letter) return tl::unexpected(letter.error());
    letters.latest.push_back(*std::move(letter));
  }
}

}  // namespace gnc::gateway
