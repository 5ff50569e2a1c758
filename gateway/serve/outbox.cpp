#include "gateway/serve/outbox.h"

#include <fmt/format.h>

namespace gnc::gateway {
namespace {

// Receipts on record are read in pieces of about this size.
constexpr std::size_t receipts_at_once = 1u << 20;

std::size_t bytes_of(const Send& part) {
  const auto* receipts = std::get_if<SendReceipts>(&part);
  return receipts ? receipts->bytes.size() : 0;
}

}  // namespace

Outbox::Outbox(const PartyName& gateway, EnvelopeSource& envelopes, const GatewayStore& store)
    : gateway_(gateway), envelopes_(envelopes), store_(store) {}

std::size_t Outbox::add(Send part) {
  const std::lock_guard guard(mutex_);
  waiting_bytes_ += bytes_of(part);
  waiting_.push_back(std::move(part));
  return waiting_bytes_;
}

bool Outbox::empty() const {
  const std::lock_guard guard(mutex_);
  return waiting_.empty();
}

std::optional<Send> Outbox::take() {
  const std::lock_guard guard(mutex_);
  if (waiting_.empty()) return std::nullopt;
  auto part = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= bytes_of(part);
  return part;
}

void Outbox::put_back(Send part) {
  const std::lock_guard guard(mutex_);
  waiting_bytes_ += bytes_of(part);
  waiting_.push_front(std::move(part));
}

Result<void> Outbox::make_ready(const SendDeliveries& deliveries) {
  auto batches = envelopes_.sealed_batches(deliveries.envelopes);
  if (!batches) return tl::unexpected(batches.error());
  for (auto& batch : *batches) ready_.push_back(Delivery{std::move(batch)});
  return {};
}

Result<void> Outbox::make_ready(const ResendReceipts& receipts) {
  auto records = store_.receipts(receipts.party, receipts.first, receipts.last, receipts_at_once);
  if (!records) return tl::unexpected(records.error());
  if (records->empty()) return {};
  if (const auto next = records->back().position + 1; next <= receipts.last) {
    put_back(ResendReceipts{receipts.session, receipts.party, next, receipts.last});
  }
  for (auto& record : *records) {
    ready_.push_back(SendReceipts{receipts.session, record.position, std::move(record.bytes)});
  }
  return {};
}

bool Outbox::add_to(wire::GatewayFrameBuilder& frame, const Ready& ready) {
  if (const auto* delivery = std::get_if<Delivery>(&ready)) {
    if (!frame.fits(*delivery->batch)) return false;
    frame.add_delivery(*delivery->batch);
    return true;
  }
  const auto& receipts = std::get<SendReceipts>(ready);
  if (!frame.fits(receipts.bytes)) return false;
  frame.add_receipts({receipts.position, receipts.bytes});
  return true;
}

Result<Outbox::Next> Outbox::next() {
  wire::GatewayFrameBuilder frame;
  std::uint32_t credit = 0;
  std::optional<Error> end;
  while (true) {
    bool full = false;
    while (!ready_.empty() && !full) {
      if (add_to(frame, ready_.front())) {
        ready_.pop_front();
      } else if (frame.empty()) {
        return failure(v1::FRAME_TOO_LARGE, "a batch on record does not fit into a frame");
      } else {
        full = true;
      }
    }
    if (full) break;
    auto part = take();
    if (!part) break;
    Result<void> done;
    if (const auto* welcome = std::get_if<SendWelcome>(&*part)) {
      frame.add_welcome({gateway_.text(), welcome->credit});
    } else if (const auto* deliveries = std::get_if<SendDeliveries>(&*part)) {
      done = make_ready(*deliveries);
    } else if (auto* receipts = std::get_if<SendReceipts>(&*part)) {
      ready_.push_back(std::move(*receipts));
    } else if (const auto* again = std::get_if<ResendReceipts>(&*part)) {
      done = make_ready(*again);
    } else if (const auto* grant = std::get_if<SendCredit>(&*part)) {
      credit += grant->envelopes;
    } else if (frame.empty() && credit == 0) {
      end = std::get<EndSession>(std::move(*part)).reason;
      break;
    } else {
      // What came before goes out first.
      put_back(std::move(*part));
      break;
    }
    if (!done) return tl::unexpected(done.error());
  }
  if (credit > 0) frame.set_credit(credit);
  Next next{.frame = {}, .end = std::move(end)};
  if (!frame.empty()) next.frame = frame.take();
  return next;
}

}  // namespace gnc::gateway
