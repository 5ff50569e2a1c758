#include "scenarios/virtual/node_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

// As much as a frame of the live world holds, with room for its head.
constexpr std::size_t most_frame_bytes = 3u << 20;

}  // namespace

NodeProcess::NodeProcess(Simulation& simulation, std::string name, std::uint32_t number, Random chance,
                         nodes::NodeConfig settings, Surroundings around)
    : VirtualProcess(simulation, std::move(name), number, simulation.costs.node, chance),
      settings_(std::move(settings)),
      around_(around) {}

void NodeProcess::add(Participant participant, const PartyName& name, MakeBusiness make_business) {
  parties_.push_back(std::unique_ptr<Party>(new Party{
      participant, name, NodeRecords(around_.facts), std::move(make_business), {}, {}, {}, {}, {}, 0, {}}));
}

std::size_t NodeProcess::index_of(Participant participant) const {
  const auto found = std::ranges::find_if(
      parties_, [participant](const auto& party) { return party->participant == participant; });
  return static_cast<std::size_t>(found - parties_.begin());
}

NodeProcess::PartyView NodeProcess::party(Participant participant) const {
  Party& found = *parties_[index_of(participant)];
  return {found.name, found.core.get(), found.records};
}

void NodeProcess::restore() {
  for (const auto& party : parties_) {
    nodes::NodeConfig config = settings_;
    config.party = party->name;
    // By party and start, so that another host or party changes nothing for this one.
    const Random chance = chance_.child(party->name.text()).child(std::to_string(starts()));
    nodes::RestoredState restored = party->records.restore();
    party->business = party->make_business();
    if (auto recalled = party->business->recall(restored.notes); !recalled) {
      around_.facts.contradicted(
          fmt::format("{} cannot recall its notes: {}", party->name.text(), describe(recalled.error())));
    }
    party->core = std::make_unique<nodes::NodeCore>(std::move(config), around_.agreements, party->records,
                                                    around_.trust.signer(party->name), *party->business,
                                                    chance, std::move(restored));
    if (party->slowness != Duration{}) party->waiting.emplace_back(nodes::BusinessPaced{party->slowness});
    party->wake = clock();
    party->free_at = simulation_.now;
  }
}

void NodeProcess::lose_memory() {
  for (const auto& party : parties_) {
    party->core.reset();
    party->business.reset();
    party->waiting.clear();
    party->stream = 0;
    party->wake = {};
  }
  opening_ = {};
  making_.clear();
  rounds_.clear();
  committing_.clear();
  durable_ = false;
  rounds_under_way_ = 0;
}

void NodeProcess::network_hears_of_death() {
  for (const auto& party : parties_) around_.network.node_died(party->participant);
}

// ---- In -----------------------------------------------------------------------------------------

void NodeProcess::lodge(Participant participant, v1::Lodge lodge) {
  if (!is_up()) return;
  parties_[index_of(participant)]->waiting.emplace_back(nodes::LodgeRequested{std::move(lodge)});
  run_on();
}

void NodeProcess::frame_came(Participant participant, nodes::StreamId stream, GatewayFrame frame) {
  const std::size_t index = index_of(participant);
  Party& party = *parties_[index];
  if (auto holds = around_.trust.check_peer(settings_.gateway, clock()); !holds) {
    around_.network.close_stream(participant, stream);
    stream_ended(participant, stream, holds.error());
    return;
  }
  Opened opened{index, {}, {}};
  if (frame.welcome)
    opened.welcome = nodes::WelcomeReceived{stream, settings_.gateway.text(), *frame.welcome};
  opened.frame.stream = stream;
  opened.frame.credit = frame.credit;
  Opening opening;
  for (const SealedBytes& batch : frame.deliveries) {
    opened.frame.deliveries.push_back(
        open_batch<nodes::IncomingBatch>(around_.trust, batch, clock(), opening));
  }
  for (const PositionedReceipts& receipts : frame.receipts) {
    opened.frame.receipts.push_back(
        {receipts.position,
         open_batch<nodes::IncomingBatch>(around_.trust, receipts.batch, std::nullopt, opening)});
  }
  open_for(opening.cost(costs_), party.free_at, opening_.put(std::move(opened)));
}

void NodeProcess::frame_opened(std::uint64_t slot) {
  Opened opened = opening_.take(slot);
  Party& party = *parties_[opened.party];
  if (opened.welcome) party.waiting.emplace_back(std::move(*opened.welcome));
  const nodes::FrameReceived& frame = opened.frame;
  if (!frame.deliveries.empty() || !frame.receipts.empty() || frame.credit != 0) {
    party.waiting.emplace_back(std::move(opened.frame));
  }
}

void NodeProcess::stream_ended(Participant participant, nodes::StreamId stream, Error reason) {
  if (!is_up()) return;
  Party& party = *parties_[index_of(participant)];
  if (party.stream == stream) party.stream = 0;
  party.waiting.emplace_back(nodes::StreamEnded{stream, std::move(reason)});
  run_on();
}

void NodeProcess::check_peers() {
  if (!is_up()) return;
  const auto holds = around_.trust.check_peer(settings_.gateway, clock());
  if (holds) return;
  for (const auto& party : parties_) {
    const nodes::StreamId stream = party->stream;
    if (stream == 0) continue;
    around_.network.close_stream(party->participant, stream);
    stream_ended(party->participant, stream, holds.error());
  }
}

void NodeProcess::replace_identity(Participant participant) {
  if (!is_up()) return;
  Party& party = *parties_[index_of(participant)];
  party.waiting.emplace_back(nodes::IdentityReplaced{signer_of(around_.trust, party.name)});
  run_on();
}

void NodeProcess::slow_down(Participant participant, Duration by) {
  Party& party = *parties_[index_of(participant)];
  party.slowness = by;
  if (!is_up()) return;
  party.waiting.emplace_back(nodes::BusinessPaced{by});
  run_on();
}

void NodeProcess::clock_stepped(Duration by) {
  for (const auto& party : parties_) {
    if (party->wake != Instant{}) party->wake = party->wake + by;
    party->waiting.emplace_back(nodes::ClockStepped{by});
  }
}

bool NodeProcess::is_quiet() const {
  if (!is_up() || !is_idle() || rounds_under_way_ != 0) return false;
  return std::ranges::all_of(parties_, [](const auto& party) { return party->core->counters().open == 0; });
}

// ---- The cores ----------------------------------------------------------------------------------

bool NodeProcess::has_events() const {
  return std::ranges::any_of(parties_, [](const auto& party) { return !party->waiting.empty(); });
}

std::uint64_t NodeProcess::step() {
  std::uint64_t cost = 0;
  const Instant now = clock();
  Instant wake;
  for (std::size_t i = 0; i < parties_.size(); ++i) {
    Party& party = *parties_[i];
    const bool due = party.wake != Instant{} && party.wake <= now;
    if (!party.waiting.empty() || due) {
      cost += costs_.step;
      for (const nodes::Event& event : party.waiting) {
        if (const auto* lodged = std::get_if<nodes::LodgeRequested>(&event)) {
          cost += costs_.document * static_cast<std::uint64_t>(lodged->lodge.items_size());
        } else if (const auto* frame = std::get_if<nodes::FrameReceived>(&event)) {
          for (const nodes::IncomingBatch& batch : frame->deliveries) {
            if (batch.opened) cost += costs_.envelope * batch.opened->items.size();
          }
          for (const nodes::IncomingReceipts& receipts : frame->receipts) {
            if (receipts.batch.opened) cost += costs_.receipt * receipts.batch.opened->items.size();
          }
        }
      }
      std::vector<nodes::Event> events = std::exchange(party.waiting, {});
      nodes::Effects effects = party.core->step(events, now);
      party.wake = effects.wake;
      const std::uint64_t decisions = effects.persist.decisions.size();
      cost += decisions * costs_.document;
      cost += costs_.seal * effects.persist.batches.size();
      for (const nodes::Send& send : effects.send) {
        if (std::holds_alternative<nodes::SendReceipts>(send)) cost += costs_.seal;
      }
      if (!effects.persist.empty() || !effects.send.empty() || !effects.events.empty()) {
        making_.push_back({i, std::move(effects)});
      }
    }
    if (party.wake != Instant{} && (wake == Instant{} || party.wake < wake)) wake = party.wake;
  }
  wake_at(wake);
  if (!making_.empty()) ++rounds_under_way_;
  return cost;
}

void NodeProcess::stepped() {
  if (!making_.empty()) rounds_.push_back(std::exchange(making_, {}));
}

// ---- The disk -----------------------------------------------------------------------------------

VirtualProcess::Group NodeProcess::take_group() {
  committing_ = std::exchange(rounds_, {});
  durable_ = false;
  Group group;
  for (const std::vector<PartyStep>& round : committing_) {
    for (const PartyStep& step : round) {
      const nodes::Transaction& persist = step.effects.persist;
      group.rows += persist.batches.size() + persist.outgoing.size() + persist.changes.size() +
                    persist.received_batches.size() + persist.received.size() + persist.rejections.size() +
                    persist.decisions.size() + persist.receipts.size() + persist.notes.size();
      for (const nodes::OutboxBatchRecord& batch : persist.batches) group.bytes += sealed_size(*batch.bytes);
      for (const auto& batch : persist.received_batches) group.bytes += sealed_size(batch.bytes);
      for (const auto& receipts : persist.receipts) group.bytes += sealed_size(receipts.bytes);
    }
  }
  return group;
}

void NodeProcess::make_group_durable() {
  if (std::exchange(durable_, true)) return;
  for (std::vector<PartyStep>& round : committing_) {
    for (PartyStep& step : round) {
      const std::uint64_t number = step.effects.persist.step;
      const bool recorded = !step.effects.persist.empty();
      parties_[step.party]->records.apply(std::move(step.effects.persist));
      step.effects.persist = {};
      // Only its number is still asked for; zero: nothing was recorded.
      step.effects.persist.step = recorded ? number : 0;
    }
  }
}

void NodeProcess::perform_group() {
  const Instant at = clock();
  std::vector<NodeFrame> frames(parties_.size());
  std::vector<std::size_t> bytes(parties_.size(), 0);
  for (std::vector<PartyStep>& round : committing_) {
    for (PartyStep& step : round) {
      Party& party = *parties_[step.party];
      if (!step.effects.events.empty()) {
        around_.listener.happened(party.participant, step.effects.events, at);
      }
      perform(party, step.effects, at, frames[step.party], bytes[step.party]);
      if (step.effects.persist.step != 0) {
        party.waiting.emplace_back(nodes::StepCommitted{step.effects.persist.step});
      }
    }
  }
  for (std::size_t i = 0; i < parties_.size(); ++i) flush(*parties_[i], frames[i], bytes[i]);
  rounds_under_way_ -= committing_.size();
  committing_.clear();
}

// ---- Out ----------------------------------------------------------------------------------------

void NodeProcess::flush(Party& party, NodeFrame& frame, std::size_t& bytes) {
  const bool empty = frame.submissions.empty() && frame.receipts.empty() && frame.credit == 0 &&
                     frame.receipts_recorded_up_to == 0;
  if (!empty && party.stream != 0) {
    charge(costs_.frame + bytes * costs_.kilobyte / 1024);
    around_.network.send(party.participant, party.stream, std::move(frame));
  }
  frame = {};
  bytes = 0;
}

void NodeProcess::perform(Party& party, nodes::Effects& effects, Instant at, NodeFrame& frame,
                          std::size_t& bytes) {
  for (nodes::Send& send : effects.send) {
    if (bytes >= most_frame_bytes) flush(party, frame, bytes);
    if (const auto* open = std::get_if<nodes::OpenStream>(&send)) {
      flush(party, frame, bytes);
      party.stream = open->stream;
      around_.network.open_stream(party.participant, open->stream,
                                  {open->receipts_recorded_up_to, open->credit});
    } else if (const auto* close = std::get_if<nodes::CloseStream>(&send)) {
      flush(party, frame, bytes);
      around_.network.close_stream(party.participant, close->stream);
      party.waiting.emplace_back(nodes::StreamEnded{close->stream, close->reason});
    } else if (const auto* finish = std::get_if<nodes::FinishStream>(&send)) {
      flush(party, frame, bytes);
      around_.network.close_stream(party.participant, finish->stream);
      party.waiting.emplace_back(nodes::StreamEnded{finish->stream, {}});
    } else if (auto* submission = std::get_if<nodes::SendSubmission>(&send)) {
      if (submission->stream != party.stream) continue;
      if (!submission->sent.empty()) around_.listener.happened(party.participant, submission->sent, at);
      bytes += submission->bytes->size();
      frame.submissions.push_back(std::move(submission->bytes));
    } else if (auto* receipts = std::get_if<nodes::SendReceipts>(&send)) {
      if (receipts->stream != party.stream) continue;
      bytes += receipts->bytes.size();
      frame.receipts.push_back(std::make_shared<const std::string>(std::move(receipts->bytes)));
    } else if (const auto* credit = std::get_if<nodes::SendCredit>(&send)) {
      if (credit->stream == party.stream) frame.credit += credit->envelopes;
    } else {
      const auto& recorded = std::get<nodes::SendReceiptsRecorded>(send);
      if (recorded.stream == party.stream) frame.receipts_recorded_up_to = recorded.up_to;
    }
  }
}

}  // namespace gnc::scenarios
