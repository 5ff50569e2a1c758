#include "nodes/window/profile_reader.h"

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

}  // namespace
}  // namespace gnc::window::profile_reader_test
