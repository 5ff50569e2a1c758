#include "gateway/serve/operator_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <utility>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <nlohmann/json.hpp>

namespace gnc::gateway {
namespace {

using boost::asio::local::stream_protocol;
using boost::system::error_code;
using nlohmann::json;

constexpr std::string_view socket_name = "operator.socket";
constexpr std::size_t longest_line = 64 << 10;
constexpr std::size_t most_connections = 8;
constexpr std::chrono::seconds patience{30};

// A socket's address has room for 108 bytes; a folder's own descriptor makes any path that short.
class ShortPath {
 public:
  explicit ShortPath(const std::filesystem::path& folder)
      : folder_(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}
  ShortPath(const ShortPath&) = delete;
  ShortPath& operator=(const ShortPath&) = delete;
  ~ShortPath() {
    if (folder_ >= 0) ::close(folder_);
  }
  std::string text() const { return fmt::format("/proc/self/fd/{}/{}", folder_, socket_name); }

 private:
  int folder_;
};

std::string line_of(const ReplayOutcome& outcome) {
  json refused = json::array();
  for (const ReplayRefused& one : outcome.refused) {
    refused.push_back({{"exchange", one.exchange}, {"code", static_cast<int>(one.code)}, {"what", one.what}});
  }
  const json line{{"done", outcome.done}, {"refused", std::move(refused)}};
  return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string not_understood() {
  const json line{
      {"error", fmt::format(R"(write {{"replay": ["ID", …]}}, with 1 to {} ids)", most_replays_at_once)}};
  return line.dump() + "\n";
}

// The exchanges that a line asks to replay; empty where it asks nothing that is understood.
std::vector<std::string> asked_in(std::string_view line) {
  const json asked = json::parse(line, nullptr, false);
  if (!asked.is_object() || !asked.contains("replay") || !asked["replay"].is_array()) return {};
  std::vector<std::string> exchanges;
  for (const json& one : asked["replay"]) {
    if (!one.is_string() || exchanges.size() == most_replays_at_once) return {};
    exchanges.push_back(one.get<std::string>());
  }
  return exchanges;
}

}  // namespace

class OperatorSocket::State : public std::enable_shared_from_this<State> {
 public:
  State(boost::asio::io_context& io, std::filesystem::path store, Replay replay)
      : io_(io), acceptor_(io), store_(std::move(store)), replay_(std::move(replay)) {}

  Result<void> listen() {
    const ShortPath path(store_);
    ::unlink(path.text().c_str());
    error_code failed;
    acceptor_.open(stream_protocol(), failed);
    if (!failed) acceptor_.bind(path.text(), failed);
    std::error_code not_permitted;
    if (!failed) {
      // Before it listens: nobody else can have connected.
      std::filesystem::permissions(store_ / socket_name,
                                   std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                                   not_permitted);
    }
    if (!failed && !not_permitted) acceptor_.listen(most_connections, failed);
    if (!failed && !not_permitted) return {};
    return failure(
        v1::FILE_UNWRITABLE,
        fmt::format("no socket can be made there: {}", failed ? failed.message() : not_permitted.message()),
        (store_ / socket_name).string());
  }

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code failed, stream_protocol::socket socket) {
      if (failed) return;
      if (self->connections_.size() < most_connections) {
        auto made = std::make_shared<Connection>(std::move(socket));
        self->connections_.push_back(made);
        self->read(made);
      }
      self->accept();
    });
  }

  void take(std::vector<OperatorReply> replies) {
    boost::asio::post(io_, [self = shared_from_this(), replies = std::move(replies)] {
      for (const OperatorReply& reply : replies) self->take(reply);
    });
  }

  void remove() {
    const ShortPath path(store_);
    ::unlink(path.text().c_str());
  }

 private:
  struct Connection {
    explicit Connection(stream_protocol::socket opened)
        : socket(std::move(opened)), deadline(socket.get_executor()) {}
    stream_protocol::socket socket;
    boost::asio::steady_timer deadline;
    boost::asio::streambuf input{longest_line};
    std::string output;
    ReplayOutcome outcome;
    std::size_t awaited = 0;
  };
  using Open = std::shared_ptr<Connection>;

  struct Asked {
    Open by;
    std::string exchange;
  };

  void read(const Open& connection) {
    connection->deadline.expires_after(patience);
    connection->deadline.async_wait([connection](error_code cancelled) {
      error_code ignored;
      if (!cancelled) connection->socket.close(ignored);
    });
    boost::asio::async_read_until(connection->socket, connection->input, '\n',
                                  [self = shared_from_this(), connection](error_code failed, std::size_t n) {
                                    if (failed) return self->drop(connection);
                                    self->ask(connection, n);
                                  });
  }

  void ask(const Open& connection, std::size_t length) {
    const std::string line(
        boost::asio::buffers_begin(connection->input.data()),
        boost::asio::buffers_begin(connection->input.data()) + static_cast<std::ptrdiff_t>(length));
    connection->input.consume(length);
    connection->outcome = {};
    const std::vector<std::string> exchanges = asked_in(line);
    if (exchanges.empty()) return write(connection, not_understood());
    connection->awaited = exchanges.size();
    for (const std::string& exchange : exchanges) {
      const std::uint64_t request = next_request_++;
      asked_.emplace(request, Asked{connection, exchange});
      if (const auto id = Uuid::from_text(exchange)) {
        replay_(request, *id);
      } else {
        take(OperatorReply{request, Error{v1::NO_DEAD_LETTER, "it is not the id of an exchange", {}, {}}});
      }
    }
  }

  void take(const OperatorReply& reply) {
    auto asked = asked_.extract(reply.request);
    if (asked.empty()) return;
    auto& [connection, exchange] = asked.mapped();
    if (reply.refused) {
      connection->outcome.refused.push_back(
          {std::move(exchange), reply.refused->code, reply.refused->detail});
    } else {
      ++connection->outcome.done;
    }
    if (--connection->awaited > 0) return;
    write(connection, line_of(connection->outcome));
  }

  void write(const Open& connection, std::string line) {
    connection->output = std::move(line);
    boost::asio::async_write(connection->socket, boost::asio::buffer(connection->output),
                             [self = shared_from_this(), connection](error_code failed, std::size_t) {
                               if (failed) return self->drop(connection);
                               self->read(connection);
                             });
  }

  void drop(const Open& connection) {
    connection->deadline.cancel();
    error_code ignored;
    connection->socket.close(ignored);
    std::erase(connections_, connection);
  }

  boost::asio::io_context& io_;
  stream_protocol::acceptor acceptor_;
  const std::filesystem::path store_;
  const Replay replay_;
  std::vector<Open> connections_;
  std::map<std::uint64_t, Asked> asked_;
  std::uint64_t next_request_ = 1;
};

OperatorSocket::OperatorSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}
OperatorSocket::~OperatorSocket() { state_->remove(); }

Result<std::unique_ptr<OperatorSocket>> OperatorSocket::open(boost::asio::io_context& io,
                                                             const std::filesystem::path& store,
                                                             Replay replay) {
  auto state = std::make_shared<State>(io, store, std::move(replay));
  if (auto listening = state->listen(); !listening) return tl::unexpected(listening.error());
  boost::asio::post(io, [state] { state->accept(); });
  return std::unique_ptr<OperatorSocket>(new OperatorSocket(std::move(state)));
}

void OperatorSocket::reply(std::vector<OperatorReply> replies) { state_->take(std::move(replies)); }

Result<ReplayOutcome> replay_dead_letters(const std::filesystem::path& store,
                                          std::span<const Uuid> exchanges) {
  const auto unreachable = [&](const error_code& why) {
    return failure(v1::GATEWAY_UNREACHABLE, fmt::format("no gateway answers there: {}", why.message()),
                   (store / socket_name).string(),
                   "Start the gateway with this --store, as the same user, and ask again.");
  };
  boost::asio::io_context io;
  stream_protocol::socket socket(io);
  error_code failed;
  socket.connect(ShortPath(store).text(), failed);
  if (failed) return unreachable(failed);
  boost::asio::streambuf input;
  ReplayOutcome outcome;
  while (!exchanges.empty()) {
    const auto now = exchanges.first(std::min(exchanges.size(), most_replays_at_once));
    exchanges = exchanges.subspan(now.size());
    json asked = json::array();
    for (const Uuid& id : now) asked.push_back(id.text());
    boost::asio::write(socket, boost::asio::buffer(json{{"replay", std::move(asked)}}.dump() + "\n"), failed);
    const std::size_t length = failed ? 0 : boost::asio::read_until(socket, input, '\n', failed);
    if (failed) return unreachable(failed);
    const auto begin = boost::asio::buffers_begin(input.data());
    const json answer = json::parse(begin, begin + static_cast<std::ptrdiff_t>(length), nullptr, false);
    input.consume(length);
    if (!answer.is_object() || !answer.contains("done") || !answer.contains("refused")) {
      return failure(v1::GATEWAY_UNREACHABLE, "what answers there is no gateway of this version",
                     (store / socket_name).string());
    }
    outcome.done += answer["done"].get<std::size_t>();
    for (const json& one : answer["refused"]) {
      outcome.refused.push_back({one.value("exchange", ""), static_cast<v1::ErrorCode>(one.value("code", 0)),
                                 one.value("what", "")});
    }
  }
  return outcome;
}

}  // namespace gnc::gateway
