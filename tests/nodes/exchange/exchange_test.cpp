#include <gtest/gtest.h>

#include "gnc/v1/datamodel.pb.h"
#include "model/document/document.h"
#include "proto/types/system_clock.h"
#include "tests/nodes/exchange/live_world.h"

namespace gnc::nodes::exchange_test {
namespace {

v1::Lodge one_document(const std::string& reference, std::string document, const std::string& hint) {
  v1::Lodge lodge;
  lodge.set_at("NZ");
  lodge.set_to("CN");
  auto& item = *lodge.add_items();
  item.set_reference(reference);
  item.set_document(std::move(document));
  item.set_form_hint(hint);
  return lodge;
}

class Exchange : public testing::Test {
 protected:
  void SetUp() override {
    gateway_ = trust::must(world_.start_gateway());
    host_ = trust::must(
        NodeHost::start(world_.host_config({"NZ", "CN"}, gateway_->address(), "nodes"), witness_));
    ASSERT_TRUE(witness_.wait([](const Witness& w) { return w.is_ready; }));
    ASSERT_EQ(witness_.connected.size(), 2u);
  }

  void lodge_and_wait(v1::Lodge lodge) {
    host_->lodge(std::move(lodge));
    host_->await_quiet(++token_);
    ASSERT_TRUE(witness_.wait([&](const Witness& w) { return w.quiet_tokens.contains(token_); }));
  }

  LiveWorld world_;
  std::unique_ptr<gateway::Gateway> gateway_;
  Witness witness_;
  std::unique_ptr<NodeHost> host_;
  std::uint64_t token_ = 0;
};

TEST_F(Exchange, ADeclarationCrossesAndIsAnsweredAsAccepted) {
  lodge_and_wait(one_document("wool", project_file("scenarios/documents/export/sea-wool-bales.xml"), "xml"));
  host_.reset();

  const auto processed = witness_.of(v1::EVENT_KIND_PROCESSED);
  ASSERT_EQ(processed.size(), 1u);
  EXPECT_EQ(processed[0].party(), "NZ");
  EXPECT_EQ(processed[0].peer(), "CN");
  EXPECT_EQ(processed[0].reference(), "wool");
  EXPECT_EQ(processed[0].function_code(), "01");
  // The declaration, and the answer: each is lodged, sealed, sent, admitted, delivered, receipted.
  for (const v1::EventKind kind :
       {v1::EVENT_KIND_LODGED, v1::EVENT_KIND_SEALED, v1::EVENT_KIND_SENT, v1::EVENT_KIND_ADMITTED,
        v1::EVENT_KIND_DELIVERED, v1::EVENT_KIND_BUSINESS_DECIDED}) {
    EXPECT_EQ(witness_.count(kind), 2u) << v1::EventKind_Name(kind);
  }
  EXPECT_EQ(witness_.count(v1::EVENT_KIND_DUPLICATE_SUPPRESSED), 0u);
  EXPECT_EQ(witness_.count(v1::EVENT_KIND_REFUSED), 0u);
  EXPECT_TRUE(witness_.faults.empty());
}

TEST_F(Exchange, AHostIsNotQuietWhileItHandsFilesIn) {
  gateway_.reset();
  v1::Lodge lodge =
      one_document("wool", project_file("scenarios/documents/export/sea-wool-bales.xml"), "xml");
  lodge.set_life_ms(1000);
  lodge.mutable_items(0)->add_files()->set_path(GNC_SOURCE_DIR "/README.md");
  lodge_and_wait(std::move(lodge));
  host_.reset();
  EXPECT_EQ(witness_.count(v1::EVENT_KIND_LODGEMENT_REFUSED), 1u);
}

TEST_F(Exchange, ADocumentIsShownAsItIsOnRecordAtEitherSide) {
  const std::string wool = project_file("scenarios/documents/export/sea-wool-bales.xml");
  lodge_and_wait(one_document("wool", wool, "xml"));
  const auto lodged = witness_.of(v1::EVENT_KIND_LODGED);
  ASSERT_EQ(lodged.size(), 2u);
  const auto ask = [&](const std::string& party, const std::string& exchange) {
    v1::Command command;
    command.mutable_ask_document()->set_token(++token_);
    command.mutable_ask_document()->set_party(party);
    command.mutable_ask_document()->set_exchange(exchange);
    host_->command(std::move(command));
    EXPECT_TRUE(witness_.wait([&](const Witness& w) { return w.documents.contains(token_); }));
    return witness_.documents[token_];
  };
  for (const char* party : {"NZ", "CN"}) {
    const v1::Document declaration = ask(party, lodged[0].exchange());
    EXPECT_EQ(declaration.bytes(), wool) << party;
    EXPECT_EQ(declaration.form(), "xml") << party;
    const v1::Document answer = ask(party, lodged[1].exchange());
    EXPECT_EQ(answer.form(), "pb") << party;
    v1::MetaData response;
    ASSERT_TRUE(response.ParseFromString(answer.bytes()));
    EXPECT_EQ(response.response(0).function_code().value(), "01");
  }
  EXPECT_EQ(ask("NZ", "no id").reason(), v1::USAGE);
  EXPECT_EQ(ask("AU", lodged[0].exchange()).reason(), v1::EXCHANGE_UNKNOWN);
  EXPECT_TRUE(witness_.faults.empty());
}

TEST_F(Exchange, ACodeThatTheImportingSideDoesNotKnowIsAnsweredAsRejected) {
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  document.mutable_declaration()->mutable_goods_shipment()->mutable_export_country()->mutable_id()->set_value(
      "ZZ");
  lodge_and_wait(one_document("bad", document.SerializeAsString(), "pb"));
  host_.reset();
  const auto processed = witness_.of(v1::EVENT_KIND_PROCESSED);
  ASSERT_EQ(processed.size(), 1u);
  EXPECT_EQ(processed[0].function_code(), "03");
}

TEST_F(Exchange, WhatCannotBeTakenInIsRefusedAndStopsNothingElse) {
  v1::Lodge lodge = one_document("broken", "<Declaration><", "xml");
  *lodge.add_items() =
      one_document("wool", project_file("scenarios/documents/export/sea-wool-bales.xml"), "xml").items(0);
  lodge_and_wait(std::move(lodge));
  host_.reset();
  const auto refused = witness_.of(v1::EVENT_KIND_LODGEMENT_REFUSED);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].reference(), "broken");
  EXPECT_EQ(refused[0].reason(), v1::DOCUMENT_NOT_WELL_FORMED);
  EXPECT_TRUE(refused[0].where().starts_with("broken:1:")) << refused[0].where();
  EXPECT_EQ(witness_.count(v1::EVENT_KIND_PROCESSED), 1u);
}

TEST_F(Exchange, ThousandsCrossEachOnce) {
  constexpr int count = 3000;
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  v1::Lodge lodge;
  lodge.set_at("NZ");
  lodge.set_to("CN");
  for (int i = 0; i < count; ++i) {
    auto& item = *lodge.add_items();
    item.set_reference(std::to_string(i));
    item.set_form_hint("pb");
    document.mutable_declaration()->mutable_functional_reference_id()->set_value(std::to_string(i));
    item.set_document(document.SerializeAsString());
  }
  lodge_and_wait(std::move(lodge));
  host_->ask_status(1);
  ASSERT_TRUE(witness_.wait([](const Witness& w) { return w.last_status.token() == 1; }));
  host_.reset();
  std::set<std::string> processed;
  for (const v1::Event& event : witness_.of(v1::EVENT_KIND_PROCESSED)) processed.insert(event.reference());
  EXPECT_EQ(processed.size(), static_cast<std::size_t>(count));
  for (const v1::PartyStatus& party : witness_.last_status.parties()) {
    EXPECT_EQ(party.open(), 0u) << party.party();
    EXPECT_EQ(party.received(), static_cast<std::uint64_t>(count)) << party.party();
    EXPECT_EQ(party.business_decisions(), static_cast<std::uint64_t>(count)) << party.party();
  }
}

TEST_F(Exchange, AfterARestartOfTheHostWhatIsOnRecordIsToldAgainAndNotLodgedAgain) {
  const std::string wool = project_file("scenarios/documents/export/sea-wool-bales.xml");
  lodge_and_wait(one_document("wool", wool, "xml"));
  host_.reset();
  const std::string first = witness_.of(v1::EVENT_KIND_PROCESSED).at(0).exchange();

  Witness again;
  host_ = trust::must(NodeHost::start(world_.host_config({"NZ", "CN"}, gateway_->address(), "nodes"), again));
  ASSERT_TRUE(again.wait([](const Witness& w) { return w.is_ready; }));
  host_->lodge(one_document("wool", wool, "xml"));
  ASSERT_TRUE(again.wait([](const Witness& w) { return w.count(v1::EVENT_KIND_PROCESSED) == 1; }));
  host_.reset();
  EXPECT_EQ(again.of(v1::EVENT_KIND_LODGED).at(0).exchange(), first);
  EXPECT_EQ(again.count(v1::EVENT_KIND_SEALED), 0u);
}

TEST_F(Exchange, WhatWasSealedWhileTheGatewayWasAwayGoesWhenItIsBack) {
  const std::string address = gateway_->address();
  gateway_->stop();
  gateway_.reset();
  ASSERT_TRUE(witness_.wait([](const Witness& w) { return w.count(v1::EVENT_KIND_DISCONNECTED) >= 2; }));
  host_->lodge(one_document("wool", project_file("scenarios/documents/export/sea-wool-bales.xml"), "xml"));
  ASSERT_TRUE(witness_.wait([](const Witness& w) { return w.count(v1::EVENT_KIND_SEALED) == 1; }));
  gateway_ = trust::must(world_.start_gateway(address));
  ASSERT_TRUE(witness_.wait([](const Witness& w) { return w.count(v1::EVENT_KIND_PROCESSED) == 1; }));
}

TEST_F(Exchange, CertificatesOfAllAreReplacedUnderLoadAndNothingIsDropped) {
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  int lodged = 0;
  const auto lodge_more = [&](int count) {
    v1::Lodge lodge;
    lodge.set_at("NZ");
    lodge.set_to("CN");
    for (int i = 0; i < count; ++i) {
      auto& item = *lodge.add_items();
      item.set_reference(std::to_string(++lodged));
      item.set_form_hint("pb");
      document.mutable_declaration()->mutable_functional_reference_id()->set_value(std::to_string(lodged));
      item.set_document(document.SerializeAsString());
    }
    host_->lodge(std::move(lodge));
  };
  const Instant now = system_now();
  lodge_more(500);
  for (const char* party : {"NZ", "gateway/hub", "CN"}) {
    trust::must(world_.pki.issue({trust::party(party), {now - trust::day, now + trust::day * 7}}));
    lodge_more(500);
  }
  // Both nodes leave the stream that shows the old certificate for one that shows the new.
  ASSERT_TRUE(witness_.wait([&](const Witness& w) {
    std::map<std::string, int> connections;
    for (const v1::Event& event : w.of(v1::EVENT_KIND_CONNECTED)) ++connections[event.party()];
    return connections["NZ"] >= 2 && connections["CN"] >= 2;
  }));
  lodge_more(500);
  host_->await_quiet(1);
  ASSERT_TRUE(witness_.wait([](const Witness& w) { return w.quiet_tokens.contains(1); }));
  host_.reset();
  EXPECT_EQ(witness_.count(v1::EVENT_KIND_PROCESSED), static_cast<std::size_t>(lodged));
  EXPECT_EQ(witness_.count(v1::EVENT_KIND_REFUSED), 0u);
  EXPECT_EQ(witness_.count(v1::EVENT_KIND_DEAD_LETTERED), 0u);
  // Once for each declaration and once for its answer.
  EXPECT_EQ(witness_.count(v1::EVENT_KIND_DELIVERED), static_cast<std::size_t>(lodged) * 2);
  EXPECT_TRUE(witness_.faults.empty());
}

TEST_F(Exchange, ACertificateThatDoesNotHoldIsNotPutInForceAndIsTold) {
  // Another party's, in CN's folder.
  const Instant now = system_now();
  trust::must(world_.pki.issue_into(world_.pki.identity_folder(trust::party("CN")),
                                    {trust::party("NZ"), {now - trust::day, now + trust::day}}));
  ASSERT_TRUE(witness_.wait([](const Witness& w) { return !w.faults.empty(); }));
  EXPECT_EQ(witness_.faults[0].code, v1::SENDER_NOT_PEER);
  lodge_and_wait(one_document("wool", project_file("scenarios/documents/export/sea-wool-bales.xml"), "xml"));
  EXPECT_EQ(witness_.count(v1::EVENT_KIND_PROCESSED), 1u);
}

TEST_F(Exchange, BusinessThatIsSlowTakesItsTimeForEachDocument) {
  constexpr int count = 5;
  host_->pace_business(trust::party("CN"), Duration::from_milliseconds(100));
  v1::Lodge lodge;
  for (int i = 0; i < count; ++i) {
    v1::MetaData document;
    document.mutable_declaration()->mutable_function_code()->set_value("9");
    const v1::Lodge one = one_document(std::to_string(i), document.SerializeAsString(), "pb");
    lodge.set_at(one.at());
    lodge.set_to(one.to());
    *lodge.add_items() = one.items(0);
  }
  lodge_and_wait(std::move(lodge));
  host_.reset();
  std::vector<std::int64_t> decided;
  for (const v1::Event& event : witness_.of(v1::EVENT_KIND_BUSINESS_DECIDED)) {
    if (event.party() == "CN") decided.push_back(event.at());
  }
  ASSERT_EQ(decided.size(), static_cast<std::size_t>(count));
  // One after the other; a process that is woken late for one is not late for the next.
  const std::int64_t lodged = witness_.of(v1::EVENT_KIND_LODGED).front().at();
  EXPECT_GE(std::ranges::max(decided) - lodged, count * 100'000);
}

TEST_F(Exchange, ARevokedPartyIsDisconnectedWithTheCode) {
  trust::must(world_.pki.revoke(trust::party("CN"), Instant{1}));
  ASSERT_TRUE(witness_.wait([](const Witness& w) {
    for (const v1::Event& event : w.of(v1::EVENT_KIND_DISCONNECTED)) {
      if (event.party() == "CN" && event.reason() == v1::CERTIFICATE_REVOKED) return true;
    }
    return false;
  }));
}

TEST_F(Exchange, ARevokedGatewayIsLeft) {
  trust::must(world_.pki.revoke(trust::party("gateway/hub"), Instant{1}));
  ASSERT_TRUE(witness_.wait([](const Witness& w) {
    std::set<std::string> left;
    for (const v1::Event& event : w.of(v1::EVENT_KIND_DISCONNECTED)) {
      if (event.reason() == v1::CERTIFICATE_REVOKED) left.insert(event.party());
    }
    return left.size() == 2;
  }));
}

}  // namespace
}  // namespace gnc::nodes::exchange_test
