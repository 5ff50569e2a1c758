#include "nodes/serve/stream.h"

#include "nodes/serve/stream_status.h"
#include "proto/wire/frame_codec.h"
#include "trust/tls/credentials.h"

namespace gnc::nodes {
namespace {

constexpr std::uint32_t protocol_version = 1;

// False where the frame has no room for it.
bool add_to(wire::NodeFrameBuilder& frame, Send& part, std::vector<NodeEvent>& sent) {
  if (auto* submission = std::get_if<SendSubmission>(&part)) {
    if (!frame.fits(*submission->bytes)) return false;
    frame.add_submission(*submission->bytes);
    sent.insert(sent.end(), std::make_move_iterator(submission->sent.begin()),
                std::make_move_iterator(submission->sent.end()));
  } else if (const auto* receipts = std::get_if<SendReceipts>(&part)) {
    if (!frame.fits(receipts->bytes)) return false;
    frame.add_receipts(receipts->bytes);
  }
  return true;
}

}  // namespace

Stream::Stream(StreamId id, const Surroundings& surroundings) : id_(id), around_(surroundings) {}

void Stream::start(grpc::GenericStub& stub, const OpenStream& hello) {
  self_ = shared_from_this();
  stub.PrepareBidiStreamingCall(&context_, "/gnc.v1.Exchange/Connect", {}, this);
  wire::NodeFrameBuilder frame;
  frame.add_hello({protocol_version, around_.party.text(), hello.receipts_recorded_up_to, hello.credit});
  outgoing_ = frame.take();
  writing_ = true;
  // Writes are started from outside as well: the hold is let go when the stream is over.
  AddHold();
  StartWrite(&outgoing_);
  StartRead(&incoming_);
  StartCall();
}

void Stream::add(Send part) {
  const std::lock_guard guard(mutex_);
  if (!over_) waiting_.push_back(std::move(part));
}

void Stream::flush() {
  {
    const std::lock_guard guard(mutex_);
    // Nothing follows the Hello before the Welcome.
    if (over_ || writes_done_ || writing_ || !welcomed_) return;
    writing_ = true;
  }
  write_next();
}

// Whoever has set writing_ is here alone.
void Stream::write_next() {
  wire::NodeFrameBuilder frame;
  std::vector<NodeEvent> sent;
  {
    const std::lock_guard guard(mutex_);
    std::uint32_t credit = 0;
    std::uint64_t recorded = 0;
    while (!over_ && !waiting_.empty()) {
      Send& part = waiting_.front();
      if (const auto* grant = std::get_if<SendCredit>(&part)) {
        credit += grant->envelopes;
      } else if (const auto* position = std::get_if<SendReceiptsRecorded>(&part)) {
        recorded = position->up_to;
      } else if (!add_to(frame, part, sent)) {
        break;
      }
      waiting_.pop_front();
    }
    if (credit != 0) frame.set_credit(credit);
    if (recorded != 0) frame.set_receipts_recorded_up_to(recorded);
    writing_ = !over_ && !frame.empty();
    if (writing_) {
      outgoing_ = frame.take();
      StartWrite(&outgoing_);
    } else if (finishing_ && !over_ && !writes_done_) {
      writes_done_ = true;
      StartWritesDone();
    }
  }
  if (!sent.empty()) around_.sent(sent);
}

void Stream::OnWriteDone(bool ok) {
  {
    const std::lock_guard guard(mutex_);
    if (!ok || !welcomed_) {
      // A failed write ends the stream: the status comes by itself.
      writing_ = false;
      return;
    }
  }
  write_next();
}

void Stream::read_on() {
  const std::lock_guard guard(mutex_);
  if (over_) return;
  incoming_.Clear();
  StartRead(&incoming_);
}

void Stream::OnReadDone(bool ok) {
  if (ok) {
    if (const Result<void> taken = take_frame(); !taken) close(taken.error());
    return;
  }
  bool last = false;
  {
    const std::lock_guard guard(mutex_);
    last = !over_;
    over_ = true;
  }
  if (last) RemoveHold();
}

Result<void> Stream::peer_holds() {
  std::shared_ptr<const grpc::AuthContext> identity;
  {
    // ClientContext makes it when first asked, without a lock of its own.
    const std::lock_guard guard(mutex_);
    identity = context_.auth_context();
  }
  if (!identity) {
    return failure(v1::CERTIFICATE_UNREADABLE, "the gateway showed no certificate", around_.address);
  }
  const auto peer = trust::check_peer(*identity, *around_.verifier, around_.clock());
  if (!peer) return tl::unexpected(peer.error());
  if (peer->party != around_.gateway) {
    return failure(v1::SENDER_NOT_PEER, "the certificate there names " + peer->party.text(), around_.address);
  }
  return {};
}

Result<void> Stream::take_frame() {
  // Trust can be withdrawn while a stream is open: checked for every frame, mostly from the verifier's cache.
  if (auto holds = peer_holds(); !holds) return holds;
  const auto bytes = wire::read_frame(incoming_);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto frame = wire::parse_gateway_frame(*bytes);
  if (!frame) return tl::unexpected(frame.error());
  if (frame->welcome) {
    around_.take(WelcomeReceived{id_, std::string(frame->welcome->gateway), frame->welcome->credit}, 0, {});
    {
      const std::lock_guard guard(mutex_);
      welcomed_ = true;
    }
    flush();
  }
  const Instant now = around_.clock();
  const auto keep = [](std::string_view batch) {
    return IncomingBatch{std::string(batch), failure(v1::SEAL_MALFORMED, "not opened")};
  };
  FrameReceived event{.stream = id_, .deliveries = {}, .receipts = {}, .credit = frame->credit};
  event.deliveries.reserve(frame->deliveries.size());
  event.receipts.reserve(frame->receipts.size());
  for (const std::string_view batch : frame->deliveries) {
    IncomingBatch& incoming = event.deliveries.emplace_back(keep(batch));
    incoming.opened = trust::open(incoming.bytes, *around_.verifier, now);
  }
  for (const wire::PositionedReceiptsView& receipts : frame->receipts) {
    IncomingReceipts& incoming =
        event.receipts.emplace_back(IncomingReceipts{receipts.position, keep(receipts.receipts)});
    incoming.batch.opened = trust::open_recorded(incoming.batch.bytes, *around_.verifier);
  }
  const bool says_something = !event.deliveries.empty() || !event.receipts.empty() || event.credit != 0;
  const bool read_more =
      !says_something || around_.take(std::move(event), bytes->size(), [self = weak_from_this()] {
        if (const auto stream = self.lock()) stream->read_on();
      });
  if (read_more) read_on();
  return {};
}

void Stream::close(const Error& reason) {
  bool last = false;
  {
    const std::lock_guard guard(mutex_);
    if (closed_for_.code == v1::ERROR_CODE_UNSPECIFIED) closed_for_ = reason;
    last = !over_;
    over_ = true;
    context_.TryCancel();
  }
  if (last) RemoveHold();
}

void Stream::finish() {
  {
    const std::lock_guard guard(mutex_);
    if (over_ || finishing_) return;
    finishing_ = true;
    if (writing_) return;
    writing_ = true;
  }
  write_next();
}

void Stream::check_peer() {
  {
    const std::lock_guard guard(mutex_);
    if (over_ || !welcomed_) return;
  }
  if (const Result<void> holds = peer_holds(); !holds) close(holds.error());
}

void Stream::OnDone(const grpc::Status& status) {
  std::shared_ptr<Stream> self = std::exchange(self_, nullptr);
  const Surroundings& around = around_;
  Error reason;
  bool ended_by_us = false;
  {
    const std::lock_guard guard(mutex_);
    over_ = true;
    reason = closed_for_;
    ended_by_us = writes_done_ && status.ok();
  }
  if (reason.code == v1::ERROR_CODE_UNSPECIFIED && !ended_by_us) {
    reason = end_of_stream(status, around_.handshake_failure(), around_.address);
  }
  around.take(StreamEnded{id_, std::move(reason)}, 0, {});
  // The context holds the channel. Were it the last to do so, gRPC would join its own threads from one of
  // them: so this goes before anyone hears that the stream is gone, and lets the channel go.
  self.reset();
  around.gone();
}

}  // namespace gnc::nodes
