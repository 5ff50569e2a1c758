#include "model/agreement/conversation_states.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/definition_check.h"

namespace gnc::model::conversation_states_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A movement departs, arrives and is looked at; after ten seconds under way it is overdue, after twenty lost.
v1::UtilityBlock block() {
  v1::UtilityBlock made;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        id: "transit"
        version: 1
        title: "Transit"
        legal_basis: "None: a test"
        pattern: PATTERN_EVENT_PUSH
        roles: "office"
        roles: "other-office"
        messages { name: "departure" from: "office" to: "other-office" document: "DEC" }
        messages { name: "arrival" from: "other-office" to: "office" document: "RES" }
        messages { name: "enquiry" from: "office" to: "other-office" document: "DEC" answer_due: true }
        messages { name: "reply" from: "other-office" to: "office" document: "RES" answers: "enquiry" }
        states {
          name: "before"
          takes { message: "departure" becomes: "under-way" }
        }
        states {
          name: "under-way"
          takes { message: "arrival" becomes: "arrived" }
          after { seconds: 10 }
          then: "overdue"
        }
        states {
          name: "overdue"
          takes { message: "enquiry" becomes: "overdue" }
          takes { message: "arrival" becomes: "arrived" }
          after { seconds: 20 }
          then: "lost"
        }
        states { name: "arrived" }
        states { name: "lost" })pb",
      &made));
  return made;
}

constexpr Instant start{1'800'000'000'000'000};
Instant at(double seconds) { return start + Duration{static_cast<std::int64_t>(seconds * 1e6)}; }

std::vector<std::string> mistakes(const v1::UtilityBlock& block) {
  std::vector<Error> found;
  check_block(
      block, [](std::string_view part) { return std::string(part); }, found);
  std::vector<std::string> lines;
  for (const Error& error : found) lines.push_back(error.where + ": " + error.detail);
  return lines;
}

TEST(ConversationStates, AMessageLeadsFromOneStateToTheNext) {
  const ConversationStates states(block(), 1);
  auto place = states.after({}, "departure", at(0));
  ASSERT_TRUE(place);
  EXPECT_EQ(*place, (ConversationPlace{"under-way", at(0)}));
  place = states.after(*place, "arrival", at(9.9));
  ASSERT_TRUE(place);
  EXPECT_EQ(*place, (ConversationPlace{"arrived", at(9.9)}));
}

TEST(ConversationStates, WhatAStateDoesNotTakeIsRefusedWithWhatItTakes) {
  const ConversationStates states(block(), 1);
  const auto early = states.after(ConversationPlace{"under-way", at(0)}, "enquiry", at(1));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, v1::MESSAGE_OUT_OF_ORDER);
  EXPECT_THAT(early.error().detail, HasSubstr("\"under-way\" since"));
  EXPECT_THAT(early.error().detail, HasSubstr("takes arrival, not enquiry"));
  const auto twice = states.after(ConversationPlace{"arrived", at(0)}, "arrival", at(1));
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().detail, HasSubstr("takes nothing more"));
  const auto first = states.after({}, "arrival", at(1));
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().detail, "a conversation begins with departure, not with arrival");
}

TEST(ConversationStates, TimeAloneLeadsOnAsOftenAsItHasRunOut) {
  const ConversationStates states(block(), 1);
  const ConversationPlace gone{"under-way", at(0)};
  EXPECT_EQ(states.by(gone, at(9.999999)), gone);
  EXPECT_EQ(states.by(gone, at(10)), (ConversationPlace{"overdue", at(10)}));
  EXPECT_EQ(states.by(gone, at(29.9)), (ConversationPlace{"overdue", at(10)}));
  EXPECT_EQ(states.by(gone, at(5000)), (ConversationPlace{"lost", at(30)}));
  const auto enquiry = states.after(gone, "enquiry", at(12));
  ASSERT_TRUE(enquiry);
  EXPECT_EQ(*enquiry, (ConversationPlace{"overdue", at(12)}));
  EXPECT_FALSE(states.after(gone, "arrival", at(31)));
}

TEST(ConversationStates, TimesGoByTheBusinessClock) {
  const ConversationStates states(block(), 100);
  EXPECT_EQ(states.by({"under-way", at(0)}, at(0.1)), (ConversationPlace{"overdue", at(0.1)}));
  EXPECT_EQ(ConversationStates(block(), 1e12).by({"under-way", at(0)}, at(1)).state, "lost");
}

TEST(ConversationStates, AnAnswerThatNoStateNamesMayComeInEach) {
  const ConversationStates states(block(), 1);
  const auto reply = states.after(ConversationPlace{"arrived", at(3)}, "reply", at(50));
  ASSERT_TRUE(reply);
  EXPECT_EQ(*reply, (ConversationPlace{"arrived", at(3)}));
  EXPECT_FALSE(states.after({}, "reply", at(50))) << "it begins none";
}

TEST(ConversationStates, AStateThatTheBlockHasNoMoreIsToldAndNotGuessed) {
  const auto other = ConversationStates(block(), 1).after(ConversationPlace{"held", at(0)}, "arrival", at(1));
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().detail, HasSubstr("stands in \"held\", which the block does not have"));
}

TEST(ConversationStates, OnlyWhatTheFirstStateTakesBeginsAConversation) {
  v1::UtilityBlock made = block();
  EXPECT_TRUE(begins_conversation(made, made.messages(0)));
  EXPECT_FALSE(begins_conversation(made, made.messages(2)));
  EXPECT_FALSE(begins_conversation(made, made.messages(3)));
  made.clear_states();
  EXPECT_TRUE(begins_conversation(made, made.messages(2)));
  EXPECT_FALSE(ConversationStates(made, 1).any());
}

TEST(StatesCheck, FindsNoMistakeInABlockThatHasNone) { EXPECT_THAT(mistakes(block()), IsEmpty()); }

TEST(MatchCheck, AMatchHasTwoMessagesThatComeTogether) {
  v1::UtilityBlock made = block();
  made.clear_states();
  made.set_pattern(v1::PATTERN_MATCH);
  const std::string role = made.messages(0).to();
  // One message for itself, whatever answers or follows it.
  made.mutable_messages()->DeleteSubrange(1, made.messages_size() - 1);
  EXPECT_THAT(mistakes(made),
              ElementsAre("pattern: a match compares two messages, and no role receives two that "
                          "stand for themselves"));
  *made.add_messages() = made.messages(0);
  made.mutable_messages(1)->set_name("the-other-side");
  EXPECT_THAT(mistakes(made), IsEmpty());
}

TEST(PatternCheck, AQueryIsAnsweredAndAScheduledPushHasASchedule) {
  v1::UtilityBlock made = block();
  made.clear_states();
  made.mutable_messages()->DeleteSubrange(1, made.messages_size() - 1);
  v1::BlockMessage& only = *made.mutable_messages(0);
  only.set_answer_due(false);
  only.clear_answer_within();
  made.set_pattern(v1::PATTERN_QUERY);
  EXPECT_THAT(mistakes(made),
              ElementsAre("pattern: a query asks, and no message of the block has an answer due"));
  only.set_answer_due(true);
  EXPECT_THAT(mistakes(made), IsEmpty());
  made.set_pattern(v1::PATTERN_SCHEDULED_PUSH);
  EXPECT_THAT(mistakes(made),
              ElementsAre("pattern: a scheduled push is sent at set times, and no message of the "
                          "block says every when"));
}

TEST(ScheduleCheck, ASchedulesMessageStandsForItselfInAScheduledPush) {
  v1::UtilityBlock made = block();
  made.mutable_messages(0)->mutable_every()->set_seconds(86'400);
  EXPECT_THAT(mistakes(made),
              ElementsAre("messages/0/every: a schedule in a block that is no scheduled-push"));
  made.set_pattern(v1::PATTERN_SCHEDULED_PUSH);
  EXPECT_THAT(mistakes(made), IsEmpty());
  made.mutable_messages(0)->mutable_every()->set_seconds(0);
  EXPECT_THAT(mistakes(made), ElementsAre("messages/0/every: a schedule without any time between"));
  made.mutable_messages(0)->clear_every();
  made.mutable_messages(3)->mutable_every()->set_seconds(60);
  EXPECT_THAT(mistakes(made), ElementsAre("messages/3/every: a schedule of a message that follows another"));
}

TEST(StatesCheck, NamesEachMistakeAtItsPlace) {
  const auto broken = [](auto&& change) {
    v1::UtilityBlock made = block();
    change(made);
    return mistakes(made);
  };
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(1)->set_name("Under way"); }),
              testing::Contains("states/1/name: \"Under way\" is no name"));
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(4)->set_name("arrived"); }),
              testing::Contains("states/4/name: a second state \"arrived\""));
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(1)->mutable_takes(0)->set_message("arival"); }),
              testing::Contains("states/1/takes/arival: no message \"arival\""));
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(1)->mutable_takes(0)->set_becomes("arived"); }),
              ElementsAre("states/1/takes/arrival: no state \"arived\""));
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(1)->set_then("over"); }),
              testing::Contains("states/1/then: no state \"over\""));
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(2)->clear_then(); }),
              testing::Contains("states/2/after: it is not said what it becomes after that time"));
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(2)->clear_after(); }),
              testing::Contains("states/2/then: it is not said after what time it becomes that"));
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(2)->mutable_after()->set_seconds(0); }),
              ElementsAre("states/2/after: a state that lasts no time"));
  EXPECT_THAT(broken([](auto& b) {
                b.mutable_states(0)->mutable_after()->set_seconds(1);
                b.mutable_states(0)->set_then("lost");
              }),
              ElementsAre("states/0/after: a conversation that has not begun has no time"));
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(0)->clear_takes(); }),
              testing::Contains("states/0/name: \"before\" takes no message, so no conversation begins"));
  EXPECT_THAT(broken([](auto& b) { b.add_states()->set_name("alone"); }),
              ElementsAre("states/5/name: nothing leads to \"alone\""));
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(2)->mutable_takes(0)->set_message("arrival"); }),
              ElementsAre("messages/2/name: no state takes \"enquiry\""));
  EXPECT_THAT(broken([](auto& b) { b.mutable_states(2)->set_then("under-way"); }),
              testing::Contains("states/1/then: by time alone \"under-way\" leads back to itself"));
}

}  // namespace
}  // namespace gnc::model::conversation_states_test
