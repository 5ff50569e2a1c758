#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/engine/live_world.h"
#include "scenarios/engine/lodger.h"
#include "scenarios/engine/player.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/rogue_attack.h"

namespace gnc::scenarios {

// Plays faults in a live world: those by the clock, and those that steps begin. Each ends by itself, and puts
// the world right again as far as other faults let it: a link that two faults have cut is whole when both are
// over. The run's thread alone.
class FaultInjector final : public Player {
 public:
  FaultInjector(const RunPlan&, Lodger&);

  // Where faults are done; to be given before any of them begins.
  void attach(LiveWorld& world) { world_ = &world; }
  // `at` of the timed faults counts from here; they begin with the next advance().
  void start_clock(Instant origin);
  void begin(const Fault&, Instant now);
  // No timed fault begins any more, until the run goes on after so long.
  void hold() { held_ = true; }
  void go_on_after(Duration pause);

  void advance(Instant now) override;
  // Every timed fault has begun, and each that has an end is over.
  bool done() const override;
  std::optional<Instant> wake() const override;
  // Every attack has its answers.
  bool attacks_answered() const;

  // In words: "cut NZ-gateway for 5 s".
  std::vector<std::string> in_force() const;
  // Seconds count from `origin`, and of those that are in force until `now`.
  std::vector<FaultRow> rows(Instant origin) const;
  // Whether what this process says of itself going wrong was brought about by a fault.
  bool brought_about(const std::string& process) const { return troubled_.contains(process); }
  // A fault that could not be done is an error of the run's.
  std::optional<Error> take_failure() { return std::exchange(failure_, std::nullopt); }

 private:
  struct Played {
    Fault fault;
    Instant began;
    std::optional<Instant> until;  // by its length
    std::optional<Instant> ended;
    std::string outcome;
    // flap
    bool is_down = false;
    Instant turns_at{};
    std::uint64_t cuts = 0, closed = 0;
    // kill, restart, disk error: the process's starts when it began
    std::uint64_t starts = 0;
    bool is_gone = false, returns = false;
    std::optional<RogueAttack> attack;
  };
  // What is to be said to a process again when it was started anew.
  struct Standing {
    std::uint64_t told_at_start = 0;
    std::map<std::string, v1::Command> commands;  // by what they are about
  };

  void begin(Played&, const CutLink&);
  void begin(Played&, const DegradeLink&);
  void begin(Played&, const FlapLink&);
  void begin(Played&, const BlackHoleLink&);
  void begin(Played&, const ResetLink&);
  void begin(Played&, const KillProcess&);
  void begin(Played&, const FreezeProcess&);
  void begin(Played&, const RestartProcess&);
  void begin(Played&, const SlowConsumer&);
  void begin(Played&, const DiskError&);
  void begin(Played&, const CertificateFault&);
  void begin(Played&, const SkewClock&);
  void begin(Played&, const RoguePeer&);
  void begin(Played&, const Deed&) {}  // of the virtual world alone

  void go_on(Played&, Instant now);
  void flap_on(Played&, Instant now);
  void watch_process(Played&, const std::string& process, Instant now);
  void end(Played&, Instant now);
  void put_right(Played&);

  std::uint64_t set_link(const std::string& link);
  void tell(const std::string& process, const std::string& about, v1::Command);
  void tell_again();
  WorldProcess* process(Played&, const std::string& name);
  void fail(Error error);

  const RunPlan& plan_;
  Lodger& lodger_;
  LiveWorld* world_ = nullptr;
  std::optional<Instant> origin_;
  bool held_ = false;
  std::size_t next_ = 0;  // of the timed ones
  std::list<Played> played_;
  std::map<std::string, Standing> standing_;
  std::map<std::string, bool> cut_;
  std::map<std::string, std::pair<bool, bool>> passing_;
  std::map<std::string, LinkSettings> settings_;
  std::set<std::string> troubled_;
  std::uint64_t attacks_ = 0;
  std::optional<Error> failure_;
};

}  // namespace gnc::scenarios
