#include "scenarios/engine/fault_injector.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <chrono>

#include "gnc/v1/errors.pb.h"
#include "proto/types/system_clock.h"
#include "scenarios/engine/quantity.h"

namespace gnc::scenarios {
namespace {

// How long a certificate lasts that is to run out: long enough to be put in force.
constexpr Duration short_life = Duration::from_seconds(3);

std::string seconds_words(Duration length) { return fmt::format("{:.1f} s", length.milliseconds() / 1e3); }

// The process of the gateway or of a party's node that goes by this certificate.
std::string process_of(const RunPlan& plan, const PartyName& party) {
  if (party.text().starts_with("gateway/")) return "gateway";
  return plan.scenario.processes.node_each ? node_name(party) : "nodes";
}

}  // namespace

FaultInjector::FaultInjector(const RunPlan& plan, Lodger& lodger) : plan_(plan), lodger_(lodger) {}

void FaultInjector::start_clock(Instant origin) {
  if (!origin_) origin_ = origin;
}

void FaultInjector::go_on_after(Duration pause) {
  held_ = false;
  if (origin_) origin_ = *origin_ + pause;
}

void FaultInjector::begin(const Fault& fault, Instant now) {
  Played& played = played_.emplace_back();
  played.fault = fault;
  played.began = now;
  if (fault.length) played.until = now + *fault.length;
  std::visit([&](const auto& what) { begin(played, what); }, fault.what);
}

void FaultInjector::advance(Instant now) {
  while (origin_ && !held_ && next_ < plan_.faults.size() && *origin_ + plan_.faults[next_].at <= now) {
    begin(plan_.faults[next_++].fault, now);
  }
  tell_again();
  for (Played& played : played_) {
    if (!played.ended) go_on(played, now);
  }
}

bool FaultInjector::done() const {
  if (next_ < plan_.faults.size()) return false;
  return std::ranges::none_of(played_, [](const Played& played) { return played.until && !played.ended; });
}

bool FaultInjector::attacks_answered() const {
  return std::ranges::none_of(played_, [](const Played& played) { return played.attack && !played.ended; });
}

std::optional<Instant> FaultInjector::wake() const {
  std::optional<Instant> next;
  const auto at_latest = [&next](Instant at) {
    if (!next || at < *next) next = at;
  };
  if (origin_ && !held_ && next_ < plan_.faults.size()) at_latest(*origin_ + plan_.faults[next_].at);
  for (const Played& played : played_) {
    if (played.ended) continue;
    if (played.until && !played.returns) at_latest(*played.until);
    if (played.turns_at != Instant{}) at_latest(played.turns_at);
  }
  return next;
}

std::vector<std::string> FaultInjector::in_force() const {
  std::vector<std::string> all;
  for (const Played& played : played_) {
    if (!played.ended) all.push_back(words(played.fault));
  }
  return all;
}

std::vector<FaultRow> FaultInjector::rows(Instant origin) const {
  std::vector<FaultRow> rows;
  for (const Played& played : played_) {
    FaultRow& row = rows.emplace_back();
    row.fault = words(played.fault);
    row.name = played.fault.name;
    row.from_s = (played.began - origin).milliseconds() / 1e3;
    if (played.ended) row.to_s = (*played.ended - origin).milliseconds() / 1e3;
    row.outcome = played.outcome;
  }
  return rows;
}

void FaultInjector::fail(Error error) {
  if (!failure_) failure_ = std::move(error);
}

// ---- Links --------------------------------------------------------------------------------------

// Makes the link what all faults in force want of it. Says how many connections that closed.
std::uint64_t FaultInjector::set_link(const std::string& link) {
  bool cut = false, up = true, down = true;
  const auto own = plan_.scenario.topology.links.find(link);
  LinkSettings settings =
      own == plan_.scenario.topology.links.end() ? plan_.scenario.topology.default_link : own->second;
  const LinkSettings whole = settings;
  for (const Played& played : played_) {
    if (played.ended) continue;
    if (const auto* by = std::get_if<CutLink>(&played.fault.what)) {
      cut |= by->link == link;
    } else if (const auto* flap = std::get_if<FlapLink>(&played.fault.what)) {
      cut |= flap->link == link && played.is_down;
    } else if (const auto* hole = std::get_if<BlackHoleLink>(&played.fault.what);
               hole && hole->link == link) {
      up &= hole->direction == LinkDirection::down;
      down &= hole->direction == LinkDirection::up;
    } else if (const auto* worse = std::get_if<DegradeLink>(&played.fault.what);
               worse && worse->link == link) {
      settings = worse->settings;
    }
  }
  LinkProxies& links = world_->links();
  std::uint64_t closed = 0;
  if (const auto before = settings_.try_emplace(link, whole).first; before->second != settings) {
    links.change(link, settings);
    before->second = settings;
  }
  const std::pair passing(up, down);
  if (const auto before = passing_.try_emplace(link, true, true).first; before->second != passing) {
    links.let_pass(link, up, down);
    before->second = passing;
  }
  if (bool& before = cut_[link]; before != cut) {
    if (cut) {
      closed = links.cut(link);
    } else {
      links.mend(link);
    }
    before = cut;
  }
  return closed;
}

void FaultInjector::begin(Played& played, const CutLink& cut) {
  played.outcome = count_text(set_link(cut.link), "connection") + " closed";
}

void FaultInjector::begin(Played& played, const DegradeLink& degrade) {
  set_link(degrade.link);
  played.outcome = "in force at once, for open connections too";
}

void FaultInjector::begin(Played& played, const FlapLink&) {
  played.turns_at = played.began;
  flap_on(played, played.began);
}

void FaultInjector::flap_on(Played& played, Instant now) {
  const auto& flap = std::get<FlapLink>(played.fault.what);
  while (played.turns_at <= now) {
    played.is_down = !played.is_down;
    played.turns_at = played.turns_at + (played.is_down ? flap.down : flap.up);
    if (played.is_down) ++played.cuts;
    played.closed += set_link(flap.link);
  }
  played.outcome = fmt::format("cut {}, {} closed", count_text(played.cuts, "time"),
                               count_text(played.closed, "connection"));
}

void FaultInjector::begin(Played& played, const BlackHoleLink& hole) {
  set_link(hole.link);
  played.outcome = "connections stay open, nothing passes";
}

void FaultInjector::begin(Played& played, const ResetLink& reset) {
  played.outcome = count_text(world_->links().reset(reset.link), "connection") + " reset";
  played.ended = played.began;
}

// ---- Processes ----------------------------------------------------------------------------------

WorldProcess* FaultInjector::process(Played& played, const std::string& name) {
  WorldProcess* found = world_->process(name);
  if (found == nullptr) {
    fail({v1::REFERENCE_UNKNOWN,
          fmt::format("{}: there is no process \"{}\"", words(played.fault), name),
          {},
          {}});
    played.ended = played.began;
  } else {
    played.starts = found->starts();
  }
  return found;
}

void FaultInjector::begin(Played& played, const KillProcess& kill) {
  if (WorldProcess* target = process(played, kill.process)) {
    world_->kill(*target, played.until.has_value());
    played.outcome = "killed";
  }
}

void FaultInjector::begin(Played& played, const FreezeProcess& freeze) {
  if (WorldProcess* target = process(played, freeze.process)) {
    target->signal(SIGSTOP);
    played.outcome = "stands still";
  }
}

void FaultInjector::begin(Played& played, const RestartProcess& restart) {
  if (WorldProcess* target = process(played, restart.process)) {
    world_->restart(*target);
    played.outcome = "told to stop";
  }
}

void FaultInjector::begin(Played& played, const DiskError& disk) {
  WorldProcess* target = process(played, disk.process);
  if (target == nullptr) return;
  troubled_.insert(disk.process);
  target->expect_end();
  // A disk that is whole again only later: until then the process cannot come back.
  target->keep_away(played.until.has_value());
  v1::Command command;
  command.mutable_inject()->mutable_disk_fails();
  target->send(command);
  played.outcome = "no write succeeds";
}

// Until the process that was ended is there again.
void FaultInjector::watch_process(Played& played, const std::string& name, Instant now) {
  WorldProcess* watched = world_->process(name);
  if (!played.is_gone && !watched->is_running()) {
    played.outcome += fmt::format(", gone after {}", seconds_words(now - played.began));
    played.is_gone = true;
  }
  if (played.until && now >= *played.until && !played.returns) {
    played.returns = true;
    if (auto returned = world_->let_return(*watched); !returned) fail(returned.error());
    // A disk whose failing nobody noticed.
    if (!played.is_gone) world_->restart(*watched);
  }
  if (watched->starts() > played.starts && watched->is_ready()) {
    played.outcome += fmt::format(", ready again after {}", seconds_words(now - played.began));
    played.ended = now;
  }
}

void FaultInjector::tell(const std::string& name, const std::string& about, v1::Command command) {
  WorldProcess* target = world_->process(name);
  if (target == nullptr) return;
  Standing& standing = standing_[name];
  standing.told_at_start = target->starts();
  target->send(command);
  standing.commands[about] = std::move(command);
}

void FaultInjector::tell_again() {
  for (auto& [name, standing] : standing_) {
    WorldProcess* target = world_->process(name);
    if (target->starts() == standing.told_at_start || !target->is_ready()) continue;
    standing.told_at_start = target->starts();
    for (const auto& [about, command] : standing.commands) target->send(command);
  }
}

namespace {

v1::Command slow_command(const SlowConsumer& slow, Duration delay) {
  v1::Command command;
  auto& business = *command.mutable_inject()->mutable_slow_business();
  business.set_party(slow.party.text());
  business.set_for_each_us(static_cast<std::uint64_t>(delay.microseconds));
  return command;
}

v1::Command skew_command(Duration by) {
  v1::Command command;
  command.mutable_inject()->mutable_skew_clock()->set_by_us(by.microseconds);
  return command;
}

}  // namespace

void FaultInjector::begin(Played& played, const SlowConsumer& slow) {
  const std::string name = process_of(plan_, slow.party);
  if (process(played, name) == nullptr) return;
  tell(name, "slow " + slow.party.text(), slow_command(slow, slow.delay));
  played.outcome = "its business is slow";
}

void FaultInjector::begin(Played& played, const SkewClock& skew) {
  if (process(played, skew.process) == nullptr) return;
  troubled_.insert(skew.process);
  tell(skew.process, "skew", skew_command(skew.by));
  played.outcome = "its clock is wrong";
}

// ---- Certificates -------------------------------------------------------------------------------

void FaultInjector::begin(Played& played, const CertificateFault& certificate) {
  using Kind = CertificateFault::Kind;
  const Instant now = system_now();
  const PartyName& party = certificate.party;
  Result<void> done;
  if (certificate.kind == Kind::revoke) {
    done = world_->pki().revoke(party, now);
    played.outcome = "revoked, and on the authority's list";
  } else {
    trust::Validity validity = world_->validity();
    if (certificate.kind == Kind::expire) validity.until = now + short_life;
    if (auto issued = world_->pki().issue({party, validity}); !issued) done = tl::unexpected(issued.error());
    played.outcome = certificate.kind == Kind::expire
                         ? fmt::format("replaced by one that runs out {} later", seconds_words(short_life))
                         : "replaced by a new one";
  }
  if (!done) fail(done.error());
  troubled_.insert(process_of(plan_, party));
  played.ended = played.began;
}

// ---- Rogue peers --------------------------------------------------------------------------------

void FaultInjector::begin(Played& played, const RoguePeer& rogue) {
  if (world_->bare_peer(rogue.party) == nullptr) {
    fail({v1::REFERENCE_UNKNOWN,
          fmt::format("{}: {} is no bare administration", words(played.fault), rogue.party.text()),
          {},
          {}});
    played.ended = played.began;
    return;
  }
  played.attack.emplace(rogue, *world_->bare_peer(rogue.party), lodger_, attacks_, played.began);
}

// ---- On the way, and the end --------------------------------------------------------------------

void FaultInjector::go_on(Played& played, Instant now) {
  if (played.turns_at != Instant{} && (!played.until || now < *played.until)) flap_on(played, now);
  if (const auto* kill = std::get_if<KillProcess>(&played.fault.what)) {
    return watch_process(played, kill->process, now);
  }
  if (const auto* restart = std::get_if<RestartProcess>(&played.fault.what)) {
    return watch_process(played, restart->process, now);
  }
  if (const auto* disk = std::get_if<DiskError>(&played.fault.what)) {
    return watch_process(played, disk->process, now);
  }
  if (played.attack) {
    played.attack->advance();
    played.outcome = played.attack->outcome();
    if (played.attack->is_answered()) played.ended = now;
    return;
  }
  if (played.until && now >= *played.until) end(played, now);
}

void FaultInjector::end(Played& played, Instant now) {
  played.ended = now;
  played.turns_at = {};
  put_right(played);
}

void FaultInjector::put_right(Played& played) {
  const auto& what = played.fault.what;
  if (const auto* cut = std::get_if<CutLink>(&what)) set_link(cut->link);
  if (const auto* degrade = std::get_if<DegradeLink>(&what)) set_link(degrade->link);
  if (const auto* flap = std::get_if<FlapLink>(&what)) set_link(flap->link);
  if (const auto* hole = std::get_if<BlackHoleLink>(&what)) set_link(hole->link);
  if (const auto* freeze = std::get_if<FreezeProcess>(&what)) {
    world_->process(freeze->process)->signal(SIGCONT);
  }
  if (const auto* slow = std::get_if<SlowConsumer>(&what)) {
    tell(process_of(plan_, slow->party), "slow " + slow->party.text(), slow_command(*slow, {}));
  }
  if (const auto* skew = std::get_if<SkewClock>(&what)) tell(skew->process, "skew", skew_command({}));
}

}  // namespace gnc::scenarios
