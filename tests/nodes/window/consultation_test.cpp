// The single window of the library asks the agencies that goods concern, through the gateway.

#include <gmock/gmock.h>

#include "tests/nodes/window/consultation_world.h"
#include "tests/nodes/window/window_world.h"

namespace gnc::window::consultation_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string documents = GNC_SOURCE_DIR "/scenarios/documents/import/";
constexpr const char* cn = ConsultationWorld::customs;
constexpr const char* health = ConsultationWorld::health;

using Changes = ConsultationWorld::Changes;

v1::MetaData changed(const std::string& name, const Changes& changes) {
  return document_of(changed_text("documents/import/" + name, changes));
}

v1::MetaData milk_with_permit() { return document_file(documents + "milk-powder-with-permit.xml"); }
v1::MetaData milk_without_permit() { return document_file(documents + "milk-powder-without-permit.xml"); }

// Milk powder and pumps in one declaration: two agencies are concerned.
v1::MetaData milk_and_pumps() {
  v1::MetaData both = milk_with_permit();
  const v1::MetaData pumps = document_file(documents + "pumps-that-cannot-be-paid.xml");
  v1::GoodsShipment& shipment = *both.mutable_declaration()->mutable_goods_shipment();
  auto& item = *shipment.add_government_agency_goods_item();
  item = pumps.declaration().goods_shipment().government_agency_goods_item(0);
  item.mutable_sequence_numeric()->set_value("2");
  both.mutable_declaration()->mutable_goods_item_quantity()->set_value("2");
  return both;
}

v1::MetaData cancellation(const std::string& reference) {
  return document_of(fmt::format(
      R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>1</FunctionCode>
      <FunctionalReferenceID>{}</FunctionalReferenceID><TypeCode>INV</TypeCode></Declaration></MetaData>)",
      reference));
}

Decimal used(const ConsultationWorld& world, const std::string& permit) {
  return world.business(health).desks().permits_used().used(LedgerEntry::Of::permit, permit);
}

std::string told_in_last(const ConsultationWorld& world) {
  return world.responses.back().additional_information(0).statement_description().value();
}

TEST(Consultation, GoesToTheAgencyThatGoodsConcernAndItsConsentReleasesThem) {
  ConsultationWorld world;
  EXPECT_THAT(world.lodge(milk_with_permit()), ElementsAre("01", HasSubstr("13/67")));
  EXPECT_THAT(world.messages(), ElementsAre("CN > CN/health: consultation"));
  EXPECT_THAT(world.wait(201), IsEmpty());
  EXPECT_THAT(world.wait(1), ElementsAre(HasSubstr("13/4"), "09"));
  EXPECT_THAT(world.messages(), ElementsAre("CN > CN/health: consultation", "CN/health > CN: no-objection"));
  EXPECT_EQ(used(world, "HC-2026-0418"), Decimal(40000));
  EXPECT_THAT(world.why, Contains(HasSubstr("CN/health is asked")));
  EXPECT_THAT(world.why.back(), HasSubstr("CN/health agrees"));
  EXPECT_THAT(world.refused, IsEmpty());
}

TEST(Consultation, IsOfTheSameCaseAndTellsNoMoreThanTheAgencyNeeds) {
  ConsultationWorld world;
  world.lodge(milk_and_pumps());
  ASSERT_THAT(world.messages(),
              ElementsAre("CN > CN/health: consultation", "CN > CN/standards: consultation"));
  EXPECT_EQ(world.crossed[0].conversation, world.crossed[1].conversation);
  const v1::Declaration& for_health = world.crossed[0].document.declaration();
  const v1::Declaration& for_standards = world.crossed[1].document.declaration();
  ASSERT_EQ(for_health.goods_shipment().government_agency_goods_item_size(), 1);
  ASSERT_EQ(for_standards.goods_shipment().government_agency_goods_item_size(), 1);
  const auto& milk = for_health.goods_shipment().government_agency_goods_item(0);
  const auto& pumps = for_standards.goods_shipment().government_agency_goods_item(0);
  EXPECT_EQ(milk.commodity().classification(0).id().value(), "040221");
  EXPECT_EQ(milk.sequence_numeric().value(), "1");
  EXPECT_EQ(pumps.sequence_numeric().value(), "2");
  EXPECT_TRUE(milk.commodity().has_goods_measure());
  EXPECT_FALSE(milk.commodity().has_invoice_line());
  EXPECT_EQ(milk.commodity().duty_tax_fee_size(), 0);
  EXPECT_EQ(for_health.goods_shipment().importer().id().value(), "CN4410");
  EXPECT_FALSE(for_standards.goods_shipment().has_importer());
  EXPECT_FALSE(pumps.commodity().has_goods_measure());
  EXPECT_EQ(for_health.additional_document_size(), 0);  // the deferred account
  EXPECT_EQ(for_health.id().value(), for_standards.id().value());
}

TEST(Consultation, AsksAllAtOnceSoThatTheSlowestDecides) {
  ConsultationWorld world;
  world.lodge(milk_and_pumps());
  // Health takes 200 ms, standards 400 ms.
  EXPECT_THAT(world.wait(401), IsEmpty());
  EXPECT_THAT(world.wait(1), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST(Consultation, WhatThePartiesMayNotExchangeIsRefusedAndSilenceDecides) {
  ConsultationWorld world(
      Changes{{"        - Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Packaging\n",
               "        - Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/InvoiceLine\n"}});
  world.lodge(milk_with_permit());
  EXPECT_THAT(world.refused, ElementsAre("GNC-304 consultation"));
  EXPECT_THAT(world.wait(2000), ElementsAre("05"));
}

TEST(Consultation, AnObjectionHoldsTheGoodsAndSaysWhy) {
  ConsultationWorld world;
  world.lodge(changed("milk-powder-with-permit.xml", {{"<ID>040221", "<ID>040110"}}));
  EXPECT_THAT(world.wait(202), ElementsAre("05"));
  EXPECT_EQ(told_in_last(world), "CN/health objects: Raw milk is not let in.");
  EXPECT_EQ(used(world, "HC-2026-0418"), Decimal(0));
  EXPECT_THAT(world.wait(100'000), IsEmpty());
  EXPECT_THAT(world.lodge(cancellation("CN-IMP-2026-0001")), ElementsAre("02", "11/39", "10"));
}

TEST(Consultation, DocumentsThatAreLackingAreAskedOfTheTraderAndThenOfTheAgencyAgain) {
  ConsultationWorld world;
  EXPECT_THAT(world.lodge(milk_without_permit()), ElementsAre("01", HasSubstr("13/67")));
  EXPECT_THAT(world.wait(202), ElementsAre("06"));
  EXPECT_EQ(told_in_last(world), "CN/health: item 1: permit HC-2019-0001 is not known");
  EXPECT_THAT(world.wait(100'000), IsEmpty());

  EXPECT_THAT(world.lodge(changed("milk-powder-without-permit.xml", {{"<FunctionCode>9", "<FunctionCode>5"},
                                                                     {"HC-2019-0001", "HC-2026-0418"}})),
              ElementsAre("02", "11/39", HasSubstr("13/67")));
  EXPECT_THAT(world.wait(202), ElementsAre(HasSubstr("13/4"), "09"));
  EXPECT_THAT(world.messages(),
              ElementsAre("CN > CN/health: consultation", "CN/health > CN: documents-lacking",
                          "CN > CN/health: consultation", "CN/health > CN: no-objection"));
  EXPECT_EQ(used(world, "HC-2026-0418"), Decimal(20000));
  EXPECT_THAT(world.refused, IsEmpty());
}

TEST(Consultation, AnAgencyThatWantsToSeeTheGoodsIsJoinedByCustoms) {
  ConsultationWorld world;
  v1::MetaData milk = milk_with_permit();
  v1::Packaging& packaging = *milk.mutable_declaration()
                                  ->mutable_goods_shipment()
                                  ->mutable_government_agency_goods_item(0)
                                  ->add_packaging();
  packaging.mutable_sequence_numeric()->set_value("1");
  packaging.mutable_type_code()->set_value("NE");
  EXPECT_THAT(world.lodge(milk), ElementsAre("01", HasSubstr("13/67")));
  EXPECT_THAT(world.wait(202), ElementsAre("05"));
  EXPECT_EQ(told_in_last(world), "Joint inspection by customs and CN/health");
  EXPECT_THAT(world.wait(1000), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST(Consultation, SilenceLeadsToAnInspectionWhereTheProfileSaysSo) {
  ConsultationWorld world;
  world.away = {health};
  world.lodge(milk_with_permit());
  EXPECT_THAT(world.wait(1999), IsEmpty());
  EXPECT_THAT(world.wait(1), ElementsAre("05"));
  EXPECT_THAT(world.why.back(), HasSubstr("CN/health does not answer in time"));
  EXPECT_THAT(world.wait(1000), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST(Consultation, SilenceIsConsentWhereTheProfileSaysSo) {
  ConsultationWorld world(Changes{{"unanswered: inspects", "unanswered: agrees"}});
  world.away = {health};
  world.lodge(milk_with_permit());
  EXPECT_THAT(world.wait(2000), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST(Consultation, SilenceIsAnObjectionWhereTheProfileSaysSoAndALateAnswerStillCounts) {
  ConsultationWorld world(Changes{{"unanswered: inspects", "unanswered: objects"}},
                          {{"function: \"01\", after: 200ms", "function: \"01\", after: 3s"}});
  world.lodge(milk_with_permit());
  EXPECT_THAT(world.wait(2000), ElementsAre("05"));
  EXPECT_THAT(told_in_last(world), HasSubstr("CN/health does not answer in time: taken as if it objects"));
  EXPECT_THAT(world.wait(2000), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST(Consultation, ACancelledDeclarationIsAskedAboutNoMore) {
  ConsultationWorld world;
  world.lodge(milk_with_permit());
  world.wait(100);
  EXPECT_EQ(used(world, "HC-2026-0418"), Decimal(40000));
  EXPECT_THAT(world.lodge(cancellation("CN-IMP-2026-0001")), ElementsAre("02", "11/39", "10"));
  EXPECT_THAT(world.wait(100'000), IsEmpty());
  EXPECT_THAT(world.messages(),
              ElementsAre("CN > CN/health: consultation", "CN > CN/health: consultation-withdrawal"));
  EXPECT_EQ(used(world, "HC-2026-0418"), Decimal(0));
  EXPECT_THAT(world.refused, IsEmpty());
}

TEST(Consultation, OfGoodsThatAnAmendmentTakesOutIsTakenBack) {
  ConsultationWorld world;
  world.lodge(milk_without_permit());
  world.wait(202);
  world.lodge(changed("milk-powder-without-permit.xml",
                      {{"<FunctionCode>9", "<FunctionCode>5"}, {"<ID>040210", "<ID>841370"}}));
  world.wait(10);
  EXPECT_THAT(world.messages(),
              ElementsAre("CN > CN/health: consultation", "CN/health > CN: documents-lacking",
                          "CN > CN/standards: consultation", "CN > CN/health: consultation-withdrawal"));
  EXPECT_THAT(world.refused, IsEmpty());
}

TEST(Consultation, OfSeveralAgenciesIsEndedByNone) {
  // What health lacks is told at once; that it has it is no release as long as standards has not answered.
  ConsultationWorld world;
  world.away = {ConsultationWorld::standards};
  v1::MetaData both = milk_and_pumps();
  auto& paper = *both.mutable_declaration()
                     ->mutable_goods_shipment()
                     ->mutable_government_agency_goods_item(0)
                     ->mutable_additional_document(0);
  paper.mutable_id()->set_value("HC-2019-0001");
  world.lodge(both);
  EXPECT_THAT(world.wait(202), ElementsAre("06"));
  paper.mutable_id()->set_value("HC-2026-0418");
  both.mutable_declaration()->mutable_function_code()->set_value("5");
  EXPECT_THAT(world.lodge(both), ElementsAre("02", "11/39", HasSubstr("13/67")));
  EXPECT_THAT(world.wait(1999), IsEmpty());
  // Its silence is consent.
  EXPECT_THAT(world.wait(1), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST(Consultation, IsWaitedForByBusinessTime) {
  ConsultationWorld world({}, {}, 10);
  world.away = {health};
  world.lodge(milk_with_permit());
  EXPECT_THAT(world.wait(199), IsEmpty());
  EXPECT_THAT(world.wait(1), ElementsAre("05"));
}

TEST(Consultation, AnAmendmentWhileTheAgencyIsAskedMakesItsFirstAnswerVoid) {
  ConsultationWorld world;
  world.lodge(milk_without_permit());
  world.wait(201);
  // The answer to the first question is under way.
  world.lodge(changed("milk-powder-without-permit.xml",
                      {{"<FunctionCode>9", "<FunctionCode>5"}, {"HC-2019-0001", "HC-2026-0418"}}));
  EXPECT_THAT(world.wait(1), IsEmpty());
  EXPECT_THAT(world.why.back(), HasSubstr("is not what CN/health is asked about"));
  EXPECT_THAT(world.wait(201), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST(Consultation, ASecondAnswerToTheSameQuestionChangesNothing) {
  ConsultationWorld world;
  world.lodge(milk_and_pumps());
  world.wait(300);
  Crossing again = world.crossed.back();
  ASSERT_EQ(again.message, "no-objection");
  again.document.mutable_response(0)->mutable_function_code()->set_value("03");
  world.repeat(again);
  EXPECT_THAT(world.why.back(), HasSubstr("CN/health has answered before"));
  EXPECT_THAT(world.wait(102), ElementsAre(HasSubstr("13/4"), "09"));
  // Nor one to a declaration that has left.
  world.repeat(again);
  EXPECT_THAT(world.why.back(), HasSubstr("comes too late"));
}

TEST(Consultation, AnAnswerThatDecidesNothingIsWaitedBeyond) {
  ConsultationWorld world;
  world.lodge(milk_with_permit());
  world.wait(10);
  Crossing received{health,
                    cn,
                    "CN/health-consultation",
                    "no-objection",
                    "RES",
                    world.crossed[0].id,
                    world.crossed[0].conversation,
                    {}};
  v1::Response& response = *received.document.add_response();
  response.mutable_function_code()->set_value("02");
  response.mutable_declaration()->mutable_functional_reference_id()->set_value(
      world.crossed[0].document.declaration().functional_reference_id().value());
  world.repeat(received);
  EXPECT_THAT(world.why.back(), HasSubstr("has yet to make up its mind"));
  EXPECT_THAT(world.wait(192), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST(Consultation, IsRememberedByAWindowThatStartsAgain) {
  for (const int at : {0, 1, 100, 201}) {
    SCOPED_TRACE(at);
    ConsultationWorld world;
    world.lodge(milk_with_permit());
    world.wait(at);
    world.start_again(cn);
    EXPECT_THAT(world.wait(202 - at), ElementsAre(HasSubstr("13/4"), "09"));
    EXPECT_THAT(world.messages(), SizeIs(2));
  }
}

TEST(Consultation, IsRememberedByAnAgencyThatStartsAgain) {
  for (const int at : {1, 100, 201}) {
    SCOPED_TRACE(at);
    ConsultationWorld world;
    world.lodge(milk_with_permit());
    world.wait(at);
    world.start_again(health);
    EXPECT_THAT(world.wait(202 - at), ElementsAre(HasSubstr("13/4"), "09"));
    world.start_again(health);
    EXPECT_EQ(used(world, "HC-2026-0418"), Decimal(40000));
    world.lodge(cancellation("CN-IMP-2026-0001"));
    world.wait(1);
    EXPECT_EQ(used(world, "HC-2026-0418"), Decimal(0));
  }
}

TEST(Consultation, SilenceIsMeasuredThroughARestart) {
  ConsultationWorld world;
  world.away = {health};
  world.lodge(milk_with_permit());
  world.wait(1000);
  world.start_again(cn);
  EXPECT_THAT(world.wait(1000), ElementsAre("05"));
  world.start_again(cn);
  EXPECT_THAT(world.wait(1000), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST(Consultation, OfADeclarationThatIsHeldForOfficersTooWaitsForBoth) {
  ConsultationWorld world;
  // Red: 500 ms of standards and 700 ms of customs together; standards says by message that it agrees.
  EXPECT_THAT(world.lodge(document_file(documents + "pumps-from-a-watched-consignor.xml")),
              ElementsAre("01", HasSubstr("13/67"), "05"));
  EXPECT_THAT(world.wait(699), IsEmpty());
  EXPECT_THAT(world.wait(101), ElementsAre(HasSubstr("13/4"), "09"));
}

}  // namespace
}  // namespace gnc::window::consultation_test
