#pragma once

#include <optional>

#include "gateway/core/records.h"
#include "proto/sqlite/database.h"

namespace gnc::gateway {

// The columns that read_exchange() reads, in its order.
inline constexpr std::string_view exchange_columns =
    "id, batch, leaf, sequence, sender, recipient, conversation, agreement, message, digest, admitted_at, "
    "expires_at, "
    "answer_due_at, size, priority, answer_due, state, attempts, admitted_receipt";

// Empty where the row holds what no gateway writes.
std::optional<ExchangeRecord> read_exchange(const sqlite::Statement& row);

}  // namespace gnc::gateway
