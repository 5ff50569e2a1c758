#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "tests/gateway/serve/world.h"

namespace gnc::gateway::acceptor_test {
namespace {

using boost::asio::ip::tcp;
using testing::Client;
using ::testing::HasSubstr;
using testing::party;
using testing::World;

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

class AcceptorTest : public ::testing::Test {
 protected:
  tcp::endpoint endpoint() { return {boost::asio::ip::address_v4::loopback(), world_.gateway().port()}; }
  bool shows(const std::string& line) {
    return world_.gateway().metrics().find(line + "\n") != std::string::npos;
  }
  bool serves() {
    Client client(world_.channel(world_.pki().identity_folder(party("NZ"))));
    client.hello("NZ");
    return client.wait([](const Client& c) { return !c.welcomes.empty(); });
  }

  World world_;
  boost::asio::io_context io_;
};

TEST_F(AcceptorTest, RefusesMoreConnectionsThanOneAddressMayHave) {
  world_.start([](GatewayOptions& options) { options.limits.connections_per_address = 2; });
  tcp::socket first(io_);
  tcp::socket second(io_);
  tcp::socket third(io_);
  first.connect(endpoint());
  second.connect(endpoint());
  ASSERT_TRUE(eventually([&] { return shows("gnc_connections 2"); }));
  third.connect(endpoint());
  char byte = 0;
  boost::system::error_code ended;
  boost::asio::read(third, boost::asio::buffer(&byte, 1), ended);
  EXPECT_TRUE(ended);
  EXPECT_TRUE(shows("gnc_connections_refused_total 1"));
  // A connection that ends makes room.
  first.close();
  ASSERT_TRUE(eventually([&] { return shows("gnc_connections 1"); }));
  EXPECT_TRUE(serves());
}

TEST_F(AcceptorTest, GoesOnAfterDescriptorsHaveRunOut) {
  world_.start();
  tcp::socket socket(io_, tcp::v4());
  const Gateway& gateway = world_.gateway();
  const tcp::endpoint there = endpoint();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int lowest_free = ::dup(socket.native_handle());
  ::close(lowest_free);
  auto none_left = before;
  none_left.rlim_cur = static_cast<rlim_t>(lowest_free);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
  boost::system::error_code failed;
  socket.connect(there, failed);
  // Not by the fixture: UBSan looks at an object's type through a pipe, for which there is no descriptor now.
  const bool paused =
      eventually([&] { return gateway.metrics().find("gnc_accept_pauses_total 0\n") == std::string::npos; });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(failed) << failed.message();
  EXPECT_TRUE(paused);
  EXPECT_TRUE(eventually([&] { return shows("gnc_connections 1"); }));
  EXPECT_TRUE(serves());
}

TEST_F(AcceptorTest, SurvivesPeersThatSpeakNoTls) {
  world_.start();
  for (int i = 0; i < 50; ++i) {
    tcp::socket socket(io_);
    socket.connect(endpoint());
    boost::system::error_code ignored;
    boost::asio::write(socket, boost::asio::buffer(std::string("GET / HTTP/1.1\r\n\r\n")), ignored);
  }
  EXPECT_TRUE(serves());
  EXPECT_TRUE(eventually([&] { return shows("gnc_connections 0"); }));
}

TEST_F(AcceptorTest, ShowsMetricsOverHttp) {
  world_.start();
  const auto address = world_.gateway().metrics_address();
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const auto get = [&](const std::string& request) {
    tcp::socket socket(io_);
    socket.connect({boost::asio::ip::address_v4::loopback(), port});
    boost::asio::write(socket, boost::asio::buffer(request));
    std::string answer;
    boost::system::error_code ended;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), ended);
    return answer;
  };
  const auto page = get("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(page, HasSubstr("200 OK"));
  EXPECT_THAT(page, HasSubstr("gnc_admitted_total 0\n"));
  EXPECT_THAT(get("GET /other HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("404 Not Found"));
  EXPECT_THAT(get("DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("405 Method Not Allowed"));
}

}  // namespace
}  // namespace gnc::gateway::acceptor_test
