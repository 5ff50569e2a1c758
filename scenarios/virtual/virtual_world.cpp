#include "scenarios/virtual/virtual_world.h"

#include <fmt/format.h>

#include <algorithm>

#include "nodes/window/window_business.h"
#include "scenarios/engine/quantity.h"

namespace gnc::scenarios {
namespace {

NodeProcess::MakeBusiness business_of(const RunPlan& plan, const PartyName& party) {
  const auto found = plan.profiles.find(party);
  const auto profile = found == plan.profiles.end() ? nullptr : found->second;
  return [profile, book = plan.book, party] { return window::business_of(profile, *book, party); };
}

}  // namespace

Result<std::unique_ptr<VirtualWorld>> VirtualWorld::create(const RunPlan& plan, const WorldSettings& settings,
                                                           NodeListener& listener) {
  std::vector<PartyName> parties = plan.scenario.topology.administrations;
  parties.push_back(settings.gateway.name);
  std::unique_ptr<VirtualTrust> trust;
  if (settings.real_signatures) {
    auto made = make_real_trust(settings.pki, parties, settings.start);
    if (!made) return tl::unexpected(made.error());
    trust = std::move(*made);
  } else {
    trust = make_modelled_trust(parties);
  }
  return std::unique_ptr<VirtualWorld>(new VirtualWorld(plan, settings, std::move(trust), listener));
}

VirtualWorld::VirtualWorld(const RunPlan& plan, const WorldSettings& settings,
                           std::unique_ptr<VirtualTrust> trust, NodeListener& listener)
    : simulation_(settings.start, settings.costs, Random(plan.scenario.seed).child("processors")),
      trust_(std::move(trust)),
      agreements_(*plan.book),
      names_(plan.scenario.topology.administrations),
      attachments_(settings.look_at_attachment),
      network_(simulation_, *this) {
  const Random random(plan.scenario.seed);
  gateway_ =
      std::make_unique<GatewayProcess>(simulation_, 0, random.child("gateway"), settings.gateway, plan.book,
                                       names_, *trust_, network_, facts_, settings.read_receipts);
  processes_.push_back(gateway_.get());
  const bool each = plan.scenario.processes.node_each;
  for (Participant i = 0; i < names_.size(); ++i) {
    participants_[names_[i]] = i;
    const std::string link = link_name(names_[i]);
    network_.add_link(link, plan.scenario.topology.link_of(names_[i]), random.child("link " + link));
    bare_.push_back(nullptr);
    host_of_.push_back(0);
    if (!plan.scenario.topology.has_node(names_[i])) {
      gateway_->records().keep_receipts_of(names_[i]);
      bare_.back() = std::make_unique<VirtualBarePeer>(
          simulation_, network_, *trust_, i, BarePeer::Place{names_[i], settings.gateway.name}, *plan.book,
          random.child("bare " + names_[i].text()),
          [this](v1::Report report) { on_report(std::move(report)); });
      continue;
    }
    if (hosts_.empty() || each) {
      const std::string name = each ? node_name(names_[i]) : "nodes";
      hosts_.push_back(std::make_unique<NodeProcess>(
          simulation_, name, static_cast<std::uint32_t>(processes_.size()), random.child(name), settings.node,
          NodeProcess::Surroundings{agreements_, *trust_, network_, facts_, attachments_, listener}));
      processes_.push_back(hosts_.back().get());
    }
    hosts_.back()->add(i, names_[i], business_of(plan, names_[i]));
    host_of_.back() = hosts_.size() - 1;
  }
}

VirtualWorld::~VirtualWorld() = default;

void VirtualWorld::start() {
  for (VirtualProcess* process : processes_) process->start({});
  for (const auto& peer : bare_) {
    if (peer) peer->connect();
  }
}

bool VirtualWorld::happen() {
  if (simulation_.queue.empty()) return false;
  const VirtualEvent event = simulation_.queue.pop();
  simulation_.now = event.at;
  ++simulation_.events;
  switch (event.kind) {
    case VirtualEvent::Kind::link_arrival:
    case VirtualEvent::Kind::line_free:
    case VirtualEvent::Kind::redial:
      network_.handle(event);
      break;
    case VirtualEvent::Kind::frame_opened:
    case VirtualEvent::Kind::stepped:
    case VirtualEvent::Kind::written:
    case VirtualEvent::Kind::committed:
    case VirtualEvent::Kind::sent:
    case VirtualEvent::Kind::wake:
    case VirtualEvent::Kind::process_start:
    case VirtualEvent::Kind::timer:
      processes_[event.subject]->handle(event);
      break;
    case VirtualEvent::Kind::thread_ready:
    case VirtualEvent::Kind::slice_over:
      simulation_.processors.handle(event);
      break;
    case VirtualEvent::Kind::lodging:
      host_of(event.subject).lodge(event.subject, lodging_.take(event.number));
      break;
    case VirtualEvent::Kind::bare_connects:
      bare(event.subject)->connect();
      break;
    case VirtualEvent::Kind::idle_work_done:
      break;
    case VirtualEvent::Kind::trust_check:
    case VirtualEvent::Kind::fault_begins:
    case VirtualEvent::Kind::fault_ends:
    case VirtualEvent::Kind::link_flaps:
    case VirtualEvent::Kind::workload_arrival:
    case VirtualEvent::Kind::agreements_change:
      on_other(event);
      break;
  }
  return true;
}

Participant VirtualWorld::participant(const PartyName& name) const { return participants_.at(name); }

bool VirtualWorld::is_ready() const {
  for (Participant i = 0; i < names_.size(); ++i) {
    if (bare(i) != nullptr) continue;
    const NodeProcess::PartyView party = host_of(i).party(i);
    if (party.core == nullptr || !party.core->connected()) return false;
  }
  return true;
}

bool VirtualWorld::is_quiet(std::uint64_t but_for) const {
  std::uint64_t open = 0;
  for (const auto& host : hosts_) {
    if (!host->is_quiet()) return false;
    open += host->open_exchanges();
    if (open > but_for) return false;
  }
  const auto is_quiet = [](const auto& peer) { return peer == nullptr || peer->peer().is_quiet(); };
  return lodging_.size() == 0 && std::ranges::all_of(bare_, is_quiet);
}

bool VirtualWorld::takes_lodgements(Participant participant) const {
  return bare(participant) != nullptr || host_of(participant).is_up();
}

void VirtualWorld::lodge(Participant participant, v1::Lodge lodge) {
  const std::uint64_t delay = simulation_.costs.machine.lodge;
  if (delay == 0) return host_of(participant).lodge(participant, std::move(lodge));
  simulation_.after(delay, VirtualEvent::Kind::lodging, participant, lodging_.put(std::move(lodge)));
}

VirtualProcess* VirtualWorld::process(std::string_view name) {
  const auto found =
      std::ranges::find_if(processes_, [name](const VirtualProcess* one) { return one->name() == name; });
  return found == processes_.end() ? nullptr : *found;
}

void VirtualWorld::check_peers() {
  gateway_->check_peers();
  for (const auto& host : hosts_) host->check_peers();
}

void VirtualWorld::replace_identity(const PartyName& party) {
  if (party.is_gateway()) return gateway_->replace_identity();
  const Participant participant = participants_.at(party);
  if (bare(participant) == nullptr) host_of(participant).replace_identity(participant);
}

// ---- Between links and processes ----------------------------------------------------------------

void VirtualWorld::hello_came(gateway::SessionId session, Participant participant, const Hello& hello) {
  gateway_->hello_came(session, participant, hello);
}

void VirtualWorld::node_frame_came(gateway::SessionId session, NodeFrame frame) {
  gateway_->frame_came(session, frame);
}

void VirtualWorld::node_is_gone(gateway::SessionId session) { gateway_->node_is_gone(session); }

void VirtualWorld::gateway_frame_came(Participant participant, nodes::StreamId stream, GatewayFrame frame) {
  if (VirtualBarePeer* peer = bare(participant)) return peer->frame_came(stream, std::move(frame));
  host_of(participant).frame_came(participant, stream, std::move(frame));
}

void VirtualWorld::stream_ended(Participant participant, nodes::StreamId stream, Error reason) {
  if (VirtualBarePeer* peer = bare(participant)) return peer->stream_ended(stream, std::move(reason));
  host_of(participant).stream_ended(participant, stream, std::move(reason));
}

void VirtualWorld::payload_came_up(Participant participant, const PayloadMessage& message) {
  gateway_->payload_came(participant, message);
}

void VirtualWorld::payload_came_down(Participant participant, const PayloadMessage& message) {
  // One without a node hands nothing in and fetches nothing.
  if (bare(participant) == nullptr) host_of(participant).payload_came(participant, message);
}

void VirtualWorld::payload_moves(Participant participant) { gateway_->payload_moves(participant); }

// ---- For people ---------------------------------------------------------------------------------

std::string VirtualWorld::state_text() const {
  std::string text = fmt::format("after {} events, {} from the start\n", simulation_.events,
                                 duration_text({simulation_.now.nanoseconds / 1000}));
  for (const VirtualProcess* process : processes_) {
    const char* state = !process->is_up() ? "down" : process->is_frozen() ? "frozen" : "up";
    text += fmt::format("{:<10} {}", process->name(), state);
    if (process->skewed_by() != Duration{}) {
      text += fmt::format(", clock off by {}", duration_text(process->skewed_by()));
    }
    text += '\n';
  }
  const GatewayRecords::Size kept = gateway_->records().size();
  text += fmt::format("gateway: on record {} exchanges, {} batches to deliver, {} sealed receipts\n",
                      kept.exchanges, kept.batches, kept.receipts);
  if (const gateway::GatewayCore* core = gateway_->core()) {
    const gateway::GatewayCounters& counters = core->counters();
    text += fmt::format(
        "         since its start {} admitted, {} delivered, {} processed, {} refused, {} expired, "
        "{} dead-lettered, {} duplicates; now {} wait, {} in flight\n",
        counters.admitted, counters.delivered, counters.processed, counters.refused, counters.expired,
        counters.dead_lettered, counters.duplicates, counters.waiting, counters.in_flight);
  }
  for (Participant i = 0; i < names_.size(); ++i) {
    if (bare(i) != nullptr) continue;
    const NodeProcess::PartyView party = host_of(i).party(i);
    const NodeRecords::Size records = party.records.size();
    const VirtualNetwork::LinkState link = network_.state(i);
    text += fmt::format("{:<9}{}, {} open; on record {} sent, {} received; link {}{}{}, {} on the way\n",
                        names_[i].text() + ":",
                        party.core == nullptr     ? "down"
                        : party.core->connected() ? "connected"
                                                  : "apart",
                        party.core == nullptr ? 0 : party.core->counters().open, records.outgoing,
                        records.received, link.cut ? "cut" : "whole", link.degraded ? ", degraded" : "",
                        link.hole_up || link.hole_down ? ", a black hole" : "", link.on_the_way);
  }
  return text;
}

}  // namespace gnc::scenarios
