#include "gateway/serve/metrics.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "proto/metrics/metrics_text.h"

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

// Zero where no descriptor is free. Not by a stream, since UBSan would then want descriptors of its own.
std::uint64_t resident_bytes() {
  std::array<char, 128> text{};
  const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const ssize_t size = ::read(file, text.data(), text.size());
  ::close(file);
  // "TOTAL RESIDENT …", in pages.
  const char* const end = text.data() + std::max<ssize_t>(size, 0);
  const char* const space = std::find<const char*>(text.data(), end, ' ');
  std::uint64_t resident = 0;
  if (space != end) std::from_chars(space + 1, end, resident);
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

std::string metrics_text(const GatewayFigures& figures) {
  metrics::MetricsText text(metrics::Dialect::prometheus);
  const auto& core = figures.core;
  text.counter("gnc_admitted", "Exchanges admitted.", core.admitted);
  text.counter("gnc_delivered", "Exchanges delivered.", core.delivered);
  text.counter("gnc_processed", "Exchanges processed.", core.processed);
  text.counters("gnc_refused", "Exchanges refused, by catalogue code.");
  for (const auto& [code, count] : core.refusals_by_code) {
    text.count("gnc_refused", {{"code", label(code)}}, count);
  }
  text.counter("gnc_expired", "Exchanges expired.", core.expired);
  text.counter("gnc_dead_lettered", "Exchanges given up.", core.dead_lettered);
  text.counter("gnc_duplicates", "Envelopes submitted again and answered from the record.", core.duplicates);
  text.counter("gnc_redelivered", "Envelopes delivered again.", core.redelivered);
  text.counter("gnc_receipts_ignored", "Receipts that stated nothing new or nothing that holds.",
               core.receipts_ignored);
  text.gauge("gnc_waiting", "Envelopes not yet delivered.", core.waiting);
  text.gauge("gnc_in_flight", "Envelopes sent and not receipted.", core.in_flight);
  text.gauge("gnc_sessions", "Streams of nodes that are open.", figures.sessions);
  text.gauge("gnc_connections", "Connections that are open.", figures.connections);
  text.counter("gnc_connections_refused", "Connections over a limit.", figures.connections_refused);
  text.counter("gnc_accept_pauses", "Times that accepting paused for want of descriptors.",
               figures.accept_pauses);
  text.counter("gnc_commits", "Transactions made durable.", figures.commits.commits);
  text.counter("gnc_commit_steps", "Steps of the core in them: divided by gnc_commits_total, the group size.",
               figures.commits.steps);
  text.counter("gnc_commit_seconds", "Time taken by them.",
               static_cast<double>(figures.commits.nanoseconds) / 1e9);
  text.counter("process_cpu_seconds", "CPU time of this process.", cpu_seconds());
  text.gauge("process_resident_memory_bytes", "Resident memory of this process.", resident_bytes());
  return text.take();
}

}  // namespace gnc::gateway
