#include "nodes/window/matching.h"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include "nodes/window/match_book.h"
#include "nodes/window/window_business.h"
#include "tests/nodes/window/window_world.h"

namespace gnc::window::matching_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view profile = R"(
profile: test
title: Test
illustrative: true
country: CN
matching:
  with: [export-declaration]
  when: [{path: Declaration/TypeCode, starts with: IM}]
  by: [Declaration/GoodsShipment/UCR/ID, Declaration/GoodsShipment/PreviousDocument/ID]
  compare:
    - {field: goods code, path: Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/Classification/ID, first: 6, weight: 60}
    - {field: gross mass, path: Declaration/TotalGrossMassMeasure, within: 2 %, weight: 30}
    - {field: value, path: Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/InvoiceLine/ItemChargeAmount, total: true, within: 5 %, weight: 30}
    - {field: container, path: Declaration/GoodsShipment/Consignment/TransportEquipment/ID}
  nothing found: 30
  kept: 10d
risk:
  yellow from: 30
  red from: 60
control:
  documentary: {takes: 1h, told: false}
  physical: {takes: 4h}
)";

struct Item {
  std::string code = "04051000";
  std::string value = "1000";
  std::string currency = "NZD";
};

struct Consignment {
  std::string type = "IMA";
  std::string function = "9";
  std::string ucr = "6NZ-1";
  std::string transport = "";
  std::string mass = "1000";
  std::string unit = "KGM";
  std::vector<Item> items = {Item{}};
  std::vector<std::string> containers = {};

  v1::MetaData document() const {
    std::string equipment, goods, previous, reference;
    for (std::size_t i = 0; i < containers.size(); ++i) {
      equipment += fmt::format(
          "<TransportEquipment><SequenceNumeric>{}</SequenceNumeric><ID>{}</ID></TransportEquipment>", i + 1,
          containers[i]);
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      goods += fmt::format(
          R"(<GovernmentAgencyGoodsItem><SequenceNumeric>{}</SequenceNumeric><Commodity>
             <Classification><ID>{}</ID></Classification>
             <InvoiceLine><ItemChargeAmount currencyID="{}">{}</ItemChargeAmount></InvoiceLine>
             </Commodity></GovernmentAgencyGoodsItem>)",
          i + 1, items[i].code, items[i].currency, items[i].value);
    }
    if (!transport.empty())
      previous = fmt::format("<PreviousDocument><ID>{}</ID></PreviousDocument>", transport);
    if (!ucr.empty()) reference = fmt::format("<UCR><ID>{}</ID></UCR>", ucr);
    if (!equipment.empty()) equipment = "<Consignment>" + equipment + "</Consignment>";
    return document_of(fmt::format(
        R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>{}</FunctionCode>
           <FunctionalReferenceID>LRN</FunctionalReferenceID><TypeCode>{}</TypeCode>
           <TotalGrossMassMeasure unitCode="{}">{}</TotalGrossMassMeasure>
           <GoodsShipment>{}{}{}{}</GoodsShipment></Declaration></MetaData>)",
        function, type, unit, mass, equipment, goods, previous, reference));
  }
};

Consignment leaves(Consignment consignment = {}) {
  consignment.type = "EX";
  return consignment;
}

Uuid id(std::uint64_t number) { return Uuid::from_parts(noon, number, number); }

// One import declaration beside one export declaration, as a book finds them.
std::string found(const Consignment& declared, const Consignment& sent) {
  const Profile read = profile_of(profile);
  MatchBook book(*read.matching);
  book.take(leaves(sent).document(), id(1), "NZ", noon);
  return book.match(declared.document(), "26CN1", noon).text();
}

TEST(Matching, PairsByTheFirstKeyThatBothHave) {
  EXPECT_EQ(found({}, {}), "agrees with what NZ sent");
  EXPECT_EQ(found({.ucr = "", .transport = "BL-7"}, {.transport = "BL-7"}), "agrees with what NZ sent");
  EXPECT_EQ(found({.ucr = "6NZ-2"}, {}), "no partner has sent anything to match it with");
  // A number is a key only where it stands for the same thing.
  EXPECT_EQ(found({.ucr = "BL-7"}, {.transport = "BL-7"}), "no partner has sent anything to match it with");
}

TEST(Matching, AllowsNumbersWhatTheirToleranceSays) {
  EXPECT_EQ(found({.mass = "1020"}, {.mass = "1000.0"}), "agrees with what NZ sent");
  EXPECT_EQ(found({.mass = "980"}, {.mass = "1000"}), "agrees with what NZ sent");
  EXPECT_EQ(found({.mass = "1020.001"}, {.mass = "1000"}),
            "differs from what NZ sent: gross mass 1020.001 KGM, there 1000 KGM");
  EXPECT_EQ(found({.mass = "1"}, {.mass = "1", .unit = "TNE"}),
            "differs from what NZ sent: gross mass 1 KGM, there 1 TNE");
}

TEST(Matching, ComparesCodesItemByItemAndAsFarAsTheyAreCommon) {
  EXPECT_EQ(found({.items = {{.code = "0405100090"}}}, {.items = {{.code = "04051000"}}}),
            "agrees with what NZ sent");
  EXPECT_EQ(found({.items = {{}, {.code = "02043000"}}}, {.items = {{}, {.code = "02044200"}}}),
            "differs from what NZ sent: goods code 020430, there 020442 (item 2)");
}

TEST(Matching, ComparesTotalsWhereItemsAreGroupedOtherwise) {
  EXPECT_EQ(found({.items = {{.value = "400"}, {.value = "600"}}}, {.items = {{.value = "1000"}}}),
            "agrees with what NZ sent");
  EXPECT_EQ(found({.items = {{.value = "900"}}}, {.items = {{.value = "1000"}}}),
            "differs from what NZ sent: value 900 NZD, there 1000 NZD");
  // Amounts of two currencies have no sum, and so there is nothing to compare them with.
  EXPECT_EQ(found({.items = {{.value = "1"}, {.value = "1", .currency = "CNY"}}}, {.items = {{}, {}}}),
            "agrees with what NZ sent");
  EXPECT_EQ(found({.items = {{.currency = "CNY"}}}, {}),
            "differs from what NZ sent: value 1000 CNY, there 1000 NZD");
}

TEST(Matching, ComparesSeveralOfOneKindWhateverTheirOrder) {
  EXPECT_EQ(found({.containers = {"A", "B"}}, {.containers = {"B", "A"}}), "agrees with what NZ sent");
  EXPECT_EQ(found({.containers = {"A"}}, {.containers = {"A", "B"}}),
            "differs from what NZ sent: container A, there A, B");
}

TEST(Matching, TakesWhatOnlyOneSaysForNoDifference) {
  EXPECT_EQ(found({.containers = {"A"}}, {}), "agrees with what NZ sent");
}

TEST(MatchBook, TheLastThatASenderSaysCountsAndNobodyElseChangesIt) {
  const Profile read = profile_of(profile);
  MatchBook book(*read.matching);
  const auto declared = Consignment{}.document();
  book.take(leaves({.mass = "500"}).document(), id(1), "NZ", noon);
  book.take(leaves({.mass = "1000"}).document(), id(2), "NZ", noon);
  book.take(leaves({.mass = "700"}).document(), id(3), "AU", noon);
  EXPECT_EQ(book.held(), 1u);
  EXPECT_EQ(book.match(declared, "1", noon).text(), "agrees with what NZ sent");
  book.take(leaves({.function = "1"}).document(), id(4), "AU", noon);
  EXPECT_EQ(book.match(declared, "1", noon).text(), "agrees with what NZ sent");
  book.take(leaves({.function = "1"}).document(), id(5), "NZ", noon);
  EXPECT_EQ(book.match(declared, "1", noon).outcome, MatchOutcome::nothing_found);
  EXPECT_EQ(book.held(), 0u);
  EXPECT_EQ(book.waiting(), 1u);
}

TEST(MatchBook, KeepsBothSidesForItsTime) {
  const Profile read = profile_of(profile);
  MatchBook book(*read.matching);
  const auto day = [](int days) { return noon + Duration::from_seconds(days * 86'400); };
  book.take(leaves().document(), id(1), "NZ", noon);
  book.match(Consignment{.ucr = "other"}.document(), "1", day(1));
  EXPECT_EQ(book.match(Consignment{}.document(), "2", day(10)).outcome, MatchOutcome::matched);
  EXPECT_EQ(book.match(Consignment{}.document(), "2", day(10) + Duration{1}).outcome,
            MatchOutcome::nothing_found);
  EXPECT_THAT(book.take(leaves({.ucr = "other"}).document(), id(2), "NZ", day(12)), IsEmpty());
}

TEST(MatchBook, TellsEveryDeclarationThatWaited) {
  const Profile read = profile_of(profile);
  MatchBook book(*read.matching);
  book.match(Consignment{}.document(), "1", noon);
  book.match(Consignment{.mass = "5"}.document(), "2", noon);
  book.match(Consignment{}.document(), "3", noon);
  book.withdraw("3");
  const auto late = book.take(leaves().document(), id(1), "NZ", noon);
  ASSERT_EQ(late.size(), 2u);
  EXPECT_EQ(late[0].number + " " + late[0].result.text(), "1 agrees with what NZ sent");
  EXPECT_EQ(late[1].number + " " + late[1].result.text(),
            "2 differs from what NZ sent: gross mass 5 KGM, there 1000 KGM");
  EXPECT_THAT(book.take(leaves().document(), id(2), "NZ", noon), IsEmpty());
}

class MatchingWindow : public testing::Test {
 protected:
  std::vector<std::string> lodge(const Consignment& consignment) {
    return world_.lodge(consignment.document());
  }
  std::string send(const Consignment& consignment) {
    const v1::MetaData sent = leaves(consignment).document();
    said_ = world_.window.take_partners({sent, id(++sent_), "NZ", {}, world_.now, 0});
    EXPECT_THAT(said_.responses, IsEmpty());
    return said_.why;
  }
  static Duration hours(int hours) { return Duration::from_seconds(hours * 3600); }

  WindowWorld world_{profile_of(profile)};
  WindowAnswer said_;
  std::uint64_t sent_ = 0;
};

TEST_F(MatchingWindow, ReleasesWhatAgrees) {
  send({});
  EXPECT_THAT(lodge({}), ElementsAre("01", "09"));
  EXPECT_EQ(world_.last.why, "agrees with what NZ sent; green at 0 points; released");
  EXPECT_EQ(world_.last.findings.match(), v1::MATCH_OUTCOME_MATCHED);
}

TEST_F(MatchingWindow, ADiscrepancyLeadsToAChannelByItsWeight) {
  send({});
  EXPECT_THAT(lodge({.mass = "1100"}), ElementsAre("01"));
  EXPECT_EQ(world_.last.why,
            "differs from what NZ sent: gross mass 1100 KGM, there 1000 KGM; yellow at 30 points: gross mass "
            "differs 30");
  EXPECT_THAT(world_.last.findings.discrepancies(), ElementsAre("gross mass"));
  EXPECT_THAT(lodge({.items = {{.code = "02044200"}}}), ElementsAre("01", "05"));
  EXPECT_EQ(world_.last.findings.channel(), v1::RISK_CHANNEL_RED);
  EXPECT_EQ(world_.last.findings.match(), v1::MATCH_OUTCOME_DISCREPANCY);
  EXPECT_THAT(world_.wait(hours(1)), ElementsAre("09"));
  EXPECT_THAT(world_.wait(hours(3)), ElementsAre("09"));
}

TEST_F(MatchingWindow, MatchesOnlyWhatItIsToldTo) {
  EXPECT_THAT(lodge({.type = "SUP"}), ElementsAre("01", "09"));
  EXPECT_EQ(world_.last.findings.match(), v1::MATCH_OUTCOME_UNSPECIFIED);
}

TEST_F(MatchingWindow, LateDataThatAgreesReleasesWhatWasHeldForTheLackOfIt) {
  EXPECT_THAT(lodge({}), ElementsAre("01"));
  EXPECT_EQ(world_.last.findings.match(), v1::MATCH_OUTCOME_NOTHING_FOUND);
  world_.now = world_.now + Duration::from_seconds(60);
  EXPECT_EQ(send({}), world_.number + " came before, and agrees with what NZ sent");
  EXPECT_TRUE(said_.findings.late());
  EXPECT_EQ(said_.findings.match(), v1::MATCH_OUTCOME_MATCHED);
  EXPECT_EQ(world_.window.next_due(), world_.now);
  EXPECT_THAT(world_.wait({}), ElementsAre("09"));
  EXPECT_EQ(world_.last.findings.channel(), v1::RISK_CHANNEL_GREEN);
  EXPECT_EQ(world_.last.findings.match(), v1::MATCH_OUTCOME_UNSPECIFIED);
  EXPECT_THAT(world_.wait(hours(9)), IsEmpty());
}

TEST_F(MatchingWindow, LateDataThatDiffersHasTheGoodsOpenedAfterAll) {
  lodge({});
  world_.now = world_.now + Duration::from_seconds(60);
  send({.items = {{.code = "02044200"}}});
  EXPECT_THAT(said_.findings.discrepancies(), ElementsAre("goods code"));
  EXPECT_THAT(world_.wait({}), ElementsAre("05"));
  EXPECT_THAT(world_.wait(hours(3)), IsEmpty());
  EXPECT_THAT(world_.wait(hours(1)), ElementsAre("09"));
  EXPECT_EQ(world_.last.findings.channel(), v1::RISK_CHANNEL_RED);
}

TEST_F(MatchingWindow, LateDataThatChangesNothingLeavesTheTimeAsItWas) {
  lodge({});
  world_.now = world_.now + Duration::from_seconds(60);
  send({.mass = "1100"});
  EXPECT_THAT(world_.wait({}), IsEmpty());
  EXPECT_EQ(world_.window.next_due(), noon + hours(1));
  world_.now = noon;
  EXPECT_THAT(world_.wait(hours(1)), ElementsAre("09"));
  EXPECT_EQ(world_.last.findings.channel(), v1::RISK_CHANNEL_YELLOW);
}

TEST_F(MatchingWindow, LateDataAboutReleasedGoodsIsRecordedAlone) {
  lodge({});
  const std::string number = world_.number;
  world_.wait(hours(1));
  EXPECT_EQ(send({.mass = "1100"}),
            number + " came before, and differs from what NZ sent: gross mass 1000 KGM, there 1100 KGM");
  EXPECT_EQ(world_.window.next_due(), Instant{});
}

TEST_F(MatchingWindow, KnowsAfterARestartWhatItHadAndWhatItWaitedFor) {
  send({});
  lodge({.ucr = "6NZ-2"});
  world_.start_again();
  EXPECT_THAT(lodge({}), ElementsAre("01", "09"));
  const std::string agrees = " came before, and agrees with what NZ sent";
  EXPECT_THAT(send({.ucr = "6NZ-2"}), HasSubstr(agrees));
  // Killed between the partner's declaration and what follows from it.
  world_.start_again();
  EXPECT_THAT(world_.wait({}), ElementsAre("09"));
  world_.start_again();
  EXPECT_EQ(world_.window.open_cases(), 0u);
  EXPECT_EQ(world_.window.match_book()->waiting(), 0u);
  EXPECT_EQ(world_.window.match_book()->held(), 2u);
}

TEST_F(MatchingWindow, AnAmendedDeclarationIsMatchedAnew) {
  send({});
  EXPECT_THAT(lodge({.mass = "2000"}), ElementsAre("01"));
  Consignment amended{.function = "5"};
  EXPECT_THAT(lodge(amended), ElementsAre("02", "11/39", "09"));
  EXPECT_EQ(world_.last.findings.match(), v1::MATCH_OUTCOME_MATCHED);
}

TEST_F(MatchingWindow, ANoteThatCannotBeReadIsRefusedByName) {
  const auto recalled = world_.window.recall({{"match/partner/1", "\xff"}});
  ASSERT_FALSE(recalled);
  EXPECT_THAT(recalled.error().detail, HasSubstr("match/partner/1"));
  EXPECT_FALSE(world_.window.recall({{"match/other/1", ""}}));
}

// By the message that brings it a declaration is a partner's, or one to be cleared.
TEST(MatchingBusiness, TakesAPartnersDataByTheMessageAndAnswersItForItself) {
  WindowBusiness business(std::make_shared<const Profile>(profile_of(profile)));
  const auto decide = [&](const Consignment& consignment, const std::string& message, std::uint64_t number) {
    const std::string bytes = consignment.document().SerializeAsString();
    const PartyName nz = *PartyName::from_text("NZ"), cn = *PartyName::from_text("CN");
    const Uuid document = id(number), conversation = id(number + 100), answer = id(number + 200);
    return business.decide({.id = document,
                            .sender = nz,
                            .recipient = cn,
                            .conversation = conversation,
                            .agreement = "NZ-CN/matching",
                            .message = message,
                            .document_type = "DEC",
                            .answer_due = true,
                            .answer_type = "RES",
                            .structured = bytes,
                            .answer_id = answer},
                           noon);
  };
  // What the data model refuses is no data.
  Consignment faulty = leaves();
  faulty.function = "much too long for a code";
  EXPECT_EQ(decide(faulty, "export-declaration", 1).outcome, nodes::Outcome::rejected);
  EXPECT_EQ(business.clearance().match_book()->held(), 0u);
  const nodes::Decision taken = decide(leaves(), "export-declaration", 2);
  EXPECT_EQ(taken.outcome, nodes::Outcome::accepted);
  EXPECT_THAT(said(*taken.answer), ElementsAre("01"));
  EXPECT_FALSE(taken.findings);
  EXPECT_THAT(said(*decide({}, "import-declaration", 3).answer), ElementsAre("01", "09"));
  decide({.ucr = "late"}, "import-declaration", 4);
  const nodes::Decision late = decide(leaves({.ucr = "late"}), "export-declaration", 5);
  ASSERT_TRUE(late.findings);
  EXPECT_TRUE(late.findings->late());
  EXPECT_EQ(business.time_passed(noon).size(), 1u);
}

}  // namespace
}  // namespace gnc::window::matching_test
