#include "scenarios/engine/link_proxy.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "gnc/v1/errors.pb.h"
#include "proto/types/random.h"

namespace gnc::scenarios {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr std::size_t largest_piece = 64 * 1024;
// Room for what is on its way. A sender that fills it waits, as it would for a full TCP window.
constexpr std::size_t largest_backlog = 32u << 20;

std::chrono::nanoseconds nanoseconds(Duration d) { return std::chrono::microseconds(d.microseconds); }

// One direction of a link, shared by its connections.
struct Direction {
  LinkSettings settings;
  Random random;
  std::size_t piece = largest_piece;
  Clock::time_point line_free_at{};
  std::atomic<std::uint64_t> bytes{0};

  Direction(const LinkSettings& given, Random stream) : settings(given), random(stream) {
    // Pieces of about half a millisecond of line time, so that a slow line is a slow trickle.
    if (settings.bandwidth) {
      piece = std::clamp<std::size_t>(static_cast<std::size_t>(*settings.bandwidth / 8 / 2000), 256,
                                      largest_piece);
    }
  }

  // When `size` bytes that arrive now have crossed.
  Clock::time_point crossed(std::size_t size) {
    Clock::time_point at = Clock::now();
    if (settings.bandwidth) {
      const double seconds = static_cast<double>(size) * 8 / static_cast<double>(*settings.bandwidth);
      line_free_at = std::max(line_free_at, at) +
                     std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
      at = line_free_at;
    }
    at += nanoseconds(settings.latency);
    if (settings.jitter > Duration{}) {
      const auto width = static_cast<std::uint64_t>(settings.jitter.microseconds) * 2 + 1;
      const auto drawn = static_cast<std::int64_t>(random.below(width));
      at += std::chrono::microseconds(drawn - settings.jitter.microseconds);
    }
    return at;
  }
};

class Connection;

// Reads from one socket, holds each piece until its time, writes to the other.
struct Flow {
  Flow(tcp::socket& source, tcp::socket& sink, Direction& way)
      : from(source), to(sink), direction(way), timer(source.get_executor()) {}

  struct Piece {
    Clock::time_point at;
    std::vector<char> bytes;  // empty: the source has ended
  };
  tcp::socket& from;
  tcp::socket& to;
  Direction& direction;
  asio::steady_timer timer;
  std::deque<Piece> waiting;
  std::vector<char> buffer;
  std::size_t backlog = 0;
  Clock::time_point last{};
  bool reading = false;
  bool writing = false;
  bool source_ended = false;
  bool done = false;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket client, Direction& up, Direction& down)
      : client_(std::move(client)),
        server_(client_.get_executor()),
        up_(client_, server_, up),
        down_(server_, client_, down) {}

  void start(std::uint16_t port) {
    server_.async_connect({asio::ip::address_v4::loopback(), port},
                          [self = shared_from_this()](boost::system::error_code error) {
                            if (error) return self->close();
                            boost::system::error_code ignored;
                            self->client_.set_option(tcp::no_delay(true), ignored);
                            self->server_.set_option(tcp::no_delay(true), ignored);
                            self->read(self->up_);
                            self->read(self->down_);
                          });
  }

 private:
  void read(Flow& flow) {
    if (flow.reading || flow.source_ended || flow.backlog >= largest_backlog) return;
    flow.reading = true;
    flow.buffer.resize(flow.direction.piece);
    flow.from.async_read_some(asio::buffer(flow.buffer), [self = shared_from_this(), &flow](
                                                             boost::system::error_code error, std::size_t n) {
      flow.reading = false;
      if (error && error != asio::error::eof) return self->close();
      self->take(flow, n);
    });
  }

  void take(Flow& flow, std::size_t size) {
    flow.source_ended = size == 0;
    flow.last = std::max(flow.last, flow.direction.crossed(size));
    flow.direction.bytes.fetch_add(size, std::memory_order_relaxed);
    flow.backlog += size;
    flow.waiting.push_back({flow.last, {flow.buffer.begin(), flow.buffer.begin() + static_cast<long>(size)}});
    if (!flow.writing) release(flow);
    read(flow);
  }

  // Waits for the first piece's time, then writes it.
  void release(Flow& flow) {
    flow.writing = !flow.waiting.empty();
    if (!flow.writing) return;
    if (flow.waiting.front().at <= Clock::now()) return write(flow);
    flow.timer.expires_at(flow.waiting.front().at);
    flow.timer.async_wait([self = shared_from_this(), &flow](boost::system::error_code error) {
      if (!error) self->write(flow);
    });
  }

  void write(Flow& flow) {
    if (flow.waiting.front().bytes.empty()) {
      boost::system::error_code ignored;
      flow.to.shutdown(tcp::socket::shutdown_send, ignored);
      flow.done = true;
      if (up_.done && down_.done) close();
      return;
    }
    asio::async_write(flow.to, asio::buffer(flow.waiting.front().bytes),
                      [self = shared_from_this(), &flow](boost::system::error_code error, std::size_t n) {
                        if (error) return self->close();
                        flow.waiting.pop_front();
                        flow.backlog -= n;
                        self->release(flow);
                        self->read(flow);
                      });
  }

  void close() {
    boost::system::error_code ignored;
    client_.close(ignored);
    server_.close(ignored);
    up_.timer.cancel();
    down_.timer.cancel();
  }

  tcp::socket client_;
  tcp::socket server_;
  Flow up_;
  Flow down_;
};

struct Link {
  Link(asio::io_context& context, const LinkSettings& settings, const Random& random)
      : acceptor(std::in_place, context),
        up(settings, random.child("up")),
        down(settings, random.child("down")) {}

  std::optional<tcp::acceptor> acceptor;  // empty once the context is about to end
  Direction up;
  Direction down;
  std::atomic<std::uint16_t> target{0};
  std::atomic<std::uint64_t> connections{0};

  void accept() {
    acceptor->async_accept([this](boost::system::error_code error, tcp::socket client) {
      if (error == asio::error::operation_aborted) return;
      const std::uint16_t port = target.load();
      if (!error && port != 0) {
        connections.fetch_add(1, std::memory_order_relaxed);
        std::make_shared<Connection>(std::move(client), up, down)->start(port);
      }
      accept();
    });
  }
};

}  // namespace

struct LinkProxies::State {
  // The links outlive the context, whose pending handlers refer to them.
  mutable std::mutex mutex;
  std::map<std::string, std::unique_ptr<Link>, std::less<>> links;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
  std::thread thread;

  Link* find(std::string_view name) const {
    const std::lock_guard lock(mutex);
    const auto found = links.find(name);
    return found == links.end() ? nullptr : found->second.get();
  }
};

LinkProxies::LinkProxies() : state_(std::make_unique<State>()) {
  state_->thread = std::thread([this] { state_->context.run(); });
}

LinkProxies::~LinkProxies() {
  state_->context.stop();
  state_->thread.join();
  for (const auto& [name, link] : state_->links) link->acceptor.reset();
}

Result<std::uint16_t> LinkProxies::add(const std::string& name, const LinkSettings& settings,
                                       std::uint64_t seed) {
  auto link = std::make_unique<Link>(state_->context, settings, Random(seed).child(name));
  boost::system::error_code error;
  const tcp::endpoint any(asio::ip::address_v4::loopback(), 0);
  link->acceptor->open(any.protocol(), error);
  if (!error) link->acceptor->bind(any, error);
  if (!error) link->acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return failure(v1::PORT_UNAVAILABLE,
                   fmt::format("link {} cannot listen on 127.0.0.1: {}", name, error.message()));
  }
  const std::uint16_t port = link->acceptor->local_endpoint().port();
  Link* started = link.get();
  {
    const std::lock_guard lock(state_->mutex);
    state_->links[name] = std::move(link);
  }
  asio::post(state_->context, [started] { started->accept(); });
  return port;
}

void LinkProxies::aim(std::string_view name, std::uint16_t target_port) {
  if (Link* link = state_->find(name)) link->target = target_port;
}

LinkTraffic LinkProxies::traffic(std::string_view name) const {
  const Link* link = state_->find(name);
  if (link == nullptr) return {};
  return {link->up.bytes.load(), link->down.bytes.load(), link->connections.load()};
}

}  // namespace gnc::scenarios
