#include "tests/connection/border.h"

#include <chrono>
#include <random>

#include "gnc/v1/datamodel.pb.h"
#include "proto/types/system_clock.h"
#include "proto/types/uuid.h"
#include "trust/seal/sealed_batch.h"
#include "trust/tls/credentials.h"

namespace gnc::connection {
namespace {

constexpr std::string_view block = R"(block: declaration-push
version: 1
title: Declarations of exporters, for the tests
legal basis: None, this is a test
pattern: event-push
roles: [exporting, importing]
messages:
  - name: declaration
    from: exporting
    to: importing
    document: DEC
clusters:
  - name: buyer
    use: forbidden
    paths: [Declaration/GoodsShipment/Buyer]
)";

std::string agreement(std::string_view id, std::string_view from, std::string_view until) {
  return fmt::format(R"(agreement: {}
block: declaration-push
version: 1
parties: {{exporting: NZ, importing: CN}}
from: {}
until: {}
purpose: Tests
retention: 30d
)",
                     id, from, until);
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string new_id() {
  static std::mt19937_64 random{std::random_device{}()};
  return std::string(Uuid::from_parts(system_now(), random(), random()).view());
}

}  // namespace

PartyName party(std::string_view name) { return PartyName::from_text(name).value(); }

Border::Border()
    : validity_{system_now() - Duration::from_seconds(24 * 3600),
                system_now() + Duration::from_seconds(24 * 3600)} {
  const trust::Validity root{system_now() - Duration::from_seconds(30 * 24 * 3600),
                             system_now() + Duration::from_seconds(30 * 24 * 3600)};
  pki_ = std::make_unique<trust::Pki>(must(trust::Pki::create(folder() / "pki", root)));
  for (const auto* name : {"NZ", "CN", "gateway/hub"}) {
    must(pki_->issue({.party = party(name), .validity = validity_}));
  }
  must(pki_->publish_lists(system_now(), validity_.until));
  folder_.write("block.yaml", block);
  folder_.write("nz-cn.yaml", agreement("nz-cn", "2020-01-01", "2100-01-01"));
  folder_.write("lapsed.yaml", agreement("lapsed", "2020-01-01", "2021-01-01"));
}

void Border::start_gateway() {
  gateway_ = std::make_unique<processes::GatewayProcess>(processes::GatewayPlace{
      .identity = identity("gateway/hub"),
      .trust = pki_->trust_folder(),
      .store = folder() / "gateway",
      .definitions = {.blocks = {folder() / "block.yaml"},
                      .agreements = {folder() / "nz-cn.yaml", folder() / "lapsed.yaml"}}});
}

std::filesystem::path Border::odd_identity(const trust::LeafRequest& request) {
  return must(pki_->issue_into(folder() / "odd", request));
}

std::unique_ptr<RogueClient> Border::connect(const std::filesystem::path& identity) const {
  return std::make_unique<RogueClient>(address(), RogueClient::Options{.identity = identity});
}

std::unique_ptr<RogueClient> Border::welcomed(std::string_view name) const {
  auto client = connect(identity(name));
  client->send_hello(std::string(name));
  const auto frame = client->read();
  if (!frame || !frame->has_welcome()) {
    const auto end = client->end();
    throw std::runtime_error("not welcomed: " + (end ? end->message : "silence"));
  }
  return client;
}

StreamEnd Border::end_of_stream(const std::filesystem::path& identity) const {
  const auto client = connect(identity);
  client->send_hello("NZ");
  return client->end().value_or(StreamEnd{.status = 0, .message = "the stream is still open"});
}

v1::Envelope Border::envelope() const {
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  document.mutable_declaration()->mutable_functional_reference_id()->set_value("TEST-1");
  v1::Envelope envelope;
  envelope.set_id(new_id());
  envelope.set_sender("NZ");
  envelope.set_recipient("CN");
  envelope.set_conversation(new_id());
  envelope.set_agreement("nz-cn");
  envelope.set_message("declaration");
  envelope.set_created_at(system_now().microseconds);
  envelope.set_expires_at((system_now() + Duration::from_seconds(3600)).microseconds);
  envelope.mutable_document()->set_type("DEC");
  envelope.mutable_document()->set_structured(document.SerializeAsString());
  return envelope;
}

v1::SealedBatch Border::sealed(const std::vector<v1::Envelope>& envelopes, std::string_view signer) const {
  std::vector<std::string> contents;
  contents.reserve(envelopes.size());
  for (const auto& one : envelopes) contents.push_back(one.SerializeAsString());
  const auto key = trust::make_signer(must(trust::load_identity(identity(signer))));
  return trust::seal(
      contents, {.purpose = v1::SealStatement::PURPOSE_ENVELOPES, .audience = {}, .at = system_now()}, *key);
}

v1::NodeFrame Border::submission(const v1::SealedBatch& batch) {
  v1::NodeFrame frame;
  frame.add_submissions(batch.SerializeAsString());
  return frame;
}

v1::ErrorCode Border::refusal_of(const v1::Envelope& envelope) const {
  const auto client = welcomed("NZ");
  client->send(submission(sealed({envelope})));
  const auto receipt = client->read_receipt(envelope.id());
  if (!receipt) throw std::runtime_error("no receipt came");
  EXPECT_EQ(receipt->kind() == v1::RECEIPT_KIND_REFUSED, receipt->reason() != v1::ERROR_CODE_UNSPECIFIED);
  return receipt->reason();
}

}  // namespace gnc::connection
