#include "nodes/window/clearance.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "model/document/wco_path.h"
#include "tests/nodes/window/window_world.h"

namespace gnc::window::clearance_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Rates, permits and limits of no administration.
constexpr std::string_view profile = R"(
profile: test
title: Test
illustrative: true
country: GB
duty is due: [{path: Declaration/TypeCode, starts with: IM}]
pre-lodged: [{path: Declaration/TypeCode, is: IMD}]
tariff:
  currency: GBP
  duties:
    - goods: "0402"
      type: A00
      rate: 10 %
      quotas: [{order: "091234", quantity: 1000 KGM, rate: 0 %}]
  taxes: [{type: B00, rate: 20 %}]
risk:
  yellow from: 30
  red from: 60
  watch lists:
    - {name: looked at, weight: 30, paths: [Declaration/Exporter/Name], entries: [Yellow]}
    - {name: opened, weight: 60, paths: [Declaration/Exporter/Name], entries: [Red]}
control:
  documentary: {takes: 1h}
  physical: {takes: 4h}
agencies:
  - agency: GB/health
    goods: ["0402"]
    origins: [NZ]
    papers: [N853]
    permits:
      - {number: P-1, holder: GB77, goods: ["04"], from: 2023-01-01, until: 2024-01-01, quantity: 500 KGM}
      - {number: P-OLD, from: 2022-01-01, until: 2023-01-01}
      - {number: P-SLOW, from: 2023-01-01, until: 2024-01-01}
  - {agency: GB/statistics, goods: ["04"], takes: 30min}
treasury:
  accounts:
    - {number: CASH, kind: immediate, limit: 500}
    - {number: DEFER, kind: deferred, limit: 100000}
    - {number: BOND, kind: guaranteed, limit: 1000}
  methods: {A: immediate, E: deferred, R: guaranteed}
  account at: [Declaration/AdditionalDocument/ID]
documents within: 10d
post-release query:
  when: [{path: Declaration/TypeCode, starts with: EX}]
  after: 90d
  answer within: 14d
)";

struct Goods {
  std::string type = "IMA";
  std::string exporter = "Green";
  std::string code = "84212100";
  std::string origin = "DE";
  std::string value = "1000";
  std::string mass = "100";
  std::string method = "E";
  std::string account = "DEFER";
  std::string more = {};  // of the item
  std::string fee = {};   // of its DutyTaxFee
};

v1::MetaData declaration(const Goods& goods) {
  static int documents = 0;
  return document_of(fmt::format(
      R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>9</FunctionCode>
      <FunctionalReferenceID>LRN-{}</FunctionalReferenceID><TypeCode>{}</TypeCode>
      <AdditionalDocument><ID>{}</ID></AdditionalDocument><Exporter><Name>{}</Name></Exporter>
      <GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>{}
      <Commodity><Classification><ID>{}</ID></Classification>
        <DutyTaxFee>{}<Payment><MethodCode>{}</MethodCode></Payment></DutyTaxFee>
        <GoodsMeasure><NetNetWeightMeasure>{}</NetNetWeightMeasure></GoodsMeasure>
        <InvoiceLine><ItemChargeAmount currencyID="GBP">{}</ItemChargeAmount></InvoiceLine></Commodity>
      <Origin><CountryCode>{}</CountryCode></Origin></GovernmentAgencyGoodsItem>
      <Importer><ID>GB77</ID></Importer></GoodsShipment></Declaration></MetaData>)",
      ++documents, goods.type, goods.account, goods.exporter, goods.more, goods.code, goods.fee, goods.method,
      goods.mass, goods.value, goods.origin));
}

std::string permit(std::string_view number, std::string_view off = "") {
  return fmt::format(
      R"(<AdditionalDocument><CategoryCode>N</CategoryCode><ID>{}</ID><TypeCode>853</TypeCode>{}
    </AdditionalDocument>)",
      number,
      off.empty() ? ""
                  : fmt::format("<WriteOff><QuantityQuantity unitCode=\"KGM\">{}</QuantityQuantity>"
                                "</WriteOff>",
                                off));
}

v1::MetaData request(const WindowWorld& world, std::string_view type, std::string_view content = "") {
  return document_of(fmt::format(
      R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>13</FunctionCode>
      <FunctionalReferenceID>REQUEST</FunctionalReferenceID><ID>{}</ID><TypeCode>{}</TypeCode>{}</Declaration>
      </MetaData>)",
      world.number, type, content));
}

TEST(Clearance, GoodsThatNothingHoldsAreReleasedAtOnce) {
  WindowWorld world(profile_of(profile));
  EXPECT_THAT(world.lodge(declaration({})), ElementsAre("01", "13/4 B00 20.00 200.00", "09"));
  EXPECT_EQ(world.last.why, "green at 0 points; deferred on account DEFER; released");
  EXPECT_EQ(world.last.findings.channel(), v1::RISK_CHANNEL_GREEN);
  EXPECT_TRUE(world.last.findings.released());
  EXPECT_EQ(world.window.next_due(), Instant{});
  // Nothing more can be asked about it, so nothing of it is kept.
  EXPECT_EQ(world.window.open_cases(), 0u);
}

TEST(Clearance, NoDutyIsAskedWhereNoneIsDue) {
  WindowWorld world(profile_of(profile));
  EXPECT_THAT(world.lodge(declaration({.type = "EXA"})), ElementsAre("01", "09"));
}

TEST(Clearance, AYellowChannelHoldsGoodsForDocumentsAndARedOneForInspection) {
  for (const auto& [exporter, takes] : {std::pair{"Yellow", 1}, {"Red", 4}}) {
    WindowWorld world(profile_of(profile));
    const bool red = takes == 4;
    const auto first = world.lodge(declaration({.exporter = exporter}));
    EXPECT_EQ(world.last.findings.channel(), red ? v1::RISK_CHANNEL_RED : v1::RISK_CHANNEL_YELLOW);
    EXPECT_FALSE(world.last.findings.released());
    if (red) {
      EXPECT_THAT(first, ElementsAre("01", "05"));
    } else {
      EXPECT_THAT(first, ElementsAre("01"));
    }
    EXPECT_EQ(world.window.next_due(), world.now + Duration::from_seconds(takes * 3600));
    EXPECT_THAT(world.wait(Duration::from_seconds(takes * 3600 - 1)), IsEmpty());
    EXPECT_THAT(world.wait(Duration::from_seconds(1)), ElementsAre("13/4 B00 20.00 200.00", "09"));
  }
}

TEST(Clearance, TheSlowestOfAgenciesAndOfficersDecidesWhenGoodsMove) {
  WindowWorld world(profile_of(profile));
  const Goods butter{.code = "04051000"};
  EXPECT_THAT(world.lodge(declaration(butter)), ElementsAre("01"));
  EXPECT_EQ(world.window.next_due(), world.now + Duration::from_seconds(1800));
  EXPECT_THAT(world.last.why, HasSubstr("GB/statistics agrees"));
  EXPECT_EQ(world.last.findings.agencies(), 1u);

  WindowWorld other(profile_of(profile));
  other.lodge(declaration({.exporter = "Red", .code = "04051000"}));
  EXPECT_EQ(other.window.next_due(), other.now + Duration::from_seconds(4 * 3600));
}

Goods milk_powder(std::string more) { return {.code = "04021000", .origin = "NZ", .more = std::move(more)}; }

TEST(Clearance, WhatAnAgencyLacksIsAskedForWithItsReason) {
  for (const auto& [papers, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "no permit is declared (N853)"},
           {permit("P-9"), "permit P-9 is not known"},
           {permit("P-OLD"), "permit P-OLD ended on 2023-01-01T00:00:00Z"},
           {permit("P-1", "501"), "permit P-1 has 500 KGM left, not 501"}}) {
    WindowWorld world(profile_of(profile));
    EXPECT_THAT(world.lodge(declaration(milk_powder(papers))), ElementsAre("01", "06"));
    const v1::ResponseAdditionalInformation& wanted = world.last.responses.back().additional_information(0);
    EXPECT_EQ(wanted.statement_description().value(), "GB/health: item 1: " + why);
    EXPECT_EQ(wanted.limit_date_time().value(), "20231124221320Z");
    EXPECT_TRUE(world.last.findings.document_wanted());
    // It waits for the trader, not for time.
    EXPECT_THAT(world.wait(Duration::from_seconds(24 * 3600)), IsEmpty());
  }
}

TEST(Clearance, APermitIsWrittenOffUntilItIsUsedUp) {
  WindowWorld world(profile_of(profile));
  EXPECT_THAT(world.lodge(declaration(milk_powder(permit("P-1", "300")))), ElementsAre("01"));
  EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::permit, "P-1"), Decimal(300));
  EXPECT_THAT(world.lodge(declaration(milk_powder(permit("P-1", "300")))), ElementsAre("01", "06"));
  EXPECT_THAT(world.lodge(declaration(milk_powder(permit("P-1", "200")))), ElementsAre("01"));
  EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::permit, "P-1"), Decimal(500));
}

TEST(Clearance, AnAmendmentBringsThePermitAndTheGoodsMove) {
  WindowWorld world(profile_of(profile));
  world.lodge(declaration(milk_powder(permit("P-9"))));
  const auto answers = world.lodge(request(world, "COR", R"(
    <Amendment><ChangeReasonCode>25</ChangeReasonCode>
      <Pointer><DocumentSectionCode>42A</DocumentSectionCode></Pointer>
      <Pointer><DocumentSectionCode>67A</DocumentSectionCode></Pointer>
      <Pointer><SequenceNumeric>1</SequenceNumeric><DocumentSectionCode>68A</DocumentSectionCode></Pointer>
      <Pointer><SequenceNumeric>1</SequenceNumeric><DocumentSectionCode>02A</DocumentSectionCode>
        <TagID>D005</TagID></Pointer></Amendment>
    <GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>
      <AdditionalDocument><ID>P-1</ID></AdditionalDocument></GovernmentAgencyGoodsItem></GoodsShipment>)"));
  EXPECT_THAT(answers, ElementsAre("02", "11/39", "07 25 42A/67A/68A[1]/02A[1]/D005"));
  EXPECT_THAT(world.wait(Duration::from_seconds(1800)),
              ElementsAre("13/4 A00 10.00 100.00 B00 20.00 220.00", "09"));
  EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::permit, "P-1"), Decimal(100));
}

TEST(Clearance, AnAmendmentThatFaultsTheDeclarationIsRefusedAndChangesNothing) {
  WindowWorld world(profile_of(profile));
  world.lodge(declaration({.exporter = "Yellow"}));
  const auto answers = world.lodge(request(world, "COR", R"(
    <Amendment><Pointer><DocumentSectionCode>42A</DocumentSectionCode></Pointer>
      <Pointer><DocumentSectionCode>67A</DocumentSectionCode></Pointer>
      <Pointer><SequenceNumeric>1</SequenceNumeric><DocumentSectionCode>68A</DocumentSectionCode></Pointer>
      <Pointer><DocumentSectionCode>23A</DocumentSectionCode></Pointer>
      <Pointer><DocumentSectionCode>79A</DocumentSectionCode></Pointer></Amendment>)"));
  EXPECT_THAT(answers, ElementsAre("02", "11/41"));
  EXPECT_FALSE(world.last.accepted);
  EXPECT_THAT(world.wait(Duration::from_seconds(3600)), ElementsAre("13/4 B00 20.00 200.00", "09"));
}

TEST(Clearance, DutyIsPaidDeferredOrGuaranteedAsDeclared) {
  for (const auto& [method, account, text] : {std::tuple{"A", "CASH", "paid from account CASH"},
                                              {"E", "DEFER", "deferred on account DEFER"},
                                              {"R", "BOND", "guaranteed by account BOND"}}) {
    WindowWorld world(profile_of(profile));
    EXPECT_THAT(world.lodge(declaration({.method = method, .account = account})),
                ElementsAre("01", "13/4 B00 20.00 200.00", "09"));
    EXPECT_THAT(world.last.why, HasSubstr(text));
    EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::account, account), Decimal(200));
  }
}

TEST(Clearance, GoodsWaitWhereMoneyDoesNotSuffice) {
  WindowWorld world(profile_of(profile));
  const Goods goods{.method = "A", .account = "CASH"};
  EXPECT_THAT(world.lodge(declaration(goods)), ElementsAre("01", "13/4 B00 20.00 200.00", "09"));
  EXPECT_THAT(world.lodge(declaration(goods)), ElementsAre("01", "13/4 B00 20.00 200.00", "09"));
  EXPECT_THAT(world.lodge(declaration(goods)), ElementsAre("01", "14"));
  EXPECT_EQ(world.last.responses.back().declaration().duty_tax_fee(0).payment().payment_amount().value(),
            "200.00");
  EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::account, "CASH"), Decimal(400));
  EXPECT_THAT(world.lodge(declaration({.method = "A", .account = "DEFER"})), ElementsAre("01", "14"));
  EXPECT_THAT(world.last.why, HasSubstr("no account is named for the method of payment"));
}

TEST(Clearance, ADeclarationIsReplacedWholeUnderItsReference) {
  WindowWorld world(profile_of(profile));
  v1::MetaData document = declaration({.value = "10000", .method = "A", .account = "CASH"});
  EXPECT_THAT(world.lodge(document), ElementsAre("01", "14"));
  ASSERT_TRUE(model::WcoPath::parse("Declaration/AdditionalDocument/ID")->set(document, "DEFER"));
  ASSERT_TRUE(
      model::WcoPath::parse("Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/DutyTaxFee/"
                            "Payment/MethodCode")
          ->set(document, "E"));
  document.mutable_declaration()->mutable_function_code()->set_value("5");
  EXPECT_THAT(world.lodge(document), ElementsAre("02", "11/39", "13/4 B00 20.00 2000.00", "09"));
}

TEST(Clearance, ACancellationGivesBackWhatWasTaken) {
  WindowWorld world(profile_of(profile));
  Goods goods = milk_powder(permit("P-1"));
  goods.fee = "<DutyRegimeCode>120</DutyRegimeCode><QuotaOrderID>091234</QuotaOrderID>";
  world.lodge(declaration(goods));
  EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::quota, "091234"), Decimal(100));
  EXPECT_THAT(
      world.lodge(request(world, "INV", "<Amendment><ChangeReasonCode>1</ChangeReasonCode></Amendment>")),
      ElementsAre("02", "11/39", "10"));
  EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::quota, "091234"), Decimal());
  EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::permit, "P-1"), Decimal());
  EXPECT_THAT(world.wait(Duration::from_seconds(24 * 3600)), IsEmpty());
  EXPECT_EQ(world.window.open_cases(), 0u);
}

TEST(Clearance, AReferenceThatIsUsedAgainStandsForTheLastOfItsDeclarations) {
  WindowWorld world(profile_of(profile));
  const v1::MetaData document = declaration({.exporter = "Yellow"});
  world.lodge(document);
  const std::string first = world.number;
  world.lodge(document);
  const std::string second = world.number;
  world.number = first;
  EXPECT_THAT(
      world.lodge(request(world, "INV", "<Amendment><ChangeReasonCode>1</ChangeReasonCode></Amendment>")),
      ElementsAre("02", "11/39", "10"));
  v1::MetaData replacement = document;
  replacement.mutable_declaration()->mutable_function_code()->set_value("5");
  world.lodge(replacement);
  EXPECT_TRUE(world.last.accepted) << world.last.why;
  EXPECT_EQ(world.number, second);
}

TEST(Clearance, WhatIsReleasedIsNotCancelledUnlessTheProfileAllowsIt) {
  WindowWorld strict(profile_of(profile));
  strict.lodge(declaration({.type = "EXA"}));
  EXPECT_THAT(strict.lodge(request(strict, "INV")), ElementsAre("02", "11/41"));

  WindowWorld lenient(profile_of(std::string(profile) + "cancel after release: true\n"));
  lenient.lodge(declaration({}));
  EXPECT_EQ(lenient.window.ledger().used(LedgerEntry::Of::account, "DEFER"), Decimal(200));
  EXPECT_THAT(lenient.lodge(request(lenient, "INV")), ElementsAre("02", "11/39", "10"));
  EXPECT_EQ(lenient.window.ledger().used(LedgerEntry::Of::account, "DEFER"), Decimal());
}

TEST(Clearance, APreLodgedDeclarationWaitsForItsGoods) {
  WindowWorld world(profile_of(profile));
  EXPECT_THAT(world.lodge(declaration({.type = "IMD"})), ElementsAre("02"));
  EXPECT_THAT(world.lodge(request(world, "GPR")), ElementsAre("02", "01", "13/4 B00 20.00 200.00", "09"));
}

TEST(Clearance, ARequestAboutNothingKnownIsRejected) {
  WindowWorld world(profile_of(profile));
  world.number = "26GB0000000000000";
  EXPECT_THAT(world.lodge(request(world, "INV")), ElementsAre("03 GNC-806 42A/D014"));
  world.lodge(declaration({.exporter = "Yellow"}));
  EXPECT_THAT(world.lodge(request(world, "XYZ")), ElementsAre("03 GNC-107 42A/D013"));
}

TEST(Clearance, GoodsThatLeftAreAskedAfter) {
  WindowWorld world(profile_of(profile));
  world.lodge(declaration({.type = "EXA"}));
  EXPECT_THAT(world.wait(Duration::from_seconds(90 * 24 * 3600)), ElementsAre("18"));
  EXPECT_EQ(world.last.responses[0].additional_information(0).limit_date_time().value(), "20240226221320Z");
  EXPECT_EQ(world.window.open_cases(), 0u);
}

TEST(Clearance, DutyThatCannotBeWorkedOutRejectsWithThePointer) {
  WindowWorld world(profile_of(profile));
  v1::MetaData document = declaration({});
  document.mutable_declaration()
      ->mutable_goods_shipment()
      ->mutable_government_agency_goods_item(0)
      ->mutable_commodity()
      ->clear_invoice_line();
  EXPECT_THAT(world.lodge(document), ElementsAre("03 GNC-105 42A/67A/68A[1]/23A/79A/112"));
}

TEST(Clearance, NumbersAreDistinctAndCarryTheirCheckDigit) {
  std::set<std::string> numbers;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Uuid id = Uuid::from_parts(noon, i, i * 0x9e3779b97f4a7c15ull + 1);
    const std::string number = declaration_number("NZ", id, noon);
    EXPECT_EQ(number.size(), 18u);
    EXPECT_TRUE(number.starts_with("23NZ")) << number;
    numbers.insert(number);
  }
  EXPECT_EQ(numbers.size(), 1000u);
}

// Whatever is lodged and asked in whatever order: what is taken is what open and released declarations took,
// and no limit is overdrawn.
TEST(Clearance, NeverGivesMoreThanThereIs) {
  EXPECT_TRUE(rc::check([] {
    WindowWorld world(profile_of(profile));
    for (int i = *rc::gen::inRange(1, 30); i > 0; --i) {
      switch (*rc::gen::inRange(0, 4)) {
        case 0: {
          Goods goods = milk_powder(permit("P-1"));
          goods.mass = std::to_string(*rc::gen::inRange(1, 400));
          goods.fee = "<DutyRegimeCode>120</DutyRegimeCode><QuotaOrderID>091234</QuotaOrderID>";
          world.lodge(declaration(goods));
          break;
        }
        case 1:
          world.lodge(declaration(
              {.value = std::to_string(*rc::gen::inRange(1, 3000)), .method = "A", .account = "CASH"}));
          break;
        case 2:
          world.lodge(request(world, "INV"));
          break;
        default:
          world.wait(Duration::from_seconds(*rc::gen::inRange(1, 7200)));
      }
      const Ledger& ledger = world.window.ledger();
      RC_ASSERT(ledger.used(LedgerEntry::Of::permit, "P-1") <= Decimal(500));
      RC_ASSERT(ledger.used(LedgerEntry::Of::quota, "091234") <= Decimal(1000));
      RC_ASSERT(ledger.used(LedgerEntry::Of::account, "CASH") <= Decimal(500));
      for (const char* name : {"P-1"}) RC_ASSERT(!ledger.used(LedgerEntry::Of::permit, name).is_negative());
      RC_ASSERT(!ledger.used(LedgerEntry::Of::quota, "091234").is_negative());
      RC_ASSERT(!ledger.used(LedgerEntry::Of::account, "CASH").is_negative());
    }
  }));
}

}  // namespace
}  // namespace gnc::window::clearance_test
