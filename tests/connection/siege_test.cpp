#include <csignal>
#include <vector>

#include "proto/types/system_clock.h"
#include "tests/connection/border.h"
#include "tests/connection/tls_peer.h"

namespace gnc::connection::siege_test {
namespace {

class Siege : public Border {};

TEST_F(Siege, RevocationEndsAConnectionThatIsOpenWithinTwoSeconds) {
  start_gateway();
  const auto client = welcomed("NZ");
  const auto revoked_at = std::chrono::steady_clock::now();
  ASSERT_TRUE(pki().revoke(party("NZ"), system_now()));
  const auto end = client->end();
  const auto took = std::chrono::steady_clock::now() - revoked_at;
  ASSERT_TRUE(end);
  EXPECT_EQ(end->code(), v1::CERTIFICATE_REVOKED);
  EXPECT_LT(took, std::chrono::seconds(2));
}

TEST_F(Siege, AResumedSessionIsRefusedAfterRevocation) {
  start_gateway();
  TlsSession session;
  {
    const TlsPeer peer(address(), {.identity = identity("NZ"), .version = TLS1_2_VERSION});
    ASSERT_TRUE(peer.connected());
    peer.open_stream();
    session = peer.session();
  }
  ASSERT_TRUE(session) << "the gateway gave no session";
  ASSERT_TRUE(pki().revoke(party("NZ"), system_now()));
  // The full handshake says when the gateway has taken in the revocation.
  ASSERT_EQ(end_of_stream(identity("NZ")).code(), v1::CERTIFICATE_REVOKED);
  const TlsPeer peer(address(), {.identity = identity("NZ"), .version = TLS1_2_VERSION, .resume = session});
  // A gateway that gives sessions but resumes none refuses this too.
  if (!peer.connected()) return;
  peer.open_stream();
  EXPECT_NE(peer.receive_until("GNC-204").find("GNC-204"), std::string::npos);
}

TEST_F(Siege, TlsBelowOneTwoIsRefused) {
  start_gateway();
  EXPECT_FALSE(TlsPeer(address(), {.identity = identity("NZ"), .version = TLS1_1_VERSION}).connected());
  EXPECT_FALSE(TlsPeer(address(), {.identity = identity("NZ"), .version = TLS1_VERSION}).connected());
  EXPECT_TRUE(TlsPeer(address(), {.identity = identity("NZ"), .version = TLS1_2_VERSION}).connected());
  EXPECT_TRUE(TlsPeer(address(), {.identity = identity("NZ"), .version = TLS1_3_VERSION}).connected());
}

TEST_F(Siege, PlaintextIsRefused) {
  start_gateway();
  const RogueClient::Options plaintext{.identity = {}, .plaintext = true};
  RogueClient client(address(), plaintext);
  client.send_hello("NZ");
  EXPECT_FALSE(client.read());
  EXPECT_TRUE(client.end());
}

TEST_F(Siege, AFloodOfHalfOpenConnectionsLeavesTheGatewayReachable) {
  start_gateway();
  std::vector<TcpConnection> flood;
  flood.reserve(600);
  while (flood.size() < 600) flood.emplace_back(address(), "127.0.0.2");
  EXPECT_NO_THROW(welcomed("NZ"));
}

TEST_F(Siege, AFloodOfHandshakesThatStopHalfwayLeavesTheGatewayReachable) {
  start_gateway();
  // The first bytes of a TLS record that never comes whole.
  const std::string beginning("\x16\x03\x01\x02\x00\x01", 6);
  std::vector<TcpConnection> flood;
  for (int number = 0; number < 600; ++number) {
    flood.emplace_back(address(), "127.0.0.2");
    flood.back().send(beginning);
  }
  EXPECT_NO_THROW(welcomed("NZ"));
}

TEST_F(Siege, AGracefulStopEndsStreamsWithItsOwnCode) {
  start_gateway();
  const auto client = welcomed("NZ");
  EXPECT_EQ(gateway().end(SIGTERM), 0);
  const auto end = client->end();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->code(), v1::GATEWAY_STOPPING);
}

}  // namespace
}  // namespace gnc::connection::siege_test
