#include "gateway/serve/envelope_source.h"

#include "proto/wire/frame_codec.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::gateway {

EnvelopeSource::EnvelopeSource(const GatewayStore& store, std::size_t bytes_limit)
    : store_(store), bytes_limit_(bytes_limit) {}

void EnvelopeSource::keep(std::uint64_t batch, Bytes bytes) { insert(batch, std::move(bytes)); }

EnvelopeSource::Bytes EnvelopeSource::insert(std::uint64_t batch, Bytes shared) {
  const std::lock_guard guard(mutex_);
  if (by_batch_.contains(batch)) return shared;
  bytes_ += shared->size();
  kept_.push_front({batch, shared, 0});
  by_batch_[batch] = kept_.begin();
  while (bytes_ > bytes_limit_ && kept_.size() > 1) {
    bytes_ -= kept_.back().bytes->size();
    by_batch_.erase(kept_.back().batch);
    kept_.pop_back();
  }
  return shared;
}

Result<EnvelopeSource::Bytes> EnvelopeSource::find(std::uint64_t batch) {
  {
    const std::lock_guard guard(mutex_);
    if (const auto found = by_batch_.find(batch); found != by_batch_.end()) {
      kept_.splice(kept_.begin(), kept_, found->second);
      return found->second->bytes;
    }
  }
  auto bytes = store_.batch(batch);
  if (!bytes) return tl::unexpected(bytes.error());
  return insert(batch, std::make_shared<const std::string>(std::move(*bytes)));
}

// What is asked for once more after that is in the store.
void EnvelopeSource::gave(std::uint64_t batch, std::size_t envelopes, std::size_t of) {
  const std::lock_guard guard(mutex_);
  const auto found = by_batch_.find(batch);
  if (found == by_batch_.end()) return;
  const auto kept = found->second;
  kept->given += envelopes;
  if (kept->given < of) return;
  bytes_ -= kept->bytes->size();
  kept_.erase(kept);
  by_batch_.erase(found);
}

std::size_t EnvelopeSource::bytes_kept() const {
  const std::lock_guard guard(mutex_);
  return bytes_;
}

Result<std::vector<EnvelopeSource::Bytes>> EnvelopeSource::sealed_batches(
    std::span<const EnvelopeLocation> envelopes) {
  std::vector<Bytes> sealed;
  std::vector<std::uint64_t> indexes;
  for (auto at = envelopes.begin(); at != envelopes.end();) {
    const auto batch = at->batch;
    indexes.clear();
    // Within a run the indexes rise, as extract() wants them.
    do {
      indexes.push_back(at->index);
      ++at;
    } while (at != envelopes.end() && at->batch == batch && at->index > indexes.back());
    auto bytes = find(batch);
    if (!bytes) return tl::unexpected(bytes.error());
    // Rising indexes, as many as there are leaves and the last one the last leaf: all of them.
    const auto leaves = wire::count_items(**bytes);
    gave(batch, indexes.size(), leaves);
    if (indexes.size() == leaves && indexes.back() + 1 == leaves) {
      sealed.push_back(std::move(*bytes));
      continue;
    }
    auto part = trust::extract(**bytes, indexes);
    if (!part) return tl::unexpected(part.error());
    sealed.push_back(std::make_shared<const std::string>(std::move(*part)));
  }
  return sealed;
}

}  // namespace gnc::gateway
