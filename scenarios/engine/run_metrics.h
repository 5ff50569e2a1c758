#pragma once

#include <memory>
#include <string>

#include "proto/types/result.h"
#include "scenarios/engine/live_figures.h"

namespace gnc::scenarios {

// The figures in OpenMetrics text.
std::string run_metrics_text(const LiveFigures&);

// GET /metrics of a run while it runs, on loopback, by a thread of its own ("gnc-metrics").
class RunMetrics {
 public:
  // USAGE where the address is no HOST:PORT or not a loopback one.
  static Result<void> check(const std::string& address);
  // PORT_UNAVAILABLE, or as check(). Port 0: a free one.
  static Result<std::unique_ptr<RunMetrics>> serve(const std::string& address);
  ~RunMetrics();
  RunMetrics(const RunMetrics&) = delete;
  RunMetrics& operator=(const RunMetrics&) = delete;

  // "127.0.0.1:41235"
  std::string address() const;
  // What is served from now on. From any thread.
  void publish(const LiveFigures&);

 private:
  struct State;
  explicit RunMetrics(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace gnc::scenarios
