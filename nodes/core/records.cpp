#include "nodes/core/records.h"

namespace gnc::nodes {

std::size_t content_bytes(const Transaction& transaction) {
  std::size_t bytes = 0;
  for (const auto& batch : transaction.batches) bytes += batch.bytes->size();
  for (const auto& batch : transaction.received_batches) bytes += batch.bytes.size();
  for (const auto& receipts : transaction.receipts) bytes += receipts.bytes.size();
  return bytes;
}

// FNV-1a, finished so that similar names lie far apart.
std::uint64_t reference_tail(std::string_view reference) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : reference) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3u;
  }
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93u;
  hash ^= hash >> 32;
  return hash == 0 ? 1 : hash;
}

bool is_terminal(OutgoingState state, bool answer_due) {
  switch (state) {
    case OutgoingState::sealed:
    case OutgoingState::admitted:
      return false;
    case OutgoingState::delivered:
      return !answer_due;
    default:
      return true;
  }
}

v1::EventKind event_of(OutgoingState state) {
  switch (state) {
    case OutgoingState::sealed:
      return v1::EVENT_KIND_SEALED;
    case OutgoingState::admitted:
      return v1::EVENT_KIND_ADMITTED;
    case OutgoingState::delivered:
      return v1::EVENT_KIND_DELIVERED_RECEIPT;
    case OutgoingState::processed:
      return v1::EVENT_KIND_PROCESSED;
    case OutgoingState::refused:
      return v1::EVENT_KIND_REFUSED;
    case OutgoingState::expired:
      return v1::EVENT_KIND_EXPIRED;
    case OutgoingState::dead_lettered:
      return v1::EVENT_KIND_DEAD_LETTERED;
  }
  return v1::EVENT_KIND_UNSPECIFIED;
}

}  // namespace gnc::nodes
