#include "bench/exchange_rate.h"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <vector>

#include "bench/closed_loop.h"
#include "bench/latency_floor.h"
#include "bench/percentile.h"
#include "bench/raw_relay.h"
#include "bench/scratch_folder.h"
#include "bench/stock_credentials.h"
#include "tests/processes/live_pair.h"

namespace gnc::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t envelope_bytes = 1024;
constexpr double warm_up_seconds = 2;

double megabytes(std::uint64_t bytes) { return static_cast<double>(bytes) / (1u << 20); }

std::chrono::duration<double> since(Clock::time_point start) { return Clock::now() - start; }

}  // namespace

Measurement measure_exchange_rate(double seconds) {
  const ScratchFolder folder;
  make_pki(folder.path() / "relay-pki");
  const auto relay_before = measure_raw_relay(folder.path() / "relay-pki", seconds / 2);

  processes::LivePair pair(folder.path(), {.events = "stages"});
  pair.start_gateway();
  pair.start_node_host();
  ClosedLoop loop(pair, {{"NZ", "CN"}}, envelope_bytes);
  const auto run_for = [&](double duration) {
    const auto start = Clock::now();
    while (since(start).count() < duration) loop.turn();
    return since(start).count();
  };
  run_for(warm_up_seconds);
  const auto done_before = loop.done();
  const auto bytes_before = loop.bytes_lodged();
  const auto gateway_before = pair.gateway().cost();
  const auto host_before = pair.node_host().process().cost();
  const auto disk_bytes = [&] {
    return pair.gateway().disk_bytes() + pair.node_host().process().disk_bytes();
  };
  const auto disk_before = disk_bytes();
  const double took = run_for(seconds);
  const auto gateway_after = pair.gateway().cost();
  const auto host_after = pair.node_host().process().cost();
  const auto disk_written = disk_bytes() - disk_before;
  const auto done = static_cast<double>(loop.done() - done_before);
  const auto bytes = loop.bytes_lodged() - bytes_before;
  loop.drain();
  pair.stop();

  const auto relay_after = measure_raw_relay(folder.path() / "relay-pki", seconds / 2);
  const double relay = (relay_before.messages_per_second + relay_after.messages_per_second) / 2;
  const double rate = done / took;
  const double gateway_us = static_cast<double>(gateway_after.cpu_us - gateway_before.cpu_us) / done;
  const double host_us = static_cast<double>(host_after.cpu_us - host_before.cpu_us) / done;
  return {.marks = {{.name = "exchange",
                     .value = grouped(rate) + " /s",
                     .reference = "raw relay " + grouped(relay) + " /s",
                     .ratio = rate / relay,
                     .direction = Mark::Goal::at_least,
                     .goal = 0.35},
                    {.name = "exchange cpu",
                     .value = fmt::format("{:.1f} us an exchange", gateway_us + host_us),
                     .reference = fmt::format("gateway {:.1f}, node host {:.1f}", gateway_us, host_us)},
                    {.name = "exchange disk",
                     .value = grouped(static_cast<double>(disk_written) / done) + " bytes an exchange",
                     .reference = "written by both"}},
          .figures = {{"exchange_over_raw_relay", rate / relay},
                      {"exchange_per_second", rate},
                      {"raw_relay_per_second", relay},
                      {"cpu_us_per_exchange", {{"gateway", gateway_us}, {"node_host", host_us}}},
                      {"peak_memory_mb",
                       {{"gateway", megabytes(gateway_after.peak_memory_bytes)},
                        {"node_host", megabytes(host_after.peak_memory_bytes)}}},
                      {"disk_bytes_per_exchange", static_cast<double>(disk_written) / done},
                      {"messages", static_cast<std::uint64_t>(done)},
                      {"bytes", bytes},
                      {"seconds", took},
                      {"lodged", loop.lodged()},
                      {"delivered", loop.done()},
                      {"lost", loop.lodged() - loop.done()}}};
}

Measurement measure_latency() {
  constexpr int rounds = 500;
  constexpr int warm_up_rounds = 50;
  const ScratchFolder folder;
  make_pki(folder.path() / "echo-pki");
  const auto floor_before = measure_latency_floor(folder.path() / "echo-pki", folder.path());

  processes::LivePair pair(folder.path(), {.events = "stages"});
  pair.start_gateway();
  pair.start_node_host();
  std::vector<double> delivered;
  std::vector<double> receipted;
  for (int round = 0; round < rounds + warm_up_rounds; ++round) {
    std::int64_t lodged_at = 0;
    std::int64_t delivered_at = 0;
    std::int64_t receipted_at = 0;
    pair.node_host().command(
        processes::lodgement("NZ", "CN", static_cast<std::size_t>(round), 1, envelope_bytes));
    pair.node_host().follow(
        [&](const v1::Event& event) {
          if (event.kind() == v1::EVENT_KIND_LODGED) lodged_at = event.at();
          if (event.kind() == v1::EVENT_KIND_DELIVERED) delivered_at = event.at();
          if (event.kind() == v1::EVENT_KIND_DELIVERED_RECEIPT) receipted_at = event.at();
        },
        [&](const v1::Report&) { return receipted_at != 0; });
    if (round < warm_up_rounds) continue;
    delivered.push_back(static_cast<double>(delivered_at - lodged_at) / 1000);
    receipted.push_back(static_cast<double>(receipted_at - lodged_at) / 1000);
  }
  pair.stop();

  // The disk is shared with whatever else runs, so its part is measured on both sides.
  const auto floor_after = measure_latency_floor(folder.path() / "echo-pki", folder.path());
  const LatencyFloor floor{.echo_ms = (floor_before.echo_ms + floor_after.echo_ms) / 2,
                           .fsync_ms = (floor_before.fsync_ms + floor_after.fsync_ms) / 2};
  const double both = floor.echo_ms + floor.fsync_ms;
  const double at_recipient = percentile(delivered, 0.5);
  const double at_sender = percentile(receipted, 0.5);
  const auto reference = fmt::format("echo {:.2f} + fsync {:.2f} ms", floor.echo_ms, floor.fsync_ms);
  return {.marks = {{.name = "latency, delivered",
                     .value = fmt::format("{:.2f} ms p50", at_recipient),
                     .reference = reference,
                     .ratio = at_recipient / both,
                     .direction = Mark::Goal::at_most,
                     .goal = 4.0},
                    {.name = "latency, receipt back",
                     .value = fmt::format("{:.2f} ms p50", at_sender),
                     .reference = reference,
                     .ratio = at_sender / both,
                     .direction = Mark::Goal::at_most,
                     .goal = {}}},
          .figures = {{"latency_over_echo_and_fsync", at_recipient / both},
                      {"delivered_ms", {{"p50", at_recipient}, {"p99", percentile(delivered, 0.99)}}},
                      {"receipt_back_ms", {{"p50", at_sender}, {"p99", percentile(receipted, 0.99)}}},
                      {"echo_ms", floor.echo_ms},
                      {"fsync_ms", floor.fsync_ms}}};
}

Measurement measure_memory() {
  constexpr std::size_t administrations = 186;
  constexpr std::size_t exchanges = 1'000'000;
  constexpr double goal_mb = 256;
  const ScratchFolder folder;
  std::vector<std::string> parties;
  for (char first = 'A'; parties.size() < administrations; ++first) {
    for (char second = 'A'; second <= 'Z' && parties.size() < administrations; ++second) {
      parties.push_back({first, second});
    }
  }
  std::vector<ClosedLoop::Way> ways;
  for (std::size_t index = 0; index < parties.size(); ++index) {
    ways.push_back({parties[index], parties[(index + 1) % parties.size()]});
  }
  processes::LivePair pair(folder.path(), {.parties = parties, .events = "stages"});
  pair.start_gateway();
  pair.start_node_host();
  ClosedLoop loop(pair, ways, envelope_bytes);
  while (loop.done() < exchanges) loop.turn();
  loop.drain();
  const double peak = megabytes(pair.gateway().cost().peak_memory_bytes);
  pair.stop();
  return {.marks = {{.name = "memory of the gateway",
                     .value = fmt::format("{:.0f} MB", peak),
                     .reference = fmt::format("{} nodes, {} exchanges", administrations, grouped(exchanges)),
                     .ratio = peak / goal_mb,
                     .direction = Mark::Goal::at_most,
                     .goal = 1.0}},
          .figures = {{"gateway_peak_memory_mb", peak},
                      {"memory_nodes", administrations},
                      {"memory_exchanges", loop.done()}}};
}

}  // namespace gnc::bench
