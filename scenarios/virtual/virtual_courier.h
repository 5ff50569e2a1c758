#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "nodes/core/handed_in_files.h"
#include "nodes/core/node_core.h"
#include "nodes/core/payload_gate.h"
#include "nodes/core/transfer_attempts.h"
#include "scenarios/virtual/attachment_book.h"
#include "scenarios/virtual/virtual_network.h"

namespace gnc::scenarios {

// What nodes/serve/payload_courier.h does for one party of a live host: brings the payloads of its
// attachments to the gateway before the core makes the envelope, and from there before the core sees it.
// Lives as long as its process does.
class VirtualCourier {
 public:
  struct Surroundings {
    VirtualNetwork& network;
    Participant participant;
    PartyName party;
    PayloadPlaces& places;  // of the party
    AttachmentBook& attachments;
    std::function<Instant()> clock;
    // What the core is to take.
    std::function<void(nodes::Event)> take;
    // Asks for wake() with that number.
    std::function<void(Duration, std::uint64_t number)> wake_after;
    // How long a payload is tried where its lodgement does not say.
    Duration default_life;
  };
  VirtualCourier(Surroundings, const Random& chance);

  // Hands the files of the lodgement in; then the core takes it, each file with its digest or its fault.
  void send(v1::Lodge lodge);
  // Takes out of the frame what has attachments, and what follows it in its conversations: for bring(), once
  // the core has the frame.
  std::vector<nodes::HeldBatch> divert(nodes::FrameReceived& frame) { return gate_.take_out_of(frame); }
  void bring(std::vector<nodes::HeldBatch> held);

  void came(const PayloadMessage&);
  void wake(std::uint64_t number);
  bool is_idle() const { return out_.empty() && in_.empty(); }

 private:
  struct Outgoing {
    v1::Lodge lodge;
    Instant until;
    int item = 0, file = 0;  // that comes next
    nodes::HandedInFiles handed_in = {};
    PayloadOffer offer = {};
  };
  struct Held : nodes::HeldBatch {
    std::size_t next = 0;  // of its attachments
  };
  struct Way {
    Random jitter;
    std::optional<nodes::TransferAttempts> attempts = {};
    std::uint64_t transfer = 0;  // under way; zero: none
    std::uint64_t waits = 0;     // numbers them; what belongs to an earlier one is stale
  };

  void go_on_out();
  void go_on_in();
  void attempt_out();
  void attempt_in();
  // The file, or the attachment, that was under way.
  void ended_out(const Error* fault);
  void ended_in(const Error* fault);
  // False where it is tried again later.
  bool is_over(Way&, const Error& fault);

  const Surroundings around_;
  Way out_way_, in_way_;
  std::deque<Outgoing> out_;
  std::deque<Held> in_;
  nodes::PayloadGate gate_;
};

}  // namespace gnc::scenarios
