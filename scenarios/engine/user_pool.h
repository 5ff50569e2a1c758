#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/types/random.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/lodger.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// The users of one workload, a closed model: each lodges, waits for the end of that exchange, thinks, and
// lodges again. A slow system is asked less, so that the latencies say what these users saw, and not what a
// steady stream of others would have seen.
class UserPool {
 public:
  // `workload` has users; `start` is when they begin. `stream` draws how long they think.
  UserPool(const PlannedWorkload& workload, BatchIndex, Instant start, Random stream);

  void advance(Instant now, const ExchangeLedger&, Lodger&);
  // After a pause until `now`: all is so much later, and what users thought over meanwhile they lodge now.
  void postpone(Duration by, Instant now);
  // Nobody lodges any more.
  bool done() const { return done_; }
  // When the next has thought enough, or the time is over.
  std::optional<Instant> wake() const;

 private:
  struct User {
    Instant next;                             // when to lodge; where it waits for nothing
    LodgementIndex waits_for = no_lodgement;  // to come to its end
  };
  Duration think();

  const PlannedWorkload& workload_;
  BatchIndex batch_;
  Instant end_;
  Instant not_before_;
  Random stream_;
  std::vector<User> users_;
  std::uint64_t lodged_ = 0;
  std::uint64_t ended_ = 0;  // of the batch, when it was looked at last
  bool done_ = false;
};

}  // namespace gnc::scenarios
