#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "nodes/core/records.h"
#include "proto/sqlite/database.h"

namespace gnc::nodes {

// A party's number and a number of that party's own in one key, so that a party's rows stand together in
// order.
inline constexpr int party_shift = 40;
inline constexpr std::int64_t numbers_of_party = (std::int64_t{1} << party_shift) - 1;
constexpr std::int64_t key_of(std::int64_t party, std::uint64_t number) {
  return (party << party_shift) | static_cast<std::int64_t>(number);
}

// The columns of the views `outgoing` and `inbox` that read_outgoing() and read_received() read, in their
// order.
inline constexpr std::string_view outgoing_columns =
    "id, batch, leaf, recipient, conversation, agreement, message, reference, answers, digest, created_at, "
    "expires_at, intended_at, size, answer_due, answer_expected, state, changed_at, reason, detail, number";
inline constexpr std::string_view received_columns =
    "id, batch, leaf, sender, conversation, agreement, message, digest, at, state, reason, detail";

// Empty where the row holds what no node writes.
std::optional<OutgoingRecord> read_outgoing(const sqlite::Statement& row);
std::optional<ReceivedRecord> read_received(const sqlite::Statement& row);

}  // namespace gnc::nodes
