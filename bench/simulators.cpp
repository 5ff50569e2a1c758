#include "bench/simulators.h"

#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "bench/scratch_folder.h"
#include "bench/simulators/ring.h"
#include "bench/virtual_run.h"
#include "scenarios/virtual/event_queue.h"
#include "tests/processes/piped_process.h"

namespace gnc::bench {
namespace {

using scenarios::EventQueue;
using scenarios::VirtualEvent;
using scenarios::VirtualTime;

constexpr std::chrono::minutes longest_run{5};

// The ring over the queue of events and nothing else, as ns3_relay.cpp plays it.
std::uint64_t relay_over_queue() {
  using Kind = VirtualEvent::Kind;
  constexpr VirtualTime latency{ring::latency_us * 1000}, every{ring::every_us * 1000};
  EventQueue queue;
  std::uint64_t arrived = 0;
  for (std::uint32_t party = 0; party < ring::parties; ++party) {
    queue.push({party * 1000}, Kind::workload_arrival, party, ring::messages_each);
  }
  while (!queue.empty()) {
    const VirtualEvent event = queue.pop();
    switch (event.kind) {
      case Kind::workload_arrival:
        queue.push(event.at + latency, Kind::link_arrival, event.subject, 0);
        if (event.number > 1) queue.push(event.at + every, event.kind, event.subject, event.number - 1);
        break;
      case Kind::link_arrival:
        queue.push(event.at + latency, Kind::sent, (event.subject + 1) % ring::parties, 0);
        break;
      default:
        ++arrived;
    }
  }
  return arrived;
}

double queue_rate() {
  const std::clock_t began = std::clock();
  double took = 0;
  std::uint64_t messages = 0;
  while (took < 1) {
    messages += relay_over_queue();
    took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  }
  return static_cast<double>(messages) / took;
}

// Messages a second that the program beside this one says; none where it was not built.
std::optional<double> rate_of(const std::string& program) {
  const auto path = std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
  if (!std::filesystem::exists(path)) return std::nullopt;
  const ScratchFolder folder;
  processes::PipedProcess process(path, {}, folder.path() / "log");
  return std::stod(process.read_line(longest_run));
}

}  // namespace

Measurement measure_simulators() {
  const double exchanges = play_ring(false).exchanges;
  const double queue = queue_rate();
  Measurement measurement{.marks = {},
                          .figures = {{"virtual_exchanges", exchanges}, {"virtual_queue_messages", queue}}};
  struct Simulator {
    std::string name, program, package;
  };
  for (const auto& [name, program, package] : {Simulator{"SimGrid", "simgrid-relay", "libsimgrid-dev"},
                                               {"ns-3's core", "ns3-relay", "libns3-dev"}}) {
    const auto rate = rate_of(program);
    const std::string reference =
        rate ? fmt::format("{} relays {} /s", name, grouped(*rate))
             : fmt::format("{}: {} was not there when this was built", name, package);
    const auto mark = [&](const std::string& what, double own) {
      measurement.marks.push_back({.name = what,
                                   .value = grouped(own) + " /s",
                                   .reference = reference,
                                   .ratio = rate ? std::optional(own / *rate) : std::nullopt});
    };
    mark("virtual exchange", exchanges);
    mark("event queue relaying", queue);
    if (rate) measurement.figures[program] = *rate;
  }
  return measurement;
}

}  // namespace gnc::bench
