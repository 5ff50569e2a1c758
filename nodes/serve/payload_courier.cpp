#include "nodes/serve/payload_courier.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>
#include <unistd.h>

#include "nodes/core/handed_in_files.h"
#include "nodes/core/single_window.h"
#include "nodes/core/transfer_attempts.h"
#include "nodes/serve/stream_status.h"

namespace gnc::nodes {
namespace {

constexpr std::size_t chunk_sent = 256u << 10;
// What the gateway has not made durable yet is at most this much, and so is its memory. More than it waits
// for.
constexpr std::uint64_t most_on_the_way = 2 * payload::durable_every;
// What may be on the way to here; gRPC's own measure of a fast line would be many times that.
constexpr int receive_window = 4 << 20;

}  // namespace

PayloadCourier::PayloadCourier(payload::PayloadFolder& folder, trust::Identity identity,
                               Surroundings surroundings)
    : folder_(folder),
      around_(std::move(surroundings)),
      identity_(std::move(identity)),
      out_{.jitter = Random(around_.seed).child("payloads out")},
      in_{.jitter = Random(around_.seed).child("payloads in")} {}

PayloadCourier::~PayloadCourier() { stop(); }

void PayloadCourier::stop() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
    for (Way* way : {&out_, &in_}) {
      if (way->call != nullptr) way->call->TryCancel();
    }
  }
  wake_.notify_all();
  for (Way* way : {&out_, &in_}) {
    if (way->thread.joinable()) way->thread.join();
  }
}

void PayloadCourier::replace_identity(trust::Identity identity) {
  const std::lock_guard guard(mutex_);
  identity_ = std::move(identity);
}

void PayloadCourier::push(Way& way, std::function<void()> job) {
  {
    const std::lock_guard guard(mutex_);
    if (stopping_) return;
    way.jobs.push_back(std::move(job));
    if (!way.thread.joinable()) way.thread = std::thread([this, &way] { run(way); });
  }
  wake_.notify_all();
}

void PayloadCourier::run(Way& way) {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stopping_ || !way.jobs.empty(); });
    if (stopping_) return;
    const std::function<void()> job = std::move(way.jobs.front());
    way.jobs.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

// ---- Out ------------------------------------------------------------------------------------------

void PayloadCourier::send(v1::Lodge lodge) {
  push(out_, [this, lodge = std::move(lodge)]() mutable {
    const Instant until = around_.clock() + life_of(lodge, around_.default_life);
    HandedInFiles handed_in;
    for (v1::Lodge::Item& item : *lodge.mutable_items()) {
      for (v1::Lodge::Item::File& file : *item.mutable_files()) {
        if (handed_in.recall(file)) continue;
        hand_in(file, lodge.to(), until);
        handed_in.note(file);
      }
    }
    const std::lock_guard guard(mutex_);
    // Whoever lodges it again after a restart goes on from what the gateway has.
    if (!stopping_) around_.take(LodgeRequested{std::move(lodge)});
  });
}

void PayloadCourier::after_lodgements(std::function<void()> then) {
  const bool never_sent = [this] {
    const std::lock_guard guard(mutex_);
    return !out_.thread.joinable();
  }();
  if (never_sent) return then();
  push(out_, std::move(then));
}

void PayloadCourier::hand_in(v1::Lodge::Item::File& file, const std::string& recipient, Instant until) {
  const auto found = payload::digest_of_attachment(file.path());
  Result<void> done;
  if (!found) {
    done = tl::unexpected(found.error());
  } else {
    file.set_size(found->size);
    file.set_digest(std::string(found->digest.view()));
    v1::PayloadOffer offer;
    offer.set_recipient(recipient);
    offer.set_digest(file.digest());
    offer.set_size(file.size());
    done = try_until(out_, until, [&] { return put(file.path(), offer); });
  }
  if (!done) note_fault(file, done.error());
}

Result<void> PayloadCourier::put(const std::string& path, const v1::PayloadOffer& offer) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failure(v1::FILE_UNREADABLE, std::strerror(errno), path);
  const std::unique_ptr<const int, void (*)(const int*)> closed(&descriptor,
                                                                [](const int* open) { ::close(*open); });
  std::function<Error()> handshake_failure;
  const auto stub = connect(handshake_failure);
  grpc::ClientContext call;
  if (!begin_call(out_, call)) return failure(v1::GATEWAY_UNREACHABLE, "this node stops");
  const auto stream = stub->Put(&call);
  v1::PayloadChunk chunk;
  *chunk.mutable_offer() = offer;
  v1::PayloadProgress progress;
  bool going = stream->Write(chunk) && stream->Read(&progress);
  chunk.Clear();
  std::uint64_t offset = progress.durable();
  Result<void> read_well;
  while (going && !progress.complete() && offset < offer.size()) {
    std::string& content = *chunk.mutable_content();
    content.resize(std::min<std::uint64_t>(chunk_sent, offer.size() - offset));
    const ssize_t n = ::pread(descriptor, content.data(), content.size(), static_cast<off_t>(offset));
    if (n <= 0) {
      read_well = failure(v1::FILE_UNREADABLE, n == 0 ? "it has become shorter" : std::strerror(errno), path);
      call.TryCancel();
      break;
    }
    content.resize(static_cast<std::size_t>(n));
    chunk.set_offset(offset);
    offset += content.size();
    going = stream->Write(chunk);
    while (going && offset - progress.durable() > most_on_the_way) going = stream->Read(&progress);
  }
  stream->WritesDone();
  while (!progress.complete() && stream->Read(&progress)) {
  }
  const grpc::Status status = stream->Finish();
  end_call(out_);
  if (!read_well) return read_well;
  if (progress.complete()) return {};
  return tl::unexpected(end_of_stream(status, handshake_failure(), around_.address));
}

// ---- In -------------------------------------------------------------------------------------------

std::vector<HeldBatch> PayloadCourier::divert(FrameReceived& frame) {
  const std::lock_guard guard(gate_mutex_);
  return gate_.take_out_of(frame);
}

void PayloadCourier::bring(std::vector<HeldBatch> held) {
  for (HeldBatch& each : held) {
    // std::function copies what it holds.
    push(in_, [this, waiting = std::make_shared<HeldBatch>(std::move(each))] {
      for (const v1::Attachment& payload : waiting->awaited.attachments)
        waiting->batch.payloads.push_back(fetch(payload, waiting->awaited.until));
      FrameReceived late{.stream = waiting->stream, .deliveries = {}, .receipts = {}, .credit = 0};
      late.deliveries.push_back(std::move(waiting->batch));
      {
        const std::lock_guard guard(mutex_);
        // What is not taken now is delivered again after the restart.
        if (!stopping_) around_.take(std::move(late));
      }
      const std::lock_guard guard(gate_mutex_);
      gate_.let_through(waiting->awaited);
    });
  }
}

FetchedPayload PayloadCourier::fetch(const v1::Attachment& attachment, Instant until) {
  FetchedPayload fetched{*Digest::from_bytes(attachment.digest())};
  if (const auto done = try_until(in_, until, [&] { return get(attachment); }); !done) {
    fetched.fault = done.error().code;
    fetched.detail = done.error().detail;
  }
  return fetched;
}

Result<void> PayloadCourier::get(const v1::Attachment& attachment) {
  const Digest digest = *Digest::from_bytes(attachment.digest());
  if (folder_.find(around_.party, digest)) return {};
  auto partial = folder_.begin(around_.party, digest, attachment.size());
  if (!partial) return tl::unexpected(partial.error());
  std::function<Error()> handshake_failure;
  const auto stub = connect(handshake_failure);
  grpc::ClientContext call;
  if (!begin_call(in_, call)) return failure(v1::GATEWAY_UNREACHABLE, "this node stops");
  v1::PayloadRequest request;
  request.set_digest(attachment.digest());
  request.set_offset(partial->here());
  Result<void> kept;
  grpc::Status status;
  if (partial->here() < attachment.size()) {
    const auto reader = stub->Get(&call, request);
    v1::PayloadChunk chunk;
    while (kept && reader->Read(&chunk)) {
      kept = partial->append(chunk.offset(), chunk.content());
      if (kept && partial->here() - partial->durable() >= payload::durable_every)
        kept = partial->make_durable();
    }
    if (!kept) call.TryCancel();
    status = reader->Finish();
  }
  end_call(in_);
  if (!kept) return kept;
  if (partial->here() == attachment.size()) return partial->finish();
  if (auto synced = partial->make_durable(); !synced) return synced;
  if (status.ok())
    return failure(v1::PAYLOAD_DIFFERS, fmt::format("it ends after {} bytes", partial->here()));
  return tl::unexpected(end_of_stream(status, handshake_failure(), around_.address));
}

// ---- Both ways ------------------------------------------------------------------------------------

Result<void> PayloadCourier::try_until(Way& way, Instant until,
                                       const std::function<Result<void>()>& attempt) {
  TransferAttempts attempts(until, way.jitter);
  for (;;) {
    auto done = attempt();
    if (done) return done;
    const auto wait = attempts.after(done.error().code, around_.clock());
    if (!wait || !pause(*wait)) return done;
  }
}

std::unique_ptr<v1::Payloads::Stub> PayloadCourier::connect(std::function<Error()>& handshake_failure) {
  const trust::Identity identity = [this] {
    const std::lock_guard guard(mutex_);
    return identity_;
  }();
  const auto credentials =
      trust::client_credentials(identity, around_.verifier, around_.gateway, around_.clock);
  handshake_failure = credentials.last_failure;
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(around_.gateway.uri());
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, receive_window);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 15'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  return v1::Payloads::NewStub(
      grpc::CreateCustomChannel(around_.address, credentials.credentials, arguments));
}

bool PayloadCourier::begin_call(Way& way, grpc::ClientContext& call) {
  const std::lock_guard guard(mutex_);
  if (stopping_) return false;
  way.call = &call;
  return true;
}

void PayloadCourier::end_call(Way& way) {
  const std::lock_guard guard(mutex_);
  way.call = nullptr;
}

bool PayloadCourier::pause(Duration length) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, std::chrono::microseconds(length.microseconds), [this] { return stopping_; });
}

}  // namespace gnc::nodes
