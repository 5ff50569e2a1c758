#include "scenarios/training/page_server.h"

#include <gmock/gmock.h>

#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

#include "proto/net/listen_address.h"
#include "scenarios/training/page_socket.h"

namespace gnc::scenarios::page_server_test {
namespace {

using boost::asio::ip::tcp;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The server on a thread of its own, with answers that say what they were asked.
class Server : public testing::Test {
 protected:
  Server() {
    auto acceptor = net::listen_on(io_, "127.0.0.1:0");
    endpoint_ = acceptor->local_endpoint();
    server_ = PageServer::serve(
        std::move(*acceptor),
        {[this](const PageRequest& request, const PageAnswers::Respond& respond) {
           ++asked_;
           PageAnswer answer{200,
                             "text/plain",
                             request.method + " " + request.target + " " + request.host + " " +
                                 request.token + " " + std::to_string(request.body.size()),
                             {{"Cache-Control", "no-store"}}};
           if (request.target != "/later") return respond(std::move(answer));
           later_ = [respond, answer] { respond(answer); };
         },
         [this](const PageRequest& request) -> tl::expected<PageFrames, PageAnswer> {
           if (request.protocols != "gncsim, token.x") return tl::unexpected(PageAnswer{403, {}, {}, {}});
           return [this]() -> PageFrame {
             const int number = ++frames_;
             // The last is larger than what the system takes of a client that does not read.
             if (number > 3) return {};
             return {number == 3 ? std::string(4'000'000, 'x') : std::to_string(number), number == 3};
           };
         }});
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Server() override {
    io_.stop();
    thread_.join();
  }

  tcp::socket connect() {
    tcp::socket socket(client_);
    socket.connect(endpoint_);
    return socket;
  }
  // All that comes until the server ends the connection.
  std::string ask(const std::string& request) {
    tcp::socket socket = connect();
    boost::system::error_code ignored;
    boost::asio::write(socket, boost::asio::buffer(request), ignored);
    std::string answer;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), ignored);
    return answer;
  }

  boost::asio::io_context io_, client_;
  tcp::endpoint endpoint_;
  std::atomic<int> asked_ = 0, frames_ = 0;
  std::function<void()> later_;
  std::unique_ptr<PageServer> server_;
  std::thread thread_;
};

TEST_F(Server, PassesARequestOnAndItsAnswerBack) {
  const std::string answer =
      ask("POST /api/forks?x=1 HTTP/1.1\r\nHost: localhost:1\r\nX-Gnc-Token: abc\r\nContent-Length: 4\r\n"
          "Connection: close\r\n\r\nbody");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("POST /api/forks?x=1 localhost:1 abc 4"));
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(answer, HasSubstr("Referrer-Policy: no-referrer\r\n"));
}

TEST_F(Server, AnswersSeveralRequestsOfOneConnection) {
  const std::string answer =
      ask("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /b HTTP/1.1\r\nHost: localhost\r\nConnection: "
          "close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("GET /a"));
  EXPECT_THAT(answer, HasSubstr("GET /b"));
}

TEST_F(Server, GivesNoBodyWhereOnlyTheHeadIsAskedFor) {
  const std::string answer = ask("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(Server, RefusesRequestsThatAreTooLong) {
  EXPECT_THAT(ask("GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              Not(HasSubstr("200 OK")));
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(10'000, 'a') + "\r\n\r\n"),
              Not(HasSubstr("200 OK")));
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 18446744073709551615\r\n\r\n"),
              Not(HasSubstr("200 OK")));
  EXPECT_EQ(asked_, 0);
}

TEST_F(Server, DropsWhatIsNoHttp) {
  EXPECT_EQ(ask(std::string("\x16\x03\x01\x02\x00\x01\x00", 7) + "\r\n\r\n"), "");
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), "");
  EXPECT_EQ(asked_, 0);
}

TEST_F(Server, AnswersOthersBeforeAnAnswerThatComesLater) {
  tcp::socket waits = connect();
  const std::string request = "GET /later HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  boost::asio::write(waits, boost::asio::buffer(request));
  while (asked_ == 0) std::this_thread::yield();
  EXPECT_THAT(ask("GET /now HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
              HasSubstr("GET /now"));
  boost::asio::post(io_, [this] { later_(); });
  std::string answer;
  boost::system::error_code ended;
  boost::asio::read(waits, boost::asio::dynamic_buffer(answer), ended);
  EXPECT_THAT(answer, HasSubstr("GET /later"));
}

using WebSocket = boost::beast::websocket::stream<tcp::socket>;

class SocketServer : public Server {
 protected:
  WebSocket follow(const std::string& protocols = "gncsim, token.x") {
    WebSocket socket(connect());
    socket.set_option(boost::beast::websocket::stream_base::decorator(
        [&protocols](boost::beast::websocket::request_type& request) {
          request.set(boost::beast::http::field::sec_websocket_protocol, protocols);
        }));
    socket.handshake("localhost", "/api/live");
    return socket;
  }
  static std::string next(WebSocket& socket) {
    boost::beast::flat_buffer buffer;
    boost::system::error_code failed;
    socket.read(buffer, failed);
    return failed ? failed.message() : boost::beast::buffers_to_string(buffer.data());
  }
  static void take(WebSocket& socket) { socket.write(boost::asio::buffer("took", 4)); }
};

TEST_F(SocketServer, SendsTheNextFrameWhenTheOneBeforeWasTaken) {
  WebSocket takes_nothing = follow();
  EXPECT_EQ(next(takes_nothing), "1");
  // Frames are as far apart for both: another for the first would have been made before the other's second.
  WebSocket other = follow();
  EXPECT_EQ(next(other), "2");
  take(other);
  EXPECT_EQ(next(other).size(), 4'000'000u);
  EXPECT_EQ(frames_, 3);
  take(other);
  EXPECT_THAT(next(other), HasSubstr("closed"));
}

TEST_F(SocketServer, GoesOnWithOthersWhereABrowserReadsNothing) {
  WebSocket silent = follow();
  frames_ = 2;
  take(silent);
  while (frames_ < 3) std::this_thread::yield();
  // The large frame fills its connection; the server answers all the same.
  EXPECT_THAT(ask("GET /now HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
              HasSubstr("GET /now"));
}

TEST_F(SocketServer, TakesNoLongMessages) {
  WebSocket socket = follow();
  EXPECT_EQ(next(socket), "1");
  boost::system::error_code failed;
  socket.write(boost::asio::buffer(std::string(PageSocket::longest_message + 1, 'x')), failed);
  EXPECT_THAT(next(socket), Not(HasSubstr("2")));
}

TEST_F(SocketServer, RefusesWhoMayNotFollow) {
  EXPECT_THROW(follow("gncsim"), boost::system::system_error);
  EXPECT_EQ(frames_, 0);
}

TEST_F(Server, ServesNoMoreConnectionsThanItCan) {
  std::vector<tcp::socket> idle;
  for (std::size_t i = 0; i < PageServer::most_connections; ++i) idle.push_back(connect());
  const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  // The last of those that wait was taken in before this one.
  EXPECT_EQ(ask(request), "");
  idle.clear();
  std::string answer;
  for (int tries = 0; answer.empty() && tries < 1000; ++tries) answer = ask(request);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
}

}  // namespace
}  // namespace gnc::scenarios::page_server_test
