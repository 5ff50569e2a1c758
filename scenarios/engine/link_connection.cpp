#include "scenarios/engine/link_connection.h"

#include <algorithm>
#include <boost/asio/write.hpp>

namespace gnc::scenarios {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = LinkWay::Clock;

}  // namespace

LinkConnection::LinkConnection(Socket client, LinkWay& up, LinkWay& down,
                               std::atomic<std::uint64_t>& connections)
    : client_(std::move(client)),
      server_(client_.get_executor()),
      up_(client_, server_, up),
      down_(server_, client_, down),
      connections_(connections) {}

void LinkConnection::start(std::uint16_t port) {
  port_ = port;
  connect();
}

// The handshake goes both ways.
void LinkConnection::connect() {
  if (connecting_ || over_ || !up_.way.open || !down_.way.open) return;
  connecting_ = true;
  server_.async_connect({asio::ip::address_v4::loopback(), port_},
                        [self = shared_from_this()](boost::system::error_code error) {
                          if (self->over_) return;
                          if (error) return self->close();
                          boost::system::error_code ignored;
                          self->client_.set_option(tcp::no_delay(true), ignored);
                          self->server_.set_option(tcp::no_delay(true), ignored);
                          self->connected_ = true;
                          self->connections_.fetch_add(1, std::memory_order_relaxed);
                          self->read(self->up_);
                          self->read(self->down_);
                        });
}

void LinkConnection::ways_changed() {
  if (!connected_) return connect();
  for (Flow* flow : {&up_, &down_}) {
    release(*flow);
    read(*flow);
  }
}

void LinkConnection::read(Flow& flow) {
  if (flow.reading || flow.source_ended || over_ || !flow.way.open) return;
  if (flow.backlog >= flow.way.room()) return;
  flow.reading = true;
  flow.buffer.resize(flow.way.piece());
  flow.from.async_read_some(asio::buffer(flow.buffer), [self = shared_from_this(), &flow](
                                                           boost::system::error_code error, std::size_t n) {
    flow.reading = false;
    if (self->over_) return;
    const Kind kind = !error ? Kind::bytes : error == asio::error::eof ? Kind::end : Kind::reset;
    self->take(flow, kind, n);
  });
}

void LinkConnection::take(Flow& flow, Kind kind, std::size_t size) {
  flow.source_ended = kind != Kind::bytes;
  flow.way.bytes.fetch_add(size, std::memory_order_relaxed);
  flow.backlog += size;
  Piece& piece = flow.waiting.emplace_back(
      Piece{kind, {}, {flow.buffer.begin(), flow.buffer.begin() + static_cast<std::ptrdiff_t>(size)}});
  time_again(flow, piece, Clock::now());
  release(flow);
  read(flow);
}

void LinkConnection::time_again(Flow& flow, Piece& piece, Clock::time_point now) {
  piece.times = flow.way.pass(piece.bytes.size(), now);
  flow.last = std::max(flow.last, piece.times.arrived);
  piece.times.arrived = flow.last;
}

void LinkConnection::list_waiting(const LinkWay& way, Clock::time_point now, std::vector<Waiting>& all) {
  for (Flow* flow : {&up_, &down_}) {
    if (&flow->way != &way) continue;
    flow->last = {};
    for (Piece& piece : flow->waiting) {
      if (piece.times.on_the_wire <= now) {
        flow->last = piece.times.arrived;
        continue;
      }
      all.push_back({piece.times.on_the_wire,
                     [this, flow, &piece](Clock::time_point at) { time_again(*flow, piece, at); }});
    }
  }
}

void LinkConnection::retime() {
  for (Flow* flow : {&up_, &down_}) {
    flow->timer.cancel();
    release(*flow);
    read(*flow);
  }
}

// Waits for the first piece's time, then writes it.
void LinkConnection::release(Flow& flow) {
  if (flow.writing || flow.timing || flow.waiting.empty() || over_ || !flow.way.open) return;
  if (flow.waiting.front().times.arrived <= Clock::now()) return write(flow);
  flow.timing = true;
  flow.timer.expires_at(flow.waiting.front().times.arrived);
  flow.timer.async_wait([self = shared_from_this(), &flow](boost::system::error_code) {
    flow.timing = false;
    // Also where the time was changed, or the way was shut meanwhile: looked at anew.
    self->release(flow);
  });
}

void LinkConnection::write(Flow& flow) {
  switch (flow.waiting.front().kind) {
    case Kind::reset:
      return reset();
    case Kind::end: {
      boost::system::error_code ignored;
      flow.to.shutdown(tcp::socket::shutdown_send, ignored);
      flow.waiting.pop_front();
      flow.done = true;
      if (up_.done && down_.done) close();
      return;
    }
    case Kind::bytes:
      break;
  }
  flow.writing = true;
  asio::async_write(flow.to, asio::buffer(flow.waiting.front().bytes),
                    [self = shared_from_this(), &flow](boost::system::error_code error, std::size_t n) {
                      flow.writing = false;
                      if (self->over_) return;
                      if (error) {
                        // The end that this shows crosses as everything does.
                        flow.waiting.front().kind = Kind::reset;
                        return self->release(flow);
                      }
                      flow.waiting.pop_front();
                      flow.backlog -= n;
                      self->release(flow);
                      self->read(flow);
                    });
}

void LinkConnection::close() {
  over_ = true;
  boost::system::error_code ignored;
  client_.close(ignored);
  server_.close(ignored);
  up_.timer.cancel();
  down_.timer.cancel();
}

void LinkConnection::reset() {
  boost::system::error_code ignored;
  client_.set_option(asio::socket_base::linger(true, 0), ignored);
  server_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

}  // namespace gnc::scenarios
