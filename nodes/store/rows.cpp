#include "nodes/store/rows.h"

namespace gnc::nodes {
namespace {

std::uint64_t number(const sqlite::Statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}
std::uint32_t small(const sqlite::Statement& row, int column) {
  return static_cast<std::uint32_t>(row.integer(column));
}
std::string text(const sqlite::Statement& row, int column) { return std::string(row.text(column)); }
v1::ErrorCode code(const sqlite::Statement& row, int column) {
  return static_cast<v1::ErrorCode>(row.integer(column));
}

}  // namespace

std::optional<OutgoingRecord> read_outgoing(const sqlite::Statement& row) {
  const auto id = Uuid::from_bytes(row.blob(0));
  const auto recipient = PartyName::from_text(row.text(3));
  const auto conversation = Uuid::from_bytes(row.blob(4));
  const auto answers = row.is_null(8) ? std::nullopt : Uuid::from_bytes(row.blob(8));
  const auto digest = Digest::from_bytes(row.blob(9));
  const std::int64_t state = row.integer(16);
  if (!id || !recipient || !conversation || !digest || state < 1 || state > 7) return std::nullopt;
  return OutgoingRecord{.id = *id,
                        .batch = number(row, 1),
                        .index = small(row, 2),
                        .recipient = *recipient,
                        .conversation = *conversation,
                        .agreement = text(row, 5),
                        .message = text(row, 6),
                        .reference = text(row, 7),
                        .answers = answers,
                        .digest = *digest,
                        .created_at = {row.integer(10)},
                        .expires_at = {row.integer(11)},
                        .intended_at = {row.integer(12)},
                        .size = small(row, 13),
                        .answer_due = row.integer(14) != 0,
                        .answer_expected = row.integer(15) != 0,
                        .state = static_cast<OutgoingState>(state),
                        .changed_at = {row.integer(17)},
                        .reason = code(row, 18),
                        .detail = text(row, 19),
                        .number = number(row, 20)};
}

std::optional<ReceivedRecord> read_received(const sqlite::Statement& row) {
  const auto id = Uuid::from_bytes(row.blob(0));
  const auto sender = PartyName::from_text(row.text(3));
  const auto conversation = Uuid::from_bytes(row.blob(4));
  const auto digest = Digest::from_bytes(row.blob(7));
  const std::int64_t state = row.integer(9);
  if (!id || !sender || !conversation || !digest || state < 1 || state > 3) return std::nullopt;
  return ReceivedRecord{.id = *id,
                        .batch = number(row, 1),
                        .index = small(row, 2),
                        .sender = *sender,
                        .conversation = *conversation,
                        .agreement = text(row, 5),
                        .message = text(row, 6),
                        .digest = *digest,
                        .at = {row.integer(8)},
                        .state = static_cast<ReceivedState>(state),
                        .reason = code(row, 10),
                        .detail = text(row, 11)};
}

}  // namespace gnc::nodes
