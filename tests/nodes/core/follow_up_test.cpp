#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/nodes/core/node_world.h"

namespace gnc::nodes::follow_up_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::MetaData response(std::string_view function) {
  v1::MetaData answer;
  answer.mutable_wco_type_name()->set_value("RES");
  answer.add_response()->mutable_function_code()->set_value(std::string(function));
  return answer;
}

// Accepts at once, and releases an hour later.
class SlowBusiness final : public Business {
 public:
  Decision decide(const ReceivedDocument& document, Instant now) override {
    about_ = document.id;
    due_ = now + Duration::from_seconds(3600);
    changed_ = true;
    return {.outcome = Outcome::accepted, .answer = response("01"), .why = "looked at"};
  }
  Instant next_due() const override { return due_; }
  std::vector<FollowUp> time_passed(Instant) override {
    due_ = {};
    changed_ = true;
    if (silent) return {{.about = *about_, .answer = std::nullopt, .message = named, .why = "seen"}};
    return {{.about = *about_, .answer = response("09"), .message = named, .why = "seen"}};
  }
  std::vector<Push> pushes(Instant now) override {
    std::vector<Push> said = pushed;
    pushed.clear();
    for (Push& push : said) push.conversation = Uuid::from_parts(now, 8, 8);
    return said;
  }
  std::vector<NoteRecord> notes() override {
    if (!std::exchange(changed_, false)) return {};
    if (due_ == Instant{}) return {{"due", std::nullopt}};
    return {{"due", std::string(about_->view()) + std::to_string(due_.microseconds)}};
  }
  // What it says later is its own record alone.
  bool silent = false;
  // Which message the further answer is.
  std::string named;
  // What it sends of its own accord when it next has something to say.
  std::vector<Push> pushed;

  Result<void> recall(const std::vector<NoteRecord>& notes) override {
    for (const NoteRecord& note : notes) {
      about_ = Uuid::from_bytes(note.bytes->substr(0, 16));
      due_ = {std::stoll(note.bytes->substr(16))};
    }
    return {};
  }

 private:
  std::optional<Uuid> about_;
  bool changed_ = false;
  Instant due_;
};

struct FollowUps : testing::Test {
  FollowUps() {
    start(slow);
    sent.set_id(std::string(Uuid::from_parts(trust::now, 5, 1).view()));
    sent.set_sender("NZ");
    sent.set_recipient("CN");
    sent.set_conversation(std::string(Uuid::from_parts(trust::now, 6, 1).view()));
    sent.set_agreement("NZ-CN");
    sent.set_message("declaration");
    sent.set_created_at(trust::now.microseconds);
    sent.set_expires_at((trust::now + trust::day).microseconds);
    sent.mutable_document()->set_type("DEC");
    sent.mutable_document()->set_structured(declaration("LRN-1").SerializeAsString());
    node.deliver({sent.SerializeAsString()}, *node.world.nz);
  }

  // The core, from what the store holds; it begins with what `business` recalls.
  void start(SlowBusiness& business) {
    ASSERT_TRUE(business.recall(node.store.restore().notes));
    node.core = std::make_unique<NodeCore>(node.config, node.world.agreements, node.store,
                                           node.world.signer(node.config.party), business, Random(7),
                                           node.store.restore());
    node.stream = 0;
    node.connect();
  }

  std::vector<std::string> answers() const {
    std::vector<std::string> all;
    for (const auto& [number, batch] : node.store.batches) {
      v1::SealedBatch sealed;
      v1::Envelope envelope;
      v1::MetaData document;
      EXPECT_TRUE(sealed.ParseFromString(*batch.bytes) &&
                  envelope.ParseFromString(sealed.items(0).content()) &&
                  document.ParseFromString(envelope.document().structured()));
      EXPECT_EQ(envelope.answers(), sent.id());
      EXPECT_EQ(envelope.conversation(), sent.conversation());
      EXPECT_EQ(envelope.recipient(), "NZ");
      EXPECT_EQ(envelope.message(), "response");
      all.push_back(document.response(0).function_code().value());
    }
    return all;
  }

  SlowBusiness slow;
  OneNode node{"CN"};
  v1::Envelope sent;
};

TEST_F(FollowUps, TheCoreWakesWhenBusinessHasMoreToSay) {
  EXPECT_THAT(answers(), ElementsAre("01"));
  EXPECT_EQ(node.event(v1::EVENT_KIND_BUSINESS_DECIDED)->words->detail, "looked at");
  node.pass(Duration::from_seconds(3599));
  node.step(TimePassed{});
  EXPECT_THAT(answers(), ElementsAre("01"));
  EXPECT_LE(node.wake, node.now + Duration::from_seconds(1));

  node.pass(Duration::from_seconds(1));
  node.step(TimePassed{});
  EXPECT_THAT(answers(), ElementsAre("01", "09"));
  // Business was not given the document again.
  EXPECT_EQ(node.event(v1::EVENT_KIND_BUSINESS_DECIDED), nullptr);
  const NodeEvent* followed_up = node.event(v1::EVENT_KIND_BUSINESS_FOLLOWED_UP);
  ASSERT_NE(followed_up, nullptr);
  EXPECT_EQ(followed_up->words->detail, "seen");
  EXPECT_EQ(followed_up->words->function_code, "09");
  EXPECT_EQ(node.core->counters().business_decisions, 1u);
  EXPECT_THAT(node.store.broken_rules, IsEmpty());
}

TEST_F(FollowUps, WhatIsForTheRecordAloneIsNotSent) {
  slow.silent = true;
  node.pass(Duration::from_seconds(3600));
  node.step(TimePassed{});
  EXPECT_THAT(answers(), ElementsAre("01"));
  const NodeEvent* followed_up = node.event(v1::EVENT_KIND_BUSINESS_FOLLOWED_UP);
  ASSERT_NE(followed_up, nullptr);
  EXPECT_EQ(followed_up->words->detail, "seen");
  EXPECT_EQ(followed_up->words->function_code, "");
}

TEST_F(FollowUps, ARestartForgetsNothingThatIsStillToBeSaid) {
  EXPECT_EQ(node.store.notes.size(), 1u);
  SlowBusiness anew;
  start(anew);
  node.pass(Duration::from_seconds(3600));
  node.step(TimePassed{});
  EXPECT_THAT(answers(), ElementsAre("01", "09"));
  EXPECT_THAT(node.store.notes, IsEmpty());
  EXPECT_THAT(node.store.broken_rules, IsEmpty());
}

TEST_F(FollowUps, AFurtherAnswerIsSubmittedOnceTheStreamIsThere) {
  node.step(StreamEnded{node.stream, {v1::GATEWAY_UNREACHABLE, {}, {}, {}}});
  node.pass(Duration::from_seconds(3600));
  node.step(TimePassed{});
  EXPECT_THAT(answers(), ElementsAre("01", "09"));
  EXPECT_THAT(node.sent_of<SendSubmission>(), IsEmpty());
  node.connect();
  EXPECT_EQ(node.sent_of<SendSubmission>().size(), 2u);
}

v1::Envelope last_sent(const OneNode& node) {
  v1::SealedBatch sealed;
  v1::Envelope envelope;
  EXPECT_TRUE(sealed.ParseFromString(*node.store.batches.rbegin()->second.bytes));
  EXPECT_TRUE(envelope.ParseFromString(sealed.items(sealed.items_size() - 1).content()));
  return envelope;
}

TEST_F(FollowUps, BusinessSaysWhichOfTheBlocksAnswersItIs) {
  slow.named = "release";
  node.pass(Duration::from_seconds(3600));
  node.step(TimePassed{});
  const v1::Envelope released = last_sent(node);
  EXPECT_EQ(released.message(), "release");
  EXPECT_EQ(released.answers(), sent.id());
  EXPECT_EQ(released.priority(), v1::PRIORITY_URGENT) << "as the block says";
}

TEST_F(FollowUps, WhatDoesNotAnswerTheMessageIsNotSentAsAnAnswer) {
  slow.named = "notice";
  node.pass(Duration::from_seconds(3600));
  node.step(TimePassed{});
  EXPECT_THAT(answers(), ElementsAre("01"));
}

TEST_F(FollowUps, WhatBusinessSendsOfItsOwnAccordBeginsAnExchangeOfItsOwn) {
  slow.pushed.push_back({*PartyName::from_text("NZ"), "NZ-CN", "notice", Uuid::from_parts(trust::now, 8, 8),
                         declaration("P-1")});
  node.pass(Duration::from_seconds(3600));
  node.step(TimePassed{});
  const v1::Envelope pushed = last_sent(node);
  EXPECT_EQ(pushed.message(), "notice");
  EXPECT_EQ(pushed.answers(), "");
  EXPECT_EQ(pushed.conversation(), Uuid::from_parts(node.now, 8, 8).view());
  EXPECT_EQ(pushed.document().type(), "DEC");
  EXPECT_NE(node.event(v1::EVENT_KIND_LODGED), nullptr);
  EXPECT_THAT(node.store.broken_rules, IsEmpty());
}

TEST_F(FollowUps, NothingIsPushedUnderNoAgreement) {
  slow.pushed.push_back({*PartyName::from_text("NZ"), "NZ-CN", "no such message", {}, declaration("P-1")});
  slow.pushed.push_back({*PartyName::from_text("AU"), "NZ-CN", "notice", {}, declaration("P-2")});
  node.pass(Duration::from_seconds(3600));
  node.step(TimePassed{});
  EXPECT_THAT(answers(), ElementsAre("01", "09"));
}

}  // namespace
}  // namespace gnc::nodes::follow_up_test
