#include "gateway/serve/gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "proto/sqlite/database.h"
#include "proto/types/system_clock.h"
#include "tests/gateway/serve/world.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::gateway::gateway_test {
namespace {

using testing::Client;
using testing::envelope;
using ::testing::HasSubstr;
using testing::party;
using testing::sealed;
using ::testing::StartsWith;
using testing::World;

class GatewayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.start();
    nz_ = trust::make_signer(*trust::load_identity(identity("NZ")));
    cn_ = trust::make_signer(*trust::load_identity(identity("CN")));
  }

  std::filesystem::path identity(std::string_view name) { return world_.pki().identity_folder(party(name)); }
  std::unique_ptr<Client> connect(std::string_view name) {
    auto client = std::make_unique<Client>(world_.channel(identity(name)));
    client->hello(name);
    EXPECT_TRUE(client->wait([](const Client& c) { return !c.welcomes.empty(); }))
        << client->status().error_message();
    return client;
  }
  static std::size_t count(const Client& client, v1::ReceiptKind kind) {
    std::size_t found = 0;
    for (const auto& receipt : client.all_receipts()) found += receipt.kind() == kind;
    return found;
  }
  static auto has(std::size_t wanted, v1::ReceiptKind kind) {
    return [=](const Client& client) { return count(client, kind) >= wanted; };
  }
  // CN's receipts for what it was given.
  std::string delivered_receipts(const Client& client) {
    std::vector<std::string> contents;
    for (const auto& delivery : client.deliveries) {
      v1::SealedBatch batch;
      batch.ParseFromString(delivery);
      for (const auto& item : batch.items()) {
        v1::Envelope carried;
        carried.ParseFromString(item.content());
        v1::Receipt receipt;
        receipt.set_exchange(carried.id());
        receipt.set_kind(v1::RECEIPT_KIND_DELIVERED);
        receipt.set_issuer("CN");
        receipt.set_at(system_now().microseconds);
        receipt.set_envelope_digest(std::string(trust::leaf_hash(item.content()).view()));
        contents.push_back(receipt.SerializeAsString());
      }
    }
    return sealed(contents, *cn_, "NZ");
  }

  World world_;
  std::unique_ptr<trust::Signer> nz_;
  std::unique_ptr<trust::Signer> cn_;
};

TEST_F(GatewayTest, AdmitsDeliversAndPassesTheReceiptBack) {
  const auto nz = connect("NZ");
  const auto cn = connect("CN");
  EXPECT_EQ(nz->welcomes[0].gateway(), "gateway/hub");
  EXPECT_GT(nz->welcomes[0].credit().envelopes(), 0u);
  const auto batch = sealed({envelope(), envelope(), envelope()}, *nz_);
  ASSERT_TRUE(nz->submit(batch));
  ASSERT_TRUE(nz->wait(has(3, v1::RECEIPT_KIND_ADMITTED)));
  ASSERT_TRUE(cn->wait([](const Client& c) { return c.all_envelopes().size() == 3; }));
  EXPECT_EQ(cn->deliveries, std::vector<std::string>{batch})
      << "a whole batch is delivered as it was received";

  v1::NodeFrame answer;
  answer.add_receipts(delivered_receipts(*cn));
  ASSERT_TRUE(cn->send(answer));
  EXPECT_TRUE(nz->wait(has(3, v1::RECEIPT_KIND_DELIVERED)));
  EXPECT_EQ(world_.gateway().counters().admitted, 3u);
  EXPECT_EQ(world_.gateway().counters().delivered, 3u);
}

TEST_F(GatewayTest, DeliversAfterARestartWhatItAdmittedBefore) {
  {
    const auto nz = connect("NZ");
    ASSERT_TRUE(nz->submit(sealed({envelope(), envelope()}, *nz_)));
    ASSERT_TRUE(nz->wait(has(2, v1::RECEIPT_KIND_ADMITTED)));
  }
  world_.stop();
  world_.start();
  const auto cn = connect("CN");
  EXPECT_TRUE(cn->wait([](const Client& c) { return c.all_envelopes().size() == 2; }));
  // The receipts that NZ has not recorded come again, from the store.
  const auto nz = connect("NZ");
  EXPECT_TRUE(nz->wait(has(2, v1::RECEIPT_KIND_ADMITTED)));
}

TEST_F(GatewayTest, AnswersTheSameBatchWithTheSameReceipts) {
  const auto batch = sealed({envelope()}, *nz_);
  const auto nz = connect("NZ");
  ASSERT_TRUE(nz->submit(batch));
  ASSERT_TRUE(nz->wait([](const Client& c) { return c.receipts.size() == 1; }));
  ASSERT_TRUE(nz->submit(batch));
  ASSERT_TRUE(nz->wait([](const Client& c) { return c.receipts.size() == 2; }));
  EXPECT_EQ(nz->receipts[0].receipts(), nz->receipts[1].receipts());
  EXPECT_EQ(world_.gateway().counters().duplicates, 1u);
}

TEST_F(GatewayTest, StopsWithoutLosingWhatItWasGiven) {
  const auto nz = connect("NZ");
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(nz->submit(sealed({envelope(), envelope()}, *nz_)));
  ASSERT_TRUE(nz->wait(has(1, v1::RECEIPT_KIND_ADMITTED)));
  world_.stop();
  const auto status = nz->status();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), StartsWith("GNC-609 "));
  const auto acknowledged = count(*nz, v1::RECEIPT_KIND_ADMITTED);
  world_.start();
  const auto cn = connect("CN");
  EXPECT_TRUE(cn->wait([&](const Client& c) { return c.all_envelopes().size() >= acknowledged; }))
      << acknowledged << " were acknowledged";
}

TEST_F(GatewayTest, AcknowledgesNothingOnceTheStoreHasFailed) {
  world_.stop();
  std::promise<Error> failed;
  world_.start([&](GatewayOptions& options) {
    options.on_failure = [&](const Error& error) { failed.set_value(error); };
  });
  const auto nz = connect("NZ");
  {
    auto damage = sqlite::Database::open(world_.folder() / "store" / "gateway.db",
                                         sqlite::Database::Access::read_write);
    ASSERT_TRUE(damage->execute("DROP TABLE admission"));
  }
  ASSERT_TRUE(nz->submit(sealed({envelope()}, *nz_)));
  EXPECT_EQ(failed.get_future().get().code, v1::STORE_FAILED);
  world_.stop();
  static_cast<void>(nz->status());
  EXPECT_TRUE(nz->receipts.empty());
}

TEST_F(GatewayTest, DeliversPartsOfBatchesWithTheirProofs) {
  const auto nz = connect("NZ");
  // One of the batch is refused, so that the others are delivered without it.
  const auto batch = sealed({envelope(), envelope({.recipient = "FR"}), envelope()}, *nz_);
  ASSERT_TRUE(nz->submit(batch));
  ASSERT_TRUE(nz->wait(has(1, v1::RECEIPT_KIND_REFUSED)));
  const auto cn = connect("CN");
  ASSERT_TRUE(cn->wait([](const Client& c) { return c.all_envelopes().size() == 2; }));
  const trust::ChainVerifier verifier(*trust::TrustAnchors::load(world_.pki().trust_folder()));
  for (const auto& delivery : cn->deliveries) {
    const auto opened = trust::open(delivery, verifier, system_now());
    ASSERT_TRUE(opened) << describe(opened.error());
    EXPECT_EQ(opened->signer, party("NZ"));
    for (const auto& item : opened->items) EXPECT_EQ(item.fault, v1::ERROR_CODE_UNSPECIFIED);
  }
}

TEST_F(GatewayTest, EndsAnOpenStreamWithinTwoSecondsOfRevocation) {
  const auto nz = connect("NZ");
  ASSERT_TRUE(world_.pki().revoke(party("NZ"), system_now()));
  const auto status = nz->status(std::chrono::seconds(2));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(status.error_message(), StartsWith("GNC-204 "));
  Client again(world_.channel(identity("NZ")));
  EXPECT_THAT(again.status().error_message(), StartsWith("GNC-204 "));
}

TEST_F(GatewayTest, RefusesAStreamThatDoesNotBeginWithHello) {
  Client client(world_.channel(identity("NZ")));
  client.submit(sealed({envelope()}, *nz_));
  const auto status = client.status();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), StartsWith("GNC-605 "));
}

TEST_F(GatewayTest, RefusesAHelloOfAnotherParty) {
  Client client(world_.channel(identity("NZ")));
  client.hello("CN");
  const auto status = client.status();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(status.error_message(), StartsWith("GNC-211 "));
}

TEST_F(GatewayTest, RefusesAFrameOverTheBound) {
  Client client(world_.channel(identity("NZ")));
  client.hello("NZ");
  client.submit(std::string((4 << 20) + 1, 'x'));
  const auto status = client.status();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), StartsWith("GNC-601 "));
}

TEST_F(GatewayTest, RefusesAFrameThatInflatesBeyondTheBound) {
  Client client(world_.channel(identity("NZ")), true);
  client.hello("NZ");
  client.submit(std::string(50 << 20, '\0'));
  const auto status = client.status();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), StartsWith("GNC-602 "));
}

TEST_F(GatewayTest, LetsAPartysNewStreamReplaceItsOlderOne) {
  const auto first = connect("NZ");
  const auto second = connect("NZ");
  EXPECT_THAT(first->status().error_message(), StartsWith("GNC-606 "));
  ASSERT_TRUE(second->submit(sealed({envelope()}, *nz_)));
  EXPECT_TRUE(second->wait(has(1, v1::RECEIPT_KIND_ADMITTED)));
}

TEST_F(GatewayTest, EndsAStreamThatSaysNothing) {
  world_.stop();
  world_.start([](GatewayOptions& options) { options.limits.hello_seconds = 0; });
  Client client(world_.channel(identity("NZ")));
  const auto status = client.status();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_THAT(status.error_message(), StartsWith("GNC-608 "));
}

TEST_F(GatewayTest, CapsTheStreamsOfOneParty) {
  world_.stop();
  world_.start([](GatewayOptions& options) { options.limits.streams_per_party = 2; });
  const auto channel = world_.channel(identity("NZ"));
  Client first(channel);
  Client second(channel);
  while (world_.gateway().sessions() < 2) std::this_thread::yield();
  Client third(channel);
  const auto status = third.status();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), StartsWith("GNC-607 "));
}

TEST_F(GatewayTest, CapsTheStreamsThatAConnectionOpens) {
  world_.stop();
  world_.start([](GatewayOptions& options) {
    options.limits.stream_burst = 3;
    options.limits.streams_a_second = 0;
  });
  const auto channel = world_.channel(identity("NZ"));
  for (int i = 0; i < 3; ++i) {
    Client client(channel);
    client.hello("CN");
    EXPECT_THAT(client.status().error_message(), StartsWith("GNC-211 "));
  }
  Client client(channel);
  EXPECT_THAT(client.status().error_message(), StartsWith("GNC-607 "));
}

TEST_F(GatewayTest, ExpiresByItsClock) {
  world_.stop();
  std::atomic<std::int64_t> ahead{0};
  world_.start([&](GatewayOptions& options) {
    options.clock = [&] { return system_now() + Duration{ahead.load()}; };
  });
  const auto nz = connect("NZ");
  ASSERT_TRUE(nz->submit(sealed({envelope()}, *nz_)));
  ASSERT_TRUE(nz->wait(has(1, v1::RECEIPT_KIND_ADMITTED)));
  ahead = Duration::from_seconds(700).microseconds;
  EXPECT_TRUE(nz->wait(has(1, v1::RECEIPT_KIND_EXPIRED)));
  world_.stop();
}

TEST_F(GatewayTest, ShowsItsMetrics) {
  const auto nz = connect("NZ");
  ASSERT_TRUE(nz->submit(sealed({envelope(), envelope()}, *nz_)));
  ASSERT_TRUE(nz->wait(has(2, v1::RECEIPT_KIND_ADMITTED)));
  const auto text = world_.gateway().metrics();
  EXPECT_THAT(text, HasSubstr("gnc_admitted_total 2\n"));
  EXPECT_THAT(text, HasSubstr("gnc_sessions 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE gnc_commits_total counter\n"));
}

}  // namespace
}  // namespace gnc::gateway::gateway_test
