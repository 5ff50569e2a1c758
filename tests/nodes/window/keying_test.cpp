#include "nodes/window/keying.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/nodes/window/window_world.h"

namespace gnc::window::keying_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

v1::MetaData declaration() {
  return document_of(R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>9</FunctionCode>
      <FunctionalReferenceID>LRN-1</FunctionalReferenceID><TypeCode>IMA</TypeCode>
      <Exporter><Name>Example Traders</Name></Exporter>
      <GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>
      <Commodity><Classification><ID>220421</ID></Classification></Commodity></GovernmentAgencyGoodsItem>
      </GoodsShipment></Declaration></MetaData>)");
}

TEST(Keying, TakesOverWhatThePaperSaysWhereNobodyErrs) {
  const Keyed made = keyed(declaration(), Decimal(0), Random(7));
  EXPECT_EQ(made.document.SerializeAsString(), declaration().SerializeAsString());
  EXPECT_THAT(made.wrong, IsEmpty());
}

// Function and type are printed on the form, and so are the numbers of its rows.
TEST(Keying, IsOfEveryFieldThatTheFormDoesNotSayItself) {
  const Keyed made = keyed(declaration(), Decimal(100), Random(7));
  EXPECT_EQ(made.fields, 3u);
  EXPECT_THAT(made.wrong,
              ElementsAre("FunctionalReferenceID", "Exporter/Name",
                          "GoodsShipment/GovernmentAgencyGoodsItem[1]/Commodity/Classification[1]/ID"));
  const v1::Declaration& wrong = made.document.declaration();
  EXPECT_EQ(wrong.function_code().value(), "9");
  EXPECT_EQ(wrong.type_code().value(), "IMA");
  EXPECT_NE(wrong.functional_reference_id().value(), "LRN-1");
  EXPECT_NE(wrong.exporter().name().value(), "Example Traders");
}

TEST(Keying, ErrsAsOftenAsItsRateSays) {
  std::size_t wrong = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed)
    wrong += keyed(declaration(), Decimal(5), Random(seed)).wrong.size();
  EXPECT_NEAR(static_cast<double>(wrong), 2000 * 3 * 0.05, 60);
}

TEST(Keying, ErrsAlikeForTheSameSeedAndWithMoreErrorsInTheSameFieldsToo) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Keyed few = keyed(declaration(), Decimal(20), Random(seed));
    EXPECT_EQ(few.wrong, keyed(declaration(), Decimal(20), Random(seed)).wrong);
    const Keyed more = keyed(declaration(), Decimal(60), Random(seed));
    for (const std::string& path : few.wrong) EXPECT_THAT(more.wrong, Contains(path));
  }
}

TEST(Keying, MistakesOneDigitForAnother) {
  std::set<std::string> typed;
  for (std::uint64_t seed = 0; seed < 300; ++seed) typed.insert(mistyped("A-7", Random(seed)));
  EXPECT_EQ(typed.size(), 9u);
  EXPECT_THAT(typed, Not(Contains("A-7")));
}

TEST(Keying, TurnsLettersRoundWhereThereIsNoDigit) {
  const std::vector<std::pair<std::string, std::string>> slips{
      {"NZ", "ZN"}, {"AA", "BA"}, {"Z", "Y"}, {"", ""}, {"-", "-"}, {"\xe6\x96\xb0", "\xe6\x96\xb0"}};
  for (const auto& [text, wrong] : slips) {
    std::set<std::string> typed;
    for (std::uint64_t seed = 0; seed < 40; ++seed) typed.insert(mistyped(text, Random(seed)));
    EXPECT_THAT(typed, Contains(wrong)) << text;
    EXPECT_EQ(typed.contains(text), text == wrong) << text;
  }
}

}  // namespace
}  // namespace gnc::window::keying_test
