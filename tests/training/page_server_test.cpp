#include "scenarios/training/page_server.h"

#include <gmock/gmock.h>

#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "proto/net/listen_address.h"

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
    server_ = PageServer::serve(std::move(*acceptor), [this](const PageRequest& request) {
      ++asked_;
      return PageAnswer{200,
                        "text/plain",
                        request.method + " " + request.target + " " + request.host + " " + request.token +
                            " " + std::to_string(request.body.size()),
                        {{"Cache-Control", "no-store"}}};
    });
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
  std::atomic<int> asked_ = 0;
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
