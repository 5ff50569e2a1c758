#include "bench/virtual_run.h"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <stdexcept>

#include "bench/simulators/ring.h"
#include "scenarios/virtual/fuzz_case.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::bench {
namespace {

using scenarios::FuzzCase;

constexpr std::array parties{"NZ", "CN", "AU", "SG", "CL", "FI", "JP", "KR", "BR", "ZA",
                             "FR", "DE", "IT", "ES", "PT", "SE", "NO", "DK", "PL", "CZ"};
static_assert(parties.size() == ring::parties);

FuzzCase ring_case(bool answered) {
  FuzzCase made;
  made.seed = made.chance = 1;
  const scenarios::LinkSettings link{.latency = {ring::latency_us}, .bandwidth = 100'000'000};
  for (std::size_t i = 0; i < parties.size(); ++i) {
    made.parties.push_back({*PartyName::from_text(parties[i]), link});
    made.pacts.push_back({i, (i + 1) % parties.size(), answered, {}, {}});
    made.traffic.push_back(
        {i, ring::messages_each, {ring::messages_each * ring::every_us}, Duration::from_seconds(600), "", 0});
  }
  return made;
}

}  // namespace

RingRate play_ring(bool answered) {
  const scenarios::RunPlan plan = ring_case(answered).plan();
  scenarios::VirtualOptions options;
  options.world = scenarios::settings_of(plan.scenario);
  const std::clock_t began = std::clock();
  const auto outcome = scenarios::play_virtual(plan, nullptr, options);
  const double took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  if (!outcome) throw std::runtime_error(describe(outcome.error()));
  if (!outcome->never_ended.empty()) throw std::runtime_error(outcome->never_ended.front());
  return {.exchanges = static_cast<double>(outcome->report.exchange.submitted) / took,
          .recorded_events = static_cast<double>(outcome->recorded) / took,
          .queue_events = static_cast<double>(outcome->events) / took};
}

Measurement measure_virtual_run() {
  Measurement measurement;
  for (const bool answered : {false, true}) {
    const auto [exchanges, recorded, events] = play_ring(answered);
    const std::string kind = answered ? "answered" : "delivered";
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
