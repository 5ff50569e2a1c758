#include "proto/metrics/metrics_page.h"

#include <chrono>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "proto/net/listen_address.h"

namespace gnc::metrics {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::chrono::milliseconds pause_without_descriptors{200};
constexpr std::size_t most_readers = 16;
constexpr std::uint32_t longest_header = 8192;

// One request, one answer.
class Reader : public std::enable_shared_from_this<Reader> {
 public:
  Reader(tcp::socket socket, Dialect dialect, std::function<std::string()> text,
         std::shared_ptr<std::size_t> readers)
      : stream_(std::move(socket)), dialect_(dialect), text_(std::move(text)), readers_(std::move(readers)) {
    ++*readers_;
    parser_.header_limit(longest_header);
    parser_.body_limit(0);
  }
  ~Reader() { --*readers_; }

  void run() {
    stream_.expires_after(patience);
    http::async_read(stream_, buffer_, parser_,
                     [self = shared_from_this()](beast::error_code failed, std::size_t) {
                       if (!failed) self->answer();
                     });
  }

 private:
  void answer() {
    const auto& request = parser_.get();
    answer_.version(request.version());
    answer_.keep_alive(false);
    if (request.method() != http::verb::get) {
      answer_.result(http::status::method_not_allowed);
    } else if (request.target() != "/metrics") {
      answer_.result(http::status::not_found);
    } else {
      const std::string_view type = content_type(dialect_);
      answer_.set(http::field::content_type, {type.data(), type.size()});
      answer_.body() = text_();
    }
    answer_.prepare_payload();
    stream_.expires_after(patience);
    http::async_write(stream_, answer_, [self = shared_from_this()](beast::error_code failed, std::size_t) {
      if (!failed) self->stream_.socket().shutdown(tcp::socket::shutdown_send, failed);
    });
  }

  beast::tcp_stream stream_;
  const Dialect dialect_;
  beast::flat_buffer buffer_{longest_header};
  http::request_parser<http::empty_body> parser_;
  http::response<http::string_body> answer_;
  std::function<std::string()> text_;
  std::shared_ptr<std::size_t> readers_;
};

}  // namespace

class MetricsPage::State : public std::enable_shared_from_this<MetricsPage::State> {
 public:
  State(tcp::acceptor acceptor, Dialect dialect, std::function<std::string()> text)
      : acceptor_(std::move(acceptor)),
        pause_(acceptor_.get_executor()),
        endpoint_(acceptor_.local_endpoint()),
        dialect_(dialect),
        text_(std::move(text)) {}

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
      if (*self->readers_ < most_readers) {
        std::make_shared<Reader>(std::move(socket), self->dialect_, self->text_, self->readers_)->run();
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
  const Dialect dialect_;
  const std::function<std::string()> text_;
  const std::shared_ptr<std::size_t> readers_ = std::make_shared<std::size_t>(0);
};

MetricsPage::MetricsPage(std::shared_ptr<State> state) : state_(std::move(state)) {}
MetricsPage::~MetricsPage() = default;

std::unique_ptr<MetricsPage> MetricsPage::serve(tcp::acceptor acceptor, Dialect dialect,
                                                std::function<std::string()> text) {
  auto state = std::make_shared<State>(std::move(acceptor), dialect, std::move(text));
  boost::asio::post(state->executor(), [state] { state->accept(); });
  return std::unique_ptr<MetricsPage>(new MetricsPage(std::move(state)));
}

std::string MetricsPage::address() const { return net::text_of(state_->endpoint()); }

}  // namespace gnc::metrics
