#include "tests/connection/tls_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <system_error>

#include "tests/connection/rogue_client.h"

namespace gnc::connection {
namespace {

sockaddr_in socket_address(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

// False where nothing can be read before the deadline.
bool wait_readable(int socket, std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd waiting{socket, POLLIN, 0};
  return left.count() > 0 && poll(&waiting, 1, static_cast<int>(left.count())) > 0;
}

// One HTTP/2 frame (RFC 9113 §4.1).
std::string http2_frame(char type, char flags, char stream, const std::string& payload) {
  std::string frame;
  for (int shift = 16; shift >= 0; shift -= 8) frame += static_cast<char>(payload.size() >> shift);
  frame += type;
  frame += flags;
  frame += std::string(3, '\0') + stream;
  return frame + payload;
}

// A header as a literal without indexing (RFC 7541 §6.2.2).
std::string literal_header(const std::string& name, const std::string& value) {
  return std::string(1, '\0') + static_cast<char>(name.size()) + name + static_cast<char>(value.size()) +
         value;
}

}  // namespace

TcpConnection::TcpConnection(const std::string& address, const std::string& from) {
  const auto colon = address.rfind(':');
  const auto to = socket_address(address.substr(0, colon), std::atoi(address.c_str() + colon + 1));
  const auto source = socket_address(from, 0);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0 || bind(socket_, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0 ||
      connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    const int error = errno;
    if (socket_ >= 0) close(socket_);
    throw std::system_error(error, std::generic_category(), address);
  }
}

TcpConnection::~TcpConnection() {
  if (socket_ >= 0) close(socket_);
}

void TcpConnection::send(const std::string& bytes) const {
  // A gateway that has hung up is seen by the reader.
  [[maybe_unused]] const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::string TcpConnection::receive_until(const std::string& text) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string received;
  char buffer[4096];
  while (received.find(text) == std::string::npos && wait_readable(socket_, deadline)) {
    const auto count = recv(socket_, buffer, sizeof buffer, 0);
    if (count <= 0) break;
    received.append(buffer, static_cast<std::size_t>(count));
  }
  return received;
}

TlsPeer::TlsPeer(const std::string& address, const Options& options)
    : connection_(address),
      context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      ssl_(nullptr, SSL_free) {
  auto* context = context_.get();
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  if (options.version != 0) {
    // Below TLS 1.2 the signatures are SHA-1, which the default security level forbids this side too.
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, options.version);
    SSL_CTX_set_max_proto_version(context, options.version);
  }
  if (!options.identity.empty()) {
    SSL_CTX_use_certificate_chain_file(context, (options.identity / "node.crt").c_str());
    SSL_CTX_use_PrivateKey_file(context, (options.identity / "node.key").c_str(), SSL_FILETYPE_PEM);
  }
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(context, [](SSL* ssl, SSL_SESSION* session) {
    static_cast<TlsPeer*>(SSL_get_app_data(ssl))->session_ = TlsSession(session, SSL_SESSION_free);
    return 1;
  });
  ssl_.reset(SSL_new(context));
  SSL_set_app_data(ssl_.get(), this);
  constexpr unsigned char http2[] = {2, 'h', '2'};
  SSL_set_alpn_protos(ssl_.get(), http2, sizeof http2);
  SSL_set_fd(ssl_.get(), connection_.socket());
  if (options.resume) SSL_set_session(ssl_.get(), options.resume.get());
  connected_ = SSL_connect(ssl_.get()) == 1;
  ERR_clear_error();
}

TlsPeer::~TlsPeer() = default;

bool TlsPeer::resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

TlsSession TlsPeer::session() const { return session_; }

void TlsPeer::open_stream() const {
  constexpr char settings = 4;
  constexpr char headers = 1;
  constexpr char end_of_headers = 4;
  const std::string bytes =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + http2_frame(settings, 0, 0, "") +
      http2_frame(headers, end_of_headers, 1,
                  literal_header(":method", "POST") + literal_header(":scheme", "https") +
                      literal_header(":path", "/gnc.v1.Exchange/Connect") +
                      literal_header(":authority", "gateway") + literal_header("te", "trailers") +
                      literal_header("content-type", "application/grpc"));
  SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
}

std::string TlsPeer::receive_until(const std::string& text) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string received;
  char buffer[4096];
  while (received.find(text) == std::string::npos) {
    if (SSL_pending(ssl_.get()) == 0 && !wait_readable(connection_.socket(), deadline)) break;
    const int count = SSL_read(ssl_.get(), buffer, sizeof buffer);
    if (count <= 0) break;
    received.append(buffer, static_cast<std::size_t>(count));
  }
  ERR_clear_error();
  return received;
}

}  // namespace gnc::connection
