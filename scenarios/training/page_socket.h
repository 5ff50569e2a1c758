#pragma once

#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include "proto/net/bounded_acceptor.h"
#include "scenarios/training/page_answers.h"

namespace gnc::scenarios {

// One browser that follows a live run. Frames go out one at a time, and the next not before the browser has
// said that it took the one before; nobody waits for it. Keeps itself alive while it is connected.
class PageSocket : public std::enable_shared_from_this<PageSocket> {
 public:
  // What a browser says is "took".
  static constexpr std::size_t longest_message = 64;

  PageSocket(boost::beast::tcp_stream stream, PageFrames frames, net::Counted counted);
  void accept(const boost::beast::http::request<boost::beast::http::string_body>& request);

 private:
  void read();
  void look();
  void look_later();
  void close();

  boost::beast::websocket::stream<boost::beast::tcp_stream> stream_;
  const PageFrames frames_;
  const net::Counted counted_;
  boost::asio::steady_timer timer_;
  boost::beast::flat_static_buffer<longest_message> said_;
  std::string frame_;
  // Of the frame that is on its way.
  bool writing_ = false, taken_ = true, last_ = false;
};

}  // namespace gnc::scenarios
