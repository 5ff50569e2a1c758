#include "scenarios/conformance/grpc_stage.h"

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "gateway/serve/failure_status.h"
#include "gnc/v1/errors.pb.h"
#include "gnc/v1/exchange.grpc.pb.h"
#include "proto/net/listen_address.h"
#include "proto/types/system_clock.h"
#include "proto/wire/frame_codec.h"

namespace gnc::scenarios {

struct GrpcStage::State {
  State(std::string at, const trust::ChainVerifier& with) : address(std::move(at)), verifier(with) {}

  void tell(Happening happening) {
    {
      const std::lock_guard guard(queue_mutex);
      queue.push_back(std::move(happening));
    }
    arrived.notify_all();
  }

  // Streams that are open are ended at once.
  void stop() {
    if (!server) return;
    server->Shutdown(std::chrono::system_clock::now());
    server->Wait();
    server.reset();
  }

  std::string address;
  const trust::ChainVerifier& verifier;
  std::atomic<bool> gzip = false;

  std::mutex queue_mutex;
  std::condition_variable arrived;
  std::deque<Happening> queue;

  // Guards which streams there are; held while one of them is told something, so that it stays there.
  std::mutex streams_mutex;
  std::map<std::uint64_t, Connection*> streams;
  std::uint64_t last_stream = 0;

  trust::ServerCredentials credentials;  // whole for as long as the server runs
  std::unique_ptr<Service> service;
  std::unique_ptr<grpc::Server> server;
};

// One stream. Its own until gRPC has done with it.
class GrpcStage::Connection final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Connection(State& state, grpc::CallbackServerContext& context) : state_(state), context_(context) {
    if (state.gzip) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    {
      const std::lock_guard guard(state.streams_mutex);
      id_ = ++state.last_stream;
      state.streams[id_] = this;
    }
    const auto peer = trust::check_peer(*context.auth_context(), state.verifier, system_now());
    if (peer) {
      state.tell(Opened{id_, peer->party});
    } else {
      state.tell(Opened{id_, tl::unexpected(peer.error())});
    }
    StartRead(&incoming_);
  }

  void send(const std::string& frame) {
    const grpc::Slice slice(frame);
    const std::lock_guard guard(mutex_);
    if (finished_ || ending_) return;
    waiting_.emplace_back(&slice, 1);
    if (!writing_) write_next();
  }
  void end(const grpc::Status& status) {
    const std::lock_guard guard(mutex_);
    if (finished_ || ending_) return;
    ending_ = status;
    if (!writing_) finish();
  }
  void cut() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) return end(grpc::Status::OK);
    const auto bytes = wire::read_frame(incoming_);
    if (!bytes) {
      state_.tell(Said{id_, tl::unexpected(bytes.error())});
    } else if (v1::NodeFrame frame; frame.ParseFromString(*bytes)) {
      state_.tell(Said{id_, std::move(frame)});
    } else {
      state_.tell(Said{id_, failure(v1::FRAME_MALFORMED, "a frame that cannot be parsed")});
    }
    const std::lock_guard guard(mutex_);
    if (finished_) return;
    incoming_.Clear();
    StartRead(&incoming_);
  }
  void OnWriteDone(bool ok) override {
    const std::lock_guard guard(mutex_);
    writing_ = false;
    waiting_.pop_front();
    if (!ok && !ending_) ending_ = grpc::Status::CANCELLED;
    if (ok && !waiting_.empty()) return write_next();
    if (ending_) finish();
  }
  void OnCancel() override { end(grpc::Status::CANCELLED); }
  void OnDone() override {
    state_.tell(Ended{id_});
    {
      const std::lock_guard guard(state_.streams_mutex);
      state_.streams.erase(id_);
    }
    delete this;
  }

 private:
  void write_next() {
    writing_ = true;
    StartWrite(&waiting_.front());
  }
  void finish() {
    if (std::exchange(finished_, true)) return;
    Finish(*ending_);
  }

  State& state_;
  grpc::CallbackServerContext& context_;
  std::uint64_t id_ = 0;
  grpc::ByteBuffer incoming_;
  std::mutex mutex_;
  std::deque<grpc::ByteBuffer> waiting_;
  std::optional<grpc::Status> ending_;
  bool writing_ = false;
  bool finished_ = false;
};

class GrpcStage::Service final : public v1::Exchange::WithRawCallbackMethod_Connect<v1::Exchange::Service> {
 public:
  explicit Service(State& state) : state_(state) {}
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Connect(
      grpc::CallbackServerContext* context) override {
    return new Connection(state_, *context);
  }

 private:
  State& state_;
};

GrpcStage::GrpcStage(std::string address, const trust::ChainVerifier& verifier)
    : state_(std::make_unique<State>(std::move(address), verifier)) {}

GrpcStage::~GrpcStage() { state_->stop(); }

std::string GrpcStage::address() const { return state_->address; }

Result<void> GrpcStage::listen(const trust::Identity& identity) {
  State& state = *state_;
  state.stop();
  state.service = std::make_unique<Service>(state);
  grpc::ServerBuilder builder;
  // As the gateway does: frames are inflated within bounds, and a port that another holds is an error.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetMaxReceiveMessageSize(8 << 20);
  // Frames that are too large are what some trials send.
  builder.SetMaxSendMessageSize(-1);
  builder.RegisterService(state.service.get());
  // gRPC says of an address that is none only that it cannot listen.
  if (auto place = net::endpoint_of(state.address); !place) return tl::unexpected(std::move(place.error()));
  int port = 0;
  state.credentials = trust::server_credentials(identity);
  builder.AddListeningPort(state.address, state.credentials.credentials, &port);
  state.server = builder.BuildAndStart();
  if (!state.server || port == 0) {
    state.server.reset();
    return failure(v1::PORT_UNAVAILABLE, "cannot listen there", state.address);
  }
  state.address = fmt::format("{}:{}", state.address.substr(0, state.address.rfind(':')), port);
  return {};
}

std::optional<Stage::Happening> GrpcStage::next(Duration wait) {
  std::unique_lock lock(state_->queue_mutex);
  state_->arrived.wait_for(lock, std::chrono::microseconds(wait.microseconds),
                           [this] { return !state_->queue.empty(); });
  if (state_->queue.empty()) return std::nullopt;
  Happening happening = std::move(state_->queue.front());
  state_->queue.pop_front();
  return happening;
}

void GrpcStage::compress(bool gzip) { state_->gzip = gzip; }

void GrpcStage::send(std::uint64_t stream, std::string frame) {
  const std::lock_guard guard(state_->streams_mutex);
  if (const auto found = state_->streams.find(stream); found != state_->streams.end())
    found->second->send(frame);
}

void GrpcStage::end(std::uint64_t stream, const Error& reason) {
  const std::lock_guard guard(state_->streams_mutex);
  const auto found = state_->streams.find(stream);
  if (found != state_->streams.end()) found->second->end(gateway::failure_status(reason));
}

void GrpcStage::cut(std::uint64_t stream) {
  const std::lock_guard guard(state_->streams_mutex);
  if (const auto found = state_->streams.find(stream); found != state_->streams.end()) found->second->cut();
}

Instant GrpcStage::now() const { return system_now(); }

}  // namespace gnc::scenarios
