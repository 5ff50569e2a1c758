#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace gnc::net {

// A connection that counts among those of its acceptor for as long as this lives.
using Counted = std::shared_ptr<void>;

// Takes connections up to a bound, and closes what comes beyond it. Where descriptors have run out it pauses
// and goes on. One thread, that of the acceptor's context; alive until that one stops.
class BoundedAcceptor : public std::enable_shared_from_this<BoundedAcceptor> {
 public:
  using Take = std::function<void(boost::asio::ip::tcp::socket, Counted)>;

  // Begins on the acceptor's context.
  static std::shared_ptr<BoundedAcceptor> start(boost::asio::ip::tcp::acceptor acceptor, std::size_t most,
                                                Take take);

  const boost::asio::ip::tcp::endpoint& endpoint() const { return endpoint_; }

 private:
  BoundedAcceptor(boost::asio::ip::tcp::acceptor acceptor, std::size_t most, Take take);
  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  const boost::asio::ip::tcp::endpoint endpoint_;
  const std::size_t most_;
  const Take take_;
  const std::shared_ptr<std::size_t> count_ = std::make_shared<std::size_t>(0);
};

}  // namespace gnc::net
