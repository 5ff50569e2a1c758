#include "nodes/serve/gateway_link.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "nodes/serve/redial.h"

namespace gnc::nodes {
namespace {

constexpr int largest_frame = (4 << 20) + 1024;

int milliseconds(Duration duration) { return static_cast<int>(duration.microseconds / 1000); }

grpc::ChannelArguments channel_arguments(const PartyName& gateway) {
  grpc::ChannelArguments arguments;
  // The name that the gateway's certificate has: its address is none, and gRPC's server would warn of it.
  arguments.SetSslTargetNameOverride(gateway.uri());
  arguments.SetMaxReceiveMessageSize(largest_frame);
  arguments.SetMaxSendMessageSize(largest_frame);
  // gRPC would inflate a frame before it looks at its size; the frame codec does it within bounds.
  arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  // Each party has a connection of its own, under its own certificate.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // Finds a gateway that vanished without closing; the gateway lets nobody ping more often than every 5 s.
  // gRPC would stop after two pings without data, and so find nothing on a quiet stream.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 15'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, milliseconds(first_redial));
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, milliseconds(longest_redial));
  return arguments;
}

StreamId stream_of(const Send& send) {
  return std::visit([](const auto& part) { return part.stream; }, send);
}

}  // namespace

GatewayLink::GatewayLink(const trust::Identity& identity, Stream::Surroundings surroundings)
    : surroundings_(std::move(surroundings)) {
  show(identity);
  surroundings_.handshake_failure = [this] {
    const std::lock_guard guard(mutex_);
    return credentials_.last_failure();
  };
  surroundings_.gone = [this] {
    const std::lock_guard guard(mutex_);
    --streams_;
    gone_.notify_all();
  };
}

void GatewayLink::show(const trust::Identity& identity) {
  credentials_ =
      trust::client_credentials(identity, surroundings_.verifier, surroundings_.gateway, surroundings_.clock);
  stub_ = std::make_unique<grpc::GenericStub>(grpc::CreateCustomChannel(
      surroundings_.address, credentials_.credentials, channel_arguments(surroundings_.gateway)));
}

void GatewayLink::replace_identity(const trust::Identity& identity) {
  const std::lock_guard guard(mutex_);
  old_stubs_.push_back(std::move(stub_));
  current_is_on_stub_ = false;
  show(identity);
}

void GatewayLink::let_go_of_old_channels() {
  std::vector<std::unique_ptr<grpc::GenericStub>> unused;
  const std::lock_guard guard(mutex_);
  if (current_is_on_stub_ && streams_ <= 1) unused.swap(old_stubs_);
}

GatewayLink::~GatewayLink() = default;

std::shared_ptr<Stream> GatewayLink::current() const {
  const std::lock_guard guard(mutex_);
  return current_;
}

void GatewayLink::perform(Send send) {
  if (const auto* hello = std::get_if<OpenStream>(&send)) return open(*hello);
  const std::shared_ptr<Stream> stream = current();
  if (!stream || stream->id() != stream_of(send)) return;
  if (const auto* end = std::get_if<CloseStream>(&send)) return stream->close(end->reason);
  if (std::holds_alternative<FinishStream>(send)) return stream->finish();
  stream->add(std::move(send));
}

void GatewayLink::open(const OpenStream& hello) {
  const std::lock_guard guard(mutex_);
  if (stopping_) return;
  current_ = std::make_shared<Stream>(hello.stream, surroundings_);
  current_is_on_stub_ = true;
  ++streams_;
  // Started before anyone else can lay hands on it.
  current_->start(*stub_, hello);
}

void GatewayLink::flush() {
  if (const std::shared_ptr<Stream> stream = current()) stream->flush();
}

void GatewayLink::check_peer() {
  let_go_of_old_channels();
  if (const std::shared_ptr<Stream> stream = current()) stream->check_peer();
}

void GatewayLink::stop(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  const std::shared_ptr<Stream> stream = std::exchange(current_, nullptr);
  lock.unlock();
  if (stream) stream->finish();
  lock.lock();
  if (gone_.wait_for(lock, patience, [&] { return streams_ == 0; })) return;
  lock.unlock();
  if (stream) stream->close({v1::PEER_SILENT, "the gateway did not end the stream in time", {}, {}});
  lock.lock();
  gone_.wait(lock, [&] { return streams_ == 0; });
}

}  // namespace gnc::nodes
