#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/store/gateway_store.h"

namespace gnc::gateway {

// Gives the bytes of envelopes on record: from the batches kept in memory, else from the store. A batch is
// kept until each of its envelopes has been given once. Any thread.
class EnvelopeSource {
 public:
  using Bytes = std::shared_ptr<const std::string>;

  // `store` must outlive it.
  EnvelopeSource(const GatewayStore& store, std::size_t bytes_limit);

  // Keeps a batch that was just recorded; the least recently used go when there are too many.
  void keep(std::uint64_t batch, Bytes bytes);

  // A SealedBatch for each run of envelopes of one batch: a whole batch as it came, else its leaves with
  // their paths.
  Result<std::vector<Bytes>> sealed_batches(std::span<const EnvelopeLocation> envelopes);

  // Of the batches in memory.
  std::size_t bytes_kept() const;

 private:
  struct Kept {
    std::uint64_t batch;
    Bytes bytes;
    std::size_t given = 0;  // of its envelopes, or the same one again
  };
  Result<Bytes> find(std::uint64_t batch);
  Bytes insert(std::uint64_t batch, Bytes bytes);
  void gave(std::uint64_t batch, std::size_t envelopes, std::size_t of);

  const GatewayStore& store_;
  const std::size_t bytes_limit_;
  mutable std::mutex mutex_;
  std::list<Kept> kept_;  // latest used first
  std::unordered_map<std::uint64_t, std::list<Kept>::iterator> by_batch_;
  std::size_t bytes_ = 0;
};

}  // namespace gnc::gateway
