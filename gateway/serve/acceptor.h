#pragma once

#include <memory>
#include <string>

#include <grpcpp/server_builder.h>
#include <boost/asio/io_context.hpp>

#include "gateway/serve/limits.h"
#include "proto/types/result.h"

namespace gnc::gateway {

// Accepts connections and hands them to gRPC. gRPC's own listener never recovers from running out of file
// descriptors and knows no limit for one address; this one pauses and goes on.
class Acceptor {
 public:
  // Listens on "HOST:PORT" ("127.0.0.1:0", "[::1]:7443"). Runs on `io`, one thread.
  static Result<std::unique_ptr<Acceptor>> listen(boost::asio::io_context& io, const std::string& address,
                                                  const ServeLimits& limits);
  ~Acceptor();

  // "127.0.0.1:41235".
  std::string address() const;
  std::uint16_t port() const;

  // Begins to accept, into `grpc_acceptor`, which must be a started server's.
  void start(std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> grpc_acceptor);
  // Any thread; returns when nothing is handed on any more. `io` must be running or stopped for good.
  void stop();

  std::size_t connections() const;
  std::uint64_t refused() const;
  // How often accepting has paused because descriptors had run out.
  std::uint64_t pauses() const;

 private:
  class State;
  explicit Acceptor(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace gnc::gateway
