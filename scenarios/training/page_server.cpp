#include "scenarios/training/page_server.h"

#include <chrono>
#include <optional>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "gnc/v1/errors.pb.h"
#include "proto/net/listen_address.h"

namespace gnc::scenarios {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

namespace {

constexpr std::chrono::seconds patience{30};
constexpr std::chrono::milliseconds pause_without_descriptors{200};

using Answer = std::function<PageAnswer(const PageRequest&)>;

std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

// One connection: one request after the other.
class PageConnection : public std::enable_shared_from_this<PageConnection> {
 public:
  PageConnection(tcp::socket socket, const Answer& answer, std::shared_ptr<std::size_t> connections)
      : stream_(std::move(socket)), answer_(answer), connections_(std::move(connections)) {
    ++*connections_;
  }
  ~PageConnection() { --*connections_; }

  void read() {
    parser_.emplace();
    parser_->header_limit(PageServer::longest_header);
    parser_->body_limit(PageServer::longest_body);
    stream_.expires_after(patience);
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code failed, std::size_t) { self->read_one(failed); });
  }

 private:
  void read_one(beast::error_code failed) {
    if (!failed) return write(answer_(request()), parser_->get().keep_alive());
    if (failed == http::error::body_limit) {
      return write(refusal(413, {v1::USAGE, "the request is too long", {}, {}}), false);
    }
    if (failed == http::error::header_limit) {
      return write(refusal(431, {v1::USAGE, "the request's head is too long", {}, {}}), false);
    }
    // What is no HTTP, or went away, is not answered.
    if (failed == http::error::end_of_stream) stream_.socket().shutdown(tcp::socket::shutdown_send, failed);
  }

  PageRequest request() const {
    const auto& got = parser_->get();
    PageRequest request;
    request.method = text_of(got.method_string());
    request.target = text_of(got.target());
    request.host = text_of(got[http::field::host]);
    request.origin = text_of(got[http::field::origin]);
    request.token = text_of(got["X-Gnc-Token"]);
    request.body = got.body();
    request.takes_gzip = got[http::field::accept_encoding].find("gzip") != beast::string_view::npos;
    return request;
  }

  void write(PageAnswer answer, bool keep) {
    response_ = {};
    response_.result(answer.status);
    response_.version(parser_->get().version());
    response_.keep_alive(keep);
    response_.set(http::field::content_type, answer.type);
    response_.set("X-Content-Type-Options", "nosniff");
    response_.set("Referrer-Policy", "no-referrer");
    response_.set("Cross-Origin-Opener-Policy", "same-origin");
    response_.set("Cross-Origin-Resource-Policy", "same-origin");
    for (const auto& [name, value] : answer.headers) response_.set(name, value);
    const bool head = parser_->get().method() == http::verb::head;
    const std::size_t size = answer.body.size();
    if (!head) response_.body() = std::move(answer.body);
    response_.content_length(size);
    stream_.expires_after(patience);
    http::async_write(stream_, response_,
                      [self = shared_from_this(), keep](beast::error_code failed, std::size_t) {
                        if (failed) return;
                        if (keep) return self->read();
                        self->stream_.socket().shutdown(tcp::socket::shutdown_send, failed);
                      });
  }

  beast::tcp_stream stream_;
  const Answer& answer_;
  const std::shared_ptr<std::size_t> connections_;
  beast::flat_buffer buffer_{PageServer::longest_header + PageServer::longest_body};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

}  // namespace

class PageServer::State : public std::enable_shared_from_this<PageServer::State> {
 public:
  State(tcp::acceptor acceptor, Answer answer)
      : acceptor_(std::move(acceptor)),
        pause_(acceptor_.get_executor()),
        endpoint_(acceptor_.local_endpoint()),
        answer_(std::move(answer)) {}

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](beast::error_code failed, tcp::socket socket) {
      if (failed == boost::asio::error::operation_aborted) return;
      if (failed) {
        self->pause_.expires_after(pause_without_descriptors);
        self->pause_.async_wait([self](beast::error_code cancelled) {
          if (!cancelled) self->accept();
        });
        return;
      }
      if (*self->connections_ < most_connections) {
        std::make_shared<PageConnection>(std::move(socket), self->answer_, self->connections_)->read();
      }
      self->accept();
    });
  }

  const tcp::endpoint& endpoint() const { return endpoint_; }
  tcp::acceptor::executor_type executor() { return acceptor_.get_executor(); }

 private:
  tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  const tcp::endpoint endpoint_;
  const Answer answer_;
  const std::shared_ptr<std::size_t> connections_ = std::make_shared<std::size_t>(0);
};

PageServer::PageServer(std::shared_ptr<State> state) : state_(std::move(state)) {}
PageServer::~PageServer() = default;

std::unique_ptr<PageServer> PageServer::serve(tcp::acceptor acceptor, Answer answer) {
  auto state = std::make_shared<State>(std::move(acceptor), std::move(answer));
  boost::asio::post(state->executor(), [state] { state->accept(); });
  return std::unique_ptr<PageServer>(new PageServer(std::move(state)));
}

std::string PageServer::address() const { return net::text_of(state_->endpoint()); }

}  // namespace gnc::scenarios
