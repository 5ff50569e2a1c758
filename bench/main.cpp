#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "bench/codec.h"
#include "bench/conformance.h"
#include "bench/event_queue.h"
#include "bench/exchange_rate.h"
#include "bench/latency_floor.h"
#include "bench/ledger.h"
#include "bench/raw_relay.h"
#include "bench/report.h"
#include "bench/scratch_folder.h"
#include "bench/simulators.h"
#include "bench/stock_credentials.h"
#include "bench/virtual_run.h"
#include "bench/window.h"

namespace gnc::bench {
namespace {

struct Asked {
  std::vector<std::string> marks;
  std::string format = "text";
  double seconds = 5;
  // A process of a measurement, started by this program itself.
  std::string role;
  std::string pki;
  std::string address;
};

Measurement measure_relay(const Asked& asked) {
  const ScratchFolder folder;
  make_pki(folder.path() / "pki");
  const auto rate = measure_raw_relay(folder.path() / "pki", asked.seconds);
  return {.marks = {{.name = "relay",
                     .value = grouped(rate.messages_per_second) + " /s",
                     .reference = fmt::format("{:.1f} us CPU a message", rate.cpu_us_per_message)}},
          .figures = {{"raw_relay_per_second", rate.messages_per_second},
                      {"cpu_us_per_message", rate.cpu_us_per_message}}};
}

int play_role(const Asked& asked) {
  if (asked.role == "relay") return serve_raw_relay(asked.pki);
  if (asked.role == "producer") return produce_for_raw_relay(asked.pki, asked.address);
  if (asked.role == "consumer") return consume_from_raw_relay(asked.pki, asked.address, asked.seconds);
  return serve_echo(asked.pki);
}

int measure(const Asked& asked) {
  const std::map<std::string, std::function<Measurement()>> measurements{
      {"relay", [&] { return measure_relay(asked); }},
      {"exchange", [&] { return measure_exchange_rate(asked.seconds); }},
      {"latency", [] { return measure_latency(); }},
      {"codec", [&] { return measure_codec(asked.seconds); }},
      {"conformance", [&] { return measure_conformance(asked.seconds); }},
      {"ledger", [] { return measure_ledger(); }},
      {"events", [&] { return measure_event_queue(asked.seconds); }},
      {"virtual", [] { return measure_virtual_run(); }},
      {"simulators", [] { return measure_simulators(); }},
      {"window", [&] { return measure_window(asked.seconds); }},
      {"memory", [] { return measure_memory(); }},
  };
  std::vector<Mark> marks;
  nlohmann::ordered_json figures;
  for (const auto& name : asked.marks) {
    std::cerr << "measuring " << name << "\n";
    auto measurement = measurements.at(name)();
    marks.insert(marks.end(), measurement.marks.begin(), measurement.marks.end());
    figures.update(measurement.figures);
  }
  std::cout << (asked.format == "json" ? figures.dump() + "\n" : table(marks));
  return 0;
}

}  // namespace
}  // namespace gnc::bench

int main(int argc, char** argv) {
  gnc::bench::Asked asked;
  CLI::App app{"Measures the marks of gncsim as ratios in one run.", "gncsim-bench"};
  app.add_option(
         "marks", asked.marks,
         "relay, exchange, latency, codec, conformance, ledger, events, virtual, simulators, window, memory; "
         "without: all but memory")
      ->check(CLI::IsMember({"relay", "exchange", "latency", "codec", "conformance", "ledger", "events",
                             "virtual", "simulators", "window", "memory"}));
  app.add_option("--format", asked.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  app.add_option("--seconds", asked.seconds, "how long each rate is measured")->check(CLI::Range(0.5, 600.0));
  app.add_option("--as", asked.role)
      ->group("")
      ->check(CLI::IsMember({"relay", "producer", "consumer", "echo"}));
  app.add_option("--pki", asked.pki)->group("");
  app.add_option("--address", asked.address)->group("");
  CLI11_PARSE(app, argc, argv);
  if (!asked.role.empty()) return gnc::bench::play_role(asked);
  if (asked.marks.empty())
    asked.marks = {"relay",  "exchange", "latency", "codec",      "conformance",
                   "ledger", "events",   "virtual", "simulators", "window"};
  try {
    return gnc::bench::measure(asked);
  } catch (const std::exception& error) {
    std::cerr << "gncsim-bench: " << error.what() << "\n";
    return 3;
  }
}
