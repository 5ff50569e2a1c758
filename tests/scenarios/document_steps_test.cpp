#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"
#include "scenarios/engine/step_player.h"
#include "tests/scenarios/simulated_world.h"

namespace gnc::scenarios::document_steps_test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr Duration second = Duration::from_seconds(1);

PartyName party(std::string_view name) { return *PartyName::from_text(name); }

v1::MetaData declaration(const std::string& reference, const std::string& id = {}) {
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  document.mutable_declaration()->mutable_functional_reference_id()->set_value(reference);
  if (!id.empty()) document.mutable_declaration()->mutable_id()->set_value(id);
  return document;
}

v1::MetaData response(const std::string& function_code) {
  v1::MetaData document;
  document.add_response()->mutable_function_code()->set_value(function_code);
  return document;
}

// Steps that lodge at NZ for CN, and what they say of documents.
class DocumentSteps : public testing::Test {
 protected:
  template <class Action>
  Action& add(Action action, const std::string& name = "a step") {
    PlannedStep& planned = plan_.steps.emplace_back();
    planned.name = name;
    planned.step.action = std::move(action);
    return std::get<Action>(planned.step.action);
  }
  static PlannedLodgements lodgements(const std::string& name, std::vector<SourceDocument> documents) {
    return {name, party("NZ"), party("CN"), "NZ-CN", "declaration", "normal", {}, true, std::move(documents)};
  }
  void lodge(const std::string& name, std::vector<SourceDocument> documents) {
    add(LodgeStep{}, name);
    plan_.steps.back().lodgements = lodgements(name, std::move(documents));
  }
  ExpectStep& expect(const std::string& of) {
    ExpectStep step;
    step.lodgement = of;
    return add(std::move(step));
  }

  void go(Duration limit = second) {
    if (!player_) player_.emplace(plan_, ledger_, lodger_, world_, keep_going_);
    play(*player_, world_, limit, [this] { lodger_.send_due(); });
  }
  void happen(v1::EventKind kind, const std::string& reference, v1::ErrorCode reason = {}) {
    player_->heard(world_.happen(kind, reference, reason));
  }
  void arrive(const std::string& reference) {
    happen(v1::EVENT_KIND_LODGED, reference);
    happen(v1::EVENT_KIND_DELIVERED, reference);
  }
  void answer(const std::string& reference) {
    v1::Event answer;
    answer.set_kind(v1::EVENT_KIND_LODGED);
    answer.set_exchange(std::string(SimulatedWorld::exchange_of("answer to " + reference).view()));
    answer.set_answers(std::string(SimulatedWorld::exchange_of(reference).view()));
    player_->heard(answer);
    v1::Event processed;
    processed.set_kind(v1::EVENT_KIND_PROCESSED);
    processed.set_exchange(std::string(SimulatedWorld::exchange_of(reference).view()));
    processed.set_function_code("01");
    player_->heard(processed);
  }
  // The answer to the question that was asked so many questions ago.
  void give(const v1::MetaData& document, std::size_t ago = 0) {
    v1::Document given;
    given.set_token(world_.asked()[world_.asked().size() - 1 - ago].token());
    given.set_bytes(document.SerializeAsString());
    given.set_form("pb");
    player_->heard(given);
  }

  RunPlan plan_;
  bool keep_going_ = false;
  ExchangeLedger ledger_;
  SimulatedWorld world_{ledger_};
  Lodger lodger_{ledger_, world_};
  std::optional<StepPlayer> player_;
};

TEST_F(DocumentSteps, ExpectHoldsWhereEveryDocumentSaysWhatIsExpected) {
  lodge("all", {{"a", "<a/>", "xml"}, {"b", "<b/>", "xml"}});
  ExpectStep& step = expect("all");
  step.path = "Declaration/FunctionalReferenceID";
  step.matches = "NZ-[12]";
  go();
  arrive("a");
  arrive("b");
  go();
  ASSERT_THAT(world_.asked(), SizeIs(2));
  EXPECT_EQ(world_.asked()[0].party(), "CN");
  EXPECT_EQ(world_.asked()[0].exchange(), SimulatedWorld::exchange_of("a").view());
  give(declaration("NZ-1"), 1);
  give(declaration("NZ-2"));
  go();
  ASSERT_TRUE(player_->done());
  EXPECT_TRUE(player_->all_held()) << player_->rows()[1].detail;
  EXPECT_EQ(player_->rows()[1].detail, "2 of 2");
  EXPECT_EQ(player_->rows()[1].step, "expect of all, Declaration/FunctionalReferenceID is like NZ-[12]");
}

TEST_F(DocumentSteps, ExpectSaysWhichDocumentSaysOtherwise) {
  lodge("all", {{"a", "<a/>", "xml"}, {"b", "<b/>", "xml"}});
  ExpectStep& step = expect("all");
  step.path = "Declaration/FunctionalReferenceID";
  step.equals = "NZ-1";
  go();
  arrive("a");
  arrive("b");
  go();
  give(declaration("NZ-1"), 1);
  give(declaration("NZ-2"));
  go();
  EXPECT_FALSE(player_->all_held());
  EXPECT_EQ(player_->rows()[1].detail,
            "1 of 2; b: Declaration/FunctionalReferenceID is \"NZ-2\", not \"NZ-1\"");
}

TEST_F(DocumentSteps, ExpectLooksAtTheAnswersOnRecordAtTheSender) {
  lodge("all", {{"a", "<a/>", "xml"}});
  ExpectStep& step = expect("all");
  step.answer = true;
  step.path = "Response/FunctionCode";
  step.equals = "01";
  go();
  arrive("a");
  go();
  EXPECT_THAT(world_.asked(), SizeIs(0));
  answer("a");
  go();
  ASSERT_THAT(world_.asked(), SizeIs(1));
  EXPECT_EQ(world_.asked()[0].party(), "NZ");
  EXPECT_EQ(world_.asked()[0].exchange(), SimulatedWorld::exchange_of("answer to a").view());
  give(response("01"));
  go();
  EXPECT_TRUE(player_->all_held()) << player_->rows()[1].detail;
}

TEST_F(DocumentSteps, ExpectHoldsAnEndAgainstItsCode) {
  keep_going_ = true;
  lodge("all", {{"a", "<a/>", "xml"}});
  expect("all").code = "GNC-101";
  expect("all").end = "processed";
  go();
  happen(v1::EVENT_KIND_LODGEMENT_REFUSED, "a", v1::DOCUMENT_NOT_WELL_FORMED);
  go();
  ASSERT_TRUE(player_->done());
  EXPECT_TRUE(player_->rows()[1].held) << player_->rows()[1].detail;
  EXPECT_FALSE(player_->rows()[2].held);
  EXPECT_EQ(player_->rows()[2].detail, "0 of 1; a: it is refused by GNC-101, not processed");
}

TEST_F(DocumentSteps, ADocumentThatNeverCameSaysNothing) {
  lodge("all", {{"a", "<a/>", "xml"}});
  ExpectStep& step = expect("all");
  step.path = "Declaration/ID";
  step.exists = true;
  go();
  happen(v1::EVENT_KIND_LODGEMENT_REFUSED, "a", v1::DOCUMENT_NOT_WELL_FORMED);
  go();
  ASSERT_TRUE(player_->done());
  EXPECT_THAT(player_->rows()[1].detail, HasSubstr("a was refused by GNC-101"));
}

TEST_F(DocumentSteps, ExpectDoesNotHoldWhenItsTimeIsOver) {
  lodge("all", {{"a", "<a/>", "xml"}});
  expect("all").end = "processed";
  go(Duration::from_seconds(60));
  ASSERT_TRUE(player_->done());
  EXPECT_EQ(player_->rows()[1].detail, "0 of 1; a: it cannot be told after 10 s: on its way");
  EXPECT_DOUBLE_EQ(player_->rows()[1].took_ms, 10'000);
}

TEST_F(DocumentSteps, ACapturedValueGoesIntoALaterDocument) {
  lodge("first", {{"a", "<a/>", "xml"}});
  CaptureStep& capture = add(CaptureStep{});
  capture.lodgement = "first";
  capture.path = "Declaration/ID";
  capture.as = "id";
  SourceDocument later{"b", "<b></b>", "xml"};
  later.captures = {{3, "id"}};
  lodge("second", {later});
  go();
  arrive("a");
  go();
  give(declaration("NZ-1", "M&M"));
  go();
  ASSERT_TRUE(player_->all_held()) << player_->rows()[1].detail;
  EXPECT_EQ(player_->rows()[1].detail, "id is \"M&M\"");
  ASSERT_THAT(world_.lodges(), SizeIs(2));
  EXPECT_EQ(world_.lodges()[1].items(0).document(), "<b>M&amp;M</b>");
}

class FollowUps : public DocumentSteps {
 protected:
  // Plays it with NZ-1 as the original; gives what was lodged.
  v1::MetaData follow_up(FollowUpStep::Kind kind, std::map<std::string, std::string> set = {}) {
    lodge("first", {{"a", "<a/>", "xml"}});
    FollowUpStep& step = add(FollowUpStep{}, "later");
    step.kind = kind;
    step.lodgement = "first";
    step.set = std::move(set);
    plan_.steps.back().lodgements = lodgements("later", {});
    plan_.steps.back().lodgements->message = "amendment";
    go();
    happen(v1::EVENT_KIND_LODGED, "a");
    go();
    give(declaration("NZ-1", "LRN-1"));
    go();
    EXPECT_TRUE(player_->all_held()) << player_->rows()[1].detail;
    if (world_.lodges().size() != 2) return {};
    const v1::Lodge& lodged = world_.lodges()[1];
    EXPECT_EQ(lodged.message(), "amendment");
    EXPECT_EQ(lodged.items(0).conversation(), world_.lodges()[0].items(0).conversation());
    EXPECT_TRUE(Uuid::from_bytes(lodged.items(0).conversation()));
    auto document = model::parse(lodged.items(0).document(), model::Form::xml, "lodged");
    EXPECT_TRUE(document);
    return document.value_or(v1::MetaData{});
  }
};

TEST_F(FollowUps, AnAmendmentSaysWhatItChangesInTheSameConversation) {
  const v1::MetaData document =
      follow_up(FollowUpStep::Kind::amend, {{"Declaration/TotalPackageQuantity", "70"}});
  const v1::Declaration& amended = document.declaration();
  EXPECT_EQ(amended.function_code().value(), "4");
  EXPECT_EQ(amended.id().value(), "LRN-1");
  EXPECT_EQ(amended.total_package_quantity().value(), "70");
  EXPECT_THAT(amended.functional_reference_id().value(), testing::StartsWith("amendment-"));
  ASSERT_EQ(amended.amendment_size(), 1);
  EXPECT_EQ(amended.amendment(0).pointer(0).document_section_code().value(), "42A");
  EXPECT_THAT(model::check(document), SizeIs(0));
}

TEST_F(FollowUps, ACancellationSaysWhatItIsAbout) {
  const v1::MetaData document = follow_up(FollowUpStep::Kind::cancel);
  EXPECT_EQ(document.declaration().function_code().value(), "1");
  EXPECT_EQ(document.declaration().id().value(), "LRN-1");
  EXPECT_EQ(document.declaration().amendment_size(), 0);
  EXPECT_THAT(model::check(document), SizeIs(0));
}

TEST_F(DocumentSteps, StepsAtTheSameTimeAreDoneWhenAllAre) {
  PlannedStep& both = plan_.steps.emplace_back();
  both.step.action = ParallelStep{};
  for (const std::int64_t length : {2, 5}) {
    both.parallel.emplace_back().step.action = PauseStep{Duration::from_seconds(length)};
  }
  go(Duration::from_seconds(60));
  ASSERT_TRUE(player_->done());
  ASSERT_THAT(player_->rows(), SizeIs(3));
  EXPECT_EQ(player_->rows()[0].detail, "2 of 2 held");
  EXPECT_DOUBLE_EQ(player_->rows()[0].took_ms, 5000);
  EXPECT_DOUBLE_EQ(player_->rows()[1].took_ms, 2000);
}

TEST_F(DocumentSteps, NoStepTakesLongerThanItsTimeout) {
  add(PauseStep{Duration::from_seconds(30)});
  plan_.steps.back().step.timeout = Duration::from_seconds(3);
  go(Duration::from_seconds(60));
  EXPECT_FALSE(player_->all_held());
  EXPECT_EQ(player_->rows()[0].detail, "not done within its timeout of 3 s");
  EXPECT_DOUBLE_EQ(player_->rows()[0].took_ms, 3000);
}

TEST_F(DocumentSteps, AFaultStepBeginsAndDoesNotWait) {
  Fault fault;
  fault.what = CutLink{"CN-gateway"};
  fault.length = Duration::from_seconds(2);
  add(FaultStep{fault});
  go();
  EXPECT_TRUE(player_->done());
  ASSERT_THAT(world_.faults(), SizeIs(1));
  EXPECT_EQ(std::get<CutLink>(world_.faults()[0].what).link, "CN-gateway");
}

TEST_F(DocumentSteps, AwaitsAnswersAndEnds) {
  lodge("all", {{"a", "<a/>", "xml"}, {"b", "<b/>", "xml"}});
  AwaitStep& ends = add(AwaitStep{});
  ends.lodgement = "all";
  ends.what = AwaitStep::What::ended;
  AwaitStep answers;
  answers.lodgement = "all";
  answers.what = AwaitStep::What::answered;
  add(answers);
  go();
  arrive("a");
  answer("a");
  happen(v1::EVENT_KIND_PROCESSED, "a");
  go();
  ASSERT_THAT(player_->rows(), SizeIs(1));
  happen(v1::EVENT_KIND_LODGED, "b");
  happen(v1::EVENT_KIND_REFUSED, "b", v1::NO_AGREEMENT);
  go();
  ASSERT_TRUE(player_->done());
  EXPECT_EQ(player_->rows()[1].detail, "2 of 2 at their end");
  EXPECT_FALSE(player_->rows()[2].held);
  EXPECT_EQ(player_->rows()[2].detail, "1 of 2 answered, 1 at an end without an answer");
}

TEST_F(DocumentSteps, AStepOfWhatWasNeverLodgedDoesNotHold) {
  keep_going_ = true;
  expect("nothing").end = "processed";
  go();
  ASSERT_TRUE(player_->done());
  EXPECT_EQ(player_->rows()[0].detail, "nothing were not lodged");
}

// Steps that submit for a bare administration.
class SubmitSteps : public DocumentSteps {
 protected:
  void submit(const std::string& name, std::vector<SourceDocument> documents,
              const std::string& same_id_as = {}) {
    SubmitStep step;
    step.same_id_as = same_id_as;
    add(std::move(step), name);
    plan_.steps.back().lodgements = lodgements(name, std::move(documents));
  }
  static SourceDocument document(const std::string& reference) {
    return {reference + ".xml", model::write(declaration(reference), model::Form::xml), "xml"};
  }
  // Of the second submission, under the id of the first.
  void said_of_second(v1::EventKind kind, v1::ErrorCode reason = {}) {
    v1::Event event = world_.happen(v1::EVENT_KIND_UNSPECIFIED, "submission first#1");
    event.set_kind(kind);
    event.set_reference("submission second#1");
    event.set_reason(reason);
    ledger_.apply(event);
    player_->heard(event);
  }
  void submit_twice(std::string_view end) {
    submit("first", {document("a")});
    submit("second", {document("b")}, "first");
    expect("second").end = end;
    expect("first").end = "processed";
    go();
    happen(v1::EVENT_KIND_LODGED, "submission first#1");
    happen(v1::EVENT_KIND_ADMITTED, "submission first#1");
    said_of_second(v1::EVENT_KIND_LODGED);
  }
};

TEST_F(SubmitSteps, HandOverTheDocumentsWithTheIdsOfThoseBefore) {
  submit("first", {document("a"), document("b")});
  submit("second", {document("c")}, "first");
  go();
  ASSERT_THAT(world_.submissions(), SizeIs(3));
  EXPECT_EQ(world_.submissions()[1].same_id_as, "");
  EXPECT_EQ(world_.submissions()[2].same_id_as, world_.submissions()[0].reference);
  EXPECT_EQ(world_.submissions()[2].document.type(), "DEC");
}

TEST_F(SubmitSteps, CarryWhatNoWindowWouldTakeIn) {
  v1::MetaData wrong = declaration("a");
  wrong.mutable_declaration()->mutable_total_package_quantity()->set_value("seventy-two");
  submit("wrong", {{"wrong.xml", model::write(wrong, model::Form::xml), "xml"}});
  go();
  EXPECT_TRUE(player_->all_held());
  EXPECT_THAT(world_.submissions(), SizeIs(1));
}

TEST_F(SubmitSteps, DoNotHoldWhereTheDocumentIsNone) {
  submit("wrong", {{"wrong.xml", "<Declaration", "xml"}});
  go();
  EXPECT_FALSE(player_->all_held());
  EXPECT_THAT(player_->rows()[0].detail, HasSubstr("GNC-101"));
  EXPECT_THAT(world_.submissions(), SizeIs(0));
}

TEST_F(SubmitSteps, TellADuplicateFromTheFirst) {
  submit_twice("suppressed");
  said_of_second(v1::EVENT_KIND_DUPLICATE_SUPPRESSED);
  happen(v1::EVENT_KIND_PROCESSED, "submission first#1");
  go();
  EXPECT_TRUE(player_->all_held()) << player_->rows()[2].detail;
}

TEST_F(SubmitSteps, TellAConflictFromTheFirst) {
  submit_twice("refused");
  said_of_second(v1::EVENT_KIND_REFUSED, v1::ENVELOPE_ID_CONFLICT);
  happen(v1::EVENT_KIND_PROCESSED, "submission first#1");
  go();
  EXPECT_TRUE(player_->all_held()) << player_->rows()[2].detail;
}

}  // namespace
}  // namespace gnc::scenarios::document_steps_test
