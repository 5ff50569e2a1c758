#include "proto/wire/receipt_bytes.h"

#include <gtest/gtest.h>

namespace gnc::wire::receipt_bytes_test {
namespace {

TEST(ReceiptBytes, AreThoseThatProtobufWrites) {
  const std::string id(16, '\x81'), digest(32, '\xfe');
  v1::Receipt expected;
  expected.set_exchange(id);
  expected.set_kind(v1::RECEIPT_KIND_REFUSED);
  expected.set_issuer("hub");
  expected.set_at(-1'767'600'000'000'000);
  expected.set_envelope_digest(digest);
  expected.set_reason(v1::CLUSTER_FORBIDDEN);
  expected.set_detail(std::string(200, 'd'));
  EXPECT_EQ(receipt_bytes({id, v1::RECEIPT_KIND_REFUSED, "hub", Instant{-1'767'600'000'000'000}, digest,
                           v1::CLUSTER_FORBIDDEN, std::string(200, 'd')}),
            expected.SerializeAsString());
}

TEST(ReceiptBytes, LeaveOutWhatAReceiptLacks) {
  v1::Receipt expected;
  expected.set_kind(v1::RECEIPT_KIND_DELIVERED);
  expected.set_issuer("CN");
  EXPECT_EQ(receipt_bytes({.kind = v1::RECEIPT_KIND_DELIVERED, .issuer = "CN"}),
            expected.SerializeAsString());
  EXPECT_EQ(receipt_bytes({}), "");
}

}  // namespace
}  // namespace gnc::wire::receipt_bytes_test
