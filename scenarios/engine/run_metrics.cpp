#include "scenarios/engine/run_metrics.h"

#include <fmt/format.h>
#include <pthread.h>

#include <mutex>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "gnc/v1/errors.pb.h"
#include "proto/metrics/metrics_page.h"
#include "proto/metrics/metrics_text.h"
#include "proto/net/listen_address.h"

namespace gnc::scenarios {
namespace {

using metrics::MetricsText;

// Label values that come from the scenario: printable, and of a length that a monitoring system takes.
std::string label_text(std::string_view text) { return printable(text.substr(0, 200)); }

void add_latencies(MetricsText& text, const StageLatencies& latency) {
  text.family("gncsim_latency_seconds", "summary",
              "From the intended time until an exchange came to the stage, of the run so far.");
  const std::pair<std::string_view, const LatencySummary*> stages[] = {
      {"admitted", &latency.admitted}, {"delivered", &latency.delivered}, {"processed", &latency.processed}};
  for (const auto& [stage, summary] : stages) {
    if (summary->count > 0) {
      const std::pair<std::string_view, double> quantiles[] = {
          {"0.5", summary->p50},  {"0.9", summary->p90},    {"0.95", summary->p95},
          {"0.99", summary->p99}, {"0.999", summary->p999}, {"1", summary->max}};
      for (const auto& [quantile, ms] : quantiles) {
        text.sample("gncsim_latency_seconds", {{"stage", stage}, {"quantile", quantile}}, ms / 1e3);
      }
    }
    text.sample("gncsim_latency_seconds_count", {{"stage", stage}}, summary->count);
  }
}

std::string_view state_text(LiveFigures::Standing::State state) {
  using State = LiveFigures::Standing::State;
  return state == State::held ? "held" : state == State::failing ? "failing" : "not_yet";
}

}  // namespace

std::string run_metrics_text(const LiveFigures& figures) {
  MetricsText text(metrics::Dialect::open_metrics);
  text.family("gncsim_run", "info", "The run that is served.");
  text.sample("gncsim_run_info", {{"scenario", label_text(figures.scenario)}}, std::uint64_t{1});
  text.gauge("gncsim_elapsed_seconds", "How long it has run.", figures.elapsed_s);
  text.gauge("gncsim_rate_asked", "Exchanges a second that the workloads ask for.", figures.rate_asked);
  text.gauge("gncsim_rate_got", "Exchanges a second that come to their end.", figures.rate_got);
  text.counters("gncsim_exchanges", "Exchanges that came to the stage.");
  const std::pair<std::string_view, std::uint64_t> stages[] = {
      {"sent", figures.sent},           {"admitted", figures.admitted}, {"delivered", figures.delivered},
      {"processed", figures.processed}, {"refused", figures.refused},   {"ended", figures.ended}};
  for (const auto& [stage, count] : stages) text.count("gncsim_exchanges", {{"stage", stage}}, count);
  add_latencies(text, figures.latency);
  text.gauge("gncsim_faults_in_force", "Faults in force.", figures.faults.size());
  if (!figures.faults.empty()) {
    text.family("gncsim_fault", "gauge", "1 for each fault in force.");
    // The same fault may be in force twice, the same sample may not stand twice.
    std::map<std::string, std::uint64_t> by_words;
    for (const std::string& fault : figures.faults) ++by_words[label_text(fault)];
    for (const auto& [words, count] : by_words) text.sample("gncsim_fault", {{"fault", words}}, count);
  }
  if (!figures.expectations.empty()) {
    text.family("gncsim_expectation", "gauge", "1 for the state that each expectation is in so far.");
    std::map<std::string, std::string_view> by_text;
    for (const auto& standing : figures.expectations) {
      by_text.insert_or_assign(label_text(standing.expect), state_text(standing.state));
    }
    for (const auto& [expect, state] : by_text) {
      text.sample("gncsim_expectation", {{"expect", expect}, {"state", state}}, std::uint64_t{1});
    }
  }
  text.counter("gncsim_troubles", "What went wrong on the way.", figures.troubles_in_all);
  return text.take();
}

struct RunMetrics::State {
  boost::asio::io_context io{1};
  std::mutex guard;
  LiveFigures figures;
  std::unique_ptr<metrics::MetricsPage> page;
  std::thread thread;
};

RunMetrics::RunMetrics(std::unique_ptr<State> state) : state_(std::move(state)) {}

RunMetrics::~RunMetrics() {
  state_->io.stop();
  state_->thread.join();
}

Result<void> RunMetrics::check(const std::string& address) {
  const auto endpoint = net::endpoint_of(address);
  if (!endpoint) return tl::unexpected(endpoint.error());
  if (endpoint->address().is_loopback()) return {};
  return failure(v1::USAGE, fmt::format("'{}' is not a loopback address", address), "--metrics",
                 "Serve it on 127.0.0.1 or [::1]; a proxy of your own can guard it for others.");
}

Result<std::unique_ptr<RunMetrics>> RunMetrics::serve(const std::string& address) {
  if (auto may = check(address); !may) return tl::unexpected(may.error());
  auto state = std::make_unique<State>();
  auto acceptor = net::listen_on(state->io, address);
  if (!acceptor) return tl::unexpected(acceptor.error());
  State& shared = *state;
  state->page = metrics::MetricsPage::serve(std::move(*acceptor), metrics::Dialect::open_metrics, [&shared] {
    const std::lock_guard lock(shared.guard);
    return run_metrics_text(shared.figures);
  });
  state->thread = std::thread([&shared] {
    ::pthread_setname_np(::pthread_self(), "gnc-metrics");
    shared.io.run();
  });
  return std::unique_ptr<RunMetrics>(new RunMetrics(std::move(state)));
}

std::string RunMetrics::address() const { return state_->page->address(); }

void RunMetrics::publish(const LiveFigures& figures) {
  const std::lock_guard lock(state_->guard);
  state_->figures = figures;
}

}  // namespace gnc::scenarios
