#include "scenarios/engine/bare_peer.h"

#include <gmock/gmock.h>

#include "gnc/v1/receipt.pb.h"
#include "tests/scenarios/one_message_book.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::scenarios::bare_peer_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

const PartyName nz = *PartyName::from_text("NZ");
const PartyName cn = *PartyName::from_text("CN");
const PartyName gateway = *PartyName::from_text("gateway/hub");
constexpr Instant noon{1'767'614'400'000'000};

class NoSigner final : public trust::Signer {
 public:
  const PartyName& party() const override { return nz; }
  std::string sign(std::string_view) override { return "signed"; }
  const std::vector<std::string>& chain() const override { return chain_; }

 private:
  std::vector<std::string> chain_;
};

class BarePeers : public testing::Test, BarePeer::Link {
 protected:
  void perform(nodes::Send send) override { sent_.push_back(std::move(send)); }
  void flush() override {}

  void hear(nodes::Event event, Instant now = noon) { peer_.heard(event, now); }
  void connect() {
    peer_.advance(noon);
    hear(nodes::WelcomeReceived{1, gateway.text(), 64});
  }
  void submit(const std::string& reference, const std::string& text, const std::string& same_id_as = "") {
    BarePeer::Submission submission{.reference = reference, .to = cn};
    submission.document.set_type("DEC");
    submission.document.set_structured(text);
    submission.same_id_as = same_id_as;
    peer_.submit(std::move(submission), noon);
  }
  // The envelopes that went out, each in its batch.
  std::vector<v1::Envelope> envelopes() const {
    std::vector<v1::Envelope> all;
    for (const nodes::Send& send : sent_) {
      const auto* submission = std::get_if<nodes::SendSubmission>(&send);
      if (submission == nullptr) continue;
      v1::SealedBatch batch;
      EXPECT_TRUE(batch.ParseFromString(*submission->bytes));
      EXPECT_TRUE(all.emplace_back().ParseFromString(batch.items(0).content()));
    }
    return all;
  }
  // The gateway's word about the latest envelope but so many.
  void receive(v1::ReceiptKind kind, std::uint64_t position, std::string batch, std::size_t before = 0) {
    const nodes::Send& send = sent_.at(sent_.size() - 1 - before);
    v1::SealedBatch sealed;
    ASSERT_TRUE(sealed.ParseFromString(*std::get<nodes::SendSubmission>(send).bytes));
    v1::Envelope envelope;
    ASSERT_TRUE(envelope.ParseFromString(sealed.items(0).content()));
    v1::Receipt receipt;
    receipt.set_exchange(envelope.id());
    receipt.set_kind(kind);
    receipt.set_issuer(gateway.text());
    receipt.set_envelope_digest(sealed.items(0).leaf_hash());
    const std::string content = receipt.SerializeAsString();
    trust::OpenedBatch opened{v1::SealStatement::PURPOSE_RECEIPTS, gateway, nz.text(), noon, 1, true, {}, {}};
    nodes::IncomingReceipts receipts{position, {std::move(batch), std::move(opened)}};
    receipts.batch.opened->bytes = receipts.batch.bytes;
    receipts.batch.opened->items.emplace_back().content = content;
    nodes::FrameReceived frame{.stream = 1, .deliveries = {}, .receipts = {}, .credit = 0};
    frame.receipts.push_back(std::move(receipts));
    sent_.clear();
    hear(std::move(frame));
  }
  std::vector<std::pair<v1::EventKind, std::string>> told() const {
    std::vector<std::pair<v1::EventKind, std::string>> all;
    for (const v1::Event& event : events_) all.emplace_back(event.kind(), event.reference());
    return all;
  }

  const std::shared_ptr<const model::AgreementBook> book_ =
      one_message_book({}, noon + Duration::from_seconds(3600));
  NoSigner signer_;
  std::vector<nodes::Send> sent_;
  std::vector<v1::Event> events_;
  BarePeer peer_{{nz, gateway}, *book_, signer_, *this, Random(1), [this](const v1::Report& report) {
                   events_.insert(events_.end(), report.events().begin(), report.events().end());
                 }};
};

TEST_F(BarePeers, ConnectAgainSomeTimeAfterTheirStreamHasEnded) {
  EXPECT_THAT(peer_.connects_at(), Optional(Instant{}));
  connect();
  EXPECT_EQ(peer_.connects_at(), std::nullopt);
  hear(nodes::StreamEnded{1, {}});
  const auto again = peer_.connects_at();
  ASSERT_TRUE(again && *again > noon);
  sent_.clear();
  peer_.advance(noon);
  EXPECT_THAT(sent_, IsEmpty());
  peer_.advance(*again);
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(std::get<nodes::OpenStream>(sent_[0]).stream, 2u);
}

TEST_F(BarePeers, SendWhatWasNotAnsweredOnTheNextStream) {
  submit("one", "a");
  EXPECT_THAT(envelopes(), IsEmpty());  // there is no stream yet
  connect();
  ASSERT_EQ(envelopes().size(), 1u);
  EXPECT_FALSE(peer_.is_quiet());
  hear(nodes::StreamEnded{1, {}});
  sent_.clear();
  peer_.advance(*peer_.connects_at());
  hear(nodes::WelcomeReceived{2, gateway.text(), 64});
  EXPECT_EQ(envelopes().size(), 1u);
}

TEST_F(BarePeers, BearAnIdAgainWhenTheFirstIsAnsweredAndTellADuplicateByItsReceipt) {
  connect();
  submit("one", "a");
  submit("again", "a", "one");
  submit("other", "b", "one");
  ASSERT_EQ(envelopes().size(), 1u);
  const std::string id = envelopes()[0].id();
  receive(v1::RECEIPT_KIND_ADMITTED, 1, "first receipt");
  ASSERT_EQ(envelopes().size(), 1u);
  EXPECT_EQ(envelopes()[0].id(), id);
  receive(v1::RECEIPT_KIND_ADMITTED, 1, "first receipt", 1);
  ASSERT_EQ(envelopes().size(), 1u);
  EXPECT_EQ(envelopes()[0].document().structured(), "b");
  receive(v1::RECEIPT_KIND_REFUSED, 2, "second receipt", 1);
  EXPECT_THAT(
      told(),
      ElementsAre(testing::Pair(v1::EVENT_KIND_LODGED, "one"), testing::Pair(v1::EVENT_KIND_SENT, "one"),
                  testing::Pair(v1::EVENT_KIND_ADMITTED, "one"),
                  testing::Pair(v1::EVENT_KIND_LODGED, "again"), testing::Pair(v1::EVENT_KIND_SENT, "again"),
                  testing::Pair(v1::EVENT_KIND_DUPLICATE_SUPPRESSED, "again"),
                  testing::Pair(v1::EVENT_KIND_LODGED, "other"), testing::Pair(v1::EVENT_KIND_SENT, "other"),
                  testing::Pair(v1::EVENT_KIND_REFUSED, "other")));
  EXPECT_EQ(peer_.answers("one").admitted, 1u);
  EXPECT_EQ(peer_.answers("other").refused, 1u);
}

TEST_F(BarePeers, AlterAByteAfterTheSealAndSpeakInAnothersName) {
  connect();
  BarePeer::Submission submission{.reference = "wrong", .to = cn};
  submission.document.set_type("DEC");
  submission.document.set_structured("a");
  submission.misdeed.tamper = true;
  submission.misdeed.impersonated = cn;
  peer_.submit(std::move(submission), noon);
  v1::SealedBatch batch;
  ASSERT_TRUE(batch.ParseFromString(*std::get<nodes::SendSubmission>(sent_.back()).bytes));
  EXPECT_NE(batch.items(0).leaf_hash(), trust::leaf_hash(batch.items(0).content()).view());
  EXPECT_EQ(envelopes().back().sender(), "CN");
}

}  // namespace
}  // namespace gnc::scenarios::bare_peer_test
