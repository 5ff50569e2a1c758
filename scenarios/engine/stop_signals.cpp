#include "scenarios/engine/stop_signals.h"

#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <thread>

namespace gnc::scenarios {

struct StopSignals::State {
  explicit State(HappeningQueue& to) : queue(to), signals(context, SIGINT, SIGTERM) {}

  void wait() {
    signals.async_wait([this](boost::system::error_code error, int) {
      if (error) return;
      queue.push(StopAsked{});
      wait();
    });
  }

  HappeningQueue& queue;
  boost::asio::io_context context{1};
  boost::asio::signal_set signals;
  std::thread thread;
};

StopSignals::StopSignals(HappeningQueue& queue) : state_(std::make_unique<State>(queue)) {
  state_->wait();
  state_->thread = std::thread([state = state_.get()] { state->context.run(); });
}

StopSignals::~StopSignals() {
  state_->context.stop();
  state_->thread.join();
}

}  // namespace gnc::scenarios
