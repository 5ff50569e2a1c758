#include "scenarios/virtual/processors.h"

#include <gmock/gmock.h>

namespace gnc::scenarios::processors_test {
namespace {

using Kind = VirtualEvent::Kind;
using testing::ElementsAre;

// What was to be run, by its number, and when it was done, in microseconds.
using Done = std::pair<std::uint64_t, std::int64_t>;

class Machine {
 public:
  explicit Machine(const MachineCosts& costs) : costs_(costs) {}

  void run(std::uint64_t number, std::uint64_t microseconds, bool sleeps = false) {
    processors_.run(now_, microseconds * 1000, sleeps, Kind::stepped, 0, number);
  }
  // What is run from now on is made ready there.
  void at_processor(std::uint16_t processor) { queue_.move_to(processor); }
  std::vector<Done> until_all_is_done() {
    std::vector<Done> done;
    while (!queue_.empty()) {
      const VirtualEvent event = queue_.pop();
      now_ = event.at;
      if (event.kind == Kind::stepped) {
        done.emplace_back(event.number, now_.nanoseconds / 1000);
      } else {
        processors_.handle(event);
      }
    }
    return done;
  }

 private:
  const MachineCosts costs_;
  EventQueue queue_;
  Processors processors_{queue_, costs_, Random(1)};
  VirtualTime now_;
};

TEST(Processors, LetNothingWaitWhereThereAreAsManyAsThreads) {
  Machine machine({.cores = 0});
  for (std::uint64_t i = 1; i <= 3; ++i) machine.run(i, 100);
  EXPECT_THAT(machine.until_all_is_done(), ElementsAre(Done{1, 100}, Done{2, 100}, Done{3, 100}));
}

TEST(Processors, RunWhatComesFirstFirst) {
  Machine machine({.cores = 2});
  machine.run(1, 300);
  machine.run(2, 100);
  machine.run(3, 100);
  machine.run(4, 50);
  EXPECT_THAT(machine.until_all_is_done(),
              ElementsAre(Done{2, 100}, Done{3, 200}, Done{4, 250}, Done{1, 300}));
}

TEST(Processors, GiveALongWorkASliceAtATime) {
  Machine machine({.cores = 1});
  machine.run(1, 5000);
  machine.run(2, 100);
  EXPECT_THAT(machine.until_all_is_done(), ElementsAre(Done{2, 2100}, Done{1, 5100}));
}

TEST(Processors, AreNotTakenWhileAThreadWakes) {
  Machine machine({.cores = 1, .wake = {50'000, 50'000}});
  machine.run(1, 100, true);
  machine.run(2, 20);
  EXPECT_THAT(machine.until_all_is_done(), ElementsAre(Done{2, 20}, Done{1, 150}));
}

TEST(Processors, LetAllWaitForTheOneThatMadeThemReadyWhereAllStay) {
  Machine machine({.cores = 2, .stay = 1000});
  machine.run(1, 300);
  machine.run(2, 100);
  machine.at_processor(1);
  machine.run(3, 50);
  machine.run(4, 50);
  EXPECT_THAT(machine.until_all_is_done(),
              ElementsAre(Done{3, 50}, Done{4, 100}, Done{1, 300}, Done{2, 400}));
}

TEST(Processors, LetSomeStayAsOftenAsTheCostsSay) {
  int waited = 0;
  Machine machine({.cores = 2, .stay = 700});
  for (int round = 0; round < 1000; ++round) {
    machine.at_processor(0);
    machine.run(1, 300);
    machine.run(2, 100);
    if (machine.until_all_is_done().front().first == 1) ++waited;
  }
  EXPECT_NEAR(waited, 700, 50);
}

}  // namespace
}  // namespace gnc::scenarios::processors_test
