#include "proto/metrics/metrics_page.h"

#include <chrono>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "proto/net/listen_address.h"

namespace gnc::metrics {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::size_t most_readers = 16;
constexpr std::uint32_t longest_header = 8192;

// One request, one answer.
class Reader : public std::enable_shared_from_this<Reader> {
 public:
  Reader(tcp::socket socket, Dialect dialect, std::function<std::string()> text, net::Counted counted)
      : stream_(std::move(socket)), dialect_(dialect), text_(std::move(text)), counted_(std::move(counted)) {
    parser_.header_limit(longest_header);
    parser_.body_limit(0);
  }

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
  const net::Counted counted_;
};

}  // namespace

MetricsPage::MetricsPage(std::shared_ptr<net::BoundedAcceptor> acceptor) : acceptor_(std::move(acceptor)) {}
MetricsPage::~MetricsPage() = default;

std::unique_ptr<MetricsPage> MetricsPage::serve(tcp::acceptor acceptor, Dialect dialect,
                                                std::function<std::string()> text) {
  auto take = [dialect, text = std::move(text)](tcp::socket socket, net::Counted counted) {
    std::make_shared<Reader>(std::move(socket), dialect, text, std::move(counted))->run();
  };
  return std::unique_ptr<MetricsPage>(
      new MetricsPage(net::BoundedAcceptor::start(std::move(acceptor), most_readers, std::move(take))));
}

std::string MetricsPage::address() const { return net::text_of(acceptor_->endpoint()); }

}  // namespace gnc::metrics
