#pragma once

#include <string>

#include "gateway/core/gateway_core.h"
#include "gateway/store/commit_thread.h"

namespace gnc::gateway {

// Everything that the metrics page shows, at one moment.
struct GatewayFigures {
  GatewayCounters core;
  CommitThread::Figures commits;
  std::size_t sessions = 0;
  std::size_t connections = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t accept_pauses = 0;
};

// Prometheus' text format, with this process' CPU seconds and resident memory.
std::string metrics_text(const GatewayFigures& figures);

}  // namespace gnc::gateway
