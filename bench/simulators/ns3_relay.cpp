// The ring in ns-3's core: its simulator and its default scheduler, without a model of a network.
#include <ns3/make-event.h>
#include <ns3/nstime.h>
#include <ns3/simulator.h>

#include <cstdio>
#include <ctime>

#include "bench/simulators/ring.h"

namespace {

namespace ring = gnc::bench::ring;
using ns3::MicroSeconds;
using ns3::Simulator;

struct Ring {
  std::uint64_t arrived = 0;

  void send(std::uint32_t party, std::uint32_t left) {
    Simulator::Schedule(MicroSeconds(ring::latency_us), &Ring::relay, this, party);
    if (left > 1) Simulator::Schedule(MicroSeconds(ring::every_us), &Ring::send, this, party, left - 1);
  }
  void relay(std::uint32_t party) {
    Simulator::Schedule(MicroSeconds(ring::latency_us), &Ring::arrive, this, (party + 1) % ring::parties);
  }
  void arrive(std::uint32_t) { ++arrived; }
};

}  // namespace

int main() {
  const std::clock_t began = std::clock();
  double took = 0;
  std::uint64_t messages = 0;
  while (took < 1) {
    Ring ring;
    for (std::uint32_t party = 0; party < ring::parties; ++party) {
      Simulator::Schedule(MicroSeconds(party), &Ring::send, &ring, party, ring::messages_each);
    }
    Simulator::Run();
    Simulator::Destroy();
    if (ring.arrived != ring::messages) return 1;
    messages += ring.arrived;
    took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  }
  std::printf("%.0f\n", static_cast<double>(messages) / took);
}
