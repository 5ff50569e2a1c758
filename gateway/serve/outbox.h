#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include <grpcpp/support/byte_buffer.h>

#include "gateway/core/gateway_core.h"
#include "gateway/serve/envelope_source.h"
#include "proto/wire/frame_codec.h"

namespace gnc::gateway {

// What waits to be written to one session, in order. Envelopes and receipts on record wait as places and
// are read when there is room for them in a frame, so that a slow reader costs little memory.
class Outbox {
 public:
  // All must outlive it.
  Outbox(const PartyName& gateway, EnvelopeSource& envelopes, const GatewayStore& store);

  // Any thread. Returns how many bytes wait now.
  std::size_t add(Send part);
  bool empty() const;

  struct Next {
    std::optional<grpc::ByteBuffer> frame;  // absent: nothing waits
    std::optional<Error> end;               // the session ends here
  };
  // One frame, filled by what is waiting. One caller at a time.
  Result<Next> next();

 private:
  struct Delivery {
    EnvelopeSource::Bytes batch;
  };
  // Something of known bytes, which may have to wait for the next frame.
  using Ready = std::variant<Delivery, SendReceipts>;

  std::optional<Send> take();
  // Puts back what is left of a part.
  void put_back(Send part);
  Result<void> make_ready(const SendDeliveries& deliveries);
  Result<void> make_ready(const ResendReceipts& receipts);
  // False where the frame has no room for the first of ready_.
  static bool add_to(wire::GatewayFrameBuilder& frame, const Ready& ready);

  const PartyName& gateway_;
  EnvelopeSource& envelopes_;
  const GatewayStore& store_;
  mutable std::mutex mutex_;
  std::deque<Send> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::deque<Ready> ready_;  // the caller of next()'s own
};

}  // namespace gnc::gateway
