#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/nodes/core/node_world.h"

namespace gnc::nodes {

// A gateway in memory that keeps its side of the protocol and no more: it admits, routes, passes receipts on
// and gives them again. Chance makes it refuse at first, deliver twice and fill its frames as it likes.
class ScriptedGateway {
 public:
  ScriptedGateway(const NodeWorld& world, Random chance) : world_(world), chance_(chance) {}

  // The events that the node is given.
  std::vector<Event> connect(const PartyName& party, const OpenStream& hello);
  void disconnect(const PartyName& party);
  bool is_connected(const PartyName& party, StreamId stream) const;
  // One part of a frame of the node's.
  void take(const PartyName& party, const Send& part, Instant now);
  // A frame for the node, of what waits; empty where nothing does.
  std::vector<Event> frame(const PartyName& party);

  // No more refusals and second deliveries.
  void be_kind() { kind_ = true; }

 private:
  struct Exchange {
    PartyName sender, recipient;
    std::string batch;  // of this one leaf
    bool receipted = false;
  };
  struct Peer {
    StreamId stream = 0;  // 0: away
    std::uint64_t credit = 0;
    std::uint64_t submissions_to_grant = 0;
    std::uint64_t receipts_sent = 0;
    std::vector<std::string> receipts;  // by position, from 1
    std::vector<Uuid> mailbox;          // in order of admission
    std::set<Uuid> in_flight;
  };

  void submit(const PartyName& party, const std::string& bytes, Instant now);
  void pass_on(const std::string& bytes);

  const NodeWorld& world_;
  Random chance_;
  bool kind_ = false;
  std::map<PartyName, Peer> peers_;
  std::map<Uuid, Exchange> exchanges_;
};

}  // namespace gnc::nodes
