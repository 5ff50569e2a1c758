#pragma once

#include "gnc/v1/control.pb.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "scenarios/engine/bare_peer.h"
#include "scenarios/engine/fault.h"

namespace gnc::scenarios {

// What the players of a run act on: real processes, or in tests a world in simulated time.
class World {
 public:
  virtual ~World() = default;

  // The run's one clock. It never goes back.
  virtual Instant now() const = 0;
  // Whether the node of this party takes commands: it is up, and not far behind with those it has.
  virtual bool takes_commands(const PartyName&) const = 0;
  virtual void send(const PartyName&, v1::Command) = 0;
  // Hands an envelope to the gateway for a bare administration.
  virtual void submit(const PartyName&, BarePeer::Submission) = 0;
  // Begins a fault; it ends by itself.
  virtual void begin(const Fault&) = 0;
};

}  // namespace gnc::scenarios
