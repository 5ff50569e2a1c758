#include "gateway/core/records.h"

namespace gnc::gateway {

std::size_t content_bytes(const Transaction& transaction) {
  std::size_t bytes = 0;
  for (const BatchRecord& batch : transaction.batches) bytes += batch.bytes.size();
  for (const ReceiptsRecord& receipts : transaction.receipts) bytes += receipts.bytes.size();
  return bytes;
}

}  // namespace gnc::gateway
