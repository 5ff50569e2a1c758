#include "gateway/serve/acceptor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <future>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gateway/serve/log.h"
#include "gateway/serve/open_connections.h"
#include "proto/net/listen_address.h"

namespace gnc::gateway {

using boost::asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds pause_without_descriptors{100};

}  // namespace

class Acceptor::State : public std::enable_shared_from_this<Acceptor::State> {
 public:
  State(tcp::acceptor acceptor, const ServeLimits& limits)
      : limits_(limits),
        acceptor_(std::move(acceptor)),
        hang_ups_(acceptor_.get_executor(), ::dup(open_.descriptor())),
        pause_(acceptor_.get_executor()),
        endpoint_(acceptor_.local_endpoint()) {}

  void start(std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> grpc_acceptor) {
    grpc_ = std::move(grpc_acceptor);
    boost::asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
      self->accept();
      self->await_hang_up();
    });
  }

  void stop() {
    std::promise<void> stopped;
    boost::asio::post(acceptor_.get_executor(), [&] {
      boost::system::error_code ignored;
      acceptor_.close(ignored);
      hang_ups_.close(ignored);
      pause_.cancel();
      grpc_.reset();
      stopped.set_value();
    });
    stopped.get_future().wait();
  }

  const tcp::endpoint& endpoint() const { return endpoint_; }
  std::size_t connections() const { return connections_.load(std::memory_order_relaxed); }
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  std::uint64_t pauses() const { return pauses_.load(std::memory_order_relaxed); }

 private:
  void accept() {
    acceptor_.async_accept([self = shared_from_this()](boost::system::error_code failed, tcp::socket socket) {
      self->accepted(failed, std::move(socket));
    });
  }

  void accepted(boost::system::error_code failed, tcp::socket socket) {
    if (!acceptor_.is_open()) return;
    if (!failed) {
      hand_on(std::move(socket));
    } else if (failed != boost::asio::error::connection_aborted) {
      pause(failed);
      return;
    }
    accept();
  }

  // Descriptors have run out, most likely: wait for some to come free.
  void pause(boost::system::error_code failed) {
    pauses_.fetch_add(1, std::memory_order_relaxed);
    log_refusal(
        fmt::format("a connection could not be accepted ({}); new ones wait and are tried again every {} ms, "
                    "open ones go on. Where this stays, raise the limit of open files (ulimit -n), or close "
                    "connections.",
                    failed.message(), pause_without_descriptors.count()));
    pause_.expires_after(pause_without_descriptors);
    pause_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
      if (!cancelled && self->acceptor_.is_open()) self->accept();
    });
  }

  void hand_on(tcp::socket socket) {
    boost::system::error_code failed;
    const auto remote = socket.remote_endpoint(failed);
    if (failed) return;  // gone already
    const auto address = remote.address().to_string();
    const bool too_many =
        open_.count() >= limits_.connections || open_.count(address) >= limits_.connections_per_address;
    if (too_many || !open_.add(socket.native_handle(), address)) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      log_refusal(
          fmt::format("{} refused: GNC-607 TOO_MANY_STREAMS: {} connections are open, {} of them from there",
                      net::text_of(remote), open_.count(), open_.count(address)));
      return;
    }
    connections_.store(open_.count(), std::memory_order_relaxed);
    socket.set_option(tcp::no_delay(true), failed);
    socket.non_blocking(true, failed);
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.listener_fd = acceptor_.native_handle();
    connection.fd = socket.release(failed);
    if (!failed) grpc_->HandleNewConnection(&connection);
  }

  void await_hang_up() {
    hang_ups_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                         [self = shared_from_this()](boost::system::error_code failed) {
                           if (failed) return;
                           self->open_.collect();
                           self->connections_.store(self->open_.count(), std::memory_order_relaxed);
                           self->await_hang_up();
                         });
  }

  const ServeLimits limits_;
  OpenConnections open_;
  tcp::acceptor acceptor_;
  boost::asio::posix::stream_descriptor hang_ups_;
  boost::asio::steady_timer pause_;
  const tcp::endpoint endpoint_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> grpc_;
  std::atomic<std::size_t> connections_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> pauses_{0};
};

Acceptor::Acceptor(std::shared_ptr<State> state) : state_(std::move(state)) {}
Acceptor::~Acceptor() = default;

Result<std::unique_ptr<Acceptor>> Acceptor::listen(boost::asio::io_context& io, const std::string& address,
                                                   const ServeLimits& limits) {
  auto acceptor = net::listen_on(io, address);
  if (!acceptor) return tl::unexpected(acceptor.error());
  return std::unique_ptr<Acceptor>(new Acceptor(std::make_shared<State>(std::move(*acceptor), limits)));
}

std::string Acceptor::address() const { return net::text_of(state_->endpoint()); }
std::uint16_t Acceptor::port() const { return state_->endpoint().port(); }
void Acceptor::start(std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> grpc_acceptor) {
  state_->start(std::move(grpc_acceptor));
}
void Acceptor::stop() { state_->stop(); }
std::size_t Acceptor::connections() const { return state_->connections(); }
std::uint64_t Acceptor::refused() const { return state_->refused(); }
std::uint64_t Acceptor::pauses() const { return state_->pauses(); }

}  // namespace gnc::gateway
