#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "proto/net/bounded_acceptor.h"
#include "scenarios/training/page_answers.h"

namespace gnc::scenarios {

// Speaks HTTP and WebSocket for the training page: bounded requests, bounded connections, and no decision of
// its own.
class PageServer {
 public:
  static constexpr std::size_t most_connections = 64;
  static constexpr std::size_t longest_header = 8192;
  static constexpr std::size_t longest_body = 16384;

  // Called on the server's thread. An answer may come later, there too; meanwhile the server goes on.
  struct Answering {
    std::function<void(const PageRequest&, const PageAnswers::Respond&)> answer;
    // What a WebSocket is to carry, or why there is none.
    std::function<tl::expected<PageFrames, PageAnswer>(const PageRequest&)> follow;
  };
  // Serves on the acceptor's context, which one thread runs.
  static std::unique_ptr<PageServer> serve(boost::asio::ip::tcp::acceptor, Answering);
  ~PageServer();

  // "127.0.0.1:41235".
  std::string address() const;

 private:
  explicit PageServer(std::shared_ptr<net::BoundedAcceptor> acceptor);
  std::shared_ptr<net::BoundedAcceptor> acceptor_;
};

}  // namespace gnc::scenarios
