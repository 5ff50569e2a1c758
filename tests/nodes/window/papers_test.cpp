#include "nodes/window/papers.h"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include "nodes/window/window_business.h"
#include "tests/nodes/window/window_world.h"

namespace gnc::window::papers_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view head = R"(
profile: cn
title: A test
illustrative: true
country: CN
checks:
  - path: Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/Classification/ID
    one of: ["220421"]
    code: TEST1
    says: Only wine is dealt with here.
)";

Duration hours(int count) { return Duration::from_seconds(count * 3600); }

v1::MetaData wine(int number) {
  return document_of(fmt::format(
      R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>9</FunctionCode>
      <FunctionalReferenceID>LRN-{}</FunctionalReferenceID><TypeCode>IMA</TypeCode>
      <GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>
      <Commodity><Classification><ID>220421</ID></Classification></Commodity></GovernmentAgencyGoodsItem>
      </GoodsShipment></Declaration></MetaData>)",
      number));
}

// An administration and what it says, in a line for each: "0 h decided: on paper: in the post".
class Administration {
 public:
  explicit Administration(std::string_view more, double clock = 1)
      : profile_(std::make_shared<const Profile>(profile_of(std::string(head) + std::string(more)))),
        clock_(clock) {}

  nodes::Decision lodge(int number, Instant at, const std::string& message = "import",
                        bool answer_due = true) {
    const std::string structured = wine(number).SerializeAsString();
    const PartyName nz = *PartyName::from_text("NZ"), cn = *PartyName::from_text("CN");
    const auto tail = static_cast<std::uint64_t>(number);
    const Uuid id = Uuid::from_parts(at, 1, tail), answer = Uuid::from_parts(at, 2, tail);
    nodes::Decision decision = business_.decide({.id = id,
                                                 .sender = nz,
                                                 .recipient = cn,
                                                 .conversation = id,
                                                 .agreement = "NZ-CN/import",
                                                 .message = message,
                                                 .document_type = "DEC",
                                                 .answer_due = answer_due,
                                                 .answer_type = "RES",
                                                 .structured = structured,
                                                 .answer_id = answer},
                                                at);
    keep();
    return decision;
  }

  // All that follows by itself, at the times at which it does.
  std::vector<std::pair<Instant, nodes::FollowUp>> rest() {
    std::vector<std::pair<Instant, nodes::FollowUp>> all;
    for (Instant due = business_.next_due(); due != Instant{}; due = business_.next_due()) {
      for (nodes::FollowUp& each : business_.time_passed(due)) all.emplace_back(due, std::move(each));
      keep();
    }
    return all;
  }

  // All that follows, as one who was away until then comes to it.
  std::vector<nodes::FollowUp> at_once(Instant now) { return business_.time_passed(now); }

  void start_again() {
    std::vector<nodes::NoteRecord> notes;
    for (const auto& [name, bytes] : kept_) notes.push_back({name, bytes});
    std::destroy_at(&business_);
    std::construct_at(&business_, profile_, std::vector<nodes::MessageTo>{}, clock_);
    const auto recalled = business_.recall(notes);
    EXPECT_TRUE(recalled) << describe(recalled.error());
  }

  std::size_t notes() const { return kept_.size(); }

 private:
  void keep() {
    for (const nodes::NoteRecord& note : business_.notes()) {
      if (note.bytes) {
        kept_[note.name] = *note.bytes;
      } else {
        kept_.erase(note.name);
      }
    }
  }

  std::shared_ptr<const Profile> profile_;
  double clock_;
  WindowBusiness business_{profile_, {}, clock_};
  std::map<std::string, std::string> kept_;
};

TEST(Papers, ComeByPostAndAreDealtWithOnceTheyAreKeyed) {
  Administration cn("paper: {share: 100 %, post: 48h, keying: 2h}\n");
  const nodes::Decision first = cn.lodge(1, noon);
  EXPECT_FALSE(first.answer);
  EXPECT_EQ(first.outcome, nodes::Outcome::noted);
  EXPECT_EQ(first.why, "on paper: in the post");
  ASSERT_TRUE(first.findings);
  EXPECT_TRUE(first.findings->on_paper());
  EXPECT_EQ(first.findings->keyed_fields(), 0u);

  const auto rest = cn.rest();
  ASSERT_THAT(rest, SizeIs(1));
  const auto& [at, said] = rest.front();
  EXPECT_EQ(at, noon + hours(50));
  ASSERT_TRUE(said.answer);
  EXPECT_THAT(window::said(*said.answer), ElementsAre("01", "09"));
  EXPECT_EQ(said.why, "of 2 fields keyed off paper, 0 wrong; green at 0 points; released");
  EXPECT_TRUE(said.findings->on_paper());
  EXPECT_TRUE(said.findings->released());
  EXPECT_EQ(said.findings->keyed_fields(), 2u);
  EXPECT_EQ(said.findings->wrong_fields(), 0u);
}

TEST(Papers, CostBusinessTimeByTheBusinessClock) {
  Administration cn("paper: {share: 100 %, post: 48h, keying: 2h}\n", 3600);
  cn.lodge(1, noon);
  const auto rest = cn.rest();
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_EQ(rest.front().first, noon + Duration::from_seconds(50));
}

TEST(Papers, WaitForAnOfficerInTheHoursOfWork) {
  Administration cn(
      "opening hours: {from: \"08:00\", until: \"16:00\"}\nofficers: 1\n"
      "paper: {share: 100 %, post: 24h, keying: 3h}\n",
      3600);
  for (int i = 1; i <= 4; ++i) cn.lodge(i, noon);
  std::vector<Duration> keyed;
  for (const auto& [at, said] : cn.rest()) keyed.push_back(at - noon);
  // The week begins at eight on Monday. All four come on Tuesday at eight; the third is begun on that day and
  // done on the next.
  EXPECT_THAT(keyed, ElementsAre(Duration::from_seconds(24 + 3), Duration::from_seconds(24 + 6),
                                 Duration::from_seconds(48 + 1), Duration::from_seconds(48 + 4)));
}

TEST(Papers, LeaveWhatComesAsDataAlone) {
  Administration cn("paper: {share: 0 %, post: 48h}\n");
  const nodes::Decision decided = cn.lodge(1, noon);
  ASSERT_TRUE(decided.answer);
  EXPECT_THAT(window::said(*decided.answer), ElementsAre("01", "09"));
  EXPECT_FALSE(decided.findings->on_paper());
}

TEST(Papers, AreOfTheMessagesThatTheProfileNames) {
  Administration cn("paper: {share: 100 %, post: 48h, messages: [import]}\n");
  EXPECT_TRUE(cn.lodge(1, noon, "export").answer);
  EXPECT_FALSE(cn.lodge(2, noon, "import").answer);
}

TEST(Papers, AreTheShareThatTheProfileSaysWhicheverIdsTheDocumentsHave) {
  const auto on_paper = [](Instant at, std::string_view seed) {
    Administration cn(fmt::format("paper: {{share: 40 %, post: 48h, seed: {}}}\n", seed));
    std::vector<int> numbers;
    for (int i = 0; i < 500; ++i) {
      if (!cn.lodge(i, at).answer) numbers.push_back(i);
    }
    return numbers;
  };
  const std::vector<int> one = on_paper(noon, "7");
  EXPECT_NEAR(static_cast<double>(one.size()), 200, 30);
  EXPECT_EQ(one, on_paper(noon + hours(9), "7"));
  EXPECT_NE(one, on_paper(noon, "8"));
}

TEST(Papers, BecomeFewerAsTheProfileSays) {
  Administration cn("paper: {share: 100 %, post: 1h, changes: [{after: 10h, share: 0 %}]}\n");
  EXPECT_FALSE(cn.lodge(1, noon).answer);
  EXPECT_FALSE(cn.lodge(2, noon + hours(9)).answer);
  EXPECT_TRUE(cn.lodge(3, noon + hours(10)).answer);
}

TEST(Papers, WithAFieldKeyedWrongAreWhatTheWrongValueIs) {
  Administration cn("paper: {share: 100 %, post: 1h, errors: 100 %}\n");
  cn.lodge(1, noon);
  const auto rest = cn.rest();
  ASSERT_THAT(rest, SizeIs(1));
  const nodes::FollowUp& said = rest.front().second;
  EXPECT_THAT(window::said(*said.answer), ElementsAre("03 TEST1 42A/67A/68A[1]/23A/21A[1]/145"));
  EXPECT_THAT(
      said.why,
      HasSubstr("of 2 fields keyed off paper, 2 wrong: FunctionalReferenceID, "
                "GoodsShipment/GovernmentAgencyGoodsItem[1]/Commodity/Classification[1]/ID; rejected"));
  EXPECT_EQ(said.findings->wrong_fields(), 2u);
}

TEST(Papers, OfWhichNoAnswerIsDueAreKeyedForTheRecordAlone) {
  Administration cn("paper: {share: 100 %, post: 1h}\n");
  cn.lodge(1, noon, "import", false);
  const auto rest = cn.rest();
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_FALSE(rest.front().second.answer);
  EXPECT_EQ(rest.front().second.findings->keyed_fields(), 2u);
}

TEST(Papers, SurviveARestartInThePostAndAtTheDesk) {
  const std::string_view profile =
      "officers: 1\npaper: {share: 100 %, post: {least: 1h, most: 90h}, keying: {least: 1h, most: 20h}, "
      "errors: 30 %, seed: 3}\n";
  Administration whole(profile), broken(profile);
  for (int i = 0; i < 5; ++i) {
    whole.lodge(i, noon);
    broken.lodge(i, noon);
    broken.start_again();
  }
  const auto expected = whole.rest();
  std::vector<std::pair<Instant, nodes::FollowUp>> got;
  ASSERT_THAT(expected, SizeIs(5));
  broken.start_again();
  got = broken.rest();
  ASSERT_THAT(got, SizeIs(5));
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].first, expected[i].first);
    EXPECT_EQ(got[i].second.why, expected[i].second.why);
  }
  // What is keyed and released is forgotten: the office and the count stay.
  EXPECT_EQ(broken.notes(), 2u);
}

// An hour later than it was due, or all together: what was done and in which order does not depend on it.
TEST(Papers, AreTakenInTheOrderOfTimeByOneWhoWasAway) {
  const std::string_view profile =
      "officers: 1\npaper: {share: 100 %, post: {least: 1h, most: 90h}, keying: 5h, seed: 3}\n";
  Administration awake(profile), away(profile);
  for (int i = 0; i < 5; ++i) {
    awake.lodge(i, noon);
    away.lodge(i, noon);
  }
  std::vector<std::string> expected, got;
  for (const auto& [at, said] : awake.rest()) expected.push_back(said.about.text());
  for (const nodes::FollowUp& said : away.at_once(noon + hours(400))) got.push_back(said.about.text());
  EXPECT_EQ(got, expected);
}

TEST(Papers, DoNotGuessWhatANoteMeans) {
  const std::optional<OpeningHours> always;
  Office office(always, 0, 1);
  const std::optional<PaperProfile> none;
  Papers papers(none, office);
  for (const char* name : {"paper/document/x", "paper/count/x"}) {
    const nodes::NoteRecord note{name, std::string("\xff\xff")};
    EXPECT_TRUE(Papers::is_own(note));
    const auto recalled = papers.recall(note);
    ASSERT_FALSE(recalled);
    EXPECT_EQ(recalled.error().detail, fmt::format("the note {} cannot be read", name));
  }
  EXPECT_FALSE(papers.recall({"paper/document/x", std::string()}));
  EXPECT_THAT(papers.notes(), IsEmpty());
}

}  // namespace
}  // namespace gnc::window::papers_test
