#include "tests/scenarios/links/link_peers.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace gnc::scenarios {

namespace asio = boost::asio;
using asio::ip::tcp;

double milliseconds_since(LinkClock::time_point start) {
  return std::chrono::duration<double, std::milli>(LinkClock::now() - start).count();
}

EchoServer::EchoServer()
    : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}), port_(acceptor_.local_endpoint().port()) {
  accepting_ = std::thread([this] {
    for (;;) {
      boost::system::error_code error;
      tcp::socket peer = acceptor_.accept(error);
      const std::lock_guard lock(mutex_);
      if (error || stopping_) return;
      peer.set_option(tcp::no_delay(true), error);
      peers_.push_back(std::move(peer));
      threads_.emplace_back([this, &socket = peers_.back()] { serve(socket); });
    }
  });
}

EchoServer::~EchoServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (tcp::socket& peer : peers_) {
      boost::system::error_code ignored;
      peer.shutdown(tcp::socket::shutdown_both, ignored);
    }
  }
  // Wakes the acceptor.
  boost::system::error_code ignored;
  tcp::socket(context_).connect({asio::ip::address_v4::loopback(), port_}, ignored);
  accepting_.join();
  for (std::thread& thread : threads_) thread.join();
}

void EchoServer::serve(Socket& peer) {
  std::vector<char> buffer(64 * 1024);
  boost::system::error_code error;
  while (!error) {
    const std::size_t n = peer.read_some(asio::buffer(buffer), error);
    if (!error) asio::write(peer, asio::buffer(buffer, n), error);
  }
  const std::lock_guard lock(mutex_);
  ++ended_;
  if (error == asio::error::connection_reset) ++reset_;
  one_ended_.notify_all();
  boost::system::error_code ignored;
  peer.close(ignored);
}

bool EchoServer::have_ended(std::size_t connections, std::chrono::milliseconds wait) const {
  std::unique_lock lock(mutex_);
  return one_ended_.wait_for(lock, wait, [&] { return ended_ == connections; });
}

bool EchoServer::were_reset(std::size_t connections, std::chrono::milliseconds wait) const {
  std::unique_lock lock(mutex_);
  return one_ended_.wait_for(lock, wait, [&] { return reset_ == connections; });
}

std::size_t EchoServer::taken() const {
  const std::lock_guard lock(mutex_);
  return peers_.size();
}

LinkClient::LinkClient(std::uint16_t port) : socket_(context_) {
  boost::system::error_code error;
  socket_.connect({asio::ip::address_v4::loopback(), port}, error);
  refused_ = error == asio::error::connection_refused;
  socket_.set_option(tcp::no_delay(true), error);
}

double LinkClient::round_trip(std::size_t size) {
  std::vector<char> sent(size), got(size);
  for (std::size_t i = 0; i < size; ++i) sent[i] = static_cast<char>(i * 131 + i / 251);
  const auto start = LinkClock::now();
  std::thread writer([&] { asio::write(socket_, asio::buffer(sent)); });
  asio::read(socket_, asio::buffer(got));
  const double took = milliseconds_since(start);
  writer.join();
  EXPECT_EQ(sent, got);
  return took;
}

void LinkClient::send(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }

bool LinkClient::readable(std::chrono::milliseconds wait) {
  pollfd waits{socket_.native_handle(), POLLIN, 0};
  return ::poll(&waits, 1, static_cast<int>(wait.count())) > 0;
}

std::optional<std::string> LinkClient::receive(std::chrono::milliseconds wait) {
  if (!readable(wait)) return std::nullopt;
  std::string bytes(64 * 1024, '\0');
  boost::system::error_code error;
  bytes.resize(socket_.read_some(asio::buffer(bytes), error));
  return error ? std::nullopt : std::optional(bytes);
}

std::optional<boost::system::error_code> LinkClient::end(std::chrono::milliseconds wait) {
  const auto deadline = LinkClock::now() + wait;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - LinkClock::now());
    if (left.count() <= 0 || !readable(left)) return std::nullopt;
    std::vector<char> bytes(64 * 1024);
    boost::system::error_code error;
    socket_.read_some(asio::buffer(bytes), error);
    if (error) return error;
  }
}

}  // namespace gnc::scenarios
