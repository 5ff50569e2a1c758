#include "proto/wire/receipt_bytes.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "proto/types/random.h"

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

v1::Receipt whole_one() {
  v1::Receipt receipt;
  receipt.set_exchange(std::string(16, '\x81'));
  receipt.set_kind(v1::RECEIPT_KIND_REFUSED);
  receipt.set_issuer("CN");
  receipt.set_at(1'767'600'000'000'000);
  receipt.set_envelope_digest(std::string(32, '\xfe'));
  receipt.set_reason(v1::CLUSTER_FORBIDDEN);
  receipt.set_detail("Payer");
  return receipt;
}

bool is_same(const std::optional<PlainReceipt>& read, const v1::Receipt& whole) {
  return read && read->exchange == whole.exchange() && read->kind == whole.kind() &&
         read->issuer == whole.issuer() && read->at == Instant{whole.at()} &&
         read->envelope_digest == whole.envelope_digest() && read->reason == whole.reason() &&
         read->detail == whole.detail();
}

TEST(ReceiptBytes, AreReadPlainlyAsProtobufReadsThem) {
  EXPECT_TRUE(is_same(read_plain_receipt(whole_one().SerializeAsString()), whole_one()));
  EXPECT_TRUE(is_same(read_plain_receipt({}), {}));
}

TEST(ReceiptBytes, ThatAreNotPlainAreReadByProtobuf) {
  ReceiptReader reader;
  v1::Receipt pointed = whole_one();
  pointed.add_pointer()->set_document_section("42A");
  v1::Receipt in_words = whole_one();
  in_words.set_detail(
      "p\xc3\xa9"
      "riode");
  for (const v1::Receipt& receipt : {pointed, in_words}) {
    const std::string bytes = receipt.SerializeAsString();
    EXPECT_FALSE(read_plain_receipt(bytes));
    EXPECT_TRUE(is_same(reader.read(bytes), receipt));
  }
  // Protobuf takes the last of two.
  v1::Receipt last;
  last.set_issuer("NZ");
  const std::string twice = whole_one().SerializeAsString() + last.SerializeAsString();
  v1::Receipt whole;
  ASSERT_TRUE(whole.ParseFromString(twice));
  EXPECT_FALSE(read_plain_receipt(twice));
  EXPECT_TRUE(is_same(reader.read(twice), whole));
  EXPECT_FALSE(reader.read(twice.substr(0, twice.size() - 1)));
}

TEST(ReceiptBytes, AreReadAsProtobufReadsThemWhateverHappensToThem) {
  Random random(4712);
  const std::string whole = whole_one().SerializeAsString();
  int plain = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string bytes = whole;
    for (std::uint64_t times = random.below(3) + 1; times > 0; --times) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    const auto read = read_plain_receipt(bytes);
    if (!read) continue;
    ++plain;
    v1::Receipt parsed;
    ASSERT_TRUE(parsed.ParseFromString(bytes)) << "round " << round;
    ASSERT_TRUE(is_same(read, parsed)) << "round " << round;
  }
  EXPECT_GT(plain, 1000);
}

}  // namespace
}  // namespace gnc::wire::receipt_bytes_test
