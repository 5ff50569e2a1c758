#include "scenarios/virtual/virtual_network.h"

#include <algorithm>
#include <utility>

#include "gnc/v1/errors.pb.h"
#include "nodes/serve/redial.h"
#include "scenarios/virtual/virtual_trust.h"

namespace gnc::scenarios {
namespace {

constexpr std::size_t frame_overhead = 60;  // gRPC, HTTP/2 and TLS
constexpr std::size_t small_message = 200;  // a Hello, a Welcome, a status
constexpr std::uint64_t piece = 16u << 10;  // a record of TLS
constexpr Duration payload_notice = Duration::from_milliseconds(500);

std::size_t piece_of(std::uint64_t left) { return std::min(left, piece) + frame_overhead; }

PayloadAnswer fault_of(const Error& error) { return {.fault = error.code, .detail = error.detail}; }

// gRPC waits three fifths longer each time, and up to a fifth more or less by chance.
constexpr std::uint64_t nanoseconds(Duration duration) {
  return static_cast<std::uint64_t>(duration.microseconds) * 1000;
}

// A chance of `share` in a form that no compiler rounds otherwise.
bool happens(Random& chance, double share) {
  constexpr std::uint64_t parts = 1'000'000'000;
  return share > 0 && chance.below(parts) < static_cast<std::uint64_t>(share * static_cast<double>(parts));
}

Error unreachable(std::string what) { return {v1::GATEWAY_UNREACHABLE, std::move(what), {}, {}}; }

}  // namespace

std::size_t size_of(const NodeFrame& frame) {
  std::size_t bytes = frame_overhead;
  for (const SealedBytes& batch : frame.submissions) bytes += sealed_size(*batch);
  for (const SealedBytes& batch : frame.receipts) bytes += sealed_size(*batch);
  return bytes;
}

std::size_t size_of(const GatewayFrame& frame) {
  std::size_t bytes = frame_overhead;
  for (const SealedBytes& batch : frame.deliveries) bytes += sealed_size(*batch);
  for (const PositionedReceipts& receipts : frame.receipts) bytes += sealed_size(*receipts.batch);
  return bytes;
}

VirtualNetwork::VirtualNetwork(Simulation& simulation, NetworkEnds& ends)
    : simulation_(simulation), ends_(ends) {}

void VirtualNetwork::add_link(std::string name, const LinkSettings& settings, Random chance) {
  links_.push_back({std::move(name), settings, settings, Direction(chance.child("up")),
                    Direction(chance.child("down")), Dial(chance.child("dial")), false, 0, 0});
}

// ---- Carrying -----------------------------------------------------------------------------------

// On its way at once, or when the line has taken what came before.
void VirtualNetwork::put(Participant participant, Message message, std::size_t bytes) {
  Link& link = links_[participant];
  Direction& direction = message.up ? link.up : link.down;
  direction.bytes += bytes;
  message.epoch = link.epoch;
  ++link.on_the_way;
  simulation_.occupy(simulation_.costs.machine.frame);
  direction.waiting.emplace_back(std::move(message), bytes);
  use_line(participant, direction);
}

void VirtualNetwork::use_line(Participant participant, Direction& direction) {
  Link& link = links_[participant];
  const bool up = &direction == &link.up;
  while (!direction.busy && (!direction.waiting.empty() || !direction.flows.empty())) {
    direction.of_flow = !direction.flows.empty() && (direction.flows_turn || direction.waiting.empty());
    direction.flows_turn = !direction.of_flow;
    if (link.present.bandwidth) {
      const std::size_t bytes = direction.of_flow
                                    ? piece_of(direction.flows.front().size - direction.flows.front().offset)
                                    : direction.waiting.front().second;
      // No frame is so long that this overflows.
      const std::uint64_t line = bytes * 8'000'000'000u / *link.present.bandwidth;
      direction.busy = true;
      simulation_.after(line, VirtualEvent::Kind::line_free, participant,
                        ++direction.turn << 1 | (up ? 1 : 0));
      return;
    }
    leave(participant, direction, taken_from_line(link, direction));
  }
}

VirtualNetwork::Message VirtualNetwork::taken_from_line(Link& link, Direction& direction) {
  if (direction.of_flow) return next_piece(link, direction);
  Message message = std::move(direction.waiting.front().first);
  direction.waiting.pop_front();
  return message;
}

void VirtualNetwork::leave(Participant participant, Direction& direction, Message message) {
  const LinkSettings& settings = links_[participant].present;
  std::int64_t delay = settings.latency.microseconds * 1000;
  if (settings.jitter > Duration{}) {
    const auto width = static_cast<std::uint64_t>(settings.jitter.microseconds) * 2000 + 1;
    delay += static_cast<std::int64_t>(direction.chance.below(width)) - settings.jitter.microseconds * 1000;
  }
  if (happens(direction.chance, settings.loss)) delay += settings.stall.microseconds * 1000;
  delay = std::max<std::int64_t>(delay, 0) + static_cast<std::int64_t>(simulation_.costs.link.floor);
  const VirtualTime arrival =
      std::max(simulation_.now + VirtualTime{delay} + message.extra, direction.last_arrival);
  direction.last_arrival = arrival;
  simulation_.queue.push(arrival, VirtualEvent::Kind::link_arrival, participant,
                         on_the_way_.put(std::move(message)));
}

void VirtualNetwork::handle(const VirtualEvent& event) {
  if (event.kind == VirtualEvent::Kind::link_arrival) return arrive(event);
  if (event.kind == VirtualEvent::Kind::redial) return dial(event);
  Link& link = links_[event.subject];
  Direction& direction = (event.number & 1) != 0 ? link.up : link.down;
  if (!direction.busy || event.number >> 1 != direction.turn) return;
  direction.busy = false;
  leave(event.subject, direction, taken_from_line(link, direction));
  use_line(event.subject, direction);
}

void VirtualNetwork::arrive(const VirtualEvent& event) {
  Link& link = links_[event.subject];
  --link.on_the_way;
  Message message = on_the_way_.take(event.number);
  if (message.epoch != link.epoch) return;
  Direction& direction = message.up ? link.up : link.down;
  if (direction.hole) {
    direction.held.push_back(std::move(message));
    return;
  }
  arrived(event.subject, std::move(message));
}

void VirtualNetwork::arrived(Participant participant, Message message) {
  if (const auto* payload = std::get_if<PayloadMessage>(&message.content)) {
    return payload_arrived(participant, message.up, *payload);
  }
  const auto found = streams_.find(message.session);
  if (found == streams_.end()) return;
  Stream& stream = found->second;
  if (auto* hello = std::get_if<Hello>(&message.content)) {
    if (!stream.open_at_node) return;
    if (!ends_.gateway_listens()) {
      dial_later(participant);
      put(participant, {message.session, 0, false, StreamEnd{unreachable("nobody listens there")}},
          small_message);
      return;
    }
    stream.open_at_gateway = true;
    Link& link = links_[participant];
    link.dial.wait = 0;
    ++link.connections;
    ends_.hello_came(message.session, participant, *hello);
  } else if (auto* up = std::get_if<NodeFrame>(&message.content)) {
    if (stream.open_at_gateway) ends_.node_frame_came(message.session, std::move(*up));
  } else if (std::holds_alternative<NodeGone>(message.content)) {
    if (!stream.open_at_gateway) return;
    stream.open_at_gateway = false;
    ends_.node_is_gone(message.session);
    forget_if_over(message.session);
  } else if (auto* down = std::get_if<GatewayFrame>(&message.content)) {
    if (stream.open_at_node) ends_.gateway_frame_came(participant, stream.id, std::move(*down));
  } else if (auto* end = std::get_if<StreamEnd>(&message.content)) {
    if (!stream.open_at_node) return;
    stream.open_at_node = false;
    ends_.stream_ended(participant, stream.id, std::move(end->reason));
    forget_if_over(message.session);
  }
}

// ---- Streams ------------------------------------------------------------------------------------

std::map<gateway::SessionId, VirtualNetwork::Stream>::iterator VirtualNetwork::find(Participant participant,
                                                                                    nodes::StreamId id) {
  // The latest first: it is nearly always that.
  const auto is_it = [participant, id](const Stream& stream) {
    return stream.participant == participant && stream.id == id && stream.open_at_node;
  };
  const auto latest = streams_.find(links_[participant].latest);
  if (latest != streams_.end() && is_it(latest->second)) return latest;
  for (auto at = streams_.end(); at != streams_.begin();) {
    --at;
    if (is_it(at->second)) return at;
  }
  return streams_.end();
}

void VirtualNetwork::forget_if_over(gateway::SessionId session) {
  const auto found = streams_.find(session);
  if (found != streams_.end() && !found->second.open_at_node && !found->second.open_at_gateway) {
    streams_.erase(found);
  }
}

void VirtualNetwork::open_stream(Participant participant, nodes::StreamId id, const Hello& hello) {
  const gateway::SessionId session = next_session_++;
  streams_[session] = {participant, id, true, false};
  links_[participant].latest = session;
  Link& link = links_[participant];
  const auto fail = [&](const char* why) {
    put(participant, {session, 0, false, StreamEnd{unreachable(why)}}, small_message);
  };
  if (link.dial.failing) return fail("it cannot connect");
  if (link.cut) {
    dial_later(participant);
    return fail("the link is cut");
  }
  const VirtualTime takes = std::exchange(link.dial.connected, false) ? VirtualTime{} : connecting(link);
  put(participant, {session, 0, true, hello, takes}, small_message);
}

VirtualTime VirtualNetwork::connecting(const Link& link) const {
  const std::int64_t round_trip = 2 * (link.present.latency.microseconds * 1000 +
                                       static_cast<std::int64_t>(simulation_.costs.link.floor));
  return {round_trip * static_cast<std::int64_t>(simulation_.costs.link.connect_round_trips)};
}

void VirtualNetwork::dial_later(Participant participant) {
  Dial& dial = links_[participant].dial;
  dial.failing = true;
  dial.wait = dial.wait == 0 ? nanoseconds(nodes::first_redial)
                             : std::min(dial.wait * 8 / 5, nanoseconds(nodes::longest_redial));
  const std::uint64_t fifth = dial.wait / 5;
  simulation_.after(dial.wait - fifth + dial.chance.below(2 * fifth + 1), VirtualEvent::Kind::redial,
                    participant, ++dial.attempts << 1);
}

void VirtualNetwork::dial(const VirtualEvent& event) {
  Link& link = links_[event.subject];
  if (!link.dial.failing || event.number >> 1 != link.dial.attempts) return;
  if (link.cut || !ends_.gateway_listens()) return dial_later(event.subject);
  if (const bool at_its_end = (event.number & 1) != 0; at_its_end) {
    link.dial.failing = false;
    link.dial.connected = true;
    link.dial.wait = 0;
    return;
  }
  const auto takes = static_cast<std::uint64_t>(connecting(link).nanoseconds);
  simulation_.after(takes, VirtualEvent::Kind::redial, event.subject, event.number | 1);
}

void VirtualNetwork::send(Participant participant, nodes::StreamId id, NodeFrame frame) {
  const auto found = find(participant, id);
  if (found == streams_.end()) return;
  const std::size_t bytes = size_of(frame);
  put(participant, {found->first, 0, true, std::move(frame)}, bytes);
}

void VirtualNetwork::close_stream(Participant participant, nodes::StreamId id) {
  const auto found = find(participant, id);
  if (found == streams_.end()) return;
  found->second.open_at_node = false;
  put(participant, {found->first, 0, true, NodeGone{}}, small_message);
}

void VirtualNetwork::send(gateway::SessionId session, GatewayFrame frame) {
  const auto found = streams_.find(session);
  if (found == streams_.end() || !found->second.open_at_gateway) return;
  const std::size_t bytes = size_of(frame);
  put(found->second.participant, {session, 0, false, std::move(frame)}, bytes);
}

void VirtualNetwork::end_session(gateway::SessionId session, Error reason) {
  const auto found = streams_.find(session);
  if (found == streams_.end() || !found->second.open_at_gateway) return;
  found->second.open_at_gateway = false;
  put(found->second.participant, {session, 0, false, StreamEnd{std::move(reason)}}, small_message);
  forget_if_over(session);
}

void VirtualNetwork::node_died(Participant participant) {
  for (auto& [session, stream] : streams_) {
    if (stream.participant != participant || !stream.open_at_node) continue;
    stream.open_at_node = false;
    put(participant, {session, 0, true, NodeGone{}}, small_message);
  }
  end_payloads(participant, [](std::uint64_t) {});
}

void VirtualNetwork::gateway_died() {
  for (auto& [session, stream] : streams_) {
    if (!stream.open_at_gateway) continue;
    stream.open_at_gateway = false;
    put(stream.participant, {session, 0, false, StreamEnd{unreachable("the connection was reset")}},
        small_message);
  }
  for (const auto& [number, transfer] : transfers_) {
    stop_flow(number, transfer);
    answer_payload(number, fault_of(unreachable("the connection was reset")));
  }
}

// ---- Payloads -----------------------------------------------------------------------------------

std::uint64_t VirtualNetwork::begin_payload(Participant participant,
                                            std::variant<PayloadOffer, PayloadRequest> begin) {
  const std::uint64_t number = ++last_transfer_;
  Link& link = links_[participant];
  transfers_[number] = {participant, std::holds_alternative<PayloadOffer>(begin)};
  if (link.cut) {
    answer_payload(number, fault_of(unreachable("the link is cut")));
    return number;
  }
  PayloadMessage message{number, {}};
  std::visit([&message](auto& what) { message.content = std::move(what); }, begin);
  put(participant, {0, 0, true, std::move(message), connecting(link)}, small_message);
  return number;
}

void VirtualNetwork::answer_payload(std::uint64_t transfer, PayloadAnswer answer) {
  const auto found = transfers_.find(transfer);
  if (found == transfers_.end()) return;
  put(found->second.participant, {0, 0, false, PayloadMessage{transfer, std::move(answer)}}, small_message);
}

void VirtualNetwork::send_payload(std::uint64_t transfer, std::uint64_t offset, std::uint64_t size) {
  const auto found = transfers_.find(transfer);
  if (found == transfers_.end() || offset >= size) return;
  Link& link = links_[found->second.participant];
  Direction& direction = found->second.up ? link.up : link.down;
  direction.flows.push_back({transfer, offset, size});
  use_line(found->second.participant, direction);
}

VirtualNetwork::Message VirtualNetwork::next_piece(Link& link, Direction& direction) {
  Flow& flow = direction.flows.front();
  const std::uint64_t bytes = std::min(flow.size - flow.offset, piece);
  const bool last = flow.offset + bytes == flow.size;
  Message message{0, link.epoch, &direction == &link.up,
                  PayloadMessage{flow.transfer, PayloadPiece{flow.offset, bytes, last}}};
  direction.bytes += bytes + frame_overhead;
  ++link.on_the_way;
  flow.offset += bytes;
  if (last) direction.flows.pop_front();
  return message;
}

void VirtualNetwork::payload_arrived(Participant participant, bool up, const PayloadMessage& message) {
  const auto found = transfers_.find(message.transfer);
  if (found == transfers_.end()) return;
  if (up) {
    if (ends_.gateway_listens()) return ends_.payload_came_up(participant, message);
    if (!std::holds_alternative<PayloadPiece>(message.content))
      answer_payload(message.transfer, fault_of(unreachable("nobody listens there")));
    return;
  }
  bool over = false;
  if (const auto* answer = std::get_if<PayloadAnswer>(&message.content)) {
    over = answer->complete || answer->fault != v1::ERROR_CODE_UNSPECIFIED;
  } else if (const auto* part = std::get_if<PayloadPiece>(&message.content)) {
    over = part->last;
    Transfer& transfer = found->second;
    if (transfer.told + VirtualTime::of(payload_notice) <= simulation_.now) {
      transfer.told = simulation_.now;
      ends_.payload_moves(participant);
    }
  }
  if (over) {
    stop_flow(found->first, found->second);
    transfers_.erase(found);
  }
  ends_.payload_came_down(participant, message);
}

void VirtualNetwork::stop_flow(std::uint64_t number, const Transfer& transfer) {
  Link& link = links_[transfer.participant];
  Direction& direction = transfer.up ? link.up : link.down;
  const bool on_the_line = direction.busy && direction.of_flow && !direction.flows.empty() &&
                           direction.flows.front().transfer == number;
  std::erase_if(direction.flows, [number](const Flow& flow) { return flow.transfer == number; });
  if (!on_the_line) return;
  direction.busy = false;
  use_line(transfer.participant, direction);
}

template <class End>
void VirtualNetwork::end_payloads(Participant participant, const End& end) {
  std::vector<std::uint64_t> ended;
  for (const auto& [number, transfer] : transfers_) {
    if (transfer.participant == participant) ended.push_back(number);
  }
  for (const std::uint64_t number : ended) {
    const auto found = transfers_.find(number);
    stop_flow(number, found->second);
    transfers_.erase(found);
    end(number);
  }
}

// ---- Faults -------------------------------------------------------------------------------------

void VirtualNetwork::break_connections(Participant participant) {
  Link& link = links_[participant];
  link.dial.connected = false;
  ++link.epoch;
  for (Direction* direction : {&link.up, &link.down}) {
    direction->held.clear();
    link.on_the_way -= direction->waiting.size();
    direction->waiting.clear();
    direction->flows.clear();
    direction->busy = false;
    direction->last_arrival = simulation_.now;
  }
  std::vector<gateway::SessionId> broken;
  for (const auto& [session, stream] : streams_) {
    if (stream.participant == participant) broken.push_back(session);
  }
  for (const gateway::SessionId session : broken) {
    Stream& stream = streams_.at(session);
    const Stream was = stream;
    stream.open_at_node = stream.open_at_gateway = false;
    if (was.open_at_gateway) ends_.node_is_gone(session);
    if (was.open_at_node) ends_.stream_ended(participant, was.id, unreachable("the connection broke"));
    streams_.erase(session);
  }
  end_payloads(participant, [this, participant](std::uint64_t transfer) {
    ends_.payload_came_down(participant, {transfer, fault_of(unreachable("the connection broke"))});
  });
}

void VirtualNetwork::cut(Participant participant, bool is_cut) {
  links_[participant].cut = is_cut;
  if (is_cut) break_connections(participant);
}

void VirtualNetwork::reset(Participant participant) { break_connections(participant); }

void VirtualNetwork::degrade(Participant participant, const std::optional<LinkSettings>& instead) {
  Link& link = links_[participant];
  link.present = instead.value_or(link.own);
  // What is on its way arrives as it would have; what waits for the line waits anew.
  for (Direction* direction : {&link.up, &link.down}) {
    direction->busy = false;
    use_line(participant, *direction);
  }
}

void VirtualNetwork::black_hole(Participant participant, LinkDirection which, bool is_hole) {
  Link& link = links_[participant];
  for (Direction* direction : {&link.up, &link.down}) {
    if (which == LinkDirection::up && direction == &link.down) continue;
    if (which == LinkDirection::down && direction == &link.up) continue;
    direction->hole = is_hole;
    if (is_hole) continue;
    // What waited goes on at once, in order.
    std::deque<Message> held = std::exchange(direction->held, {});
    for (Message& message : held) {
      ++link.on_the_way;
      direction->last_arrival = std::max(direction->last_arrival, simulation_.now);
      simulation_.queue.push(simulation_.now, VirtualEvent::Kind::link_arrival, participant,
                             on_the_way_.put(std::move(message)));
    }
  }
}

VirtualNetwork::LinkState VirtualNetwork::state(Participant participant) const {
  const Link& link = links_[participant];
  return {link.cut,        link.up.hole,  link.down.hole, link.present != link.own,
          link.on_the_way, link.up.bytes, link.down.bytes};
}

std::vector<LinkRow> VirtualNetwork::rows() const {
  std::vector<LinkRow> rows;
  for (const Link& link : links_)
    rows.push_back({link.name, link.up.bytes, link.down.bytes, link.connections});
  return rows;
}

}  // namespace gnc::scenarios
