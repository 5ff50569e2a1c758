#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "scenarios/engine/link_way.h"

namespace gnc::scenarios {

// One connection through a link: what is read on either side is written to the other when its time has come.
// On the proxies' thread alone.
class LinkConnection : public std::enable_shared_from_this<LinkConnection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // The ways and the count, to which it adds itself once it reaches the other side, must outlive it.
  LinkConnection(Socket client, LinkWay& up, LinkWay& down, std::atomic<std::uint64_t>& connections);

  // Connects to the port once both ways are open.
  void start(std::uint16_t port);
  // A way has been opened or shut.
  void ways_changed();
  // Adds what still waits for the line in this way, as it may have to wait anew.
  struct Waiting {
    LinkWay::Clock::time_point on_the_wire;
    std::function<void(LinkWay::Clock::time_point now)> pass_again;
  };
  void list_waiting(const LinkWay& way, LinkWay::Clock::time_point now, std::vector<Waiting>& all);
  // The times of pieces have changed.
  void retime();

  void close();
  // RST to both sides.
  void reset();
  bool is_over() const { return over_; }

 private:
  enum class Kind : std::uint8_t { bytes, end, reset };
  struct Piece {
    Kind kind = Kind::bytes;
    LinkWay::Times times;
    std::vector<char> bytes;
  };
  // Reads from one socket, holds each piece until its time, writes to the other.
  struct Flow {
    Flow(Socket& source, Socket& sink, LinkWay& through)
        : from(source), to(sink), way(through), timer(source.get_executor()) {}
    Socket& from;
    Socket& to;
    LinkWay& way;
    boost::asio::steady_timer timer;
    std::deque<Piece> waiting;
    std::vector<char> buffer;
    std::size_t backlog = 0;
    LinkWay::Clock::time_point last{};
    bool reading = false;
    bool timing = false;
    bool writing = false;
    bool source_ended = false;
    bool done = false;
  };

  void connect();
  void read(Flow& flow);
  void take(Flow& flow, Kind kind, std::size_t size);
  void time_again(Flow& flow, Piece& piece, LinkWay::Clock::time_point now);
  void release(Flow& flow);
  void write(Flow& flow);

  Socket client_;
  Socket server_;
  Flow up_;
  Flow down_;
  std::atomic<std::uint64_t>& connections_;
  std::uint16_t port_ = 0;
  bool connecting_ = false;
  bool connected_ = false;
  bool over_ = false;
};

}  // namespace gnc::scenarios
