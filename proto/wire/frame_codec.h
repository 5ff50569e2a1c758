#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <grpcpp/support/byte_buffer.h>

#include "proto/types/result.h"

// Frames of the exchange service (exchange.proto) as bytes: bounded before anything is inflated, allocated or
// parsed. Batches inside a frame stay as they travelled.
namespace gnc::wire {

struct FrameLimits {
  std::size_t max_bytes = 4u << 20;  // before and after inflation
  std::size_t max_batches = 4096;    // in one frame
  std::size_t max_items = 4096;      // in all batches of one frame
};

// ---- Reading ------------------------------------------------------------------------------------

// The bytes of a received frame in one piece. With gRPC's own decompression off, a compressed frame comes as
// gzip and is inflated here, never beyond the limit. FRAME_TOO_LARGE, FRAME_INFLATES_TOO_LARGE,
// FRAME_MALFORMED.
Result<std::string> read_frame(const grpc::ByteBuffer& buffer, const FrameLimits& limits = {});

// A frame as views into its bytes, which must outlive it. Singular fields say what protobuf's own parser
// would: the last one counts. Unknown fields are skipped.
struct HelloView {
  std::uint32_t protocol = 0;
  std::string_view party;
  std::uint64_t receipts_recorded_up_to = 0;
  std::uint32_t credit = 0;
};

struct NodeFrameView {
  std::optional<HelloView> hello;
  std::vector<std::string_view> submissions;
  std::vector<std::string_view> receipts;
  std::uint32_t credit = 0;
  std::uint64_t receipts_recorded_up_to = 0;
};

struct WelcomeView {
  std::string_view gateway;
  std::uint32_t credit = 0;
};

struct PositionedReceiptsView {
  std::uint64_t position = 0;
  std::string_view receipts;
};

struct GatewayFrameView {
  std::optional<WelcomeView> welcome;
  std::vector<std::string_view> deliveries;
  std::vector<PositionedReceiptsView> receipts;
  std::uint32_t credit = 0;
};

// FRAME_TOO_LARGE where there are more batches or items than the limits allow, FRAME_MALFORMED where the
// frame cannot be read. A batch that cannot be read is left to trust::open, which names the fault.
Result<NodeFrameView> parse_node_frame(std::string_view bytes, const FrameLimits& limits = {});
Result<GatewayFrameView> parse_gateway_frame(std::string_view bytes, const FrameLimits& limits = {});

// How many items a serialised SealedBatch has.
std::size_t count_items(std::string_view batch);

// ---- Writing ------------------------------------------------------------------------------------

// Fills one buffer with parts that are serialised already, and gives it to gRPC without copying it.
class FrameBuilder {
 public:
  explicit FrameBuilder(const FrameLimits& limits = {}) : limits_(limits) {}

  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  // Whether a batch still fits. One that does not goes into the next frame; one that does not fit an empty
  // frame can never be sent.
  bool fits(std::string_view batch) const;

  // The finished frame; the builder is empty afterwards.
  grpc::ByteBuffer take();
  std::string take_bytes();

 protected:
  void append_batch(std::uint32_t field, std::string_view batch);
  void append_number(std::uint32_t field, std::uint64_t value);
  void append_message(std::uint32_t field, std::string_view message);
  void append_positioned(std::uint32_t field, std::uint64_t position, std::string_view batch);

 private:
  FrameLimits limits_;
  std::string bytes_;
  std::size_t batches_ = 0;
  std::size_t items_ = 0;
};

class NodeFrameBuilder : public FrameBuilder {
 public:
  using FrameBuilder::FrameBuilder;

  void add_hello(const HelloView& hello);
  void add_submission(std::string_view batch);
  void add_receipts(std::string_view batch);
  // At most once a frame each: a later one replaces an earlier one at the reader.
  void set_credit(std::uint32_t envelopes);
  void set_receipts_recorded_up_to(std::uint64_t position);
};

class GatewayFrameBuilder : public FrameBuilder {
 public:
  using FrameBuilder::FrameBuilder;

  void add_welcome(const WelcomeView& welcome);
  void add_delivery(std::string_view batch);
  void add_receipts(const PositionedReceiptsView& receipts);
  // At most once a frame: a later one replaces an earlier one at the reader.
  void set_credit(std::uint32_t envelopes);
};

}  // namespace gnc::wire
