#pragma once

#include <string>
#include <vector>

#include "proto/types/random.h"
#include "scenarios/engine/fault.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/rogue_attack.h"
#include "scenarios/virtual/virtual_world.h"

namespace gnc::scenarios {

// What goes wrong on purpose in a virtual world.
class VirtualFaults {
 public:
  // `restart`: processes that end by themselves are started again.
  VirtualFaults(VirtualWorld&, Lodger&, Random chance, bool restart);

  // The fault begins at that time, and is over after its length.
  void schedule(VirtualTime at, const Fault&);
  // Events of the kinds fault_begins, fault_ends, link_flaps and trust_check.
  void handle(const VirtualEvent&);

  // To be called whenever something happened: attacks go on by what the gateway answers.
  void go_on();

  // How many are yet to begin or to end of themselves.
  std::size_t pending() const { return pending_; }
  // The latest time at which something was held back, or may have been, by what goes wrong.
  VirtualTime last_disturbance() const;
  // How many have begun or ended so far.
  std::uint64_t changes() const { return changes_; }
  // What still goes wrong comes to its end: links are whole, processes run, clocks are right.
  void end_all();
  // Since when parties' certificates are withdrawn, for the whole world.
  const std::map<PartyName, Instant>& withdrawn() const { return withdrawn_; }
  // `origin`: what the rows' seconds are counted from.
  std::vector<FaultRow> rows(VirtualTime origin) const;

 private:
  struct Scheduled {
    Fault fault;
    bool active = false;
    VirtualTime from;
    std::optional<VirtualTime> to;
    std::string outcome;
    std::optional<RogueAttack> attack = {};
  };

  void begin(std::uint32_t index);
  void end(std::uint32_t index);
  void begin(std::uint32_t index, const Deed&);
  void process_ended(const std::string& name);
  void certificate_takes_effect(std::uint32_t index);
  void push(Duration after, VirtualEvent::Kind, std::uint32_t index, std::uint64_t number = 0);
  Participant participant_of(const std::string& link) const;

  VirtualWorld& world_;
  Lodger& lodger_;
  Random chance_;
  std::vector<Scheduled> faults_;
  std::size_t pending_ = 0;
  std::size_t attacking_ = 0;  // of the pending
  std::uint64_t attacks_ = 0;
  std::uint64_t changes_ = 0;
  std::map<PartyName, Instant> withdrawn_;
};

}  // namespace gnc::scenarios
