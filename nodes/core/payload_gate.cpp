#include "nodes/core/payload_gate.h"

#include <algorithm>

#include "proto/payload/attachments.h"

namespace gnc::nodes {
namespace {

// Most batches have none, and their envelopes need not be read.
bool has_attachments(const trust::OpenedBatch& batch) {
  return std::ranges::any_of(batch.items, [](const trust::OpenedItem& item) {
    if (item.fault != v1::ERROR_CODE_UNSPECIFIED) return false;
    const auto attachments = payload::read_attachments(item.content);
    return attachments && !attachments->empty();
  });
}

// Without what cannot be read: the inbox refuses that.
AwaitedPayloads payloads_of(const trust::OpenedBatch& batch) {
  AwaitedPayloads awaited;
  v1::Envelope envelope;
  for (const trust::OpenedItem& item : batch.items) {
    if (item.fault != v1::ERROR_CODE_UNSPECIFIED) continue;
    if (!envelope.ParseFromArray(item.content.data(), static_cast<int>(item.content.size()))) continue;
    awaited.conversations.push_back(envelope.conversation());
    if (envelope.attachments_size() == 0 || !payload::read_attachments(item.content)) continue;
    awaited.until = std::max(awaited.until, Instant{envelope.expires_at()});
    for (v1::Attachment& each : *envelope.mutable_attachments())
      awaited.attachments.push_back(std::move(each));
  }
  return awaited;
}

}  // namespace

std::vector<HeldBatch> PayloadGate::take_out_of(FrameReceived& frame) {
  std::vector<HeldBatch> held;
  std::vector<IncomingBatch> at_once;
  for (IncomingBatch& batch : frame.deliveries) {
    auto awaited = hold(batch);
    if (awaited) {
      held.push_back({frame.stream, std::move(batch), std::move(*awaited)});
    } else {
      at_once.push_back(std::move(batch));
    }
  }
  frame.deliveries = std::move(at_once);
  return held;
}

std::optional<AwaitedPayloads> PayloadGate::hold(const IncomingBatch& batch) {
  if (!batch.opened || batch.opened->purpose != v1::SealStatement::PURPOSE_ENVELOPES) return std::nullopt;
  bool wait = has_attachments(*batch.opened);
  if (!wait && held_.empty()) return std::nullopt;
  AwaitedPayloads awaited = payloads_of(*batch.opened);
  wait = wait || std::ranges::any_of(awaited.conversations,
                                     [this](const std::string& each) { return held_.contains(each); });
  if (!wait) return std::nullopt;
  held_.insert(awaited.conversations.begin(), awaited.conversations.end());
  return awaited;
}

void PayloadGate::let_through(const AwaitedPayloads& held) {
  for (const std::string& each : held.conversations) {
    const auto found = held_.find(each);
    if (found != held_.end()) held_.erase(found);
  }
}

}  // namespace gnc::nodes
