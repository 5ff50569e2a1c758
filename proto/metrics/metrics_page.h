#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "proto/metrics/metrics_text.h"
#include "proto/net/bounded_acceptor.h"

namespace gnc::metrics {

// GET /metrics over plain HTTP: to be listened for on loopback.
class MetricsPage {
 public:
  // Serves on the acceptor's context, which one thread runs; `text` is called there.
  static std::unique_ptr<MetricsPage> serve(boost::asio::ip::tcp::acceptor, Dialect,
                                            std::function<std::string()> text);
  ~MetricsPage();

  std::string address() const;

 private:
  explicit MetricsPage(std::shared_ptr<net::BoundedAcceptor> acceptor);
  std::shared_ptr<net::BoundedAcceptor> acceptor_;
};

}  // namespace gnc::metrics
