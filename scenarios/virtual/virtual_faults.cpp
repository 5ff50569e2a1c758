#include "scenarios/virtual/virtual_faults.h"

#include <fmt/format.h>

#include <type_traits>

#include "gnc/v1/errors.pb.h"
#include "proto/types/overloaded.h"

namespace gnc::scenarios {
namespace {

// How long the processes of the live world take at most to look at their lists again.
constexpr Duration trust_interval = Duration::from_milliseconds(500);

// A disk that is about to fail still takes up to this much.
constexpr std::uint64_t most_bytes_before_failure = 100'000;

}  // namespace

VirtualFaults::VirtualFaults(VirtualWorld& world, Lodger& lodger, Random chance, bool restart)
    : world_(world), lodger_(lodger), chance_(chance) {
  if (!restart) return;
  for (VirtualProcess* process : world_.processes()) {
    process->on_end = [this, process](const Error&) {
      process_ended(process->name());
      process->start({});
    };
  }
}

// A disk error without a length is the process's own, as in the live world: it starts again with a sound
// disk.
void VirtualFaults::process_ended(const std::string& name) {
  for (std::uint32_t index = 0; index < faults_.size(); ++index) {
    const Fault& fault = faults_[index].fault;
    const auto* disk = std::get_if<DiskError>(&fault.what);
    if (disk != nullptr && disk->process == name && !fault.length) end(index);
  }
}

void VirtualFaults::push(Duration after, VirtualEvent::Kind kind, std::uint32_t index, std::uint64_t number) {
  world_.simulation().after(static_cast<std::uint64_t>(after.microseconds) * 1000, kind, index, number);
}

void VirtualFaults::schedule(VirtualTime at, const Fault& fault) {
  const auto index = static_cast<std::uint32_t>(faults_.size());
  faults_.push_back({fault, false, at, std::nullopt, {}, {}});
  ++pending_;
  world_.simulation().queue.push(at, VirtualEvent::Kind::fault_begins, index, 0);
}

void VirtualFaults::handle(const VirtualEvent& event) {
  switch (event.kind) {
    case VirtualEvent::Kind::fault_begins:
      --pending_;
      return begin(event.subject);
    case VirtualEvent::Kind::fault_ends:
      --pending_;
      return end(event.subject);
    case VirtualEvent::Kind::trust_check:
      --pending_;
      return certificate_takes_effect(event.subject);
    case VirtualEvent::Kind::link_flaps: {
      const Scheduled& scheduled = faults_[event.subject];
      if (!scheduled.active) return;
      const auto& flap = std::get<FlapLink>(scheduled.fault.what);
      world_.network().cut(participant_of(flap.link), event.number == 1);
      push(event.number == 1 ? flap.down : flap.up, VirtualEvent::Kind::link_flaps, event.subject,
           1 - event.number);
      return;
    }
    default:
      return;
  }
}

Participant VirtualFaults::participant_of(const std::string& link) const {
  for (Participant i = 0; i < world_.participants(); ++i) {
    if (link_name(world_.name(i)) == link) return i;
  }
  return 0;  // the scenario's reader has checked the name
}

VirtualTime VirtualFaults::last_disturbance() const {
  VirtualTime last;
  for (const Scheduled& scheduled : faults_) {
    if (scheduled.active) return world_.simulation().now;
    if (scheduled.to) last = std::max(last, *scheduled.to);
  }
  return last;
}

void VirtualFaults::begin(std::uint32_t index) {
  ++changes_;
  Scheduled& scheduled = faults_[index];
  const std::optional<Duration> length = scheduled.fault.length;
  scheduled.active = true;
  scheduled.from = world_.simulation().now;
  VirtualNetwork& network = world_.network();
  const auto process = [this](const std::string& name) { return world_.process(name); };
  bool lasts = true;
  Duration away{};  // a process that comes back by itself
  std::visit(Overloaded{
                 [&](const CutLink& cut) { network.cut(participant_of(cut.link), true); },
                 [&](const DegradeLink& degrade) {
                   network.degrade(participant_of(degrade.link), degrade.settings);
                 },
                 [&](const FlapLink& flap) {
                   network.cut(participant_of(flap.link), true);
                   push(flap.down, VirtualEvent::Kind::link_flaps, index, 0);
                 },
                 [&](const BlackHoleLink& hole) {
                   network.black_hole(participant_of(hole.link), hole.direction, true);
                 },
                 [&](const ResetLink& reset) {
                   network.reset(participant_of(reset.link));
                   lasts = false;
                 },
                 [&](const KillProcess& kill) {
                   away = length.value_or(Duration{});
                   process(kill.process)->kill();
                   process(kill.process)->start(away);
                   lasts = false;
                 },
                 [&](const FreezeProcess& freeze) { process(freeze.process)->freeze(); },
                 [&](const RestartProcess& restart) {
                   // A graceful stop commits what waits; to its peers and its memory it is a death like any
                   // other.
                   away = length.value_or(Duration{});
                   process(restart.process)->kill();
                   process(restart.process)->start(away);
                   lasts = false;
                 },
                 [&](const SlowConsumer& slow) {
                   const Participant participant = world_.participant(slow.party);
                   world_.host_of(participant).slow_down(participant, slow.delay);
                 },
                 [&](const DiskError& error) {
                   // At once, or in the middle of what it is given.
                   const bool at_once = chance_.below(2) == 0;
                   process(error.process)->fail_disk(at_once ? 0 : chance_.below(most_bytes_before_failure));
                 },
                 [&](const CertificateFault&) {
                   ++pending_;
                   push(trust_interval, VirtualEvent::Kind::trust_check, index);
                   lasts = false;
                 },
                 [&](const SkewClock& skew) { process(skew.process)->skew(skew.by); },
                 [&](const RoguePeer& rogue) {
                   ++pending_;
                   ++attacking_;
                   scheduled.attack.emplace(rogue, world_.bare(world_.participant(rogue.party))->peer(),
                                            lodger_, attacks_, world_.simulation().clock());
                 },
                 [&](const Deed& deed) { begin(index, deed); },
             },
             scheduled.fault.what);
  if (!lasts) {
    scheduled.active = false;
    scheduled.to = world_.simulation().now + VirtualTime::of(away);
  } else if (length) {
    ++pending_;
    push(*length, VirtualEvent::Kind::fault_ends, index);
  }
}

void VirtualFaults::go_on() {
  if (attacking_ == 0) return;
  for (Scheduled& scheduled : faults_) {
    if (!scheduled.attack || !scheduled.active) continue;
    scheduled.attack->advance();
    scheduled.outcome = scheduled.attack->outcome();
    if (!scheduled.attack->is_answered()) continue;
    ++changes_;
    --pending_;
    --attacking_;
    scheduled.active = false;
    scheduled.to = world_.simulation().now;
  }
}

// An agreement that lapses does so in the plan that is played (play_virtual).
void VirtualFaults::begin(std::uint32_t index, const Deed& deed) {
  const auto done = [this, index] {
    ++changes_;
    faults_[index].active = false;
    faults_[index].to = world_.simulation().now;
  };
  if (const auto* tamper = std::get_if<TamperWithNext>(&deed)) {
    const Participant participant = world_.participant(tamper->party);
    world_.host_of(participant).tamper_with_next(participant, done);
  } else if (const auto* replay = std::get_if<ReplayNext>(&deed)) {
    const Participant participant = world_.participant(replay->party);
    world_.host_of(participant).replay_next(participant, done);
  }
}

void VirtualFaults::end(std::uint32_t index) {
  ++changes_;
  Scheduled& scheduled = faults_[index];
  if (!scheduled.active) return;
  scheduled.active = false;
  scheduled.to = world_.simulation().now;
  VirtualNetwork& network = world_.network();
  const auto process = [this](const std::string& name) { return world_.process(name); };
  std::visit(
      Overloaded{
          [&](const CutLink& cut) { network.cut(participant_of(cut.link), false); },
          [&](const DegradeLink& degrade) { network.degrade(participant_of(degrade.link), std::nullopt); },
          [&](const FlapLink& flap) { network.cut(participant_of(flap.link), false); },
          [&](const BlackHoleLink& hole) {
            network.black_hole(participant_of(hole.link), hole.direction, false);
          },
          [&](const FreezeProcess& freeze) { process(freeze.process)->thaw(); },
          [&](const SlowConsumer& slow) {
            const Participant participant = world_.participant(slow.party);
            world_.host_of(participant).slow_down(participant, {});
          },
          [&](const DiskError& error) { process(error.process)->mend_disk(); },
          [&](const SkewClock& skew) { process(skew.process)->skew({}); },
          [](const auto&) {},
      },
      scheduled.fault.what);
}

void VirtualFaults::end_all() {
  for (std::uint32_t index = 0; index < faults_.size(); ++index) end(index);
}

void VirtualFaults::certificate_takes_effect(std::uint32_t index) {
  const auto& fault = std::get<CertificateFault>(faults_[index].fault.what);
  const Instant now = world_.simulation().clock();
  Result<void> done;
  switch (fault.kind) {
    case CertificateFault::Kind::revoke:
      done = world_.trust().revoke(fault.party, now);
      withdrawn_.try_emplace(fault.party, now);
      break;
    case CertificateFault::Kind::expire:
      done = world_.trust().expire(fault.party, now);
      withdrawn_.try_emplace(fault.party, now);
      break;
    case CertificateFault::Kind::rotate:
      done = world_.trust().rotate(fault.party, now);
      withdrawn_.erase(fault.party);
      break;
  }
  if (!done) faults_[index].outcome = describe(done.error());
  if (done && fault.kind != CertificateFault::Kind::revoke) world_.replace_identity(fault.party);
  world_.check_peers();
}

std::vector<FaultRow> VirtualFaults::rows(VirtualTime origin) const {
  const auto seconds = [origin](VirtualTime at) {
    return static_cast<double>((at - origin).nanoseconds) / 1e9;
  };
  std::vector<FaultRow> rows;
  for (const Scheduled& scheduled : faults_) {
    FaultRow row{
        words(scheduled.fault), scheduled.fault.name, seconds(scheduled.from), {}, scheduled.outcome};
    if (scheduled.to) row.to_s = seconds(*scheduled.to);
    const auto* deed = std::get_if<Deed>(&scheduled.fault.what);
    if (deed != nullptr && !scheduled.to && !std::holds_alternative<LapseAgreement>(*deed)) {
      row.outcome = "nothing was submitted that it could be done to";
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace gnc::scenarios
