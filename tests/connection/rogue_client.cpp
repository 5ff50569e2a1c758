#include "tests/connection/rogue_client.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <mutex>
#include <sstream>

#include "gnc/v1/envelope.pb.h"

namespace gnc::connection {
namespace {

using grpc::ByteBuffer;

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::shared_ptr<grpc::ChannelCredentials> credentials(const RogueClient::Options& rogue) {
  if (rogue.plaintext) return grpc::InsecureChannelCredentials();
  namespace tls = grpc::experimental;
  tls::TlsChannelCredentialsOptions options;
  if (!rogue.identity.empty()) {
    options.set_certificate_provider(
        std::make_shared<tls::StaticDataCertificateProvider>(std::vector<tls::IdentityKeyCertPair>{
            {content(rogue.identity / "node.key"), content(rogue.identity / "node.crt")}}));
    options.watch_identity_key_cert_pairs();
  }
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  return tls::TlsCredentials(options);
}

std::shared_ptr<grpc::Channel> channel(const std::string& address, const RogueClient::Options& rogue) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(address, credentials(rogue), arguments);
}

}  // namespace

v1::ErrorCode StreamEnd::code() const {
  if (!message.starts_with("GNC-")) return v1::ERROR_CODE_UNSPECIFIED;
  const int number = std::atoi(message.c_str() + 4);
  return v1::ErrorCode_IsValid(number) ? static_cast<v1::ErrorCode>(number) : v1::ERROR_CODE_UNSPECIFIED;
}

class RogueClient::Stream final : public grpc::ClientBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  Stream(const std::string& address, const Options& options) : stub_(channel(address, options)) {
    if (options.gzip) context_.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    stub_.PrepareBidiStreamingCall(&context_, "/gnc.v1.Exchange/Connect", {}, this);
    // The stream stays whole until its owner has let go of it, whatever writes and reads are under way.
    AddHold();
    StartRead(&received_);
    StartCall();
  }

  void write(ByteBuffer message) {
    const std::scoped_lock lock(guard_);
    if (end_ || broken_) return;
    to_write_.push_back(std::move(message));
    if (to_write_.size() == 1) StartWrite(&to_write_.front());
  }

  std::optional<ByteBuffer> read() {
    std::unique_lock lock(guard_);
    changed_.wait_for(lock, patience, [this] { return !frames_.empty() || reading_done_; });
    if (frames_.empty()) return std::nullopt;
    auto frame = frames_.front();
    frames_.pop_front();
    return frame;
  }

  std::optional<StreamEnd> wait_for_end() {
    std::unique_lock lock(guard_);
    if (!changed_.wait_for(lock, patience, [this] { return reading_done_; })) return std::nullopt;
    release(lock);
    changed_.wait(lock, [this] { return end_.has_value(); });
    return end_;
  }

  void abandon() {
    context_.TryCancel();
    std::unique_lock lock(guard_);
    release(lock);
    changed_.wait(lock, [this] { return end_.has_value(); });
  }

 private:
  void release(std::unique_lock<std::mutex>& lock) {
    if (released_) return;
    released_ = true;
    lock.unlock();
    RemoveHold();
    lock.lock();
  }

  void OnReadDone(bool ok) override {
    const std::scoped_lock lock(guard_);
    if (ok) {
      frames_.push_back(std::move(received_));
      received_ = ByteBuffer();
      StartRead(&received_);
    } else {
      reading_done_ = true;
    }
    changed_.notify_all();
  }
  void OnWriteDone(bool ok) override {
    const std::scoped_lock lock(guard_);
    to_write_.pop_front();
    broken_ = !ok;
    if (ok && !to_write_.empty()) StartWrite(&to_write_.front());
  }
  void OnDone(const grpc::Status& status) override {
    const std::scoped_lock lock(guard_);
    end_ = StreamEnd{status.error_code(), status.error_message()};
    changed_.notify_all();
  }

  grpc::ClientContext context_;
  grpc::GenericStub stub_;
  std::mutex guard_;
  std::condition_variable changed_;
  ByteBuffer received_;
  std::deque<ByteBuffer> frames_;
  std::deque<ByteBuffer> to_write_;
  std::optional<StreamEnd> end_;
  bool reading_done_ = false;
  bool broken_ = false;
  bool released_ = false;
};

RogueClient::RogueClient(const std::string& address, const Options& options)
    : stream_(std::make_unique<Stream>(address, options)) {}

RogueClient::~RogueClient() { stream_->abandon(); }

void RogueClient::send_bytes(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  stream_->write(ByteBuffer(&slice, 1));
}

void RogueClient::send_zeros(std::size_t length) {
  const grpc::Slice block(std::string(1u << 20, '\0'));
  std::vector<grpc::Slice> slices(length / block.size(), block);
  stream_->write(ByteBuffer(slices.data(), slices.size()));
}

void RogueClient::send_hello(const std::string& party) {
  v1::NodeFrame frame;
  frame.mutable_hello()->set_protocol(1);
  frame.mutable_hello()->set_party(party);
  frame.mutable_hello()->mutable_credit()->set_envelopes(1000);
  send(frame);
}

std::optional<v1::GatewayFrame> RogueClient::read() {
  const auto buffer = stream_->read();
  if (!buffer) return std::nullopt;
  grpc::Slice slice;
  v1::GatewayFrame frame;
  if (!buffer->DumpToSingleSlice(&slice).ok() ||
      !frame.ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) {
    return std::nullopt;
  }
  return frame;
}

std::optional<std::string> RogueClient::read_receipts_bytes() {
  while (auto frame = read()) {
    if (frame->receipts_size() > 0) return frame->receipts(0).receipts();
  }
  return std::nullopt;
}

std::optional<v1::Receipt> RogueClient::read_receipt(const std::string& id) {
  while (true) {
    for (auto receipt = receipts_.begin(); receipt != receipts_.end(); ++receipt) {
      if (!id.empty() && receipt->exchange() != id) continue;
      auto found = std::move(*receipt);
      receipts_.erase(receipt);
      return found;
    }
    const auto frame = read();
    if (!frame) return std::nullopt;
    for (const auto& positioned : frame->receipts()) {
      v1::SealedBatch batch;
      if (!batch.ParseFromString(positioned.receipts())) return std::nullopt;
      for (const auto& item : batch.items()) receipts_.emplace_back().ParseFromString(item.content());
    }
  }
}

std::optional<StreamEnd> RogueClient::end() { return stream_->wait_for_end(); }

}  // namespace gnc::connection
