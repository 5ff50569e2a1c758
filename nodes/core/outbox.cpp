#include "nodes/core/outbox.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace gnc::nodes {

void Outbox::add(std::uint64_t number, std::shared_ptr<const std::string> bytes, std::vector<Uuid> ids,
                 std::uint32_t open) {
  Batch& batch = batches_[number];
  batch = {std::move(bytes), std::move(ids), open, stream_ != 0};
  if (batch.to_submit) waiting_.push_back(number);
}

void Outbox::doubt_signer() {
  for (auto& [number, batch] : batches_) batch.of_doubtful_signer = true;
}

void Outbox::seal_anew(trust::Signer& signer, Instant now) {
  v1::SealedBatch sealed;
  for (auto& [number, batch] : batches_) {
    if (!std::exchange(batch.of_doubtful_signer, false)) continue;
    if (!sealed.ParseFromString(*batch.bytes)) continue;
    const auto& chain = sealed.seal().chain();
    if (std::ranges::equal(chain, signer.chain())) continue;
    std::vector<std::string> contents;
    contents.reserve(batch.ids.size());
    for (v1::SealedItem& item : *sealed.mutable_items())
      contents.push_back(std::move(*item.mutable_content()));
    const trust::SealRequest request{v1::SealStatement::PURPOSE_ENVELOPES, {}, now};
    batch.bytes = std::make_shared<const std::string>(trust::seal_bytes(contents, request, signer).bytes);
  }
}

void Outbox::stream_opened(StreamId stream, std::uint32_t credit) {
  stream_ended();
  stream_ = stream;
  credit_ = window_ = credit;
  for (auto& [number, batch] : batches_) {
    batch.to_submit = true;
    waiting_.push_back(number);
  }
}

void Outbox::stream_ended() {
  stream_ = 0;
  credit_ = window_ = 0;
  waiting_.clear();
  later_.clear();
}

void Outbox::clock_stepped(Duration by) {
  std::multimap<Instant, std::uint64_t> later;
  for (const auto& [at, batch] : later_) later.emplace(at + by, batch);
  later_ = std::move(later);
}

void Outbox::resolved(std::uint64_t batch) {
  const auto found = batches_.find(batch);
  if (found != batches_.end() && --found->second.open == 0) batches_.erase(found);
}

void Outbox::resubmit(std::uint64_t batch, Instant at) {
  const auto found = batches_.find(batch);
  if (stream_ == 0 || found == batches_.end() || found->second.to_submit) return;
  found->second.to_submit = true;
  later_.emplace(at, batch);
}

Result<void> Outbox::submit(Instant now, const EventLog& log, const Describe& describe,
                            std::vector<Send>& out) {
  while (!later_.empty() && later_.begin()->first <= now) {
    waiting_.push_back(later_.begin()->second);
    later_.erase(later_.begin());
  }
  while (!waiting_.empty() && stream_ != 0) {
    const auto found = batches_.find(waiting_.front());
    if (found == batches_.end()) {  // answered for meanwhile
      waiting_.pop_front();
      continue;
    }
    Batch& batch = found->second;
    if (batch.ids.size() > window_) {
      return failure(v1::CREDIT_EXCEEDED,
                     fmt::format("batch {} has {} envelopes, the gateway grants {}", found->first,
                                 batch.ids.size(), window_),
                     {}, "Let the gateway grant more.");
    }
    if (batch.ids.size() > credit_) return {};
    SendSubmission submission{stream_, batch.bytes, {}};
    if (log.stages()) {
      submission.sent.reserve(batch.ids.size());
      for (const Uuid& id : batch.ids) {
        NodeEvent& event = submission.sent.emplace_back();
        event.kind = v1::EVENT_KIND_SENT;
        event.exchange = id;
        if (log.full()) describe(id, event);
      }
    }
    out.emplace_back(std::move(submission));
    credit_ -= batch.ids.size();
    batch.to_submit = false;
    waiting_.pop_front();
  }
  return {};
}

}  // namespace gnc::nodes
