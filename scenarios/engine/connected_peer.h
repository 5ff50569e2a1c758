#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "model/agreement/agreement_book.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "scenarios/engine/bare_peer.h"
#include "scenarios/engine/happening.h"

namespace gnc::scenarios {

// A bare administration of the live world: the run itself speaks for it over gRPC. What it reports goes to
// the queue as a process's reports do, from a process named "bare-AU". The run's thread alone.
class ConnectedPeer {
 public:
  struct Settings {
    PartyName party;
    PartyName gateway;
    std::string address;  // "127.0.0.1:41235"
    std::filesystem::path identity;
    std::filesystem::path trust;
  };
  // `queue` must outlive it.
  static Result<std::unique_ptr<ConnectedPeer>> make(const Settings&, const model::AgreementBook&,
                                                     HappeningQueue& queue);
  // stop().
  ~ConnectedPeer();

  BarePeer& peer();
  // Connects, takes in what has come, sends what waits. To be called whenever something happened, and often.
  void advance(Instant now);
  // Lets what waits be written and ends the connection.
  void stop();

 private:
  struct State;
  explicit ConnectedPeer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gnc::scenarios
