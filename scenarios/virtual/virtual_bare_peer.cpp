#include "scenarios/virtual/virtual_bare_peer.h"

#include <utility>

#include "proto/types/overloaded.h"

namespace gnc::scenarios {

VirtualBarePeer::VirtualBarePeer(Simulation& simulation, VirtualNetwork& network, VirtualTrust& trust,
                                 Participant participant, const BarePeer::Place& place,
                                 const model::AgreementBook& book, Random ids, BarePeer::OnReport on_report)
    : simulation_(simulation),
      network_(network),
      trust_(trust),
      participant_(participant),
      gateway_(place.gateway),
      peer_(place, book, trust.signer(place.party), *this, ids, std::move(on_report)) {}

void VirtualBarePeer::connect() { peer_.advance(simulation_.clock()); }

void VirtualBarePeer::frame_came(nodes::StreamId stream, GatewayFrame frame) {
  if (frame.welcome) heard(nodes::WelcomeReceived{stream, gateway_.text(), *frame.welcome});
  nodes::FrameReceived event{.stream = stream, .deliveries = {}, .receipts = {}, .credit = frame.credit};
  for (const SealedBytes& batch : frame.deliveries) {
    event.deliveries.push_back(opened(batch, simulation_.clock()));
  }
  for (const PositionedReceipts& receipts : frame.receipts) {
    event.receipts.push_back({receipts.position, opened(receipts.batch, std::nullopt)});
  }
  heard(std::move(event));
}

nodes::IncomingBatch VirtualBarePeer::opened(const SealedBytes& batch, std::optional<Instant> now) const {
  return {batch, trust_.open(batch, now)};
}

void VirtualBarePeer::stream_ended(nodes::StreamId stream, Error reason) {
  heard(nodes::StreamEnded{stream, std::move(reason)});
  if (const auto at = peer_.connects_at()) {
    simulation_.queue.push(simulation_.time_of(*at), VirtualEvent::Kind::bare_connects, participant_, 0);
  }
}

void VirtualBarePeer::heard(nodes::Event event) { peer_.heard(event, simulation_.clock()); }

void VirtualBarePeer::perform(nodes::Send send) {
  const auto frame = [this]() -> NodeFrame& { return frame_ ? *frame_ : frame_.emplace(); };
  std::visit(
      Overloaded{
          [&](const nodes::OpenStream& open) {
            stream_ = open.stream;
            frame_.reset();
            network_.open_stream(participant_, open.stream, {open.receipts_recorded_up_to, open.credit});
          },
          [&](nodes::SendSubmission& submission) {
            frame().submissions.push_back(std::move(submission.bytes));
          },
          [&](const nodes::SendReceipts& receipts) { frame().receipts.push_back(receipts.bytes.shared()); },
          [&](const nodes::SendCredit& credit) { frame().credit += credit.envelopes; },
          [&](const nodes::SendReceiptsRecorded& recorded) {
            frame().receipts_recorded_up_to = recorded.up_to;
          },
          [](const auto&) {},
      },
      send);
}

void VirtualBarePeer::flush() {
  if (frame_) network_.send(participant_, stream_, *std::exchange(frame_, std::nullopt));
}

}  // namespace gnc::scenarios
