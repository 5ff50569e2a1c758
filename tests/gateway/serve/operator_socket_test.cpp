#include "gateway/serve/operator_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "gateway/store/dead_letters.h"
#include "tests/gateway/serve/world.h"

namespace gnc::gateway::operator_socket_test {
namespace {

using testing::Client;
using ::testing::HasSubstr;
using testing::World;

class OperatorSocketTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.start([](GatewayOptions& options) { options.core.max_attempts = 1; });
  }
  std::filesystem::path identity(std::string_view name) {
    return world_.pki().identity_folder(testing::party(name));
  }
  std::filesystem::path store() const { return world_.folder() / "store"; }
  std::unique_ptr<Client> connect(std::string_view name) {
    auto client = std::make_unique<Client>(world_.channel(identity(name)));
    client->hello(name);
    EXPECT_TRUE(client->wait([](const Client& c) { return !c.welcomes.empty(); }));
    return client;
  }

  World world_;
};

TEST_F(OperatorSocketTest, HasADeadLetterDeliveredAgain) {
  const auto nz = connect("NZ");
  auto cn = connect("CN");
  const auto signer = trust::make_signer(*trust::load_identity(identity("NZ")));
  ASSERT_TRUE(nz->submit(testing::sealed({testing::envelope()}, *signer)));
  ASSERT_TRUE(cn->wait([](const Client& c) { return c.deliveries.size() == 1; }));
  cn.reset();
  ASSERT_TRUE(nz->wait([](const Client& c) {
    return std::ranges::any_of(c.all_receipts(), [](const v1::Receipt& receipt) {
      return receipt.reason() == v1::DELIVERY_ATTEMPTS_EXHAUSTED;
    });
  }));
  const auto letters = dead_letters_in(store(), 10);
  ASSERT_TRUE(letters) << describe(letters.error());
  ASSERT_EQ(letters->latest.size(), 1u);

  const std::array ids{letters->latest[0].id, Uuid::from_parts({}, 1, 2)};
  const auto outcome = replay_dead_letters(store(), ids);
  ASSERT_TRUE(outcome) << describe(outcome.error());
  EXPECT_EQ(outcome->done, 1u);
  ASSERT_EQ(outcome->refused.size(), 1u);
  EXPECT_EQ(outcome->refused[0].exchange, ids[1].text());
  EXPECT_EQ(outcome->refused[0].code, v1::NO_DEAD_LETTER);
  EXPECT_EQ(dead_letters_in(store(), 10)->count, 0u);
  cn = connect("CN");
  EXPECT_TRUE(cn->wait([](const Client& c) { return c.deliveries.size() == 1; }));
}

TEST_F(OperatorSocketTest, SaysWhatItUnderstands) {
  boost::asio::io_context io;
  boost::asio::local::stream_protocol::socket socket(io);
  socket.connect((store() / "operator.socket").string());
  for (const std::string line : {"replay\n", "{}\n", "{\"replay\": []}\n", "{\"replay\": [7]}\n"}) {
    boost::asio::write(socket, boost::asio::buffer(line));
    std::string answer;
    boost::asio::read_until(socket, boost::asio::dynamic_buffer(answer), '\n');
    EXPECT_THAT(answer, HasSubstr("error")) << line;
  }
}

TEST_F(OperatorSocketTest, IsForItsOwnUserAlone) {
  struct stat found {};
  ASSERT_EQ(::stat((store() / "operator.socket").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
}

TEST_F(OperatorSocketTest, IsGoneWithTheGateway) {
  world_.stop();
  const std::array ids{Uuid::from_parts({}, 1, 2)};
  const auto outcome = replay_dead_letters(store(), ids);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, v1::GATEWAY_UNREACHABLE);
  EXPECT_THAT(outcome.error().where, HasSubstr("operator.socket"));
}

}  // namespace
}  // namespace gnc::gateway::operator_socket_test
