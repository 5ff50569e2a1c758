#include "gateway/serve/metrics.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace gnc::gateway {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

class Text {
 public:
  template <class Value>
  void metric(std::string_view name, std::string_view kind, std::string_view help, Value value) {
    describe(name, kind, help);
    fmt::format_to(std::back_inserter(text_), "{} {}\n", name, value);
  }
  void describe(std::string_view name, std::string_view kind, std::string_view help) {
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, kind);
  }
  void labelled(std::string_view name, std::string_view label, std::string_view labels_value,
                std::uint64_t value) {
    fmt::format_to(std::back_inserter(text_), "{}{{{}=\"{}\"}} {}\n", name, label, labels_value, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

std::string metrics_text(const GatewayFigures& figures) {
  Text text;
  const auto& core = figures.core;
  const auto counter = [&](std::string_view name, std::string_view help, auto value) {
    text.metric(name, "counter", help, value);
  };
  const auto gauge = [&](std::string_view name, std::string_view help, auto value) {
    text.metric(name, "gauge", help, value);
  };
  counter("gnc_admitted_total", "Exchanges admitted.", core.admitted);
  counter("gnc_delivered_total", "Exchanges delivered.", core.delivered);
  counter("gnc_processed_total", "Exchanges processed.", core.processed);
  text.describe("gnc_refused_total", "counter", "Exchanges refused, by catalogue code.");
  for (const auto& [code, count] : core.refusals_by_code) {
    text.labelled("gnc_refused_total", "code", label(code), count);
  }
  counter("gnc_expired_total", "Exchanges expired.", core.expired);
  counter("gnc_dead_lettered_total", "Exchanges given up.", core.dead_lettered);
  counter("gnc_duplicates_total", "Envelopes submitted again and answered from the record.", core.duplicates);
  counter("gnc_redelivered_total", "Envelopes delivered again.", core.redelivered);
  counter("gnc_receipts_ignored_total", "Receipts that stated nothing new or nothing that holds.",
          core.receipts_ignored);
  gauge("gnc_waiting", "Envelopes not yet delivered.", core.waiting);
  gauge("gnc_in_flight", "Envelopes sent and not receipted.", core.in_flight);
  gauge("gnc_sessions", "Streams of nodes that are open.", figures.sessions);
  gauge("gnc_connections", "Connections that are open.", figures.connections);
  counter("gnc_connections_refused_total", "Connections over a limit.", figures.connections_refused);
  counter("gnc_accept_pauses_total", "Times that accepting paused for want of descriptors.",
          figures.accept_pauses);
  counter("gnc_commits_total", "Transactions made durable.", figures.commits.commits);
  counter("gnc_commit_steps_total",
          "Steps of the core in them: divided by gnc_commits_total, the group size.", figures.commits.steps);
  counter("gnc_commit_seconds_total", "Time taken by them.",
          static_cast<double>(figures.commits.nanoseconds) / 1e9);
  counter("process_cpu_seconds_total", "CPU time of this process.", cpu_seconds());
  gauge("process_resident_memory_bytes", "Resident memory of this process.", resident_bytes());
  return text.take();
}

}  // namespace gnc::gateway
