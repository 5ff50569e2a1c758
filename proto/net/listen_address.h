#pragma once

#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "proto/types/result.h"

namespace gnc::net {

// Where "HOST:PORT" with a numeric or resolvable host is. USAGE where it is not of that form,
// PORT_UNAVAILABLE where there is no such host or port.
Result<boost::asio::ip::tcp::endpoint> endpoint_of(const std::string& address);

// Opens a listening socket on the address; port 0 takes a free one.
// PORT_UNAVAILABLE says why it cannot, else as endpoint_of().
Result<boost::asio::ip::tcp::acceptor> listen_on(boost::asio::io_context& io, const std::string& address);

// "127.0.0.1:41235", "[::1]:41235".
std::string text_of(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace gnc::net
