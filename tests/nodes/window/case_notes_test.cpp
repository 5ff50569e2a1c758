#include "nodes/window/case_notes.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "tests/nodes/window/window_world.h"

namespace gnc::window::case_notes_test {
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
      rate: {sum of: [3.333 %, 1.005 per KGM]}
      quotas: [{order: "091234", quantity: 300 KGM, rate: 0 %}]
risk:
  yellow from: 30
  red from: 60
  watch lists:
    - {name: looked at, weight: 30, paths: [Declaration/Exporter/Name], entries: [Yellow]}
    - {name: opened, weight: 60, paths: [Declaration/Exporter/Name], entries: [Red]}
control:
  documentary: {takes: 1h}
  physical: {takes: 4h}
treasury:
  accounts:
    - {number: CASH, kind: immediate, limit: 900}
  methods: {A: immediate}
  account at: [Declaration/AdditionalDocument/ID]
post-release query:
  when: [{path: Declaration/TypeCode, starts with: EX}]
  after: 2h
  answer within: 14d
)";

v1::MetaData declaration(int number, std::string_view type, std::string_view exporter) {
  return document_of(fmt::format(
      R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>9</FunctionCode>
      <FunctionalReferenceID>LRN-{}</FunctionalReferenceID><TypeCode>{}</TypeCode>
      <AdditionalDocument><ID>CASH</ID></AdditionalDocument><Exporter><Name>{}</Name></Exporter>
      <GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>
      <Commodity><Classification><ID>04021000</ID></Classification>
        <DutyTaxFee><DutyRegimeCode>120</DutyRegimeCode><QuotaOrderID>091234</QuotaOrderID>
          <Payment><MethodCode>A</MethodCode></Payment></DutyTaxFee>
        <GoodsMeasure><NetNetWeightMeasure>77.5</NetNetWeightMeasure></GoodsMeasure>
        <InvoiceLine><ItemChargeAmount currencyID="GBP">1000.01</ItemChargeAmount></InvoiceLine></Commodity>
      <Origin><CountryCode>NZ</CountryCode></Origin></GovernmentAgencyGoodsItem></GoodsShipment></Declaration>
      </MetaData>)",
      number, type, exporter));
}

v1::MetaData request(const std::string& number, std::string_view type) {
  return document_of(fmt::format(
      R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>13</FunctionCode>
      <FunctionalReferenceID>REQUEST</FunctionalReferenceID><ID>{}</ID><TypeCode>{}</TypeCode></Declaration>
      </MetaData>)",
      number, type));
}

TEST(CaseNotes, WhatWasHeldIsReleasedAfterARestart) {
  WindowWorld world(profile_of(profile));
  EXPECT_THAT(world.lodge(declaration(1, "IMA", "Red")), ElementsAre("01", "05"));
  world.start_again();
  EXPECT_EQ(world.window.next_due(), world.now + Duration::from_seconds(4 * 3600));
  EXPECT_THAT(world.wait(Duration::from_seconds(4 * 3600)), ElementsAre("13/4 A00 0.00 0.00", "09"));
  // Nothing is to be said about it any more; what it drew stays drawn.
  world.start_again();
  EXPECT_EQ(world.window.open_cases(), 0u);
  EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::quota, "091234"), *Decimal::parse("77.5"));
}

TEST(CaseNotes, WhatIsReleasedAtOnceIsNotNoted) {
  WindowWorld world(profile_of(profile));
  world.lodge(declaration(1, "IMA", "Green"));
  for (const nodes::NoteRecord& note : world.window.notes()) EXPECT_TRUE(note.name.starts_with(used_notes));
  EXPECT_THAT(world.window.notes(), IsEmpty());
}

TEST(CaseNotes, ACaseInAnotherCurrencyThanTheProfilesIsRefused) {
  WindowWorld world(profile_of(profile));
  world.lodge(declaration(1, "IMA", "Red"));
  std::string changed(profile);
  for (std::size_t at; (at = changed.find("GBP")) != std::string::npos;) changed.replace(at, 3, "EUR");
  const Profile other = profile_of(changed);
  Office office(other.opening_hours, other.officers, 1);
  Clearance window(other, office);
  const auto recalled = window.recall(world.window.notes());
  ASSERT_FALSE(recalled);
  EXPECT_THAT(recalled.error().detail, HasSubstr("its duty is in GBP"));
}

TEST(CaseNotes, ANoteThatCannotBeReadIsRefusedByName) {
  const Profile empty = profile_of(profile);
  Office office(empty.opening_hours, empty.officers, 1);
  for (const auto& [name, bytes] : std::vector<std::pair<std::string, std::string>>{{"case/26GB", "\xff"},
                                                                                    {"case/26GB", ""},
                                                                                    {"used/1/CASH", "\xff"},
                                                                                    {"used/1/CASH", ""},
                                                                                    {"x", ""}}) {
    Clearance window(empty, office);
    const auto recalled = window.recall({{name, bytes}});
    ASSERT_FALSE(recalled);
    EXPECT_THAT(recalled.error().detail, HasSubstr('"' + name + '"'));
  }
}

// Whatever is lodged, asked and waited for: a window that starts again before each of these says what the
// other says that never stops.
TEST(CaseNotes, AWindowThatStartsAgainSaysTheSame) {
  EXPECT_TRUE(rc::check([] {
    WindowWorld lasting(profile_of(profile)), restarted(profile_of(profile));
    const int count = *rc::gen::inRange(1, 15);
    for (int i = 0; i < count; ++i) {
      restarted.start_again();
      std::vector<std::string> one, other;
      const int what = *rc::gen::inRange(0, 5);
      if (what < 2) {
        const auto type = *rc::gen::element(std::string("IMA"), std::string("IMD"), std::string("EXA"));
        const auto exporter =
            *rc::gen::element(std::string("Green"), std::string("Yellow"), std::string("Red"));
        const v1::MetaData document = declaration(i, type, exporter);
        one = lasting.lodge(document);
        other = restarted.lodge(document);
      } else if (what < 4) {
        const v1::MetaData document = request(lasting.number, what == 2 ? "GPR" : "INV");
        one = lasting.lodge(document);
        other = restarted.lodge(document);
      } else {
        const Duration time = Duration::from_seconds(*rc::gen::inRange(1, 20'000));
        one = lasting.wait(time);
        other = restarted.wait(time);
        // What falls due at one moment comes in no order.
        std::ranges::sort(one);
        std::ranges::sort(other);
      }
      RC_ASSERT(one == other);
      RC_ASSERT(lasting.window.open_cases() == restarted.window.open_cases());
      for (const auto& [of, name] :
           {std::pair{LedgerEntry::Of::quota, "091234"}, {LedgerEntry::Of::account, "CASH"}})
        RC_ASSERT(lasting.window.ledger().used(of, name) == restarted.window.ledger().used(of, name));
    }
  }));
}

}  // namespace
}  // namespace gnc::window::case_notes_test
