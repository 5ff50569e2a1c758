#include "scenarios/training/page_server.h"

#include <chrono>
#include <optional>

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "gnc/v1/errors.pb.h"
#include "proto/net/listen_address.h"
#include "scenarios/training/page_socket.h"

namespace gnc::scenarios {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

namespace {

constexpr std::chrono::seconds patience{30};

using Answering = PageServer::Answering;

std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

// One connection: one request after the other.
class PageConnection : public std::enable_shared_from_this<PageConnection> {
 public:
  PageConnection(tcp::socket socket, std::shared_ptr<const Answering> answering, net::Counted counted)
      : stream_(std::move(socket)), answering_(std::move(answering)), counted_(std::move(counted)) {}

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
    if (!failed && beast::websocket::is_upgrade(parser_->get())) return follow();
    if (!failed) {
      return answering_->answer(request(), [self = shared_from_this()](PageAnswer answer) {
        self->write(std::move(answer), self->parser_->get().keep_alive());
      });
    }
    if (failed == http::error::body_limit) {
      return write(refusal(413, {v1::USAGE, "the request is too long", {}, {}}), false);
    }
    if (failed == http::error::header_limit) {
      return write(refusal(431, {v1::USAGE, "the request's head is too long", {}, {}}), false);
    }
    // What is no HTTP, or went away, is not answered.
    if (failed == http::error::end_of_stream) stream_.socket().shutdown(tcp::socket::shutdown_send, failed);
  }

  void follow() {
    auto frames = answering_->follow(request());
    if (!frames) return write(std::move(frames.error()), false);
    std::make_shared<PageSocket>(std::move(stream_), std::move(*frames), counted_)->accept(parser_->get());
  }

  PageRequest request() const {
    const auto& got = parser_->get();
    PageRequest request;
    request.method = text_of(got.method_string());
    request.target = text_of(got.target());
    request.host = text_of(got[http::field::host]);
    request.origin = text_of(got[http::field::origin]);
    request.token = text_of(got["X-Gnc-Token"]);
    request.protocols = text_of(got[http::field::sec_websocket_protocol]);
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
  const std::shared_ptr<const Answering> answering_;
  const net::Counted counted_;
  beast::flat_buffer buffer_{PageServer::longest_header + PageServer::longest_body};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

}  // namespace

PageServer::PageServer(std::shared_ptr<net::BoundedAcceptor> acceptor) : acceptor_(std::move(acceptor)) {}
PageServer::~PageServer() = default;

std::unique_ptr<PageServer> PageServer::serve(tcp::acceptor acceptor, Answering answering) {
  auto take = [answering = std::make_shared<const Answering>(std::move(answering))](tcp::socket socket,
                                                                                    net::Counted counted) {
    std::make_shared<PageConnection>(std::move(socket), answering, std::move(counted))->read();
  };
  return std::unique_ptr<PageServer>(
      new PageServer(net::BoundedAcceptor::start(std::move(acceptor), most_connections, std::move(take))));
}

std::string PageServer::address() const { return net::text_of(acceptor_->endpoint()); }

}  // namespace gnc::scenarios
