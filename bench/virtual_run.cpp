#include "bench/virtual_run.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <stdexcept>

#include "scenarios/virtual/fuzz_case.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::bench {
namespace {

using scenarios::FuzzCase;

constexpr std::array parties{"NZ", "CN", "AU", "SG", "CL", "FI", "JP", "KR", "BR", "ZA",
                             "FR", "DE", "IT", "ES", "PT", "SE", "NO", "DK", "PL", "CZ"};
constexpr std::uint32_t for_each_party = 1'000;

// Each sends to the next over twenty seconds.
FuzzCase ring(bool answered) {
  FuzzCase made;
  made.seed = made.chance = 1;
  const scenarios::LinkSettings link{.latency = Duration::from_milliseconds(40),
                                     .jitter = Duration::from_milliseconds(4),
                                     .bandwidth = 100'000'000};
  for (std::size_t i = 0; i < parties.size(); ++i) {
    made.parties.push_back({*PartyName::from_text(parties[i]), link});
    made.pacts.push_back({i, (i + 1) % parties.size(), answered, {}, {}});
    made.traffic.push_back(
        {i, for_each_party, Duration::from_seconds(20), Duration::from_seconds(600), "", 0});
  }
  return made;
}

}  // namespace

Measurement measure_virtual_run() {
  Measurement measurement;
  for (const bool answered : {false, true}) {
    const scenarios::RunPlan plan = ring(answered).plan();
    scenarios::VirtualOptions options;
    options.world = scenarios::settings_of(plan.scenario);
    const auto began = std::chrono::steady_clock::now();
    const auto outcome = scenarios::play_virtual(plan, nullptr, options);
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (!outcome) throw std::runtime_error(describe(outcome.error()));
    if (!outcome->never_ended.empty()) throw std::runtime_error(outcome->never_ended.front());
    const std::string kind = answered ? "answered" : "delivered";
    const double events = static_cast<double>(outcome->events) / took;
    const double recorded = static_cast<double>(outcome->recorded) / took;
    const double exchanges = static_cast<double>(outcome->report.exchange.submitted) / took;
    measurement.marks.push_back({.name = fmt::format("virtual run, {}", kind),
                                 .value = grouped(exchanges) + " exchanges/s",
                                 .reference = fmt::format("{} recorded events/s, {} of the queue",
                                                          grouped(recorded), grouped(events)),
                                 .ratio = exchanges / 250'000,
                                 .goal = 1});
    measurement.figures[fmt::format("virtual_exchanges_per_second_{}", kind)] = exchanges;
    measurement.figures[fmt::format("virtual_recorded_events_per_second_{}", kind)] = recorded;
    measurement.figures[fmt::format("virtual_queue_events_per_second_{}", kind)] = events;
  }
  return measurement;
}

}  // namespace gnc::bench
