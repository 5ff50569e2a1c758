#include <gmock/gmock.h>

#include "gateway/core/payload_terms.h"
#include "tests/gateway/core/gateway_world.h"
#include "trust/seal/merkle.h"

namespace gnc::gateway::attachment_admission_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

v1::Attachment attachment(const std::string& name, std::uint64_t size) {
  v1::Attachment made;
  made.set_name(name);
  made.set_media_type("image/tiff");
  made.set_size(size);
  made.set_digest(std::string(trust::sha256(name).view()));
  return made;
}

// NZ's notices may have attachments of 1,000 bytes together, its declarations none.
class AttachmentAdmission : public GatewayTest {
 protected:
  AttachmentAdmission() { connect(1, "NZ"); }

  Effects submit_with(const std::vector<v1::Attachment>& attachments, const std::string& message = "notice",
                      std::vector<Digest> missing = {}) {
    made_ = draft(message);
    v1::Envelope envelope = made_.envelope();
    for (const v1::Attachment& each : attachments) *envelope.add_attachments() = each;
    return submit_again(envelope.SerializeAsString(), std::move(missing));
  }
  Effects submit_again(const std::string& envelope, std::vector<Digest> missing) {
    bytes_ = envelope;
    IncomingBatch batch = sealed_envelopes("NZ", {envelope});
    batch.missing_payloads = std::move(missing);
    return step_one(FrameReceived{.session = 1, .submissions = batches(std::move(batch)), .receipts = {}});
  }

  Draft made_;
  std::string bytes_;
};

TEST_F(AttachmentAdmission, AdmitsWhatTheMessageAllowsOnceThePayloadIsHere) {
  EXPECT_EQ(refused(submit_with({attachment("a.tiff", 600), attachment("b.tiff", 400)})),
            v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_THAT(kinds(made_), ElementsAre(v1::RECEIPT_KIND_ADMITTED));
}

TEST_F(AttachmentAdmission, RefusesWhatIsNotHereForNowAndAdmitsTheSameEnvelopeLater) {
  const Digest missing = trust::sha256("a.tiff");
  EXPECT_EQ(refused(submit_with({attachment("a.tiff", 600)}, "notice", {missing})), v1::PAYLOAD_MISSING);
  EXPECT_EQ(refused(submit_again(bytes_, {})), v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_EQ(core->counters().admitted, 1u);
}

TEST_F(AttachmentAdmission, RefusesWhatTheMessageDoesNotAllow) {
  EXPECT_EQ(refused(submit_with({attachment("a.tiff", 1)}, "declaration")), v1::ATTACHMENT_NOT_ALLOWED);
  EXPECT_EQ(refused(submit_with({attachment("a.tiff", 1001)})), v1::ATTACHMENT_NOT_ALLOWED);
  EXPECT_EQ(refused(submit_with({attachment("a.tiff", 600), attachment("b.tiff", 401)})),
            v1::ATTACHMENT_NOT_ALLOWED);
  // Sizes whose sum is more than 64 bits can say.
  EXPECT_EQ(refused(submit_with({attachment("a.tiff", 600), attachment("b.tiff", ~0ull - 500)})),
            v1::ATTACHMENT_NOT_ALLOWED);
}

TEST_F(AttachmentAdmission, RefusesWhatCannotBeReadInOneWay) {
  for (const char* name : {"", ".hidden", "../up", "a/b", "with space", "bell\a"}) {
    v1::Attachment bad = attachment("a", 10);
    bad.set_name(name);
    EXPECT_EQ(refused(submit_with({bad})), v1::ENVELOPE_MALFORMED) << name;
  }
  v1::Attachment bad = attachment("a.tiff", 10);
  bad.set_digest("short");
  EXPECT_EQ(refused(submit_with({bad})), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(refused(submit_with({attachment("a.tiff", 0)})), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(refused(submit_with(std::vector(17, attachment("a.tiff", 1)))), v1::ENVELOPE_MALFORMED);
  // Protobuf would take the second size, a careless reader the first.
  v1::Envelope envelope = draft().envelope();
  *envelope.add_attachments() = attachment("a.tiff", 10);
  std::string bytes = envelope.SerializeAsString();
  v1::Attachment more;
  more.set_size(999'999);
  std::string twice = envelope.attachments(0).SerializeAsString() + more.SerializeAsString();
  envelope.clear_attachments();
  bytes = envelope.SerializeAsString();
  bytes += static_cast<char>(13 << 3 | 2);
  bytes += static_cast<char>(twice.size());
  bytes += twice;
  EXPECT_EQ(refused(submit_again(bytes, {})), v1::ENVELOPE_MALFORMED);
}

TEST_F(AttachmentAdmission, LetsAPartyHandInNoMoreThanAnAgreementInForceAllows) {
  EXPECT_TRUE(may_hand_in(*book, "NZ", "CN", 1000, now));
  EXPECT_THAT(may_hand_in(*book, "NZ", "CN", 1001, now).error().detail,
              HasSubstr("1001 bytes from NZ for CN, where 1000 are allowed"));
  // The other way, with a stranger, and when it is not in force any more.
  EXPECT_EQ(may_hand_in(*book, "CN", "NZ", 1, now).error().code, v1::ATTACHMENT_NOT_ALLOWED);
  EXPECT_EQ(may_hand_in(*book, "NZ", "JP", 1, now).error().code, v1::ATTACHMENT_NOT_ALLOWED);
  EXPECT_EQ(may_hand_in(*book, "AU", "CN", 1, now).error().code, v1::ATTACHMENT_NOT_ALLOWED);
  EXPECT_EQ(may_hand_in(*book, "NZ", "CN", 1, now + Duration::from_seconds(400 * 86'400)).error().code,
            v1::ATTACHMENT_NOT_ALLOWED);
}

}  // namespace
}  // namespace gnc::gateway::attachment_admission_test
