#include "scenarios/virtual/node_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gateway/core/envelope_header.h"
#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "nodes/core/single_window.h"

namespace gnc::scenarios {
namespace {

// Changes one byte of an envelope that the gateway does not have on record: the last of its document, so that
// it still says who sends it and to whom. What is on record there has its receipt already, and a refusal of
// other bytes would say nothing about it. False where the batch has none.
bool alter_one(v1::SealedBatch& batch, const FactBook& facts) {
  for (v1::SealedItem& item : *batch.mutable_items()) {
    std::string& content = *item.mutable_content();
    const auto header = gateway::read_envelope_header(content);
    if (!header) continue;
    const RecordedExchange* fact = facts.find(header->id);
    const std::string_view document = header->original.empty() ? header->structured : header->original;
    if ((fact != nullptr && fact->at_gateway) || document.empty()) continue;
    const auto end = static_cast<std::size_t>(document.data() + document.size() - content.data());
    content[end - 1] = static_cast<char>(content[end - 1] ^ 1);
    return true;
  }
  return false;
}

}  // namespace

NodeProcess::NodeProcess(Simulation& simulation, std::string name, std::uint32_t number, Random chance,
                         nodes::NodeConfig settings, Surroundings around)
    : VirtualProcess(simulation, std::move(name), number, simulation.costs.node, chance),
      settings_(std::move(settings)),
      around_(around) {}

void NodeProcess::add(Participant participant, const PartyName& name, MakeBusiness make_business) {
  parties_.push_back(std::unique_ptr<Party>(new Party{participant,
                                                      name,
                                                      NodeRecords(around_.facts),
                                                      std::move(make_business),
                                                      {},
                                                      {},
                                                      {},
                                                      {},
                                                      {},
                                                      {},
                                                      0,
                                                      {}}));
}

std::size_t NodeProcess::index_of(Participant participant) const {
  const auto found = std::ranges::find_if(
      parties_, [participant](const auto& party) { return party->participant == participant; });
  return static_cast<std::size_t>(found - parties_.begin());
}

NodeProcess::PartyView NodeProcess::party(Participant participant) const {
  Party& found = *parties_[index_of(participant)];
  return {found.name, found.core.get(), found.records, found.payloads};
}

void NodeProcess::restore() {
  const Random chance = chance_of_start();
  for (std::size_t i = 0; i < parties_.size(); ++i) {
    const auto& party = parties_[i];
    nodes::NodeConfig config = settings_;
    config.party = party->name;
    nodes::RestoredState restored = party->records.restore();
    party->business = party->make_business();
    if (auto recalled = party->business->recall(restored.notes); !recalled) {
      around_.facts.contradicted(
          fmt::format("{} cannot recall its notes: {}", party->name.text(), describe(recalled.error())));
    }
    party->core = std::make_unique<nodes::NodeCore>(std::move(config), around_.agreements, party->records,
                                                    around_.trust.signer(party->name), *party->business,
                                                    chance.child(party->name.text()), std::move(restored));
    if (party->slowness != Duration{}) party->waiting.emplace_back(nodes::BusinessPaced{party->slowness});
    // As the live host seeds them.
    party->courier = make_courier(i, Random(chance.child(party->name.text()).next()));
    party->wake = clock();
  }
}

std::unique_ptr<VirtualCourier> NodeProcess::make_courier(std::size_t index, const Random& chance) {
  Party& party = *parties_[index];
  return std::make_unique<VirtualCourier>(
      VirtualCourier::Surroundings{.network = around_.network,
                                   .participant = party.participant,
                                   .party = party.name,
                                   .places = party.payloads,
                                   .attachments = around_.attachments,
                                   .clock = [this] { return clock(); },
                                   .take =
                                       [this, &party](nodes::Event event) {
                                         party.waiting.push_back(std::move(event));
                                         run_on();
                                       },
                                   .wake_after =
                                       [this, index](Duration wait, std::uint64_t number) {
                                         timer_after(wait, number * parties_.size() + index);
                                       },
                                   .default_life = settings_.default_life},
      chance);
}

void NodeProcess::lose_memory() {
  for (const auto& party : parties_) {
    party->courier.reset();
    party->payloads.process_died();
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
  Party& party = *parties_[index_of(participant)];
  if (nodes::has_files(lodge)) return party.courier->send(std::move(lodge));
  party.waiting.emplace_back(nodes::LodgeRequested{std::move(lodge)});
  run_on();
}

void NodeProcess::frame_came(Participant participant, nodes::StreamId stream, GatewayFrame frame) {
  const std::size_t index = index_of(participant);
  if (auto holds = around_.trust.check_peer(settings_.gateway, clock()); !holds) {
    around_.network.close_stream(participant, stream);
    stream_ended(participant, stream, holds.error());
    return;
  }
  Opened opened{index, {}, {}};
  if (frame.welcome)
    opened.welcome = nodes::WelcomeReceived{stream, settings_.gateway.text(), *frame.welcome};
  opened.frame.stream = stream;
  // The core has not spent what copies took, so that it is not given back to it.
  std::uint32_t& copies = parties_[index]->credit_for_copies;
  const std::uint32_t kept = std::min(copies, frame.credit);
  copies -= kept;
  opened.frame.credit = frame.credit - kept;
  CpuWork work{.frames = 1};
  for (const SealedBytes& batch : frame.deliveries) {
    opened.frame.deliveries.push_back(open_batch<nodes::IncomingBatch>(around_.trust, batch, clock(), work));
  }
  for (const PositionedReceipts& receipts : frame.receipts) {
    opened.frame.receipts.push_back(
        {receipts.position,
         open_batch<nodes::IncomingBatch>(around_.trust, receipts.batch, std::nullopt, work)});
  }
  open(work, index, opening_.put(std::move(opened)));
}

void NodeProcess::frame_opened(std::uint64_t slot) {
  Opened opened = opening_.take(slot);
  Party& party = *parties_[opened.party];
  if (opened.payload) return party.courier->came(*opened.payload);
  std::vector<nodes::HeldBatch> held = party.courier->divert(opened.frame);
  if (opened.welcome) party.waiting.emplace_back(std::move(*opened.welcome));
  const nodes::FrameReceived& frame = opened.frame;
  if (!frame.deliveries.empty() || !frame.receipts.empty() || frame.credit != 0) {
    party.waiting.emplace_back(std::move(opened.frame));
  }
  party.courier->bring(std::move(held));
}

void NodeProcess::payload_came(Participant participant, const PayloadMessage& message) {
  if (!is_up()) return;
  const std::size_t index = index_of(participant);
  const auto* piece = std::get_if<PayloadPiece>(&message.content);
  Opened opened{index, {}, {}, message};
  // Beside the frames, on a connection of its own.
  open({.frames = 1, .bytes = piece == nullptr ? 0 : piece->bytes}, std::uint64_t{1} << 40 | index,
       opening_.put(std::move(opened)));
}

void NodeProcess::timer(std::uint64_t number) {
  parties_[number % parties_.size()]->courier->wake(number / parties_.size());
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

void NodeProcess::tamper_with_next(Participant participant, std::function<void()> done) {
  parties_[index_of(participant)]->to_tamper_with.push_back(std::move(done));
}

void NodeProcess::replay_next(Participant participant, std::function<void()> done) {
  parties_[index_of(participant)]->to_replay.push_back(std::move(done));
}

void NodeProcess::clock_stepped(Duration by) {
  for (const auto& party : parties_) {
    if (party->wake != Instant{}) party->wake = party->wake + by;
    party->waiting.emplace_back(nodes::ClockStepped{by});
  }
}

bool NodeProcess::is_quiet() const {
  return is_up() && is_idle() && rounds_under_way_ == 0 &&
         std::ranges::all_of(parties_, [](const auto& party) { return party->courier->is_idle(); });
}

std::uint64_t NodeProcess::open_exchanges() const {
  std::uint64_t open = 0;
  for (const auto& party : parties_) {
    if (party->core != nullptr) open += party->core->counters().open;
  }
  return open;
}

// ---- The cores ----------------------------------------------------------------------------------

bool NodeProcess::has_events() const {
  return std::ranges::any_of(parties_, [](const auto& party) { return !party->waiting.empty(); });
}

CpuWork NodeProcess::step() {
  CpuWork work;
  const Instant now = clock();
  Instant wake;
  for (std::size_t i = 0; i < parties_.size(); ++i) {
    Party& party = *parties_[i];
    const bool due = party.wake != Instant{} && party.wake <= now;
    if (!party.waiting.empty() || due) {
      ++work.steps;
      for (const nodes::Event& event : party.waiting) {
        if (const auto* lodged = std::get_if<nodes::LodgeRequested>(&event)) {
          work.documents += static_cast<std::uint64_t>(lodged->lodge.items_size());
          work.decided_bytes += lodged->lodge.ByteSizeLong();
        } else if (const auto* frame = std::get_if<nodes::FrameReceived>(&event)) {
          for (const nodes::IncomingBatch& batch : frame->deliveries) {
            if (!batch.opened) continue;
            work.envelopes += batch.opened->items.size();
            work.decided_bytes += sealed_size(batch.bytes);
          }
          for (const nodes::IncomingReceipts& receipts : frame->receipts) {
            if (receipts.batch.opened) work.receipts += receipts.batch.opened->items.size();
          }
        }
      }
      std::vector<nodes::Event> events = std::exchange(party.waiting, {});
      nodes::Effects effects = party.core->step(events, now);
      party.wake = effects.wake;
      tell_what_was_sealed(effects.persist);
      work.documents += effects.persist.decisions.size();
      work.seals += effects.persist.batches.size();
      for (const nodes::Send& send : effects.send) {
        if (std::holds_alternative<nodes::SendReceipts>(send)) ++work.seals;
      }
      if (!effects.persist.empty() || !effects.send.empty() || !effects.events.empty()) {
        making_.push_back({i, std::move(effects)});
      }
    }
    if (party.wake != Instant{} && (wake == Instant{} || party.wake < wake)) wake = party.wake;
  }
  wake_at(wake);
  if (!making_.empty()) ++rounds_under_way_;
  return work;
}

// Records of what is sent stand batch by batch, in the order of their leaves.
void NodeProcess::tell_what_was_sealed(const nodes::Transaction& persist) {
  auto record = persist.outgoing.begin();
  for (const nodes::OutboxBatchRecord& batch : persist.batches) {
    std::vector<Digest> leaves;
    for (; record != persist.outgoing.end() && record->batch == batch.number; ++record)
      leaves.push_back(record->digest);
    around_.trust.was_sealed(batch.bytes, std::move(leaves));
  }
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

CpuWork NodeProcess::perform_group() {
  const Instant at = clock();
  sending_ = {};
  std::vector<NodeFrame> frames(parties_.size());
  std::vector<std::size_t> bytes(parties_.size(), 0);
  std::vector<std::pair<std::size_t, nodes::StepCommitted>> recorded;
  for (std::vector<PartyStep>& round : committing_) {
    for (PartyStep& step : round) {
      Party& party = *parties_[step.party];
      if (!step.effects.events.empty()) {
        around_.listener.happened(party.participant, step.effects.events, at);
      }
      perform(party, step.effects, at, frames[step.party], bytes[step.party]);
      if (step.effects.persist.step != 0) {
        recorded.emplace_back(step.party, nodes::StepCommitted{step.effects.persist.step});
      }
    }
  }
  for (std::size_t i = 0; i < parties_.size(); ++i) flush(*parties_[i], frames[i], bytes[i]);
  when_sent([this, recorded = std::move(recorded), rounds = committing_.size()] {
    for (const auto& [party, step] : recorded) parties_[party]->waiting.emplace_back(step);
    rounds_under_way_ -= rounds;
  });
  committing_.clear();
  return sending_;
}

// ---- Out ----------------------------------------------------------------------------------------

void NodeProcess::flush(Party& party, NodeFrame& frame, std::size_t& bytes) {
  const bool empty = frame.submissions.empty() && frame.receipts.empty() && frame.credit == 0 &&
                     frame.receipts_recorded_up_to == 0;
  if (!empty && party.stream != 0) {
    sending_ += {.sends = 1, .sent_bytes = bytes};
    when_sent(
        [this, participant = party.participant, stream = party.stream, frame = std::move(frame)]() mutable {
          around_.network.send(participant, stream, std::move(frame));
        });
  }
  frame = {};
  bytes = 0;
}

void NodeProcess::close_later(const Party& party, nodes::StreamId stream) {
  when_sent(
      [this, participant = party.participant, stream] { around_.network.close_stream(participant, stream); });
}

void NodeProcess::submit(Party& party, SealedBytes batch, NodeFrame& frame, std::size_t& bytes) {
  v1::SealedBatch opened;
  if (!party.to_tamper_with.empty() && opened.ParseFromString(*batch) && alter_one(opened, around_.facts)) {
    batch = std::make_shared<const std::string>(opened.SerializeAsString());
    party.to_tamper_with.front()();
    party.to_tamper_with.pop_front();
  }
  const std::size_t size = sealed_size(*batch);
  bytes += size;
  frame.submissions.push_back(batch);
  if (party.to_replay.empty() || !opened.ParseFromString(*batch)) return;
  flush(party, frame, bytes);
  frame.submissions.push_back(std::move(batch));
  frame.again = true;
  bytes = size;
  flush(party, frame, bytes);
  party.credit_for_copies += static_cast<std::uint32_t>(opened.items_size());
  party.to_replay.front()();
  party.to_replay.pop_front();
}

void NodeProcess::perform(Party& party, nodes::Effects& effects, Instant at, NodeFrame& frame,
                          std::size_t& bytes) {
  for (nodes::Send& send : effects.send) {
    if (bytes >= most_frame_bytes) flush(party, frame, bytes);
    if (const auto* open = std::get_if<nodes::OpenStream>(&send)) {
      flush(party, frame, bytes);
      party.stream = open->stream;
      party.credit_for_copies = 0;
      when_sent([this, participant = party.participant, hello = *open] {
        around_.network.open_stream(participant, hello.stream, {hello.receipts_recorded_up_to, hello.credit});
      });
    } else if (const auto* close = std::get_if<nodes::CloseStream>(&send)) {
      flush(party, frame, bytes);
      close_later(party, close->stream);
      party.waiting.emplace_back(nodes::StreamEnded{close->stream, close->reason});
    } else if (const auto* finish = std::get_if<nodes::FinishStream>(&send)) {
      flush(party, frame, bytes);
      close_later(party, finish->stream);
      party.waiting.emplace_back(nodes::StreamEnded{finish->stream, {}});
    } else if (auto* submission = std::get_if<nodes::SendSubmission>(&send)) {
      if (submission->stream != party.stream) continue;
      if (!submission->sent.empty()) around_.listener.happened(party.participant, submission->sent, at);
      submit(party, std::move(submission->bytes), frame, bytes);
    } else if (auto* receipts = std::get_if<nodes::SendReceipts>(&send)) {
      if (receipts->stream != party.stream) continue;
      bytes += sealed_size(receipts->bytes);
      around_.trust.was_sealed(receipts->bytes.shared(), std::move(receipts->leaves));
      frame.receipts.push_back(receipts->bytes.shared());
    } else if (const auto* credit = std::get_if<nodes::SendCredit>(&send)) {
      if (credit->stream == party.stream) frame.credit += credit->envelopes;
    } else {
      const auto& recorded = std::get<nodes::SendReceiptsRecorded>(send);
      if (recorded.stream == party.stream) frame.receipts_recorded_up_to = recorded.up_to;
    }
  }
}

}  // namespace gnc::scenarios
