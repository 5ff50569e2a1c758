#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gateway/core/gateway_core.h"
#include "nodes/core/node_core.h"
#include "proto/types/random.h"
#include "scenarios/engine/fault.h"
#include "scenarios/engine/link_proxy.h"
#include "scenarios/engine/report.h"
#include "scenarios/virtual/opened_batches.h"
#include "scenarios/virtual/simulation.h"
#include "scenarios/virtual/virtual_payloads.h"

namespace gnc::scenarios {

// ---- What travels: the frames of the contract, as values ----------------------------------------

struct Hello {
  std::uint64_t receipts_recorded_up_to = 0;
  std::uint32_t credit = 0;
};
struct NodeFrame {
  std::vector<SealedBytes> submissions;
  std::vector<SealedBytes> receipts;
  std::uint32_t credit = 0;
  std::uint64_t receipts_recorded_up_to = 0;
  bool again = false;  // its submissions are copies, made on the way, of what was sent before
};
struct PositionedReceipts {
  std::uint64_t position = 0;
  SealedBytes batch;
};
struct GatewayFrame {
  std::optional<std::uint32_t> welcome;  // its credit
  std::vector<SealedBytes> deliveries;
  std::vector<PositionedReceipts> receipts;
  std::uint32_t credit = 0;
};

// An administration's place in the topology.
using Participant = std::uint32_t;

// The two ends of the links.
class NetworkEnds {
 public:
  virtual ~NetworkEnds() = default;
  virtual bool gateway_listens() const = 0;
  virtual void hello_came(gateway::SessionId, Participant, const Hello&) = 0;
  virtual void node_frame_came(gateway::SessionId, NodeFrame) = 0;
  virtual void node_is_gone(gateway::SessionId) = 0;
  virtual void gateway_frame_came(Participant, nodes::StreamId, GatewayFrame) = 0;
  virtual void stream_ended(Participant, nodes::StreamId, Error reason) = 0;
  virtual void payload_came_up(Participant, const PayloadMessage&) = 0;
  virtual void payload_came_down(Participant, const PayloadMessage&) = 0;
  // Said now and then while the participant fetches one.
  virtual void payload_moves(Participant) = 0;
};

// The links between the administrations and the gateway, and the streams on them. Each direction of a link
// keeps the order of what it carries, as TCP does.
class VirtualNetwork {
 public:
  VirtualNetwork(Simulation&, NetworkEnds&);

  // Participants are numbered in the order in which they are added.
  void add_link(std::string name, const LinkSettings&, Random chance);

  // ---- From the ends ----------------------------------------------------------------------------

  void open_stream(Participant, nodes::StreamId, const Hello&);
  void send(Participant, nodes::StreamId, NodeFrame);
  void close_stream(Participant, nodes::StreamId);
  void send(gateway::SessionId, GatewayFrame);
  void end_session(gateway::SessionId, Error reason);
  // Payloads have connections of their own, and take turns with the streams where the line is narrow. A
  // transfer begins with what the node offers or asks for; after a complete answer, a fault or its last piece
  // down nothing more comes of it.
  std::uint64_t begin_payload(Participant, std::variant<PayloadOffer, PayloadRequest>);
  void answer_payload(std::uint64_t transfer, PayloadAnswer);
  // Sends all from `offset` on, piece by piece.
  void send_payload(std::uint64_t transfer, std::uint64_t offset, std::uint64_t size);
  // A process has died: its peers hear of it when the news has travelled.
  void node_died(Participant);
  void gateway_died();

  // ---- From the faults --------------------------------------------------------------------------

  void cut(Participant, bool is_cut);
  void reset(Participant);
  void degrade(Participant, const std::optional<LinkSettings>& instead);
  void black_hole(Participant, LinkDirection, bool is_hole);

  // Events of the kinds link_arrival, line_free and redial.
  void handle(const VirtualEvent&);

  struct LinkState {
    bool cut = false, hole_up = false, hole_down = false, degraded = false;
    std::uint64_t on_the_way = 0;
    std::uint64_t bytes_up = 0, bytes_down = 0;
  };
  LinkState state(Participant) const;
  std::vector<LinkRow> rows() const;

 private:
  struct NodeGone {};
  struct StreamEnd {
    Error reason;
  };
  using Content =
      std::variant<std::monostate, Hello, NodeFrame, NodeGone, GatewayFrame, StreamEnd, PayloadMessage>;
  struct Message {
    gateway::SessionId session = 0;
    std::uint64_t epoch = 0;  // of the link; what was on the way when it broke is lost
    bool up = false;
    Content content;
    VirtualTime extra = {};  // that it takes longer than others
  };
  // What is yet to be sent of a payload.
  struct Flow {
    std::uint64_t transfer = 0, offset = 0, size = 0;
  };
  struct Direction {
    explicit Direction(Random random) : chance(random) {}
    Random chance;
    std::deque<std::pair<Message, std::size_t>> waiting;  // for a line with a bandwidth, with their bytes
    std::deque<Flow> flows;
    bool flows_turn = false;
    bool of_flow = false;      // what is on the line
    bool busy = false;         // the first of them is on the line
    std::uint64_t turn = 0;    // counts what was put on the line
    VirtualTime last_arrival;  // nothing overtakes
    bool hole = false;
    std::deque<Message> held;  // by a black hole
    std::uint64_t bytes = 0;
  };
  // What holds the connection, as gRPC's channel does: when it cannot connect it dials again by itself, and
  // until it has, streams that are opened fail at once.
  struct Dial {
    explicit Dial(Random random) : chance(random) {}
    Random chance;
    bool failing = false;
    bool connected = false;      // ahead of the stream that uses it
    std::uint64_t wait = 0;      // before the attempt that comes
    std::uint64_t attempts = 0;  // numbers them; what belongs to an earlier one is stale
  };
  struct Link {
    std::string name;
    LinkSettings own, present;
    Direction up, down;
    Dial dial;
    bool cut = false;
    std::uint64_t epoch = 0;
    std::uint64_t on_the_way = 0;
    std::uint64_t connections = 0;  // each stream that reached the gateway has its own
    gateway::SessionId latest = 0;  // stream of it
  };
  struct Transfer {
    Participant participant = 0;
    bool up = false;        // the payload
    VirtualTime told = {};  // that it moves
  };
  struct Stream {
    Participant participant = 0;
    nodes::StreamId id = 0;
    bool open_at_node = false;
    bool open_at_gateway = false;
  };

  void put(Participant, Message, std::size_t bytes);
  static Message taken_from_line(Link&, Direction&);
  static Message next_piece(Link&, Direction&);
  void payload_arrived(Participant, bool up, const PayloadMessage&);
  void stop_flow(std::uint64_t number, const Transfer&);
  // Calls `end` with the number of each of the participant's, which then is none any more.
  template <class End>
  void end_payloads(Participant, const End& end);
  void use_line(Participant, Direction&);
  void leave(Participant, Direction&, Message);
  void arrive(const VirtualEvent&);
  void arrived(Participant, Message);
  VirtualTime connecting(const Link&) const;
  void dial_later(Participant);
  void dial(const VirtualEvent&);
  void break_connections(Participant);
  std::map<gateway::SessionId, Stream>::iterator find(Participant, nodes::StreamId);
  void forget_if_over(gateway::SessionId);

  Simulation& simulation_;
  NetworkEnds& ends_;
  std::vector<Link> links_;
  std::map<gateway::SessionId, Stream> streams_;
  gateway::SessionId next_session_ = 1;
  std::map<std::uint64_t, Transfer> transfers_;  // that are under way
  std::uint64_t last_transfer_ = 0;
  Slots<Message> on_the_way_;
};

// What a frame counts for on the wire.
std::size_t size_of(const NodeFrame&);
std::size_t size_of(const GatewayFrame&);

}  // namespace gnc::scenarios
