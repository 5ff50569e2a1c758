#include "scenarios/engine/link_proxy.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/link_connection.h"
#include "scenarios/engine/link_way.h"

namespace gnc::scenarios {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// One link: its listener, its two ways and the connections through it. On the proxies' thread alone but for
// what is atomic.
class Link {
 public:
  Link(asio::io_context& context, const LinkSettings& settings, const Random& random)
      : up(settings, random.child("up")), down(settings, random.child("down")), context_(context) {}

  LinkWay up;
  LinkWay down;
  std::atomic<std::uint16_t> target{0};
  std::atomic<std::uint64_t> connections{0};

  // Takes a free port, and refuses who connects to it as yet.
  boost::system::error_code take_port(std::uint16_t port) {
    boost::system::error_code error;
    acceptor_.emplace(context_);
    acceptor_->open(tcp::v4(), error);
    if (!error) acceptor_->set_option(ReusePort(true), error);
    if (!error) acceptor_->bind({asio::ip::address_v4::loopback(), port}, error);
    if (!error) port_ = acceptor_->local_endpoint(error).port();
    return error;
  }
  std::uint16_t port() const { return port_; }
  boost::system::error_code listen() {
    boost::system::error_code error;
    acceptor_->listen(asio::socket_base::max_listen_connections, error);
    return error;
  }

  void accept() {
    acceptor_->async_accept([this, listening = listening_](boost::system::error_code error,
                                                           tcp::socket client) {
      if (error == asio::error::operation_aborted || listening != listening_) return;
      const std::uint16_t to = target.load();
      if (!error && to != 0) {
        std::erase_if(connections_, [](const auto& one) { return one->is_over(); });
        connections_.push_back(std::make_shared<LinkConnection>(std::move(client), up, down, connections));
        connections_.back()->start(to);
      }
      accept();
    });
  }

  std::size_t cut() {
    // The port stays this link's: it is taken again before it is let go, and not listened on.
    ++listening_;
    std::optional<tcp::acceptor> before = std::move(acceptor_);
    if (take_port(port_)) acceptor_.reset();
    boost::system::error_code ignored;
    if (before) before->close(ignored);
    return end_all(&LinkConnection::close);
  }
  void mend() {
    if (!acceptor_ && take_port(port_)) return;
    if (!listen()) accept();
  }
  std::size_t reset() { return end_all(&LinkConnection::reset); }

  void let_pass(bool upwards, bool downwards) {
    up.open = upwards;
    down.open = downwards;
    for (const auto& connection : current()) connection->ways_changed();
  }

  void change(LinkWay& way, const LinkSettings& settings) {
    const auto now = LinkWay::Clock::now();
    std::vector<LinkConnection::Waiting> waiting;
    for (const auto& connection : connections_) connection->list_waiting(way, now, waiting);
    std::ranges::stable_sort(waiting, {}, &LinkConnection::Waiting::on_the_wire);
    way.change(settings, now);
    for (const auto& one : waiting) one.pass_again(now);
    for (const auto& connection : current()) connection->retime();
  }

  void let_go() {
    acceptor_.reset();
    connections_.clear();
  }

 private:
  // A connection may end while all are gone through.
  std::vector<std::shared_ptr<LinkConnection>> current() {
    std::erase_if(connections_, [](const auto& one) { return one->is_over(); });
    return connections_;
  }
  std::size_t end_all(void (LinkConnection::*end)()) {
    const auto open = current();
    for (const auto& connection : open) ((*connection).*end)();
    connections_.clear();
    return open.size();
  }

  asio::io_context& context_;
  std::optional<tcp::acceptor> acceptor_;  // empty once the context is about to end
  std::uint16_t port_ = 0;
  std::uint64_t listening_ = 0;  // counts the times, so that what comes late of one is not taken for the next
  std::vector<std::shared_ptr<LinkConnection>> connections_;
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

  // Has it done on the proxies' thread, and waits for that.
  template <class Act>
  auto act(std::string_view name, Act act) {
    using Outcome = std::invoke_result_t<Act, Link&>;
    Link* link = find(name);
    if (link == nullptr) return Outcome();
    std::packaged_task<Outcome()> task([link, &act] { return act(*link); });
    auto outcome = task.get_future();
    asio::post(context, [&task] { task(); });
    return outcome.get();
  }
};

LinkProxies::LinkProxies() : state_(std::make_unique<State>()) {
  state_->thread = std::thread([this] {
    pthread_setname_np(pthread_self(), "gnc-links");
    state_->context.run();
  });
}

LinkProxies::~LinkProxies() {
  state_->context.stop();
  state_->thread.join();
  for (const auto& [name, link] : state_->links) link->let_go();
}

Result<std::uint16_t> LinkProxies::add(const std::string& name, const LinkSettings& settings,
                                       std::uint64_t seed, std::uint16_t wanted) {
  auto link = std::make_unique<Link>(state_->context, settings, Random(seed).child(name));
  boost::system::error_code error = link->take_port(wanted);
  if (!error) error = link->listen();
  if (error) {
    return failure(v1::PORT_UNAVAILABLE,
                   fmt::format("link {} cannot listen on 127.0.0.1{}: {}", name,
                               wanted == 0 ? std::string() : fmt::format(":{}", wanted), error.message()));
  }
  const std::uint16_t port = link->port();
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

void LinkProxies::change(std::string_view name, const LinkSettings& settings, LinkDirection direction) {
  state_->act(name, [&](Link& link) {
    if (direction != LinkDirection::down) link.change(link.up, settings);
    if (direction != LinkDirection::up) link.change(link.down, settings);
  });
}

std::size_t LinkProxies::cut(std::string_view name) {
  return state_->act(name, [](Link& link) { return link.cut(); });
}

void LinkProxies::mend(std::string_view name) {
  state_->act(name, [](Link& link) { link.mend(); });
}

std::size_t LinkProxies::reset(std::string_view name) {
  return state_->act(name, [](Link& link) { return link.reset(); });
}

void LinkProxies::let_pass(std::string_view name, bool up, bool down) {
  state_->act(name, [&](Link& link) { link.let_pass(up, down); });
}

}  // namespace gnc::scenarios
