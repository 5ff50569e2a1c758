#include "proto/net/listen_address.h"

#include <charconv>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::net {

using boost::asio::ip::tcp;

Result<tcp::endpoint> endpoint_of(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == address.size()) {
    return failure(v1::USAGE, fmt::format("'{}' is not HOST:PORT", address));
  }
  const std::string_view written = std::string_view(address).substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, wrong] = std::from_chars(written.data(), written.data() + written.size(), port);
  if (wrong != std::errc() || end != written.data() + written.size()) {
    return failure(v1::USAGE, fmt::format("'{}': {} is no port", address, written), {},
                   "Write a number from 0, for a free one, to 65535.");
  }
  auto host = address.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  boost::asio::io_context io;
  boost::system::error_code failed;
  const auto found = tcp::resolver(io).resolve(
      host, fmt::format("{}", port), tcp::resolver::passive | tcp::resolver::numeric_service, failed);
  if (failed) return failure(v1::PORT_UNAVAILABLE, fmt::format("'{}': {}", address, failed.message()));
  return found.begin()->endpoint();
}

Result<tcp::acceptor> listen_on(boost::asio::io_context& io, const std::string& address) {
  const auto endpoint = endpoint_of(address);
  if (!endpoint) return tl::unexpected(endpoint.error());
  boost::system::error_code failed;
  tcp::acceptor acceptor(io);
  acceptor.open(endpoint->protocol(), failed);
  if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor.bind(*endpoint, failed);
  if (!failed) acceptor.listen(boost::asio::socket_base::max_listen_connections, failed);
  if (failed) return failure(v1::PORT_UNAVAILABLE, fmt::format("'{}': {}", address, failed.message()));
  return acceptor;
}

std::string text_of(const tcp::endpoint& endpoint) {
  const auto host = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", host, endpoint.port())
                                    : fmt::format("{}:{}", host, endpoint.port());
}

}  // namespace gnc::net
