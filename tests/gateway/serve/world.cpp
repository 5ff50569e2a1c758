#include "tests/gateway/serve/world.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>

#include "model/agreement/agreement_book.h"
#include "proto/types/system_clock.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::gateway::testing {
namespace {

std::shared_ptr<const model::AgreementBook> agreements() {
  v1::UtilityBlock block;
  block.set_id("notices");
  block.set_version(1);
  block.set_title("Notices");
  block.set_legal_basis("None");
  block.set_pattern(v1::PATTERN_EVENT_PUSH);
  block.add_roles("exporter");
  block.add_roles("importer");
  auto* message = block.add_messages();
  message->set_name("notice");
  message->set_from("exporter");
  message->set_to("importer");
  message->set_document("DEC");
  v1::Agreement agreement;
  agreement.set_id("nz-cn");
  agreement.set_block("notices");
  agreement.set_block_version(1);
  agreement.set_purpose("Test");
  for (const auto& [role, name] : {std::pair{"exporter", "NZ"}, std::pair{"importer", "CN"}}) {
    auto* in_role = agreement.add_parties();
    in_role->set_role(role);
    in_role->set_party(name);
  }
  agreement.set_from((system_now() - Duration::from_seconds(3600)).microseconds);
  agreement.set_until((system_now() + Duration::from_seconds(86400)).microseconds);
  agreement.mutable_retention()->set_seconds(86400);
  const auto book = model::AgreementBook::compile({&block, 1}, {&agreement, 1});
  if (!book) {
    for (const auto& error : book.error()) ADD_FAILURE() << describe(error);
    return nullptr;
  }
  return *book;
}

template <class T>
T expect(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

Uuid new_id() {
  static std::atomic<std::uint64_t> count{std::random_device{}()};
  const auto number = count.fetch_add(1);
  return Uuid::from_parts(system_now(), number * 0x9e3779b97f4a7c15, number * 0xbf58476d1ce4e5b9);
}

}  // namespace

World::World() {
  auto pattern = (std::filesystem::temp_directory_path() / "gnc-serve-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  const auto begin = system_now() - Duration::from_seconds(3600);
  pki_ = std::make_unique<trust::Pki>(
      expect(trust::Pki::create(folder_ / "pki", {begin, begin + Duration::from_seconds(30 * 86400)})));
  issue("gateway/hub");
  issue("NZ");
  issue("CN");
  expect(pki_->publish_lists(system_now(), system_now() + Duration::from_seconds(86400)));
}

World::~World() {
  gateway_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path World::issue(std::string_view name) {
  const auto begin = system_now() - Duration::from_seconds(3600);
  return expect(
      pki_->issue({.party = party(name), .validity = {begin, begin + Duration::from_seconds(86400)}}));
}

void World::start(const std::function<void(GatewayOptions&)>& change) {
  GatewayOptions options{.core = {.name = party("gateway/hub"), .parties = {}}};
  options.agreements = agreements();
  options.identity = pki_->identity_folder(party("gateway/hub"));
  options.trust = pki_->trust_folder();
  options.store = folder_ / "store";
  options.metrics = "127.0.0.1:0";
  if (change) change(options);
  gateway_ = expect(Gateway::start(std::move(options)));
}

std::shared_ptr<grpc::Channel> World::channel(const std::filesystem::path& identity_folder, int max_message) {
  const auto verifier =
      std::make_shared<trust::ChainVerifier>(expect(trust::TrustAnchors::load(pki_->trust_folder())));
  const auto credentials = trust::client_credentials(expect(trust::load_identity(identity_folder)), verifier,
                                                     party("gateway/hub"), system_now);
  grpc::ChannelArguments arguments;
  // A connection of its own for each channel.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(max_message);
  return grpc::CreateCustomChannel(gateway_->address(), credentials.credentials, arguments);
}

std::string envelope(const EnvelopeWish& wish) {
  v1::Envelope envelope;
  envelope.set_id(std::string(new_id().view()));
  envelope.set_sender(wish.sender);
  envelope.set_recipient(wish.recipient);
  envelope.set_conversation(std::string(new_id().view()));
  envelope.set_agreement("nz-cn");
  envelope.set_message(wish.message);
  envelope.set_created_at(system_now().microseconds);
  envelope.set_expires_at((system_now() + Duration::from_seconds(600)).microseconds);
  envelope.mutable_document()->set_type("DEC");
  envelope.mutable_document()->set_original(wish.body);
  envelope.mutable_document()->set_original_media_type("application/xml");
  return envelope.SerializeAsString();
}

std::string sealed(const std::vector<std::string>& contents, trust::Signer& signer,
                   const std::string& audience) {
  const trust::SealRequest request{.purpose = audience.empty() ? v1::SealStatement::PURPOSE_ENVELOPES
                                                               : v1::SealStatement::PURPOSE_RECEIPTS,
                                   .audience = audience,
                                   .at = system_now()};
  return trust::seal(contents, request, signer).SerializeAsString();
}

Client::Client(const std::shared_ptr<grpc::Channel>& channel, bool compressed)
    : stub_(v1::Exchange::NewStub(channel)) {
  if (compressed) context_.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  stream_ = stub_->Connect(&context_);
  reader_ = std::thread([this] { read(); });
}

Client::~Client() {
  context_.TryCancel();
  reader_.join();
}

void Client::hello(std::string_view name, std::uint32_t granted, std::uint64_t recorded_up_to) {
  v1::NodeFrame frame;
  frame.mutable_hello()->set_protocol(1);
  frame.mutable_hello()->set_party(std::string(name));
  frame.mutable_hello()->set_receipts_recorded_up_to(recorded_up_to);
  frame.mutable_hello()->mutable_credit()->set_envelopes(granted);
  send(frame);
}

bool Client::send(const v1::NodeFrame& frame) { return stream_->Write(frame); }

bool Client::submit(const std::string& batch) {
  v1::NodeFrame frame;
  frame.add_submissions(batch);
  return send(frame);
}

void Client::read() {
  v1::GatewayFrame frame;
  while (stream_->Read(&frame)) {
    const std::lock_guard guard(mutex_);
    if (frame.has_welcome()) welcomes.push_back(frame.welcome());
    for (const auto& batch : frame.deliveries()) deliveries.push_back(batch);
    for (const auto& positioned : frame.receipts()) receipts.push_back(positioned);
    credit += frame.credit().envelopes();
    arrived_.notify_all();
  }
  auto status = stream_->Finish();
  const std::lock_guard guard(mutex_);
  status_ = std::move(status);
  ended_ = true;
  arrived_.notify_all();
}

bool Client::wait(const std::function<bool(const Client&)>& condition, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, patience, [&] { return ended_ || condition(*this); });
  return condition(*this);
}

grpc::Status Client::status(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_for(lock, patience, [&] { return ended_; })) {
    return {grpc::StatusCode::DEADLINE_EXCEEDED, "the test waited in vain for the stream's end"};
  }
  return status_;
}

std::vector<v1::Receipt> Client::all_receipts() const {
  std::vector<v1::Receipt> all;
  for (const auto& positioned : receipts) {
    v1::SealedBatch batch;
    batch.ParseFromString(positioned.receipts());
    for (const auto& item : batch.items()) all.emplace_back().ParseFromString(item.content());
  }
  return all;
}

std::vector<v1::Envelope> Client::all_envelopes() const {
  std::vector<v1::Envelope> all;
  for (const auto& delivery : deliveries) {
    v1::SealedBatch batch;
    batch.ParseFromString(delivery);
    for (const auto& item : batch.items()) all.emplace_back().ParseFromString(item.content());
  }
  return all;
}

}  // namespace gnc::gateway::testing
