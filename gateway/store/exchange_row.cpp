#include "gateway/store/exchange_row.h"

namespace gnc::gateway {

std::optional<ExchangeRecord> read_exchange(const sqlite::Statement& row) {
  auto id = Uuid::from_bytes(row.blob(0));
  auto sender = PartyName::from_text(row.text(4));
  auto recipient = PartyName::from_text(row.text(5));
  auto conversation = Uuid::from_bytes(row.blob(6));
  auto digest = Digest::from_bytes(row.blob(9));
  const auto state = row.integer(16);
  if (!id || !sender || !recipient || !conversation || !digest || state < 1 || state > 6) return std::nullopt;
  return ExchangeRecord{
      .id = *id,
      .location = {static_cast<std::uint64_t>(row.integer(1)), static_cast<std::uint32_t>(row.integer(2))},
      .sequence = static_cast<std::uint64_t>(row.integer(3)),
      .sender = std::move(*sender),
      .recipient = std::move(*recipient),
      .conversation = *conversation,
      .agreement = std::string(row.text(7)),
      .message = std::string(row.text(8)),
      .digest = *digest,
      .admitted_at = {row.integer(10)},
      .expires_at = {row.integer(11)},
      .answer_due_at = {row.integer(12)},
      .size = static_cast<std::uint32_t>(row.integer(13)),
      .priority = static_cast<v1::Priority>(row.integer(14)),
      .answer_due = row.integer(15) != 0,
      .state = static_cast<ExchangeState>(state),
      .attempts = static_cast<std::uint32_t>(row.integer(17)),
      .admitted_receipt = static_cast<std::uint64_t>(row.integer(18))};
}

}  // namespace gnc::gateway
