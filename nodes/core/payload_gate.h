#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "nodes/core/node_core.h"

namespace gnc::nodes {

// What is to be fetched before a batch may be taken in.
struct AwaitedPayloads {
  std::vector<v1::Attachment> attachments;
  // For so long, which is as long as the last of their envelopes lives.
  Instant until;
  std::vector<std::string> conversations;  // of the whole batch
};

// A batch that waits for payloads, or for one that does.
struct HeldBatch {
  StreamId stream = 0;
  IncomingBatch batch;
  AwaitedPayloads awaited;
};

// Keeps a batch back whose envelopes announce payloads, and what follows it in its conversations, so that a
// conversation keeps its order. Not safe for use by several threads at once.
class PayloadGate {
 public:
  // Takes out of the frame what has to wait, in its order. What goes before it in a conversation may be left
  // in the frame, so that the core must have the frame before it is given any of this.
  std::vector<HeldBatch> take_out_of(FrameReceived& frame);
  // Nothing where the batch may be taken in at once. What it gives must be let through afterwards.
  std::optional<AwaitedPayloads> hold(const IncomingBatch& batch);
  // What was held has been taken in, or will be delivered anew.
  void let_through(const AwaitedPayloads& held);

 private:
  std::multiset<std::string> held_;  // a conversation as often as a held batch has it
};

}  // namespace gnc::nodes
