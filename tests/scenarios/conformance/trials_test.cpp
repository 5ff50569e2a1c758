#include "scenarios/conformance/trials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "tests/trust/trust_world.h"

// The trials with a stage of the test's own: no port, and a clock that goes only while something is waited
// for.
namespace gnc::scenarios::trials_test {
namespace {

using testing::HasSubstr;
using trust::party;

class ScriptedStage final : public Stage {
 public:
  std::deque<Happening> script;
  std::vector<Error> ends;
  std::size_t frames = 0;

  Result<void> listen(const trust::Identity&) override { return {}; }
  std::optional<Happening> next(Duration wait) override {
    if (script.empty()) {
      now_ = now_ + wait;
      return std::nullopt;
    }
    Happening first = std::move(script.front());
    script.pop_front();
    return first;
  }
  void compress(bool) override {}
  void send(std::uint64_t, std::string) override { ++frames; }
  void end(std::uint64_t, const Error& reason) override { ends.push_back(reason); }
  void cut(std::uint64_t) override {}
  Instant now() const override { return now_; }

 private:
  Instant now_ = trust::now;
};

class TrialsTest : public testing::Test {
 protected:
  void play() {
    Counterpart counterpart(stage_, cast_, verifier_, Random(1));
    Trials(counterpart, findings_, {}, world_.identity("gateway/hub"), world_.identity("gateway/hub")).play();
  }
  const Finding& found(std::string_view id) const {
    const auto at =
        std::ranges::find(findings_.all(), id, [](const Finding& each) { return each.requirement->id; });
    return *at;
  }
  static v1::NodeFrame hello(const std::string& name, std::uint32_t protocol = 1) {
    v1::NodeFrame frame;
    frame.mutable_hello()->set_protocol(protocol);
    frame.mutable_hello()->set_party(name);
    frame.mutable_hello()->mutable_credit()->set_envelopes(1000);
    return frame;
  }

  trust::TrustWorld world_;
  trust::ChainVerifier verifier_{world_.anchors()};
  Cast cast_{.party = party("NZ"),
             .gateway = party("gateway/hub"),
             .sender = party("CN"),
             .revoked = party("AU"),
             .gateway_signer = world_.signer("gateway/hub"),
             .sender_signer = world_.signer("CN"),
             .revoked_signer = world_.signer("CN"),
             .stranger_signer = world_.signer("CN"),
             .agreement = "CN-NZ/conformance"};
  ScriptedStage stage_;
  Findings findings_;
};

TEST_F(TrialsTest, ReachNothingWhereNobodyComes) {
  play();
  EXPECT_EQ(findings_.count(Verdict::not_reached), conformance_requirements().size());
  EXPECT_THAT(found("refuse.proof").why, HasSubstr("no node opened a stream"));
}

TEST_F(TrialsTest, EndWithWhoShowsAnotherCertificate) {
  stage_.script.emplace_back(Stage::Opened{1, party("CN")});
  play();
  EXPECT_EQ(found("hello.first").verdict, Verdict::failed);
  EXPECT_THAT(found("hello.first").seen, HasSubstr("CN"));
  ASSERT_FALSE(stage_.ends.empty());
  EXPECT_EQ(stage_.ends.front().code, v1::SENDER_NOT_PEER);
}

TEST_F(TrialsTest, FailAHelloOfAnotherProtocol) {
  stage_.script.emplace_back(Stage::Opened{1, party("NZ")});
  stage_.script.emplace_back(Stage::Said{1, hello("NZ", 2)});
  play();
  EXPECT_EQ(found("hello.first").verdict, Verdict::failed);
  EXPECT_THAT(found("hello.first").seen, HasSubstr("protocol 2"));
  EXPECT_EQ(found("delivery.receipt").verdict, Verdict::not_reached);
}

TEST_F(TrialsTest, FailWhoSaysMoreBeforeTheWelcome) {
  stage_.script.emplace_back(Stage::Opened{1, party("NZ")});
  stage_.script.emplace_back(Stage::Said{1, hello("NZ")});
  stage_.script.emplace_back(Stage::Said{1, v1::NodeFrame()});
  play();
  EXPECT_EQ(found("hello.first").verdict, Verdict::passed);
  EXPECT_EQ(found("hello.alone").verdict, Verdict::failed);
}

TEST_F(TrialsTest, FailANodeThatGivesNoReceipts) {
  stage_.script.emplace_back(Stage::Opened{1, party("NZ")});
  stage_.script.emplace_back(Stage::Said{1, hello("NZ")});
  play();
  EXPECT_EQ(found("delivery.receipt").verdict, Verdict::failed);
  EXPECT_EQ(found("refuse.proof").verdict, Verdict::failed);
  EXPECT_EQ(found("duplicate.business").verdict, Verdict::not_reached) << "it answers nothing";
  EXPECT_EQ(found("stream.return").verdict, Verdict::failed);
  EXPECT_GT(stage_.frames, 5U);
}

}  // namespace
}  // namespace gnc::scenarios::trials_test
