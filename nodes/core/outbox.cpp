#include "nodes/core/outbox.h"

#include <algorithm>
#include <numeric>

namespace gnc::nodes {

void Outbox::add(std::uint64_t number, std::shared_ptr<const std::string> bytes, std::vector<Uuid> ids,
                 std::uint32_t open) {
  const auto count = static_cast<std::uint32_t>(ids.size());
  batches_.emplace(number, Batch{std::move(bytes), std::move(ids), open});
  if (stream_ != 0) waiting_.push_back({number, 0, count});
}

void Outbox::stream_opened(StreamId stream, std::uint32_t credit) {
  stream_ = stream;
  credit_ = window_ = credit;
  waiting_.clear();
  later_.clear();
  for (const auto& [number, batch] : batches_) {
    waiting_.push_back({number, 0, static_cast<std::uint32_t>(batch.ids.size())});
  }
}

void Outbox::stream_ended() {
  stream_ = 0;
  credit_ = window_ = 0;
  waiting_.clear();
  later_.clear();
}

void Outbox::resolved(std::uint64_t batch) {
  const auto found = batches_.find(batch);
  if (found != batches_.end() && --found->second.open == 0) batches_.erase(found);
}

void Outbox::resubmit(std::uint64_t batch, std::uint32_t index, Instant at) {
  if (stream_ != 0) later_.emplace(at, Unit{batch, index, index + 1});
}

void Outbox::submit(Instant now, const EventLog& log, const Describe& describe, std::vector<Send>& out) {
  while (!later_.empty() && later_.begin()->first <= now) {
    waiting_.push_back(later_.begin()->second);
    later_.erase(later_.begin());
  }
  while (!waiting_.empty() && stream_ != 0) {
    Unit& unit = waiting_.front();
    const auto found = batches_.find(unit.batch);
    if (found == batches_.end()) {  // answered for meanwhile
      waiting_.pop_front();
      continue;
    }
    const Batch& batch = found->second;
    std::uint32_t take = unit.last - unit.first;
    if (take > credit_) {
      // A batch larger than the gateway ever grants goes in parts; any other waits until it fits whole.
      if (take <= window_ || credit_ == 0) return;
      take = static_cast<std::uint32_t>(credit_);
    }
    SendSubmission submission{stream_, batch.bytes, {}};
    if (take != batch.ids.size()) {
      std::vector<std::uint64_t> indexes(take);
      std::iota(indexes.begin(), indexes.end(), unit.first);
      Result<std::string> part = trust::extract(*batch.bytes, indexes);
      // Our own batch, sealed here: only a damaged store could make this fail, and then no part can be sent.
      if (!part) {
        waiting_.pop_front();
        continue;
      }
      submission.bytes = std::make_shared<const std::string>(std::move(*part));
    }
    if (log.stages()) {
      submission.sent.reserve(take);
      for (std::uint32_t i = unit.first; i < unit.first + take; ++i) {
        NodeEvent& event = submission.sent.emplace_back();
        event.kind = v1::EVENT_KIND_SENT;
        event.exchange = batch.ids[i];
        if (log.full()) describe(batch.ids[i], event);
      }
    }
    out.emplace_back(std::move(submission));
    credit_ -= take;
    unit.first += take;
    if (unit.first == unit.last) waiting_.pop_front();
  }
}

}  // namespace gnc::nodes
