#include "gateway/serve/log.h"

#include <fmt/format.h>
#include <grpc/support/log.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <mutex>

#include "proto/types/error.h"

namespace gnc::gateway {
namespace {

spdlog::logger& logger() {
  static const auto made = [] {
    auto lines =
        std::make_shared<spdlog::logger>("gateway", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    lines->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ gateway %l %v", spdlog::pattern_time_type::utc);
    lines->flush_on(spdlog::level::info);
    return lines;
  }();
  return *made;
}

constexpr std::uint64_t refusals_a_second = 50;

}  // namespace

void log_event(std::string_view line) { logger().info("{}", printable(line)); }

void log_failure(std::string_view line) { logger().error("{}", printable(line)); }

void log_refusal(std::string_view line) {
  static std::mutex mutex;
  static std::chrono::steady_clock::time_point second;
  static std::uint64_t lines = 0;
  const std::lock_guard guard(mutex);
  const auto now = std::chrono::steady_clock::now();
  if (now - second >= std::chrono::seconds(1)) {
    if (lines > refusals_a_second) logger().warn("{} more refusals not shown", lines - refusals_a_second);
    second = now;
    lines = 0;
  }
  if (++lines <= refusals_a_second) logger().warn("{}", printable(line));
}

void take_over_grpc_log() {
  gpr_set_log_function([](gpr_log_func_args* entry) {
    // Peers ask for each other by URI, and gRPC looks for a DNS name at every handshake: who it is, we check.
    if (std::string_view(entry->message).starts_with("No match found for server name")) return;
    if (entry->severity == GPR_LOG_SEVERITY_ERROR) log_refusal(fmt::format("gRPC: {}", entry->message));
  });
}

}  // namespace gnc::gateway
