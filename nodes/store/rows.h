#pragma once

#include <optional>
#include <string_view>

#include "nodes/core/records.h"
#include "proto/sqlite/database.h"

namespace gnc::nodes {

// The columns that read_outgoing() reads, in its order.
inline constexpr std::string_view outgoing_columns =
    "id, batch, leaf, recipient, conversation, agreement, message, reference, answers, digest, created_at, "
    "expires_at, intended_at, size, answer_due, answer_expected, state, changed_at, reason, detail";
inline constexpr std::string_view received_columns =
    "id, batch, leaf, sender, conversation, agreement, message, digest, at, state, reason, detail";

// Empty where the row holds what no node writes.
std::optional<OutgoingRecord> read_outgoing(const sqlite::Statement& row);
std::optional<ReceivedRecord> read_received(const sqlite::Statement& row);

}  // namespace gnc::nodes
