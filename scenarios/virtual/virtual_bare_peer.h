#pragma once

#include "scenarios/engine/bare_peer.h"
#include "scenarios/virtual/virtual_network.h"
#include "scenarios/virtual/virtual_trust.h"

namespace gnc::scenarios {

// A bare administration of a virtual world. It is no process of the machine: what it does takes no time.
class VirtualBarePeer final : private BarePeer::Link {
 public:
  // All but the book and the ids must outlive it.
  VirtualBarePeer(Simulation&, VirtualNetwork&, VirtualTrust&, Participant, const BarePeer::Place&,
                  const model::AgreementBook&, Random ids, BarePeer::OnReport);

  BarePeer& peer() { return peer_; }
  const BarePeer& peer() const { return peer_; }

  // Connects; also by events of the kind bare_connects.
  void connect();
  void frame_came(nodes::StreamId, GatewayFrame);
  void stream_ended(nodes::StreamId, Error reason);

 private:
  void perform(nodes::Send) override;
  void flush() override;
  void heard(nodes::Event);
  nodes::IncomingBatch opened(const SealedBytes& batch, std::optional<Instant> now) const;

  Simulation& simulation_;
  VirtualNetwork& network_;
  VirtualTrust& trust_;
  const Participant participant_;
  const PartyName gateway_;
  nodes::StreamId stream_ = 0;      // the latest
  std::optional<NodeFrame> frame_;  // what goes out with the next flush
  BarePeer peer_;
};

}  // namespace gnc::scenarios
