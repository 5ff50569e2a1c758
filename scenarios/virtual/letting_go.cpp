#include "scenarios/virtual/letting_go.h"

#include <algorithm>
#include <cstdlib>

#include "scenarios/engine/consignment_pairs.h"

namespace gnc::scenarios {
namespace {

using End = ExchangeTrack::End;
using Fate = LodgementTable::Fate;

// Longer than a message is on its way where nothing is at fault, and than a process is away from what it
// knew.
constexpr Duration longest_remembered = Duration::from_seconds(600);
// What is on its way when an exchange ends, receipts of receipts and answers to frames, is there long before
// twenty times what the slowest exchange took from its beginning to its end.
constexpr std::int64_t times_the_slowest = 20;

void look_for_longest(const std::vector<PlannedStep>& steps, Duration& longest) {
  for (const PlannedStep& step : steps) {
    if (step.lodgements) longest = std::max(longest, step.lodgements->life);
    look_for_longest(step.parallel, longest);
  }
}

// Events with which an exchange comes to its end at its sender, or may.
bool may_end(v1::EventKind kind) {
  switch (kind) {
    case v1::EVENT_KIND_DELIVERED_RECEIPT:
    case v1::EVENT_KIND_PROCESSED:
    case v1::EVENT_KIND_REFUSED:
    case v1::EVENT_KIND_EXPIRED:
    case v1::EVENT_KIND_DEAD_LETTERED:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool looks_at_documents(const std::vector<PlannedStep>& steps) {
  return std::ranges::any_of(steps, [](const PlannedStep& planned) {
    const auto& action = planned.step.action;
    return std::holds_alternative<ExpectStep>(action) || std::holds_alternative<CaptureStep>(action) ||
           std::holds_alternative<FollowUpStep>(action) || looks_at_documents(planned.parallel);
  });
}

Duration longest_life(const RunPlan& plan, const WorldSettings& settings) {
  Duration longest = settings.node.default_life;
  look_for_longest(plan.steps, longest);
  for (const PlannedWorkload& workload : plan.workloads) {
    longest = std::max(longest, workload.lodgements.life);
    if (!workload.trade) continue;
    for (const PlannedFlow& flow : workload.trade->flows) longest = std::max(longest, flow.lodgements.life);
  }
  return longest;
}

LettingGo::Extent LettingGo::extent_of(const RunPlan& plan) {
  if (looks_at_documents(plan.steps) || !plan.scenario.topology.bare.empty()) return Extent::nothing;
  const bool needs_lodgements = !plan.checklists.empty() ||
                                plan.scenario.warm_up.kind == WarmUp::Kind::found || !plan.profiles.empty() ||
                                ConsignmentPairs::possible(plan);
  return needs_lodgements ? Extent::records : Extent::all;
}

LettingGo::LettingGo(Extent extent, const RunPlan& plan, const WorldSettings&, ExchangeLedger& ledger,
                     Lodger& lodger, PromiseWatch& watch)
    : extent_(extent),
      has_workloads_(!plan.workloads.empty()),
      ledger_(ledger),
      lodger_(lodger),
      watch_(watch),
      account_(*plan.book) {}

void LettingGo::begin(const MeasureSettings& settings) {
  if (extent_ == Extent::all) finished_.emplace(ledger_, settings, has_workloads_);
}

void LettingGo::happened(VirtualWorld& world, Participant at, const nodes::NodeEvent& event) {
  if (extent_ == Extent::nothing || !event.exchange || !event.peer || !may_end(event.kind)) return;
  if (event.peer->is_gateway()) return;
  const Duration taken = world.simulation().clock() - event.exchange->time();
  // A clock that is wrong makes it longer.
  const Duration span{std::abs(taken.microseconds) * times_the_slowest};
  remembered_ = std::clamp(span, remembered_, longest_remembered);
  ended_.push_back({world.simulation().now + VirtualTime::of(remembered_), *event.exchange, at,
                    world.participant(*event.peer)});
}

void LettingGo::know_phases(const VirtualFaults& faults, const MeasureSettings& settings) {
  fault_changes_ = faults.changes();
  if (finished_) finished_->know(settings);
}

void LettingGo::let_go(VirtualWorld& world, const VirtualFaults& faults) {
  const VirtualTime now = world.simulation().now;
  if (faults.last_disturbance() != VirtualTime{} &&
      now < faults.last_disturbance() + VirtualTime::of(longest_remembered)) {
    return;
  }
  while (due(now)) {
    const Ended ended = ended_.front();
    ended_.pop_front();
    let_go(world, ended);
  }
  if (finished_) let_lodgements_go(world.simulation().clock());
}

// As everybody has it who has it on record.
bool LettingGo::is_over(const ExchangeTrack& track, const RecordedExchange* fact) const {
  if (track.end == End::none || track.was_altered) return false;
  const bool well = track.end == End::delivered || track.end == End::processed;
  // With lodgements that are kept there are profiles, which may come back to what they have answered.
  if (!finished_ && (track.end != End::delivered || track.is_answer)) return false;
  if (fact == nullptr) return !well;
  return fact->end == track.end && (!well || fact->decisions > 0);
}

void LettingGo::let_go(VirtualWorld& world, const Ended& ended) {
  const ExchangeTrack* track = ledger_.exchanges().find(ended.exchange);
  if (track == nullptr) return;
  const RecordedExchange* fact = world.facts().find(ended.exchange);
  if (!is_over(*track, fact)) {
    // Where it is yet to come to its end, another event says so.
    if (!finished_ || track->end == End::none) return;
    ended_.push_back(
        {world.simulation().now + VirtualTime::of(remembered_), ended.exchange, ended.from, ended.to});
    return;
  }
  if (finished_ && !account_.take_if_it_holds(ended.exchange, track, fact)) return;
  world.gateway().records().forget(ended.exchange);
  world.host_of(ended.from).party(ended.from).records.forget_outgoing(ended.exchange);
  world.host_of(ended.to).party(ended.to).records.forget_received(ended.exchange);
  if (!finished_) return;
  if (fact != nullptr) ledger_.learn_end(ended.exchange, fact->end);
  finished_->take(*track);
  ledger_.forget(ended.exchange);
  if (const auto over = world.facts().let_go(ended.exchange, world.simulation().now)) {
    watch_.forget_conversation(*over);
  }
}

// Those before the first of which something may yet be heard.
void LettingGo::let_lodgements_go(Instant now) {
  const LodgementTable& lodgements = ledger_.lodgements();
  while (lodgements.first() < lodgements.size()) {
    const LodgementTable::Row& row = lodgements[lodgements.first()];
    const bool outright = row.fate == Fate::refused_outright || row.fate == Fate::suppressed;
    if (!row.let_go &&
        !(outright && row.ended.known() && row.intended + row.ended.value() + longest_remembered < now))
      break;
    finished_->take_first_lodgement();
    ledger_.forget_first_lodgement();
  }
  lodger_.forget_before(lodgements.first());
}

}  // namespace gnc::scenarios
