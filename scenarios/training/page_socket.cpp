#include "scenarios/training/page_socket.h"

#include <chrono>

namespace gnc::scenarios {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

namespace {

constexpr std::chrono::milliseconds frame_every{100};

}  // namespace

PageSocket::PageSocket(beast::tcp_stream stream, PageFrames frames, net::Counted counted)
    : stream_(std::move(stream)),
      frames_(std::move(frames)),
      counted_(std::move(counted)),
      timer_(stream_.get_executor()) {}

void PageSocket::accept(const http::request<http::string_body>& request) {
  // From here on the WebSocket has timers of its own; it pings who says nothing.
  stream_.next_layer().expires_never();
  stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
  stream_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
    response.set(http::field::sec_websocket_protocol, "gncsim");
  }));
  stream_.read_message_max(longest_message);
  stream_.text(true);
  stream_.async_accept(request, [self = shared_from_this()](beast::error_code failed) {
    if (failed) return;
    self->read();
    self->look();
  });
}

void PageSocket::read() {
  stream_.async_read(said_, [self = shared_from_this()](beast::error_code failed, std::size_t) {
    if (failed) {
      self->timer_.cancel();
      return;
    }
    self->said_.clear();
    self->taken_ = true;
    self->read();
  });
}

void PageSocket::look_later() {
  timer_.expires_after(frame_every);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code failed) {
    const auto self = weak.lock();
    if (self && !failed) self->look();
  });
}

void PageSocket::look() {
  if (!stream_.is_open()) return;
  if (writing_ || !taken_) return look_later();
  if (last_) return close();
  PageFrame frame = frames_();
  if (frame.text.empty()) return look_later();
  frame_ = std::move(frame.text);
  last_ = frame.last;
  writing_ = true;
  taken_ = false;
  stream_.async_write(boost::asio::buffer(frame_),
                      [self = shared_from_this()](beast::error_code failed, std::size_t) {
                        self->writing_ = false;
                        if (!failed) self->look_later();
                      });
}

void PageSocket::close() {
  stream_.async_close(websocket::close_code::normal, [self = shared_from_this()](beast::error_code) {});
}

}  // namespace gnc::scenarios
