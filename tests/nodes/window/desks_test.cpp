#include "nodes/window/desks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/document/document.h"
#include "nodes/window/profile_reader.h"
#include "nodes/window/window_business.h"

namespace gnc::window::desks_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view written = R"(
profile: nz
title: A test
illustrative: true
country: NZ
registers:
  - name: operators
    key: number
    entries:
      - {number: NZ1, status: authorised, type: AEOF}
      - {number: NZ2, status: authorised, type: AEOC}
    changes:
      - {after: 2d, number: NZ2, status: suspended}
      - {after: 3d, number: NZ3, status: authorised, type: AEOS}
desks:
  - message: question
    looks up: {in: operators, by: Declaration/AuthorisationHolder/ID}
    rules:
      - name: has faults
        faulty: true
        answers: [{message: unreadable, function: "03"}]
      - name: nobody's
        known: false
        answers: [{message: no, function: "03"}]
      - name: suspended
        entry: {status: [suspended, revoked]}
        answers: [{message: no, function: "03", writes: {Response/Status/NameCode: "41"}}]
      - name: asked about loading
        when: [{path: Declaration/TypeCode, is: LOD}]
        answers:
          - {message: "yes", function: "02"}
          - after: 6h
            message: later
            function: "01"
            writes: {Response/AdditionalInformation/StatementDescription: "${number} of ${Declaration/FunctionalReferenceID}"}
      - name: authorised
        entry: {status: authorised}
        answers: [{message: "yes", function: "01", writes: {Response/AdditionalInformation/StatementCode: "${type}"}}]
pushes:
  - message: list
    from: operators
    entries: {status: authorised}
    writes: {Declaration/TypeCode: AEO}
    each: {"Declaration/AuthorisationHolder[each]/ID": "${number}"}
  - message: suspension
    from: operators
    on change: true
    entries: {status: suspended}
    each: {"Declaration/AuthorisationHolder[each]/ID": "${number}"}
)";

std::shared_ptr<const Profile> profile() {
  auto read = parse_profile(written, "nz.yaml");
  if (!read) {
    for (const Error& error : read.error()) ADD_FAILURE() << describe(error);
    return std::make_shared<const Profile>();
  }
  return std::make_shared<const Profile>(std::move(*read));
}

constexpr Instant start{1'800'000'000'000'000};
constexpr std::int64_t day = 86'400;
Instant after_days(double days) { return start + Duration{static_cast<std::int64_t>(days * day * 1e6)}; }

nodes::MessageTo to_au(const char* message, Duration every) {
  nodes::MessageTo to{*PartyName::from_text("AU"), {}};
  to.terms.agreement = "NZ-AU/aeo";
  to.terms.message = message;
  to.terms.every = every;
  return to;
}

WindowBusiness business(double clock = 1) {
  const Duration every = Duration::from_seconds(static_cast<std::int64_t>(day / clock));
  return WindowBusiness(profile(), {to_au("list", every), to_au("suspension", {}), to_au("other", every)},
                        clock);
}

struct Question {
  std::string number = "NZ1";
  std::string type = "AEO";
  std::string country = "NZ";
};

nodes::Decision ask(nodes::Business& business, const Question& question, Instant now,
                    const std::string& message = "question") {
  v1::MetaData document;
  v1::Declaration& declaration = *document.mutable_declaration();
  declaration.mutable_function_code()->set_value("9");
  declaration.mutable_functional_reference_id()->set_value("ASKED-1");
  declaration.mutable_type_code()->set_value(question.type);
  declaration.add_authorisation_holder()->mutable_id()->set_value(question.number);
  declaration.mutable_agent()->mutable_address()->mutable_country_code()->set_value(question.country);
  const std::string structured = document.SerializeAsString();
  const PartyName nz = *PartyName::from_text("NZ"), au = *PartyName::from_text("AU");
  const Uuid id = Uuid::from_parts(now, 1, 1), answer = Uuid::from_parts(now, 2, 2);
  return business.decide({.id = id,
                          .sender = au,
                          .recipient = nz,
                          .conversation = id,
                          .agreement = "NZ-AU/aeo",
                          .message = message,
                          .document_type = "DEC",
                          .answer_due = true,
                          .answer_type = "RES",
                          .structured = structured,
                          .answer_id = answer},
                         now);
}

std::vector<std::string> holders(const v1::MetaData& document) {
  std::vector<std::string> ids;
  for (const auto& holder : document.declaration().authorisation_holder()) ids.push_back(holder.id().value());
  return ids;
}

TEST(Desks, AnswerByTheFirstRuleThatHolds) {
  auto desk = business();
  const auto known = ask(desk, {}, start);
  EXPECT_EQ(known.message, "yes");
  EXPECT_EQ(known.outcome, nodes::Outcome::accepted);
  ASSERT_TRUE(known.answer);
  EXPECT_EQ(known.answer->response(0).function_code().value(), "01");
  EXPECT_EQ(known.answer->response(0).additional_information(0).statement_code().value(), "AEOF");
  EXPECT_EQ(known.answer->response(0).declaration().functional_reference_id().value(), "ASKED-1");

  const auto unknown = ask(desk, {.number = "XX9"}, start);
  EXPECT_EQ(unknown.message, "no");
  EXPECT_EQ(unknown.outcome, nodes::Outcome::rejected);
  EXPECT_TRUE(unknown.answer->response(0).declaration().has_rejection_date_time());
  EXPECT_FALSE(unknown.answer->response(0).declaration().has_acceptance_date_time());
}

TEST(Desks, AnswerWhatHasFaultsByTheRuleForThat) {
  auto desk = business();
  const auto faulty = ask(desk, {.country = "QX"}, start);
  EXPECT_EQ(faulty.message, "unreadable");
  EXPECT_THAT(faulty.answer->response(0).error(), SizeIs(1));
}

TEST(Desks, EveryAnswerConforms) {
  auto desk = business();
  for (const Question& question : {Question{}, Question{.number = "XX9"}, Question{.type = "LOD"}}) {
    const auto decision = ask(desk, question, start);
    for (const auto& fault : model::check(*decision.answer)) ADD_FAILURE() << fault.path << fault.detail;
  }
}

TEST(Desks, WhatNoDeskIsForIsAnsweredByTheDataModelAlone) {
  auto desk = business();
  const auto other = ask(desk, {.number = "XX9"}, start, "something else");
  EXPECT_EQ(other.message, "");
  EXPECT_EQ(other.answer->response(0).function_code().value(), "01");
}

TEST(Desks, AnswerByTheRegisterAsItStandsThen) {
  auto desk = business();
  EXPECT_EQ(ask(desk, {.number = "NZ2"}, start).message, "yes");
  EXPECT_EQ(ask(desk, {.number = "NZ2"}, after_days(1.99)).message, "yes");
  EXPECT_EQ(ask(desk, {.number = "NZ2"}, after_days(2)).message, "no");
  EXPECT_EQ(ask(desk, {.number = "NZ3"}, after_days(2)).message, "no") << "not yet entered";
  EXPECT_EQ(ask(desk, {.number = "NZ3"}, after_days(3)).message, "yes");
}

TEST(Desks, GoByTheBusinessClock) {
  auto desk = business(1000);
  EXPECT_EQ(ask(desk, {.number = "NZ2"}, start).message, "yes");
  EXPECT_EQ(ask(desk, {.number = "NZ2"}, after_days(0.002)).message, "no");
}

TEST(Desks, AnswerAgainWhenItsTimeHasCome) {
  auto desk = business();
  const auto first = ask(desk, {.type = "LOD"}, start);
  EXPECT_EQ(first.message, "yes");
  EXPECT_EQ(first.answer->response(0).function_code().value(), "02");
  EXPECT_THAT(desk.time_passed(after_days(0.249)), IsEmpty());
  const auto later = desk.time_passed(after_days(0.25));
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0].message, "later");
  EXPECT_EQ(later[0].about, Uuid::from_parts(start, 1, 1));
  EXPECT_EQ(later[0].answer->response(0).additional_information(0).statement_description().value(),
            "NZ1 of ASKED-1");
  EXPECT_NE(later[0].answer->response(0).functional_reference_id().value(),
            first.answer->response(0).functional_reference_id().value());
  EXPECT_THAT(desk.time_passed(after_days(1)), IsEmpty()) << "once";
}

TEST(Desks, SendTheRegisterAsOftenAsTheBlockSays) {
  auto desk = business();
  EXPECT_LE(desk.next_due(), start);
  const auto first = desk.pushes(start);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].message, "list");
  EXPECT_EQ(first[0].document.declaration().type_code().value(), "AEO");
  EXPECT_THAT(holders(first[0].document), ElementsAre("NZ1", "NZ2"));
  for (const auto& fault : model::check(first[0].document)) ADD_FAILURE() << fault.path << fault.detail;
  EXPECT_THAT(desk.pushes(after_days(0.99)), IsEmpty());
  EXPECT_EQ(desk.next_due(), after_days(1));
  const auto second = desk.pushes(after_days(1));
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].conversation, first[0].conversation) << "one case";
  EXPECT_NE(second[0].document.declaration().functional_reference_id().value(),
            first[0].document.declaration().functional_reference_id().value());
}

TEST(Desks, SendWhatFellDueWhileTheNodeWasAwayOnce) {
  auto desk = business();
  (void)desk.pushes(start);
  const auto missed = desk.pushes(after_days(1.5));
  EXPECT_THAT(missed, SizeIs(1));
  EXPECT_EQ(desk.next_due(), after_days(2));
}

TEST(Desks, TellAChangeWhenItHappens) {
  auto desk = business();
  (void)desk.pushes(start);
  (void)desk.pushes(after_days(1));
  const auto said = desk.pushes(after_days(2));
  ASSERT_THAT(said, SizeIs(2));
  EXPECT_THAT(holders(said[0].document), ElementsAre("NZ1")) << "the list, without who is suspended";
  EXPECT_EQ(said[1].message, "suspension");
  EXPECT_THAT(holders(said[1].document), ElementsAre("NZ2"));
  EXPECT_NE(said[1].conversation, said[0].conversation);
  // NZ3 becomes authorised: that is no suspension.
  EXPECT_THAT(desk.pushes(after_days(3)), SizeIs(1));
}

TEST(Desks, GoOnAfterARestartWhereTheyWere) {
  std::vector<nodes::NoteRecord> kept;
  const auto keep = [&kept](nodes::Business& one) {
    for (nodes::NoteRecord& note : one.notes()) {
      std::erase_if(kept, [&](const auto& old) { return old.name == note.name; });
      if (note.bytes) kept.push_back(std::move(note));
    }
  };
  Uuid conversation;
  {
    auto desk = business();
    conversation = desk.pushes(start).at(0).conversation;
    (void)ask(desk, {.type = "LOD"}, start);
    keep(desk);
  }
  auto again = business();
  ASSERT_TRUE(again.recall(kept));
  EXPECT_THAT(again.pushes(after_days(0.1)), IsEmpty()) << "it was sent before";
  EXPECT_EQ(again.next_due(), after_days(0.25));
  EXPECT_THAT(again.time_passed(after_days(0.25)), SizeIs(1));
  keep(again);
  const auto next = again.pushes(after_days(1));
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].conversation, conversation);
  EXPECT_EQ(ask(again, {.number = "NZ2"}, after_days(2)).message, "no");
  auto third = business();
  ASSERT_TRUE(third.recall(kept));
  EXPECT_THAT(third.time_passed(after_days(9)), IsEmpty()) << "what was answered is not answered again";
}

TEST(Desks, ANoteThatCannotBeReadKeepsTheNodeFromStarting) {
  auto desk = business();
  EXPECT_FALSE(desk.recall({{"desk/clock", std::nullopt}}));
  EXPECT_FALSE(desk.recall({{"desk/answer/x", "\xff\xff"}}));
}

std::string first_mistake(const std::string& from, const std::string& to) {
  std::string text(written);
  const std::size_t at = text.find(from);
  if (at == std::string::npos) return "nothing was replaced";
  text.replace(at, from.size(), to);
  const auto read = parse_profile(text, "nz.yaml");
  return read ? "" : describe(read.error().front());
}

TEST(DesksAsWritten, NameEachMistakeAtItsPlace) {
  EXPECT_THAT(first_mistake("in: operators", "in: operator"), HasSubstr("no register \"operator\""));
  EXPECT_THAT(first_mistake("from: operators", "from: operater"), HasSubstr("no register \"operater\""));
  EXPECT_THAT(first_mistake("{status: [suspended, revoked]}", "{state: suspended}"),
              HasSubstr("no column \"state\""));
  EXPECT_THAT(first_mistake("\"${type}\"", "\"${typ}\""), HasSubstr("no column \"typ\""));
  EXPECT_THAT(first_mistake("${Declaration/FunctionalReferenceID}", "${Declaration/FunctionReference}"),
              HasSubstr("FunctionReference"));
  EXPECT_THAT(first_mistake("Response/Status/NameCode", "Response/Status/NamCode"), HasSubstr("NamCode"));
  EXPECT_THAT(first_mistake("Response/Status/NameCode", "Declaration/TypeCode"),
              HasSubstr("no element of a RES"));
  EXPECT_THAT(first_mistake("function: \"02\"", "function: \"2\""), HasSubstr("function code"));
  EXPECT_THAT(first_mistake("- {number: NZ2, status: authorised", "- {number: NZ1, status: authorised"),
              HasSubstr("\"NZ1\" is there twice"));
  EXPECT_THAT(first_mistake("- {number: NZ1, status", "- {status"), HasSubstr("without its \"number\""));
  EXPECT_THAT(first_mistake("- {after: 2d, number: NZ2", "- {number: NZ2"),
              HasSubstr("lacks the key \"after\""));
  EXPECT_THAT(first_mistake("    looks up: {in: operators, by: Declaration/AuthorisationHolder/ID}\n", ""),
              HasSubstr("nothing is looked up"));
}

}  // namespace
}  // namespace gnc::window::desks_test
