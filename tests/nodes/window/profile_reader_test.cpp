#include "nodes/window/profile_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::window::profile_reader_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view head = "profile: p\ntitle: P\nillustrative: true\ncountry: NZ\n";

std::vector<std::string> mistakes(std::string_view yaml) {
  const auto profile = parse_profile(yaml, "p.yaml");
  std::vector<std::string> all;
  if (!profile) {
    for (const Error& error : profile.error()) all.push_back(describe(error));
  }
  return all;
}

std::vector<std::string> mistakes_of(std::string_view more) {
  return mistakes(std::string(head) + std::string(more));
}

TEST(ProfileReader, TakesTheLeastThatAProfileMustSay) { EXPECT_THAT(mistakes(head), IsEmpty()); }

TEST(ProfileReader, WantsToKnowWhetherItsNumbersAreIllustrative) {
  EXPECT_THAT(mistakes("profile: p\ntitle: P\ncountry: NZ\n"), ElementsAre(HasSubstr("illustrative")));
  EXPECT_THAT(mistakes("profile: p\ntitle: P\nillustrative: false\ncountry: NZ\n"),
              ElementsAre(AllOf(HasSubstr("p.yaml:3:15"), HasSubstr("source"))));
  EXPECT_THAT(
      mistakes("profile: p\ntitle: P\nillustrative: false\nsource: Working Tariff Document\ncountry: NZ\n"),
      IsEmpty());
}

TEST(ProfileReader, ShowsEveryMistakeWithItsPlaceAndTheNearestSpelling) {
  EXPECT_THAT(
      mistakes_of(
          "tarif: {currency: NZD}\nchecks:\n  - {path: Declaration/TypeCod, code: X1, present: true}\n"
          "agencies:\n  - {agency: NZ/health, origins: [QQ], permits: [{number: 1}]}\n"),
      ElementsAre(AllOf(HasSubstr("p.yaml:5:1"), HasSubstr("\"tariff\"")),
                  AllOf(HasSubstr("p.yaml:7:12"), HasSubstr("TypeCode")),
                  AllOf(HasSubstr("p.yaml:9:35"), HasSubstr("ISO 3166-1")), HasSubstr("from"),
                  HasSubstr("until")));
}

TEST(ProfileReader, ShowsWhatIsWrongWithHowAnAgencyIsConsulted) {
  const auto agency = [](std::string_view consulted, std::string_view more = "") {
    return mistakes_of(
        fmt::format("agencies:\n  - agency: NZ/health\n{}    consulted: {}\n", more, consulted));
  };
  EXPECT_THAT(agency("{by: question, within: 4h, unanswered: inspects, told: [Declaration/TypeCode]}"),
              IsEmpty());
  EXPECT_THAT(agency("{by: question, within: 0s, unanswered: inspects, told: [Declaration/TypeCode]}"),
              ElementsAre(HasSubstr("a time above zero")));
  EXPECT_THAT(
      agency("{by: question, within: 4h, unanswered: inspect, told: [Declaration/TypCode, Response/Status]}"),
      ElementsAre(AllOf(HasSubstr("p.yaml:7:55"), HasSubstr("inspects")),
                  AllOf(HasSubstr("p.yaml:7:71"), HasSubstr("TypeCode")),
                  AllOf(HasSubstr("p.yaml:7:92"), HasSubstr("no element of a declaration"))));
  EXPECT_THAT(agency("{within: 4h}"),
              ElementsAre(HasSubstr("\"by\""), HasSubstr("\"unanswered\""), HasSubstr("\"told\"")));
  EXPECT_THAT(agency("{by: question, within: 4h, unanswered: agrees, told: [Declaration/TypeCode]}",
                     "    papers: [N853]\n"),
              ElementsAre(AllOf(HasSubstr("p.yaml:7:13"), HasSubstr("its \"papers\" are its own"))));
}

TEST(ProfileReader, ShowsWhatIsWrongWithADesksPermits) {
  EXPECT_THAT(mistakes_of("desks: [{message: m, rules: [{name: r, permitted: true, answers: []}]}]\n"),
              ElementsAre(HasSubstr("asks for permits, and the desk wants none")));
  EXPECT_THAT(mistakes_of("desks: [{message: question, replaces: [qestion], rules: []}]\n"),
              ElementsAre(AllOf(HasSubstr("qestion"), HasSubstr("\"question\""))));
}

TEST(ProfileReader, WantsOneTestOfAValue) {
  EXPECT_THAT(mistakes_of("checks: [{path: Declaration/TypeCode, code: X1}]\n"),
              ElementsAre(HasSubstr("it says nothing of the value")));
  EXPECT_THAT(mistakes_of("checks: [{path: Declaration/TypeCode, code: X1, is: A, above: 3}]\n"),
              ElementsAre(HasSubstr("it says more than one thing of the value")));
  EXPECT_THAT(mistakes_of("checks: [{path: Declaration/TypeCode, code: X1, format: long}]\n"),
              ElementsAre(HasSubstr("a format like an..22")));
}

TEST(ProfileReader, KnowsTheListsThatAreNamed) {
  EXPECT_THAT(
      mistakes_of("lists: {offices: [A]}\nchecks: [{path: Declaration/TypeCode, code: X, list: office}]\n"),
      ElementsAre(AllOf(HasSubstr("p.yaml:6:54"), HasSubstr("offices"))));
}

TEST(ProfileReader, ShowsWhatIsWrongWithMatching) {
  const std::string begin =
      "matching:\n  with: export-declaration\n  by: [Declaration/GoodsShipment/UCR/ID]\n";
  EXPECT_THAT(
      mistakes_of(begin +
                  "  compare: [{field: mass, path: Declaration/TotalGrossMassMeasure, within: 2 %}]\n"),
      IsEmpty());
  EXPECT_THAT(
      mistakes_of(
          begin +
          "  compare:\n"
          "    - {field: code, path: Declaration/TypeCode, within: 2 %}\n"
          "    - {field: code, path: Declaration/TypeCode, first: 0}\n"
          "    - {field: mass, path: Declaration/TotalGrossMasMeasure, weigth: 3}\n"
          "    - {field: items, path: Declaration/GoodsItemQuantity, first: 2, within: 200 %, weight: -1}\n"),
      ElementsAre(AllOf(HasSubstr("p.yaml:9:57"),
                        HasSubstr("\"within\" is of numbers, and Declaration/TypeCode is none")),
                  AllOf(HasSubstr("p.yaml:10:56"), HasSubstr("a number of characters, 1 or more")),
                  AllOf(HasSubstr("p.yaml:11:61"), HasSubstr("\"weight\"")),
                  AllOf(HasSubstr("p.yaml:11:27"), HasSubstr("TotalGrossMassMeasure")),
                  AllOf(HasSubstr("p.yaml:12:77"), HasSubstr("a share like 2 %")),
                  AllOf(HasSubstr("p.yaml:12:92"), HasSubstr("points of 0 or more"))));
  EXPECT_THAT(mistakes_of(begin + "  compare: []\n"), ElementsAre(HasSubstr("at least one entry")));
  EXPECT_THAT(mistakes_of(begin + "  compare:\n    - {field: mass, path: Declaration/TotalGrossMassMeasure}\n"
                                  "    - {field: mass, path: Declaration/GoodsItemQuantity}\n"),
              ElementsAre(AllOf(HasSubstr("p.yaml:10:15"), HasSubstr("a second field \"mass\""))));
  EXPECT_THAT(
      mistakes_of(begin +
                  "  nothing found: 30\n  compare: [{field: n, path: Declaration/GoodsItemQuantity}]\n"),
      ElementsAre(AllOf(HasSubstr("p.yaml:6:3"), HasSubstr("there is no \"risk\" that they count for"))));
}

TEST(ProfileReader, RefusesWhatWouldNeverWork) {
  EXPECT_THAT(mistakes_of("tariff: {currency: NZD}\n"),
              ElementsAre(HasSubstr("the tariff is never applied")));
  EXPECT_THAT(mistakes_of("risk: {yellow from: 50, red from: 30}\n"),
              ElementsAre(HasSubstr("red not before yellow")));
  EXPECT_THAT(
      mistakes_of("treasury: {accounts: [{number: A, kind: deferred, limit: 1}, {number: A, kind: immediate, "
                  "limit: 1}], methods: {E: deferred}, account at: []}\n"),
      ElementsAre(HasSubstr("account \"A\" is there twice")));
  EXPECT_THAT(
      mistakes_of(
          "duty is due: []\ntariff: {currency: NZD, duties: [{type: A00, rate: {highest of: []}}]}\n"),
      ElementsAre(HasSubstr("a rate like")));
  EXPECT_THAT(mistakes_of("duty is due: []\ntariff: {currency: NZD, duties: [{type: A00, rate: 9.7}]}\n"),
              ElementsAre(HasSubstr("a rate like 9.7 %")));
}

struct WrongOffice {
  const char* name;
  const char* yaml;
  const char* where;
  const char* says;
};

class WrongOffices : public testing::TestWithParam<WrongOffice> {};

TEST_P(WrongOffices, AreShownAtTheirPlace) {
  EXPECT_THAT(mistakes_of(GetParam().yaml),
              ElementsAre(AllOf(HasSubstr(GetParam().where), HasSubstr(GetParam().says))));
}

INSTANTIATE_TEST_SUITE_P(
    ProfileReader, WrongOffices,
    testing::Values(
        WrongOffice{"no_share", "paper: {post: 2d}\n", "p.yaml:5:8", "paper lacks the key \"share\""},
        WrongOffice{"more_than_all", "paper: {share: 120 %}\n", "p.yaml:5:16", "a share like 2 %"},
        WrongOffice{"no_such_key", "paper: {share: 20 %, posts: 2d}\n", "p.yaml:5:22", "\"post\""},
        WrongOffice{"errors", "paper: {share: 20 %, errors: some}\n", "p.yaml:5:30", "a share like 2 %"},
        WrongOffice{"falling_times", "paper: {share: 20 %, post: {least: 5d, most: 2d}}\n", "p.yaml:5:28",
                    "the times do not rise from least to most"},
        WrongOffice{"median_outside", "paper: {share: 20 %, keying: {least: 5min, median: 2h, most: 1h}}\n",
                    "p.yaml:5:30", "the times do not rise from least to most"},
        WrongOffice{"no_end", "control: {physical: {takes: {least: 5min}}}\n", "p.yaml:5:29",
                    "a spread of times lacks the key \"most\""},
        WrongOffice{"changes_out_of_order",
                    "paper: {share: 20 %, changes: [{after: 2d, share: 9 %}, {after: 1d, share: 3 %}]}\n",
                    "p.yaml:5:57", "the changes of the share are not in the order of time"},
        WrongOffice{"closed", "opening hours: {from: \"17:00\", until: \"08:00\"}\n", "p.yaml:5:16",
                    "the office closes before it opens"},
        WrongOffice{"no_time", "opening hours: {from: \"8\", until: \"17:00\"}\n", "p.yaml:5:23",
                    "a time of the day like \"08:30\""},
        WrongOffice{"no_day", "opening hours: {days: [mon, tues], from: \"08:00\", until: \"17:00\"}\n",
                    "p.yaml:5:29", "\"tue\""},
        WrongOffice{"no_days", "opening hours: {days: [], from: \"08:00\", until: \"17:00\"}\n",
                    "p.yaml:5:23", "one day of the week at least"},
        WrongOffice{"offset", "opening hours: {from: \"08:00\", until: \"17:00\", utc offset: 12h}\n",
                    "p.yaml:5:60", "a difference to UTC like \"+12:00\""},
        WrongOffice{"nobody", "officers: 0\n", "p.yaml:5:11", "a number of officers from 1 to 100000"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(ProfileReader, ReadsAnOfficeWithItsPaper) {
  const auto profile = parse_profile(std::string(head) + R"(
opening hours: {days: [mon, sat], from: "08:30", until: "24:00", utc offset: "-03:30"}
officers: 12
control: {documentary: {takes: {least: 10min, median: 30min, p95: 2h, most: 4h}}, physical: {takes: 3h}}
paper:
  share: 60 %
  changes: [{after: 365d, share: 12.5 %}]
  messages: [import-declaration]
  post: {least: 1d, most: 3d}
  keying: 20min
  errors: 0.5 %
  seed: 9
)",
                                     "p.yaml");
  ASSERT_TRUE(profile) << describe(profile.error().front());
  ASSERT_TRUE(profile->opening_hours);
  EXPECT_THAT(profile->opening_hours->days, ElementsAre(true, false, false, false, false, true, false));
  EXPECT_EQ(profile->opening_hours->opens, Duration::from_seconds(8 * 3600 + 1800));
  EXPECT_EQ(profile->opening_hours->closes, Duration::from_seconds(24 * 3600));
  EXPECT_EQ(profile->opening_hours->utc_offset, Duration::from_seconds(-3 * 3600 - 1800));
  EXPECT_EQ(profile->officers, 12u);
  EXPECT_EQ(profile->documentary.takes.p95, Duration::from_seconds(2 * 3600));
  EXPECT_EQ(profile->physical.takes.most, Duration::from_seconds(3 * 3600));
  const PaperProfile& paper = *profile->paper;
  EXPECT_EQ(paper.share_at(Duration{}), Decimal(60));
  EXPECT_EQ(paper.share_at(Duration::from_seconds(365 * 86'400)), *Decimal::parse("12.5"));
  EXPECT_THAT(paper.messages, ElementsAre("import-declaration"));
  EXPECT_EQ(paper.post.median, Duration::from_seconds(2 * 86'400));
  EXPECT_EQ(paper.errors, *Decimal::parse("0.5"));
  EXPECT_EQ(paper.seed, 9u);
}

}  // namespace
}  // namespace gnc::window::profile_reader_test
