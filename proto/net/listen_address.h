#pragma once

#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "proto/types/result.h"

namespace gnc::net {

// Opens a listening socket on "HOST:PORT" with a numeric or resolvable host; port 0 takes a free one.
// PORT_UNAVAILABLE says why it cannot.
Result<boost::asio::ip::tcp::acceptor> listen_on(boost::asio::io_context& io, const std::string& address);

// "127.0.0.1:41235", "[::1]:41235".
std::string text_of(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace gnc::net
