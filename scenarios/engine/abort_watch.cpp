#include "scenarios/engine/abort_watch.h"

#include <algorithm>

namespace gnc::scenarios {
namespace {

constexpr Duration interval = Duration::from_seconds(1);
// Looking may take this share of the run's time: one part in so many.
constexpr std::int64_t share = 20;

}  // namespace

AbortWatch::AbortWatch(const std::vector<Expectation>& expectations) : expectations_(expectations) {
  for (std::size_t i = 0; i < expectations.size(); ++i) {
    if (expectations[i].abort) aborting_.push_back(i);
  }
}

bool AbortWatch::due(std::optional<Instant> began, Instant now) const {
  if (aborting_.empty() || !began || broken_ || now < next_) return false;
  return std::ranges::any_of(aborting_,
                             [&](std::size_t i) { return now >= *began + expectations_[i].after; });
}

void AbortWatch::look(Instant began, Instant now, const std::function<RunReport()>& account,
                      const std::function<Instant()>& clock) {
  const RunReport report = account();
  const Duration took = clock() - now;
  next_ = now + std::max(interval, took * share);
  for (const std::size_t i : aborting_) {
    const Expectation& expectation = expectations_[i];
    if (now < began + expectation.after) continue;
    const auto value = expectation.value(report);
    if (!value || compare(*value, expectation.comparison, expectation.bound)) continue;
    broken_ = Broken{i, *value};
    return;
  }
}

}  // namespace gnc::scenarios
