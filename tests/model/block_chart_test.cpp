#include "model/agreement/block_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gnc::model::block_chart_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

v1::BlockMessage message(const char* name, const char* from, const char* to, const char* document) {
  v1::BlockMessage made;
  made.set_name(name);
  made.set_from(from);
  made.set_to(to);
  made.set_document(document);
  return made;
}

v1::UtilityBlock block() {
  v1::UtilityBlock made;
  made.set_id("origin");
  made.set_version(2);
  made.set_title("Origin <checked>");
  made.set_pattern(v1::PATTERN_QUERY);
  for (const char* role : {"asking", "passing-on", "answering"}) made.add_roles(role);
  auto& question = *made.add_messages() = message("question", "asking", "answering", "DEC");
  question.set_answer_due(true);
  question.mutable_answer_within()->set_seconds(5400);
  auto& answer = *made.add_messages() = message("answer", "answering", "asking", "RES");
  answer.set_answers("question");
  auto& change = *made.add_messages() = message("change", "asking", "answering", "DEC");
  change.set_follow_up(v1::BlockMessage::FOLLOW_UP_AMENDS);
  change.set_follows("question");
  return made;
}

TEST(BlockChart, PutsEachMessageWithItsAnswersAndLaterWordsApart) {
  const BlockChart chart = chart_of(block());
  ASSERT_EQ(chart.groups.size(), 2u);
  ASSERT_EQ(chart.groups[0].messages.size(), 2u);
  EXPECT_EQ(chart.groups[0].messages[0].due, "an answer is due within 90 min");
  EXPECT_EQ(chart.groups[0].messages[1].answers, "question");
  EXPECT_EQ(chart.groups[1].heading, "amends question, in its conversation");
}

TEST(BlockChart, SaysWhatSetsAMessageApart) {
  v1::UtilityBlock made = block();
  v1::BlockMessage& question = *made.mutable_messages(0);
  question.set_priority(v1::PRIORITY_URGENT);
  question.set_largest_attachments(250'000'000);
  question.mutable_every()->set_seconds(86'400);
  EXPECT_EQ(chart_of(made).groups[0].messages[0].due,
            "every 1 d, urgent, attachments up to 250 MB, an answer is due within 90 min");
}

TEST(BlockChart, GivesEachPathALineOfItsOwn) {
  v1::UtilityBlock made = block();
  made.set_legal_basis("A convention, with " + std::string(120, 'a') +
                       " and with more words that follow it.");
  auto& cluster = *made.add_clusters();
  cluster.set_name("persons");
  cluster.set_use(v1::DataCluster::USE_FORBIDDEN);
  cluster.add_paths("Declaration/Agent");
  cluster.add_paths("Declaration/Submitter");
  EXPECT_THAT(chart_text(chart_of(made)),
              AllOf(HasSubstr("  forbidden, persons\n    Declaration/Agent\n"
                              "    Declaration/Submitter\n"),
                    HasSubstr("\n               and with more words that follow it.\n")));
  EXPECT_THAT(chart_svg(chart_of(made)),
              AllOf(HasSubstr(">Declaration/Agent<"), HasSubstr(">Declaration/Submitter<")));
}

TEST(BlockChart, SaysHowAnExchangeOfEachMessageGoes) {
  const BlockChart chart = chart_of(block());
  ASSERT_EQ(chart.states.size(), 3u);
  EXPECT_THAT(chart.states[0].path, testing::ElementsAre("admitted", "delivered", "answered by answer"));
  EXPECT_EQ(chart.states[0].timer, "overdue 90 min after delivery");
  EXPECT_THAT(chart.states[1].path, testing::ElementsAre("admitted", "delivered"));
  EXPECT_EQ(chart.states[1].timer, "");
}

TEST(BlockChart, DrawsAnArrowAcrossTheRolesBetween) {
  const std::string text = chart_text(chart_of(block()));
  EXPECT_THAT(text, AllOf(HasSubstr("question (DEC)"), HasSubstr("answer (RES), answers question"),
                          HasSubstr("├─"), HasSubstr("─┼─"), HasSubstr("─>│"), HasSubstr("│<─"),
                          HasSubstr("─┤"), HasSubstr("everything that the data model has")));
}

TEST(BlockChart, ShowsWhereAConversationCanStand) {
  v1::UtilityBlock made = block();
  EXPECT_THAT(chart_text(chart_of(made)), Not(HasSubstr("How a conversation goes")));
  auto& first = *made.add_states();
  first.set_name("open");
  auto& move = *first.add_takes();
  move.set_message("question");
  move.set_becomes("asked");
  auto& asked = *made.add_states();
  asked.set_name("asked");
  asked.mutable_after()->set_seconds(864'000);
  asked.set_then("closed");
  made.add_states()->set_name("closed");
  EXPECT_THAT(chart_text(chart_of(made)), HasSubstr("How a conversation goes\n"
                                                    "  open    question   → asked\n"
                                                    "  asked   after 10 d → closed\n"
                                                    "  closed  the end\n"));
  EXPECT_THAT(chart_svg(chart_of(made)),
              AllOf(HasSubstr("How a conversation goes"), HasSubstr(">after 10 d<"), HasSubstr(">the end<")));
}

TEST(BlockChart, TheTextOfADefinitionIsNoMarkupInThePicture) {
  const std::string svg = chart_svg(chart_of(block()));
  EXPECT_THAT(svg, AllOf(HasSubstr("<svg"), HasSubstr("Origin &lt;checked"), Not(HasSubstr("<checked>"))));
}

}  // namespace
}  // namespace gnc::model::block_chart_test
