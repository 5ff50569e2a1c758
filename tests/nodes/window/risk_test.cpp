#include "nodes/window/risk.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "proto/types/random.h"
#include "tests/nodes/window/window_world.h"

namespace gnc::window::risk_test {
namespace {

using testing::IsEmpty;

constexpr std::uint64_t no_sample = 999'999'999;

// Points of no administration: numbers that are easy to follow.
constexpr std::string_view head = R"(
profile: test
title: Test
illustrative: true
country: GB
risk:
  yellow from: 30
  red from: 60
)";

v1::MetaData declaration() {
  return document_of(R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration>
    <FunctionCode>9</FunctionCode><FunctionalReferenceID>LRN-1</FunctionalReferenceID><TypeCode>IMA</TypeCode>
    <AuthorisationHolder><ID>GB1</ID><CategoryCode>AEOC</CategoryCode></AuthorisationHolder>
    <Exporter><Name>Acme Trading</Name></Exporter>
    <GoodsShipment>
      <GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>
        <StatisticalValueAmount currencyID="GBP">5</StatisticalValueAmount>
        <Commodity><Classification><ID>42021219</ID></Classification></Commodity>
        <Origin><CountryCode>US</CountryCode></Origin></GovernmentAgencyGoodsItem>
      <GovernmentAgencyGoodsItem><SequenceNumeric>2</SequenceNumeric>
        <StatisticalValueAmount currencyID="GBP">500</StatisticalValueAmount>
        <Commodity><Classification><ID>24022090</ID></Classification></Commodity>
        <Origin><CountryCode>CN</CountryCode></Origin></GovernmentAgencyGoodsItem>
    </GoodsShipment></Declaration></MetaData>)");
}

RiskAssessment assessed(std::string_view rules, std::uint64_t draw = no_sample) {
  const Profile profile = profile_of(std::string(head) + std::string(rules));
  return assess_risk(profile.risk, declaration(), draw);
}

constexpr std::string_view item_path = "Declaration/GoodsShipment/GovernmentAgencyGoodsItem";

std::string rule(int weight, std::string_view origin) {
  return fmt::format(R"(    - name: tobacco from {1}
      weight: {0}
      when:
        - {{path: {2}/Commodity/Classification/ID, starts with: "24"}}
        - {{path: {2}/Origin/CountryCode, is: {1}}}
)",
                     weight, origin, item_path);
}

TEST(Risk, WithoutPointsTheChannelIsGreen) {
  const RiskAssessment out = assessed("");
  EXPECT_EQ(out.channel, Channel::green);
  EXPECT_THAT(out.reasons, IsEmpty());
  EXPECT_EQ(out.text(), "green at 0 points");
}

TEST(Risk, TheConditionsOfARuleHoldOfOneAndTheSameItem) {
  EXPECT_EQ(assessed("  rules:\n" + rule(40, "CN")).text(),
            "yellow at 40 points: tobacco from CN 40 (item 2)");
  EXPECT_EQ(assessed("  rules:\n" + rule(40, "US")).channel, Channel::green);
}

TEST(Risk, PointsOfAllRulesAddUpToAChannel) {
  const RiskAssessment out = assessed("  rules:\n" + rule(40, "CN") + R"(    - name: hardly any value
      weight: 20
      when: [{path: Declaration/GoodsShipment/GovernmentAgencyGoodsItem/StatisticalValueAmount, below: 10}]
)");
  EXPECT_EQ(out.channel, Channel::red);
  EXPECT_EQ(out.text(), "red at 60 points: tobacco from CN 40 (item 2), hardly any value 20 (item 1)");
}

TEST(Risk, AWatchListFindsNamesWhateverTheirCase) {
  EXPECT_EQ(assessed(R"(  watch lists:
    - name: consignors
      weight: 60
      paths: [Declaration/Exporter/Name]
      entries: [ACME TRADING]
)")
                .text(),
            "red at 60 points: watch list consignors 60");
}

TEST(Risk, CreditIsGivenForRulesAndNeverBelowNothing) {
  const std::string rules = "  rules:\n" + rule(40, "CN");
  constexpr std::string_view credit = "  authorised operators: {points: 50, categories: AEOC}\n";
  EXPECT_EQ(assessed(rules + std::string(credit)).text(),
            "green at 0 points: tobacco from CN 40 (item 2), authorised operator -40");
  EXPECT_THAT(assessed(credit).reasons, IsEmpty());
  EXPECT_EQ(assessed(rules + "  authorised operators: {points: 50, categories: AEOC, holders: GB2}\n").score,
            40);
}

TEST(Risk, ASampleIsChosenByItsDrawAlone) {
  constexpr std::string_view sampling = "  sampling: {share: 2 %, channel: red}\n";
  EXPECT_EQ(assessed(sampling, 0).text(), "red at 0 points: chosen at random");
  EXPECT_TRUE(assessed(sampling, 19'999'999).sampled);
  EXPECT_FALSE(assessed(sampling, 20'000'000).sampled);
  EXPECT_FALSE(assessed("  sampling: {share: 0 %, channel: red}\n", 0).sampled);
  EXPECT_TRUE(assessed("  sampling: {share: 100 %, channel: red}\n", ~0ull).sampled);
}

TEST(Risk, SamplesTheShareAskedFor) {
  const Profile profile = profile_of(std::string(head) + "  sampling: {share: 5 %, channel: yellow}\n");
  const v1::MetaData document = declaration();
  Random random(7);
  int sampled = 0;
  for (int i = 0; i < 4000; ++i)
    sampled += assess_risk(profile.risk, document, random.next()).sampled ? 1 : 0;
  // Five standard deviations about 200.
  EXPECT_NEAR(sampled, 200, 70);
}

}  // namespace
}  // namespace gnc::window::risk_test
