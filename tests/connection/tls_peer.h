#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <memory>
#include <string>

// A TLS client by hand, for what gRPC's own client will not do: old versions, resumed sessions, connections
// that are never finished, HTTP/2 written byte by byte.
namespace gnc::connection {

// A TCP connection; closed with the object.
class TcpConnection {
 public:
  // `from` is the loopback address it comes from. Throws where it cannot connect.
  explicit TcpConnection(const std::string& address, const std::string& from = "127.0.0.1");
  ~TcpConnection();
  TcpConnection(TcpConnection&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  TcpConnection& operator=(TcpConnection&&) = delete;

  int socket() const { return socket_; }
  void send(const std::string& bytes) const;
  // All that comes until the other side closes, `text` has come, or `patience` runs out.
  std::string receive_until(const std::string& text) const;

 private:
  int socket_ = -1;
};

using TlsSession = std::shared_ptr<SSL_SESSION>;

class TlsPeer {
 public:
  struct Options {
    std::filesystem::path identity;
    int version = 0;      // the only one offered; 0: any
    TlsSession resume{};  // of an earlier connection
  };
  // Connects and shakes hands; `connected` tells how it went.
  TlsPeer(const std::string& address, const Options&);
  ~TlsPeer();
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  bool connected() const { return connected_; }
  bool resumed() const;
  // To be taken after something was received: TLS 1.3 gives tickets with the first bytes.
  TlsSession session() const;

  // Opens an Exchange.Connect stream and sends nothing on it.
  void open_stream() const;
  std::string receive_until(const std::string& text) const;

 private:
  TcpConnection connection_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  TlsSession session_;
  bool connected_ = false;
};

}  // namespace gnc::connection
