#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include "tests/gateway/core/gateway_world.h"

namespace gnc::gateway::conversation_test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::shared_ptr<const model::AgreementBook> transit() {
  v1::UtilityBlock block;
  v1::Agreement agreement;
  google::protobuf::TextFormat::ParseFromString(
      R"pb(
        id: "transit"
        version: 1
        title: "Transit"
        legal_basis: "None: a test"
        pattern: PATTERN_EVENT_PUSH
        roles: "from"
        roles: "to"
        messages { name: "departure" from: "from" to: "to" document: "DEC" }
        messages { name: "arrival" from: "to" to: "from" document: "DEC" }
        messages { name: "enquiry" from: "from" to: "to" document: "DEC" }
        states {
          name: "before"
          takes { message: "departure" becomes: "under-way" }
        }
        states {
          name: "under-way"
          takes { message: "arrival" becomes: "arrived" }
          after { seconds: 5 }
          then: "overdue"
        }
        states {
          name: "overdue"
          takes { message: "enquiry" becomes: "overdue" }
        }
        states { name: "arrived" })pb",
      &block);
  google::protobuf::TextFormat::ParseFromString(R"pb(
                                                  id: "NZ-CN"
                                                  block: "transit"
                                                  block_version: 1
                                                  purpose: "A test"
                                                  parties { role: "from" party: "NZ" }
                                                  parties { role: "to" party: "CN" })pb",
                                                &agreement);
  agreement.set_from((start_of_test - Duration::from_seconds(1)).microseconds);
  agreement.set_until((start_of_test + Duration::from_seconds(100'000)).microseconds);
  return model::AgreementBook::compile(std::span(&block, 1), std::span(&agreement, 1)).value();
}

class Conversation : public GatewayTest {
 protected:
  Conversation() {
    book = transit();
    restart();
    connect(1, "NZ");
    connect(2, "CN");
  }

  Draft word(const std::string& message, const Uuid& conversation, const std::string& sender = "NZ") {
    Draft made = draft(message);
    made.conversation = conversation;
    made.sender = sender;
    made.recipient = sender == "NZ" ? "CN" : "NZ";
    return made;
  }
  Effects say(const Draft& made) { return submit(made.sender == "NZ" ? 1 : 2, made.sender, {made}); }
  bool admitted(const Draft& made) { return store.exchanges.contains(made.id); }
};

TEST_F(Conversation, AMessageIsAdmittedWhereTheConversationStandsForIt) {
  const Uuid movement = new_id();
  const Draft early = word("arrival", movement, "CN");
  EXPECT_EQ(refused(say(early)), v1::MESSAGE_OUT_OF_ORDER);
  const Draft departure = word("departure", movement);
  EXPECT_THAT(say(departure).persist.conversations, SizeIs(1));
  EXPECT_EQ(refused(say(word("departure", movement))), v1::MESSAGE_OUT_OF_ORDER);
  EXPECT_EQ(refused(say(word("enquiry", movement))), v1::MESSAGE_OUT_OF_ORDER);
  say(word("arrival", movement, "CN"));
  EXPECT_EQ(refused(say(word("arrival", movement, "CN"))), v1::MESSAGE_OUT_OF_ORDER);
  EXPECT_EQ(store.conversation(movement, "NZ-CN")->state, "arrived");
}

TEST_F(Conversation, EachConversationStandsForItself) {
  const Draft one = word("departure", new_id());
  const Draft other = word("departure", new_id());
  say(one);
  say(other);
  EXPECT_TRUE(admitted(one));
  EXPECT_TRUE(admitted(other));
}

TEST_F(Conversation, MessagesOfOneBatchMoveItOneAfterTheOther) {
  const Uuid movement = new_id();
  const Draft departure = word("departure", movement);
  const Draft again = word("departure", movement);
  const Effects effects = submit(1, "NZ", {departure, again});
  EXPECT_TRUE(admitted(departure));
  EXPECT_FALSE(admitted(again));
  EXPECT_THAT(effects.persist.refusals, SizeIs(1));
}

TEST_F(Conversation, ADuplicateMovesNothing) {
  const Draft departure = word("departure", new_id());
  say(departure);
  const Effects again = say(departure);
  EXPECT_THAT(again.persist.refusals, IsEmpty());
  EXPECT_THAT(again.persist.conversations, IsEmpty());
}

TEST_F(Conversation, WhatIsRefusedForAnotherReasonDoesNotMoveIt) {
  Draft departure = word("departure", new_id());
  departure.expires_at = departure.created_at;
  EXPECT_EQ(refused(say(departure)), v1::ENVELOPE_EXPIRED);
  EXPECT_FALSE(store.conversation(departure.conversation, "NZ-CN"));
}

TEST_F(Conversation, TimeMovesItWithoutAnybodysWord) {
  const Uuid movement = new_id();
  say(word("departure", movement));
  wait(Duration::from_seconds(5));
  const Draft enquiry = word("enquiry", movement);
  say(enquiry);
  EXPECT_TRUE(admitted(enquiry));
  EXPECT_EQ(refused(say(word("arrival", movement, "CN"))), v1::MESSAGE_OUT_OF_ORDER);
}

TEST_F(Conversation, ACrashForgetsNothingOfIt) {
  const Uuid movement = new_id();
  say(word("departure", movement));
  restart();
  connect(1, "NZ");
  connect(2, "CN");
  EXPECT_EQ(refused(say(word("departure", movement))), v1::MESSAGE_OUT_OF_ORDER);
  const Draft arrival = word("arrival", movement, "CN");
  say(arrival);
  EXPECT_TRUE(admitted(arrival));
}

}  // namespace
}  // namespace gnc::gateway::conversation_test
