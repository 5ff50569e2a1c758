#include "proto/wire/frame_codec.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <grpcpp/support/slice.h>
#include <zlib.h>

#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "gnc/v1/exchange.pb.h"
#include "proto/wire/wire_reader.h"
#include "proto/wire/wire_writer.h"

namespace gnc::wire {
namespace {

using v1::GatewayFrame;
using v1::NodeFrame;

// Tag and length of one field at their longest.
constexpr std::size_t field_overhead = 16;

tl::unexpected<Error> too_large(std::size_t bytes, const FrameLimits& limits) {
  return failure(v1::FRAME_TOO_LARGE,
                 fmt::format("a frame of {} bytes; the bound is {}", bytes, limits.max_bytes));
}

tl::unexpected<Error> malformed(std::string_view what) {
  return failure(v1::FRAME_MALFORMED, std::string(what));
}

bool is_gzip(std::string_view bytes) {
  // No frame begins so: it would be field 3 with a wire type that there is not.
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

Result<std::string> inflate_bounded(std::string_view compressed, const FrameLimits& limits) {
  z_stream stream{};
  constexpr int gzip_window = 16 + MAX_WBITS;
  if (inflateInit2(&stream, gzip_window) != Z_OK) return malformed("zlib cannot start");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> ends(&stream, &inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  std::size_t used = 0;
  for (;;) {
    if (used == out.size()) {
      if (used == limits.max_bytes) break;
      const std::size_t wanted = std::max(out.size() * 2, compressed.size() * 4);
      out.reserve(std::min(wanted, limits.max_bytes));
      out.resize(std::min(wanted, limits.max_bytes));
    }
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = static_cast<uInt>(out.size() - used);
    const int status = inflate(&stream, Z_NO_FLUSH);
    used = out.size() - stream.avail_out;
    if (status == Z_STREAM_END) {
      if (stream.avail_in != 0) return malformed("bytes after the end of a compressed frame");
      out.erase(used);
      return out;
    }
    if (status != Z_OK) return malformed("a compressed frame that cannot be inflated");
    if (stream.avail_in == 0 && stream.avail_out != 0) return malformed("a compressed frame cut short");
  }
  // The limit is filled: only the stream's end may follow.
  Bytef surplus = 0;
  stream.next_out = &surplus;
  stream.avail_out = 1;
  const int status = inflate(&stream, Z_NO_FLUSH);
  if (status == Z_STREAM_END && stream.avail_out == 1 && stream.avail_in == 0) return out;
  if (stream.avail_out == 0) {
    return failure(v1::FRAME_INFLATES_TOO_LARGE,
                   fmt::format("a compressed frame of {} bytes inflates beyond the bound of {}",
                               compressed.size(), limits.max_bytes));
  }
  return malformed("a compressed frame that cannot be inflated");
}

// Counts what a frame holds before anything is allocated for it.
class FrameCount {
 public:
  explicit FrameCount(const FrameLimits& limits) : limits_(limits) {}

  bool add(std::string_view batch) {
    ++batches_;
    items_ += count_items(batch);
    return batches_ <= limits_.max_batches && items_ <= limits_.max_items;
  }

  tl::unexpected<Error> surplus() const {
    return failure(v1::FRAME_TOO_LARGE, fmt::format("a frame with more than {} batches or {} items in them",
                                                    limits_.max_batches, limits_.max_items));
  }

 private:
  const FrameLimits& limits_;
  std::size_t batches_ = 0;
  std::size_t items_ = 0;
};

bool is_bytes(const WireField& field, int number) {
  return field.number_in_message == static_cast<std::uint32_t>(number) &&
         field.type == WireType::length_delimited;
}

bool is_varint(const WireField& field, int number) {
  return field.number_in_message == static_cast<std::uint32_t>(number) && field.type == WireType::varint;
}

bool read_credit(std::string_view bytes, std::uint32_t& credit) {
  WireReader reader(bytes);
  for (WireField field; reader.next(field);) {
    if (is_varint(field, v1::CreditGrant::kEnvelopesFieldNumber)) {
      credit = static_cast<std::uint32_t>(field.number);
    }
  }
  return !reader.malformed();
}

bool read_hello(std::string_view bytes, HelloView& hello) {
  WireReader reader(bytes);
  for (WireField field; reader.next(field);) {
    if (is_varint(field, v1::Hello::kProtocolFieldNumber)) {
      hello.protocol = static_cast<std::uint32_t>(field.number);
    } else if (is_bytes(field, v1::Hello::kPartyFieldNumber)) {
      hello.party = field.bytes;
    } else if (is_varint(field, v1::Hello::kReceiptsRecordedUpToFieldNumber)) {
      hello.receipts_recorded_up_to = field.number;
    } else if (is_bytes(field, v1::Hello::kCreditFieldNumber)) {
      if (!read_credit(field.bytes, hello.credit)) return false;
    }
  }
  return !reader.malformed();
}

bool read_welcome(std::string_view bytes, WelcomeView& welcome) {
  WireReader reader(bytes);
  for (WireField field; reader.next(field);) {
    if (is_bytes(field, v1::Welcome::kGatewayFieldNumber)) {
      welcome.gateway = field.bytes;
    } else if (is_bytes(field, v1::Welcome::kCreditFieldNumber)) {
      if (!read_credit(field.bytes, welcome.credit)) return false;
    }
  }
  return !reader.malformed();
}

bool read_positioned(std::string_view bytes, PositionedReceiptsView& receipts) {
  WireReader reader(bytes);
  for (WireField field; reader.next(field);) {
    if (is_varint(field, v1::PositionedReceipts::kPositionFieldNumber)) {
      receipts.position = field.number;
    } else if (is_bytes(field, v1::PositionedReceipts::kReceiptsFieldNumber)) {
      receipts.receipts = field.bytes;
    }
  }
  return !reader.malformed();
}

std::string credit_message(std::uint32_t credit) {
  std::string message;
  if (credit != 0) append_varint_field(message, v1::CreditGrant::kEnvelopesFieldNumber, credit);
  return message;
}

}  // namespace

Result<std::string> read_frame(const grpc::ByteBuffer& buffer, const FrameLimits& limits) {
  const std::size_t size = buffer.Length();
  if (size > limits.max_bytes) return too_large(size, limits);
  if (!buffer.Valid()) return std::string();
  const auto view = [](const grpc::Slice& slice) {
    return std::string_view(reinterpret_cast<const char*>(slice.begin()), slice.size());
  };
  if (grpc::Slice single; buffer.TrySingleSlice(&single).ok()) {
    if (is_gzip(view(single))) return inflate_bounded(view(single), limits);
    return std::string(view(single));
  }
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return malformed("gRPC cannot read the frame");
  std::string bytes;
  bytes.reserve(size);
  for (const grpc::Slice& slice : slices) bytes += view(slice);
  if (is_gzip(bytes)) return inflate_bounded(bytes, limits);
  return bytes;
}

std::size_t count_items(std::string_view batch) {
  std::size_t items = 0;
  WireReader reader(batch);
  for (WireField field; reader.next(field);) items += is_bytes(field, v1::SealedBatch::kItemsFieldNumber);
  return items;
}

Result<NodeFrameView> parse_node_frame(std::string_view bytes, const FrameLimits& limits) {
  if (bytes.size() > limits.max_bytes) return too_large(bytes.size(), limits);
  FrameCount count(limits);
  NodeFrameView frame;
  WireReader reader(bytes);
  for (WireField field; reader.next(field);) {
    if (is_bytes(field, NodeFrame::kHelloFieldNumber)) {
      if (!frame.hello) frame.hello.emplace();
      if (!read_hello(field.bytes, *frame.hello)) return malformed("a Hello that cannot be read");
    } else if (is_bytes(field, NodeFrame::kSubmissionsFieldNumber)) {
      if (!count.add(field.bytes)) return count.surplus();
      frame.submissions.push_back(field.bytes);
    } else if (is_bytes(field, NodeFrame::kReceiptsFieldNumber)) {
      if (!count.add(field.bytes)) return count.surplus();
      frame.receipts.push_back(field.bytes);
    } else if (is_bytes(field, NodeFrame::kCreditFieldNumber)) {
      if (!read_credit(field.bytes, frame.credit)) return malformed("a CreditGrant that cannot be read");
    } else if (is_varint(field, NodeFrame::kReceiptsRecordedUpToFieldNumber)) {
      frame.receipts_recorded_up_to = field.number;
    }
  }
  if (reader.malformed()) return malformed("a NodeFrame that cannot be read");
  return frame;
}

Result<GatewayFrameView> parse_gateway_frame(std::string_view bytes, const FrameLimits& limits) {
  if (bytes.size() > limits.max_bytes) return too_large(bytes.size(), limits);
  FrameCount count(limits);
  GatewayFrameView frame;
  WireReader reader(bytes);
  for (WireField field; reader.next(field);) {
    if (is_bytes(field, GatewayFrame::kWelcomeFieldNumber)) {
      if (!frame.welcome) frame.welcome.emplace();
      if (!read_welcome(field.bytes, *frame.welcome)) return malformed("a Welcome that cannot be read");
    } else if (is_bytes(field, GatewayFrame::kDeliveriesFieldNumber)) {
      if (!count.add(field.bytes)) return count.surplus();
      frame.deliveries.push_back(field.bytes);
    } else if (is_bytes(field, GatewayFrame::kReceiptsFieldNumber)) {
      PositionedReceiptsView receipts;
      if (!read_positioned(field.bytes, receipts)) return malformed("PositionedReceipts that cannot be read");
      if (!count.add(receipts.receipts)) return count.surplus();
      frame.receipts.push_back(receipts);
    } else if (is_bytes(field, GatewayFrame::kCreditFieldNumber)) {
      if (!read_credit(field.bytes, frame.credit)) return malformed("a CreditGrant that cannot be read");
    }
  }
  if (reader.malformed()) return malformed("a GatewayFrame that cannot be read");
  return frame;
}

// ---- Writing ------------------------------------------------------------------------------------

bool FrameBuilder::fits(std::string_view batch) const {
  // A batch in a wrapper (PositionedReceipts) has two fields of overhead and a position.
  return bytes_.size() + batch.size() + 3 * field_overhead <= limits_.max_bytes &&
         batches_ < limits_.max_batches && items_ + count_items(batch) <= limits_.max_items;
}

grpc::ByteBuffer FrameBuilder::take() {
  auto* owned = new std::string(take_bytes());
  const grpc::Slice slice(
      owned->data(), owned->size(), [](void* user_data) { delete static_cast<std::string*>(user_data); },
      owned);
  return {&slice, 1};
}

std::string FrameBuilder::take_bytes() {
  batches_ = 0;
  items_ = 0;
  return std::exchange(bytes_, {});
}

void FrameBuilder::append_batch(std::uint32_t field, std::string_view batch) {
  ++batches_;
  items_ += count_items(batch);
  append_bytes_field(bytes_, field, batch);
}

void FrameBuilder::append_number(std::uint32_t field, std::uint64_t value) {
  append_varint_field(bytes_, field, value);
}

void FrameBuilder::append_message(std::uint32_t field, std::string_view message) {
  append_bytes_field(bytes_, field, message);
}

void FrameBuilder::append_positioned(std::uint32_t field, std::uint64_t position, std::string_view batch) {
  ++batches_;
  items_ += count_items(batch);
  std::string head;
  if (position != 0) append_varint_field(head, v1::PositionedReceipts::kPositionFieldNumber, position);
  append_varint(head, v1::PositionedReceipts::kReceiptsFieldNumber << 3 | 2);
  append_varint(head, batch.size());
  append_varint(bytes_, static_cast<std::uint64_t>(field) << 3 | 2);
  append_varint(bytes_, head.size() + batch.size());
  bytes_ += head;
  bytes_ += batch;
}

void NodeFrameBuilder::add_hello(const HelloView& hello) {
  std::string message;
  if (hello.protocol != 0) append_varint_field(message, v1::Hello::kProtocolFieldNumber, hello.protocol);
  if (!hello.party.empty()) append_bytes_field(message, v1::Hello::kPartyFieldNumber, hello.party);
  if (hello.receipts_recorded_up_to != 0) {
    append_varint_field(message, v1::Hello::kReceiptsRecordedUpToFieldNumber, hello.receipts_recorded_up_to);
  }
  append_bytes_field(message, v1::Hello::kCreditFieldNumber, credit_message(hello.credit));
  append_message(NodeFrame::kHelloFieldNumber, message);
}

void NodeFrameBuilder::add_submission(std::string_view batch) {
  append_batch(NodeFrame::kSubmissionsFieldNumber, batch);
}

void NodeFrameBuilder::add_receipts(std::string_view batch) {
  append_batch(NodeFrame::kReceiptsFieldNumber, batch);
}

void NodeFrameBuilder::set_credit(std::uint32_t envelopes) {
  append_message(NodeFrame::kCreditFieldNumber, credit_message(envelopes));
}

void NodeFrameBuilder::set_receipts_recorded_up_to(std::uint64_t position) {
  append_number(NodeFrame::kReceiptsRecordedUpToFieldNumber, position);
}

void GatewayFrameBuilder::add_welcome(const WelcomeView& welcome) {
  std::string message;
  if (!welcome.gateway.empty())
    append_bytes_field(message, v1::Welcome::kGatewayFieldNumber, welcome.gateway);
  append_bytes_field(message, v1::Welcome::kCreditFieldNumber, credit_message(welcome.credit));
  append_message(GatewayFrame::kWelcomeFieldNumber, message);
}

void GatewayFrameBuilder::add_delivery(std::string_view batch) {
  append_batch(GatewayFrame::kDeliveriesFieldNumber, batch);
}

void GatewayFrameBuilder::add_receipts(const PositionedReceiptsView& receipts) {
  append_positioned(GatewayFrame::kReceiptsFieldNumber, receipts.position, receipts.receipts);
}

void GatewayFrameBuilder::set_credit(std::uint32_t envelopes) {
  append_message(GatewayFrame::kCreditFieldNumber, credit_message(envelopes));
}

}  // namespace gnc::wire
