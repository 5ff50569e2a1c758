#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "proto/types/result.h"

namespace gnc::gateway {

// GET /metrics over plain HTTP: to be listened for on loopback.
class MetricsPage {
 public:
  // Serves on `io`, one thread; `text` is called there.
  static Result<std::unique_ptr<MetricsPage>> serve(boost::asio::io_context& io, const std::string& address,
                                                    std::function<std::string()> text);
  ~MetricsPage();

  std::string address() const;

 private:
  class State;
  explicit MetricsPage(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace gnc::gateway
