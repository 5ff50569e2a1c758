#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

// The two ends of a link under test.
namespace gnc::scenarios {

using LinkClock = std::chrono::steady_clock;
inline constexpr std::chrono::seconds link_patience{20};

double milliseconds_since(LinkClock::time_point start);

// Takes connections and gives back each byte.
class EchoServer {
 public:
  EchoServer();
  ~EchoServer();
  std::uint16_t port() const { return port_; }
  // Whether, within the time, so many connections have ended, and so many of those by RST.
  bool have_ended(std::size_t connections, std::chrono::milliseconds wait) const;
  bool were_reset(std::size_t connections, std::chrono::milliseconds wait) const;
  std::size_t taken() const;

 private:
  using Socket = boost::asio::ip::tcp::socket;
  void serve(Socket& peer);

  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_;
  mutable std::mutex mutex_;
  mutable std::condition_variable one_ended_;
  std::list<Socket> peers_;
  std::list<std::thread> threads_;
  std::size_t ended_ = 0;
  std::size_t reset_ = 0;
  bool stopping_ = false;
  std::thread accepting_;
};

class LinkClient {
 public:
  // Connects; `refused` tells where it could not.
  explicit LinkClient(std::uint16_t port);
  bool refused() const { return refused_; }

  // Sends `size` bytes, reads them back, and says how many milliseconds it took.
  double round_trip(std::size_t size);
  void send(const std::string& bytes);
  // What comes within the time; nothing where nothing does.
  std::optional<std::string> receive(std::chrono::milliseconds wait);
  // The error that the connection ends with; none where it is still open after the time.
  std::optional<boost::system::error_code> end(std::chrono::milliseconds wait);

 private:
  bool readable(std::chrono::milliseconds wait);

  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
  bool refused_ = false;
};

}  // namespace gnc::scenarios
