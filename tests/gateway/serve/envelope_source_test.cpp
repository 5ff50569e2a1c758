#include "gateway/serve/envelope_source.h"

#include <gtest/gtest.h>

#include "tests/gateway/store/records.h"
#include "tests/trust/trust_world.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::gateway::envelope_source_test {
namespace {

class EnvelopeSourceTest : public ::testing::Test {
 protected:
  EnvelopeSourceTest() : store_(std::move(*GatewayStore::open(folder_.path()))) {}

  // Of three envelopes, on record.
  std::string batch(std::uint64_t number) {
    const std::vector<std::string> contents{"first", "second", "third"};
    const trust::SealRequest request{v1::SealStatement::PURPOSE_ENVELOPES, {}, trust::now};
    std::string bytes = trust::seal_bytes(contents, request, *signer_).bytes;
    Effects effects;
    effects.persist.batches.push_back({number, testing::party("NZ"), trust::now, bytes});
    EXPECT_TRUE(store_->commit({&effects, 1}));
    return bytes;
  }
  std::vector<std::string> ask(std::vector<EnvelopeLocation> envelopes) {
    std::vector<std::string> given;
    const auto batches = envelopes_.sealed_batches(envelopes);
    EXPECT_TRUE(batches) << describe(batches.error());
    for (const auto& one : *batches) given.push_back(*one);
    return given;
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<GatewayStore> store_;
  trust::TrustWorld world_;
  std::unique_ptr<trust::Signer> signer_ = world_.signer("NZ");
  EnvelopeSource envelopes_{*store_, 1 << 20};
};

TEST_F(EnvelopeSourceTest, KeepsABatchUntilEachOfItsEnvelopesIsGiven) {
  const std::string bytes = batch(1);
  envelopes_.keep(1, std::make_shared<const std::string>(bytes));
  EXPECT_EQ(envelopes_.bytes_kept(), bytes.size());
  const auto two = ask({{1, 0}, {1, 2}});
  EXPECT_EQ(envelopes_.bytes_kept(), bytes.size());
  const auto one = ask({{1, 1}});
  EXPECT_EQ(envelopes_.bytes_kept(), 0u);

  // Again, as after a stream that ended too soon: the same, out of the store.
  EXPECT_EQ(ask({{1, 0}, {1, 2}}), two);
  EXPECT_EQ(ask({{1, 1}}), one);
  EXPECT_EQ(ask({{1, 0}, {1, 1}, {1, 2}}), std::vector{bytes});
}

TEST_F(EnvelopeSourceTest, KeepsNoWholeBatchThatWasGiven) {
  const std::string first = batch(1);
  const std::string second = batch(2);
  envelopes_.keep(1, std::make_shared<const std::string>(first));
  envelopes_.keep(2, std::make_shared<const std::string>(second));
  EXPECT_EQ(ask({{1, 0}, {1, 1}, {1, 2}, {2, 0}, {2, 1}, {2, 2}}), (std::vector{first, second}));
  EXPECT_EQ(envelopes_.bytes_kept(), 0u);
}

}  // namespace
}  // namespace gnc::gateway::envelope_source_test
