#include "gateway/serve/payload_service.h"

#include <atomic>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "gateway/core/payload_terms.h"
#include "gateway/serve/failure_status.h"
#include "gateway/serve/log.h"
#include "trust/tls/credentials.h"

namespace gnc::gateway {
namespace {

constexpr std::size_t largest_chunk = 1u << 20;
constexpr std::size_t chunk_given = 256u << 10;

}  // namespace

class PayloadService::Transfer {
 public:
  Transfer(PayloadService& service, grpc::ServerContext& context) : service_(service), context_(context) {}
  ~Transfer() {
    const std::lock_guard guard(service_.mutex_);
    service_.transfers_.erase(this);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Who it is, and whether one more of theirs is allowed.
  Result<void> begin() {
    if (auto holds = peer_holds(); !holds) return holds;
    const std::lock_guard guard(service_.mutex_);
    std::size_t own = 0;
    for (const Transfer* each : service_.transfers_) own += each->party() == party();
    if (own >= service_.limits_.transfers_per_party ||
        service_.transfers_.size() >= service_.limits_.transfers) {
      return failure(v1::TOO_MANY_STREAMS, fmt::format("{} payloads of {} are under way, {} in all", own,
                                                       party().text(), service_.transfers_.size()));
    }
    service_.transfers_.insert(this);
    return {};
  }
  // Trust can be withdrawn while it lasts.
  Result<void> peer_holds() {
    auto peer = trust::check_peer(*context_.auth_context(), service_.verifier_, service_.clock_());
    if (!peer) return tl::unexpected(peer.error());
    peer_.emplace(std::move(*peer));
    return {};
  }
  const PartyName& party() const { return peer_->party; }
  void moved() { moved_ = Steady::now(); }
  void given() {
    moved();
    fetched_ = true;
  }
  // Whether something was given to the party since it was last asked.
  bool take_fetched() { return fetched_.exchange(false); }
  Steady::time_point last_moved() const { return moved_; }
  void cancel() { context_.TryCancel(); }

 private:
  PayloadService& service_;
  grpc::ServerContext& context_;
  std::optional<trust::VerifiedPeer> peer_;
  std::atomic<Steady::time_point> moved_ = Steady::now();
  std::atomic<bool> fetched_ = false;
};

grpc::Status PayloadService::Put(grpc::ServerContext* context,
                                 grpc::ServerReaderWriter<v1::PayloadProgress, v1::PayloadChunk>* stream) {
  Transfer transfer(*this, *context);
  auto done = transfer.begin();
  if (done) done = take_in(transfer, *stream);
  if (done) return grpc::Status::OK;
  log_refusal(fmt::format("a payload from {} was not taken in: {}", context->peer(), describe(done.error())));
  return failure_status(done.error());
}

Result<void> PayloadService::take_in(
    Transfer& transfer, grpc::ServerReaderWriter<v1::PayloadProgress, v1::PayloadChunk>& stream) {
  v1::PayloadChunk chunk;
  if (!stream.Read(&chunk)) return failure(v1::PAYLOAD_MALFORMED, "nothing was offered");
  const v1::PayloadOffer& offer = chunk.offer();
  const auto recipient = PartyName::from_text(offer.recipient());
  const auto digest = Digest::from_bytes(offer.digest());
  if (!chunk.has_offer() || !recipient || !digest || offer.size() == 0 || !chunk.content().empty())
    return failure(v1::PAYLOAD_MALFORMED, "an offer names recipient, digest and size, and has no content");
  if (auto may =
          may_hand_in(*agreements(), transfer.party().text(), recipient->text(), offer.size(), clock_());
      !may)
    return may;
  v1::PayloadProgress progress;
  const auto complete = [&] {
    progress.set_durable(offer.size());
    progress.set_complete(true);
    stream.Write(progress);
  };
  const std::uint64_t size = offer.size();
  if (folder_.find(*recipient, *digest)) return complete(), Result<void>();
  auto partial = folder_.begin(*recipient, *digest, size);
  if (!partial) return tl::unexpected(partial.error());
  progress.set_durable(partial->here());
  stream.Write(progress);
  while (partial->here() < size) {
    if (!stream.Read(&chunk)) {
      // Cut off, or given up: what came is kept for the next attempt.
      return partial->make_durable();
    }
    transfer.moved();
    if (chunk.has_offer() || chunk.content().empty() || chunk.content().size() > largest_chunk)
      return failure(v1::PAYLOAD_MALFORMED, fmt::format("a chunk of {} bytes", chunk.content().size()));
    if (auto taken = partial->append(chunk.offset(), chunk.content()); !taken) return taken;
    if (partial->here() - partial->durable() < payload::durable_every) continue;
    if (auto holds = transfer.peer_holds(); !holds) return holds;
    if (auto synced = partial->make_durable(); !synced) return synced;
    progress.set_durable(partial->durable());
    stream.Write(progress);
  }
  if (auto finished = partial->finish(); !finished) return finished;
  progress.set_durable(size);
  progress.set_complete(true);
  stream.Write(progress);
  return {};
}

grpc::Status PayloadService::Get(grpc::ServerContext* context, const v1::PayloadRequest* request,
                                 grpc::ServerWriter<v1::PayloadChunk>* writer) {
  Transfer transfer(*this, *context);
  auto done = transfer.begin();
  if (done) done = give_out(transfer, *request, *writer);
  if (done) return grpc::Status::OK;
  log_refusal(fmt::format("a payload for {} was not given out: {}", context->peer(), describe(done.error())));
  return failure_status(done.error());
}

Result<void> PayloadService::give_out(Transfer& transfer, const v1::PayloadRequest& request,
                                      grpc::ServerWriter<v1::PayloadChunk>& writer) {
  const auto digest = Digest::from_bytes(request.digest());
  if (!digest) return failure(v1::PAYLOAD_MALFORMED, "a request names the digest");
  const auto file = folder_.find(transfer.party(), *digest);
  if (!file)
    return failure(v1::PAYLOAD_UNKNOWN, fmt::format("{} for {}", digest->hex(), transfer.party().text()));
  const int descriptor = ::open(file->c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failure(v1::FILE_UNREADABLE, std::strerror(errno), file->string());
  const std::unique_ptr<const int, void (*)(const int*)> closed(&descriptor,
                                                                [](const int* open) { ::close(*open); });
  v1::PayloadChunk chunk;
  std::uint64_t offset = request.offset(), checked = offset;
  for (;;) {
    std::string& content = *chunk.mutable_content();
    content.resize(chunk_given);
    const ssize_t n = ::pread(descriptor, content.data(), content.size(), static_cast<off_t>(offset));
    if (n < 0) return failure(v1::FILE_UNREADABLE, std::strerror(errno), file->string());
    if (n == 0) return {};
    content.resize(static_cast<std::size_t>(n));
    chunk.set_offset(offset);
    if (!writer.Write(chunk)) return failure(v1::PEER_SILENT, "it was cut off");
    transfer.given();
    offset += static_cast<std::uint64_t>(n);
    if (offset - checked < payload::durable_every) continue;
    checked = offset;
    ::posix_fadvise(descriptor, 0, static_cast<off_t>(offset), POSIX_FADV_DONTNEED);
    if (auto holds = transfer.peer_holds(); !holds) return holds;
  }
}

void PayloadService::replace_agreements(std::shared_ptr<const model::AgreementBook> book) {
  const std::lock_guard guard(mutex_);
  book_ = std::move(book);
}

std::shared_ptr<const model::AgreementBook> PayloadService::agreements() {
  const std::lock_guard guard(mutex_);
  return book_;
}

std::vector<PartyName> PayloadService::check() {
  const auto now = Steady::now();
  bool look = false;
  std::vector<PartyName> fetching;
  {
    const std::lock_guard guard(mutex_);
    for (Transfer* each : transfers_) {
      if (now - each->last_moved() > std::chrono::seconds(limits_.transfer_silence_seconds)) each->cancel();
      if (each->take_fetched()) fetching.push_back(each->party());
    }
    look = expired_at_ == Steady::time_point{} || now - expired_at_ > std::chrono::hours(1);
    if (look) expired_at_ = now;
  }
  if (look)
    folder_.expire(std::filesystem::file_time_type::clock::now() -
                   std::chrono::hours(limits_.payload_life_hours));
  return fetching;
}

}  // namespace gnc::gateway
