#include "proto/payload/payload_folder.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "gnc/v1/errors.pb.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::payload::payload_folder_test {
namespace {

using testing::HasSubstr;

const PartyName cn = *PartyName::from_text("CN");
const PartyName health = *PartyName::from_text("CN/health");

class Payloads : public testing::Test {
 protected:
  Payloads() { open(); }

  void open(PayloadLimits limits = {.largest = 1000, .room = 2000, .spare = 0}) {
    folder_ = std::move(*PayloadFolder::open(place_.path() / "payloads", limits));
  }
  Digest digest_of(const std::string& bytes) const {
    std::ofstream(place_.path() / "one", std::ios::binary) << bytes;
    return digest_of_file(place_.path() / "one")->digest;
  }
  std::string content(const PartyName& owner, const Digest& digest) const {
    const auto file = folder_->find(owner, digest);
    if (!file) return "nothing";
    std::ostringstream text;
    text << std::ifstream(*file, std::ios::binary).rdbuf();
    return text.str();
  }
  v1::ErrorCode refusal_of(std::uint64_t size) const {
    const auto begun = folder_->begin(cn, digest_of("another"), size);
    return begun ? v1::ERROR_CODE_UNSPECIFIED : begun.error().code;
  }

  scenarios::TemporaryFolder place_;
  std::unique_ptr<PayloadFolder> folder_;
  const std::string bytes_ = "the image of an inspection";
};

TEST_F(Payloads, AreHereOnceTheyAreWholeAndVerified) {
  const Digest digest = digest_of(bytes_);
  auto partial = folder_->begin(cn, digest, bytes_.size());
  ASSERT_TRUE(partial) << describe(partial.error());
  ASSERT_TRUE(partial->append(0, bytes_.substr(0, 10)));
  EXPECT_EQ(content(cn, digest), "nothing");
  ASSERT_TRUE(partial->append(10, bytes_.substr(10)));
  EXPECT_EQ(content(cn, digest), "nothing");
  ASSERT_TRUE(partial->finish());
  EXPECT_EQ(content(cn, digest), bytes_);
  EXPECT_EQ(content(health, digest), "nothing");
}

TEST_F(Payloads, GoOnFromWhereTheLastAttemptCameTo) {
  const Digest digest = digest_of(bytes_);
  ASSERT_TRUE(folder_->begin(cn, digest, bytes_.size())->append(0, bytes_.substr(0, 10)));
  open();
  auto partial = folder_->begin(cn, digest, bytes_.size());
  ASSERT_TRUE(partial);
  EXPECT_EQ(partial->here(), 10u);
  EXPECT_EQ(partial->durable(), 10u);
  ASSERT_TRUE(partial->append(10, bytes_.substr(10)) && partial->finish());
  EXPECT_EQ(content(cn, digest), bytes_);
}

TEST_F(Payloads, AreBegunAnewWhereTheyAreNotWhatWasAnnounced) {
  const Digest digest = digest_of(bytes_);
  {
    auto partial = folder_->begin(cn, digest, bytes_.size());
    std::string spoilt = bytes_;
    spoilt[5] ^= 1;
    ASSERT_TRUE(partial->append(0, spoilt));
    const auto finished = partial->finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().code, v1::PAYLOAD_DIFFERS);
    EXPECT_THAT(finished.error().detail, HasSubstr(digest.hex()));
  }
  EXPECT_EQ(content(cn, digest), "nothing");
  auto partial = folder_->begin(cn, digest, bytes_.size());
  EXPECT_EQ(partial->here(), 0u);
  ASSERT_TRUE(partial->append(0, bytes_) && partial->finish());
}

TEST_F(Payloads, TakeNoGapAndNothingBeyondTheEnd) {
  auto partial = folder_->begin(cn, digest_of(bytes_), bytes_.size());
  EXPECT_EQ(partial->append(1, "x").error().code, v1::PAYLOAD_MALFORMED);
  EXPECT_EQ(partial->append(0, bytes_ + "x").error().code, v1::PAYLOAD_MALFORMED);
  ASSERT_TRUE(partial->append(0, "the"));
  EXPECT_EQ(partial->append(0, "the").error().code, v1::PAYLOAD_MALFORMED);
  EXPECT_EQ(partial->here(), 3u);
}

TEST_F(Payloads, AreBroughtByOneAtATime) {
  const Digest digest = digest_of(bytes_);
  {
    const auto first = folder_->begin(cn, digest, bytes_.size());
    EXPECT_EQ(folder_->begin(cn, digest, bytes_.size()).error().code, v1::TOO_MANY_STREAMS);
    EXPECT_TRUE(folder_->begin(health, digest, bytes_.size()));
  }
  EXPECT_TRUE(folder_->begin(cn, digest, bytes_.size()));
}

TEST_F(Payloads, HaveALargestSizeAndARoom) {
  EXPECT_EQ(refusal_of(1000), v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_EQ(refusal_of(1001), v1::DOCUMENT_TOO_LARGE);
  const std::string large(900, 'x');
  for (const PartyName& owner : {cn, health}) {
    auto partial = folder_->begin(owner, digest_of(large), large.size());
    ASSERT_TRUE(partial->append(0, large) && partial->finish());
  }
  EXPECT_EQ(folder_->bytes(), 1800u);
  EXPECT_EQ(refusal_of(200), v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_EQ(refusal_of(201), v1::PAYLOAD_NO_ROOM);
  open({.largest = 1000, .room = 1u << 30, .spare = ~0ull >> 1});
  EXPECT_EQ(refusal_of(1), v1::PAYLOAD_NO_ROOM);
}

TEST_F(Payloads, ExpireWhenNobodyTouchesThemAnyMore) {
  const Digest digest = digest_of(bytes_);
  auto partial = folder_->begin(cn, digest, bytes_.size());
  ASSERT_TRUE(partial->append(0, bytes_) && partial->finish());
  const auto under_way = folder_->begin(health, digest, bytes_.size());
  const auto now = std::filesystem::file_time_type::clock::now();
  folder_->expire(now - std::chrono::hours(1));
  EXPECT_EQ(content(cn, digest), bytes_);
  folder_->expire(now + std::chrono::hours(1));
  EXPECT_EQ(content(cn, digest), "nothing");
}

}  // namespace
}  // namespace gnc::payload::payload_folder_test
