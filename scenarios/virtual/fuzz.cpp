#include "scenarios/virtual/fuzz.h"

#include <algorithm>
#include <stdexcept>

#include "scenarios/virtual/fuzz_documents.h"

namespace gnc::scenarios {

FuzzResult play(const FuzzCase& made) {
  const RunPlan plan = made.plan();
  VirtualOptions options;
  options.watch = true;
  options.keep_going = true;
  options.world = settings_of(plan.scenario);
  options.world.read_receipts = true;
  options.world.look_at_attachment = fuzz_attachment;
  for (std::size_t i = 0; i < made.pacts.size(); ++i) {
    if (made.lasts(i)) options.must_be_delivered.push_back(FuzzCase::afterwards(i));
  }
  FuzzResult result;
  try {
    auto outcome = play_virtual(plan, nullptr, options);
    if (!outcome) {
      result.broken.push_back(describe(outcome.error()));
      return result;
    }
    result.broken = std::move(outcome->breaches);
    if (result.broken.empty()) result.broken = std::move(outcome->never_ended);
    for (const PromiseRow& promise : outcome->report.promises) {
      if (!promise.held) result.broken.push_back(promise.promise + ": " + promise.detail);
    }
    result.digest = outcome->digest;
    result.events = outcome->events;
    result.exchanges = outcome->report.exchange.submitted;
  } catch (const std::logic_error& broken) {
    // A core found its own invariant broken, which ends a live process.
    result.broken.push_back(std::string("an invariant of a core is broken: ") + broken.what());
  }
  return result;
}

namespace {

// Many failures need a moment to be hit: what is much smaller plays differently, and may fail only by another
// chance.
constexpr std::size_t much = 10;
constexpr std::uint64_t chances = 4;

bool fails(FuzzCase& made, std::size_t than, std::size_t& plays) {
  const std::uint64_t tries = made.weight() + much <= than ? chances : 1;
  for (std::uint64_t i = 0; i < tries && plays > 0; ++i, --plays) {
    FuzzCase tried = made;
    tried.chance += i;
    if (play(tried).broken.empty()) continue;
    made = std::move(tried);
    return true;
  }
  return false;
}

}  // namespace

FuzzCase shrink(const FuzzCase& failing, std::size_t plays) {
  FuzzCase smallest = failing;
  for (bool found = true; found && plays > 0;) {
    found = false;
    std::vector<FuzzCase> candidates = smallest.smaller();
    for (std::size_t at = 0; at < candidates.size() && plays > 0;) {
      if (!fails(candidates[at], smallest.weight(), plays)) {
        ++at;
        continue;
      }
      // Goes on from here: what came before did not do, and is tried again in the next round.
      smallest = std::move(candidates[at]);
      candidates = smallest.smaller();
      found = true;
    }
  }
  return smallest;
}

FuzzReport fuzz(std::uint64_t first, std::uint64_t last,
                const std::function<bool(std::uint64_t seed, const FuzzResult&)>& each) {
  FuzzReport report;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const FuzzResult result = play(FuzzCase::of(seed));
    ++report.seeds;
    report.events += result.events;
    report.exchanges += result.exchanges;
    if (!result.broken.empty()) report.failed.push_back(seed);
    if (!each(seed, result)) break;
  }
  return report;
}

}  // namespace gnc::scenarios
