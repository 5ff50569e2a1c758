#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/nodes/core/node_world.h"
#include "trust/seal/merkle.h"

namespace gnc::nodes::attachments_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

v1::Attachment attachment(const std::string& name) {
  v1::Attachment made;
  made.set_name(name);
  made.set_media_type("image/tiff");
  made.set_size(3);
  made.set_digest(std::string(trust::sha256(name).view()));
  return made;
}

v1::Lodge::Item::File file(const std::string& path) {
  v1::Lodge::Item::File made;
  made.set_path(path);
  made.set_size(7);
  made.set_digest(std::string(trust::sha256("bytes").view()));
  return made;
}

v1::Lodge lodgement(const std::vector<v1::Lodge::Item::File>& files) {
  v1::Lodge lodge = lodge_one("NZ", "CN", "a");
  for (const auto& each : files) *lodge.mutable_items(0)->add_files() = each;
  return lodge;
}

TEST(Attachments, AreAnnouncedInTheSealedEnvelope) {
  OneNode node("NZ");
  node.step(LodgeRequested{lodgement({file("/data/scan-1.tiff"), file("/data/scan-2.tiff")})});
  const IncomingBatch batch = node.world.open(*node.store.batches.at(1).bytes);
  v1::Envelope envelope;
  ASSERT_TRUE(envelope.ParseFromString(std::string(batch.opened->items.at(0).content)));
  ASSERT_EQ(envelope.attachments_size(), 2);
  EXPECT_EQ(envelope.attachments(0).name(), "scan-1.tiff");
  EXPECT_EQ(envelope.attachments(0).media_type(), "application/octet-stream");
  EXPECT_EQ(envelope.attachments(0).size(), 7u);
  EXPECT_EQ(envelope.attachments(0).digest(), trust::sha256("bytes").view());
  EXPECT_EQ(envelope.attachments(1).name(), "scan-2.tiff");
}

TEST(Attachments, ADocumentWhoseFileCannotGoAlongIsNotTakenIn) {
  v1::Lodge::Item::File unreadable = file("/data/scan.tiff");
  unreadable.set_fault(v1::FILE_UNREADABLE);
  unreadable.set_detail("No such file or directory");
  for (const auto& [wrong, words] : {std::pair{unreadable, "No such file"},
                                     {file("/data/a name with blanks"), "is no name for an attachment"},
                                     {file("/data/"), "is no name for an attachment"}}) {
    OneNode node("NZ");
    node.step(LodgeRequested{lodgement({wrong})});
    const NodeEvent* refused = node.event(v1::EVENT_KIND_LODGEMENT_REFUSED);
    ASSERT_NE(refused, nullptr);
    EXPECT_THAT(refused->words->detail, HasSubstr(words));
    EXPECT_THAT(node.store.outgoing, IsEmpty());
  }
}

// CN, welcomed, and a batch of one envelope with an attachment.
struct WithAttachment : testing::Test {
  WithAttachment() { node.connect(); }

  void deliver(std::vector<FetchedPayload> payloads) {
    v1::Envelope envelope = envelope_to_cn(1, declaration("ref-1"));
    *envelope.add_attachments() = attachment("scan.tiff");
    IncomingBatch batch =
        node.world.open(node.world.seal({envelope.SerializeAsString()}, *node.world.nz, node.now));
    batch.payloads = std::move(payloads);
    FrameReceived frame;
    frame.stream = node.stream;
    frame.deliveries.push_back(std::move(batch));
    node.step(std::move(frame));
  }
  ReceivedState state() const { return node.store.inbox.begin()->second.state; }

  OneNode node{"CN"};
};

TEST_F(WithAttachment, BusinessSeesADocumentWhosePayloadIsHere) {
  deliver({{trust::sha256("scan.tiff")}});
  EXPECT_EQ(state(), ReceivedState::processed);
  EXPECT_EQ(node.store.decisions.size(), 1u);
}

TEST_F(WithAttachment, BusinessDoesNotSeeADocumentWhosePayloadIsNot) {
  deliver({{trust::sha256("scan.tiff"), v1::PAYLOAD_DIFFERS, "the digest is another"}});
  EXPECT_EQ(state(), ReceivedState::refused);
  EXPECT_THAT(node.store.decisions, IsEmpty());
  ASSERT_EQ(node.given().size(), 1u);
  EXPECT_EQ(node.given()[0].kind(), v1::RECEIPT_KIND_REFUSED);
  EXPECT_EQ(node.given()[0].reason(), v1::PAYLOAD_DIFFERS);
  EXPECT_EQ(node.given()[0].detail(), "scan.tiff: the digest is another");
}

TEST_F(WithAttachment, APayloadThatNobodyFetchedIsNotHere) {
  deliver({{trust::sha256("another"), {}, {}}});
  EXPECT_EQ(state(), ReceivedState::refused);
  EXPECT_EQ(node.given()[0].reason(), v1::PAYLOAD_UNKNOWN);
}

}  // namespace
}  // namespace gnc::nodes::attachments_test
