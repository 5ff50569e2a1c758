#include "nodes/core/records.h"

namespace gnc::nodes {

std::size_t content_bytes(const Transaction& transaction) {
  std::size_t bytes = 0;
  for (const auto& batch : transaction.batches) bytes += batch.bytes->size();
  for (const auto& batch : transaction.received_batches) bytes += batch.bytes.size();
  for (const auto& receipts : transaction.receipts) bytes += receipts.bytes.size();
  return bytes;
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
