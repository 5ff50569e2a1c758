#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "scenarios/training/page_json.h"
#include "tests/training/played.h"
#include "trust/seal/merkle.h"

namespace gnc::scenarios::exchange_json_test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

std::string bytes_of(const Json& base64) {
  const auto text = base64.get<std::string>();
  std::string bytes(text.size(), '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  const auto padding = static_cast<std::size_t>(std::count(text.begin(), text.end(), '='));
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

Digest digest_of(const Json& base64) { return *Digest::from_bytes(bytes_of(base64)); }

bool is_signed_by(const std::string& certificate, const std::string& bytes, const std::string& signature) {
  const auto* der = reinterpret_cast<const unsigned char*>(certificate.data());
  X509* read = d2i_X509(nullptr, &der, static_cast<long>(certificate.size()));
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool holds =
      EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, X509_get0_pubkey(read)) == 1 &&
      EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1;
  EVP_MD_CTX_free(context);
  X509_free(read);
  return holds;
}

class Exchange : public testing::Test {
 protected:
  Json first_of(const std::string& kind) const {
    const Json events = Json::parse(events_json(played.recording(), 0, 20'000))["events"];
    for (const Json& event : events) {
      if (event[1] != kind) continue;
      const auto json = exchange_json(played.recording(), *Uuid::from_text(event[4].get<std::string>()));
      return json ? Json::parse(*json) : Json();
    }
    return {};
  }
  Played played{Played::library("single-window")};
};

// As a browser does it, with nothing but what it was given.
TEST_F(Exchange, HasASealThatCanBeVerified) {
  const Json seal = first_of("admitted")["seal"];
  ASSERT_TRUE(seal.is_object());
  std::vector<Digest> path;
  for (const Json& hash : seal["proof"]) path.push_back(digest_of(hash));
  const std::string envelope = bytes_of(seal["envelope"]);
  EXPECT_TRUE(trust::path_leads_to(digest_of(seal["root"]), trust::leaf_hash(envelope),
                                   seal["index"].get<std::uint64_t>(), seal["size"].get<std::uint64_t>(),
                                   path));
  const std::string signed_bytes = bytes_of(seal["signed"]);
  EXPECT_THAT(signed_bytes, HasSubstr(bytes_of(seal["root"])));
  EXPECT_TRUE(is_signed_by(bytes_of(seal["certificate"]), signed_bytes, bytes_of(seal["signature"])));
  EXPECT_FALSE(is_signed_by(bytes_of(seal["certificate"]), signed_bytes + "x", bytes_of(seal["signature"])));
  EXPECT_FALSE(trust::path_leads_to(digest_of(seal["root"]), trust::leaf_hash(envelope + "x"),
                                    seal["index"].get<std::uint64_t>(), seal["size"].get<std::uint64_t>(),
                                    path));
  EXPECT_THAT(seal["chain"], SizeIs(1));
  EXPECT_FALSE(seal["anchor"].get<std::string>().empty());
}

TEST_F(Exchange, ShowsItsDocumentAsAFormAndAsItCame) {
  const Json exchange = first_of("lodged");
  EXPECT_EQ(exchange["document"]["kind"], "DEC");
  EXPECT_THAT(exchange["document"]["xml"].get<std::string>(), HasSubstr("<Declaration>"));
  EXPECT_THAT(exchange["document"]["form"], Contains(Json{{"path", "42A/D013"},
                                                          {"class", "Declaration"},
                                                          {"id", "D013"},
                                                          {"name", "Document name, coded"},
                                                          {"tag", "TypeCode"},
                                                          {"value", "IMA"},
                                                          {"depth", 1}}));
  EXPECT_EQ(exchange["block"], "single-window");
  EXPECT_EQ(exchange["sender"], "NZ");
}

TEST_F(Exchange, HasTheReceiptsThatWereGiven) {
  const Json receipts = first_of("admitted")["receipts"];
  ASSERT_THAT(receipts, SizeIs(3));
  EXPECT_EQ(receipts[0]["stage"], "admitted");
  EXPECT_EQ(receipts[0]["by"], "gateway");
  EXPECT_EQ(receipts[1]["stage"], "delivered");
  EXPECT_EQ(receipts[1]["by"], "CN");
  EXPECT_LE(receipts[0]["at_us"], receipts[1]["at_us"]);
}

TEST_F(Exchange, ThatNobodyKnowsSaysSo) {
  const auto json =
      exchange_json(played.recording(), *Uuid::from_text("019b8d2b-8d36-75ff-9bbc-000000000000"));
  ASSERT_TRUE(json);
  EXPECT_FALSE(Json::parse(*json)["unavailable"].get<std::string>().empty());
}

}  // namespace
}  // namespace gnc::scenarios::exchange_json_test
