#include "proto/wire/frame_codec.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <zlib.h>

#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "gnc/v1/exchange.pb.h"
#include "proto/types/random.h"

namespace gnc::wire::frame_codec_test {
namespace {

std::string random_bytes(Random& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.next());
  return bytes;
}

std::string batch_of(std::size_t items, Random& random) {
  v1::SealedBatch batch;
  batch.mutable_seal()->set_statement(random_bytes(random, 40));
  for (std::size_t i = 0; i < items; ++i)
    batch.add_items()->set_content(random_bytes(random, random.below(200)));
  return batch.SerializeAsString();
}

grpc::ByteBuffer buffer_of(std::string_view bytes, std::size_t pieces = 1) {
  std::vector<grpc::Slice> slices;
  const std::size_t size = bytes.size() / pieces + 1;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    const auto piece = bytes.substr(at, size);
    slices.emplace_back(piece.data(), piece.size());
  }
  return {slices.data(), slices.size()};
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
            Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  std::string input(bytes);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

v1::ErrorCode code_of(const Result<std::string>& result) {
  return result ? v1::ERROR_CODE_UNSPECIFIED : result.error().code;
}

// What the view says, as protobuf's own message.
v1::NodeFrame as_message(const NodeFrameView& view) {
  v1::NodeFrame frame;
  if (view.hello) {
    frame.mutable_hello()->set_protocol(view.hello->protocol);
    frame.mutable_hello()->set_party(std::string(view.hello->party));
    frame.mutable_hello()->set_receipts_recorded_up_to(view.hello->receipts_recorded_up_to);
    frame.mutable_hello()->mutable_credit()->set_envelopes(view.hello->credit);
  }
  for (const auto batch : view.submissions) frame.add_submissions(std::string(batch));
  for (const auto batch : view.receipts) frame.add_receipts(std::string(batch));
  frame.mutable_credit()->set_envelopes(view.credit);
  frame.set_receipts_recorded_up_to(view.receipts_recorded_up_to);
  return frame;
}

v1::GatewayFrame as_message(const GatewayFrameView& view) {
  v1::GatewayFrame frame;
  if (view.welcome) {
    frame.mutable_welcome()->set_gateway(std::string(view.welcome->gateway));
    frame.mutable_welcome()->mutable_credit()->set_envelopes(view.welcome->credit);
  }
  for (const auto batch : view.deliveries) frame.add_deliveries(std::string(batch));
  for (const auto& receipts : view.receipts) {
    auto* added = frame.add_receipts();
    added->set_position(receipts.position);
    added->set_receipts(std::string(receipts.receipts));
  }
  frame.mutable_credit()->set_envelopes(view.credit);
  return frame;
}

// Protobuf keeps whether a grant is there; the view does not, since an absent one grants nothing.
v1::NodeFrame with_grants(v1::NodeFrame frame) {
  if (frame.has_hello()) frame.mutable_hello()->mutable_credit();
  frame.mutable_credit();
  frame.DiscardUnknownFields();
  return frame;
}

v1::GatewayFrame with_grants(v1::GatewayFrame frame) {
  if (frame.has_welcome()) frame.mutable_welcome()->mutable_credit();
  frame.mutable_credit();
  frame.DiscardUnknownFields();
  return frame;
}

v1::NodeFrame random_node_frame(Random& random) {
  v1::NodeFrame frame;
  if (random.below(3) == 0) {
    frame.mutable_hello()->set_protocol(static_cast<std::uint32_t>(random.below(3)));
    frame.mutable_hello()->set_party(random.below(2) == 0 ? "NZ" : "");
    frame.mutable_hello()->set_receipts_recorded_up_to(random.next() >> random.below(64));
    if (random.below(2) == 0) frame.mutable_hello()->mutable_credit()->set_envelopes(512);
  }
  for (auto n = random.below(5); n > 0; --n) frame.add_submissions(batch_of(random.below(4), random));
  for (auto n = random.below(5); n > 0; --n) frame.add_receipts(random_bytes(random, random.below(80)));
  if (random.below(2) == 0) {
    frame.mutable_credit()->set_envelopes(static_cast<std::uint32_t>(random.next()));
  }
  if (random.below(2) == 0) frame.set_receipts_recorded_up_to(random.next());
  return frame;
}

v1::GatewayFrame random_gateway_frame(Random& random) {
  v1::GatewayFrame frame;
  if (random.below(3) == 0) {
    frame.mutable_welcome()->set_gateway("gateway/hub");
    frame.mutable_welcome()->mutable_credit()->set_envelopes(7);
  }
  for (auto n = random.below(5); n > 0; --n) frame.add_deliveries(batch_of(random.below(4), random));
  for (auto n = random.below(5); n > 0; --n) {
    auto* receipts = frame.add_receipts();
    receipts->set_position(random.next() >> random.below(64));
    receipts->set_receipts(batch_of(random.below(3), random));
  }
  if (random.below(2) == 0) frame.mutable_credit()->set_envelopes(9);
  return frame;
}

template <class Message, class Parse>
void never_worse_than_protobuf(Message frame, Random& random, Parse parse) {
  std::string bytes = frame.SerializeAsString();
  const auto flips = random.below(4);
  for (std::uint64_t i = 0; i < flips && !bytes.empty(); ++i) {
    bytes[random.below(bytes.size())] = static_cast<char>(random.next());
  }
  if (random.below(4) == 0) bytes.resize(random.below(bytes.size() + 1));
  const auto view = parse(bytes);
  Message whole;
  if (!whole.ParseFromString(bytes)) return;
  // Protobuf skips unknown groups, which we refuse.
  if (!view) {
    RC_ASSERT(view.error().code == v1::FRAME_MALFORMED);
    RC_ASSERT(whole.GetReflection()->GetUnknownFields(whole).field_count() > 0 || flips > 0);
    return;
  }
  RC_ASSERT(as_message(*view).SerializeAsString() == with_grants(whole).SerializeAsString());
}

TEST(FrameCodec, ReadsWhatProtobufReads) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Random random(seed);
    const auto node = random_node_frame(random);
    const auto node_bytes = node.SerializeAsString();
    const auto node_view = parse_node_frame(node_bytes);
    RC_ASSERT(node_view.has_value());
    RC_ASSERT(as_message(*node_view).SerializeAsString() == with_grants(node).SerializeAsString());
    const auto gateway = random_gateway_frame(random);
    const auto gateway_bytes = gateway.SerializeAsString();
    const auto gateway_view = parse_gateway_frame(gateway_bytes);
    RC_ASSERT(gateway_view.has_value());
    RC_ASSERT(as_message(*gateway_view).SerializeAsString() == with_grants(gateway).SerializeAsString());
  }));
}

TEST(FrameCodec, AgreesWithProtobufOnDamagedFramesToo) {
  const google::protobuf::LogSilencer quiet;
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Random random(seed);
    for (int i = 0; i < 20; ++i) {
      never_worse_than_protobuf(random_node_frame(random), random,
                                [](std::string_view bytes) { return parse_node_frame(bytes); });
      never_worse_than_protobuf(random_gateway_frame(random), random,
                                [](std::string_view bytes) { return parse_gateway_frame(bytes); });
    }
  }));
}

TEST(FrameCodec, SurvivesAnyBytes) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    const auto node = parse_node_frame(bytes);
    const auto gateway = parse_gateway_frame(bytes);
    const auto raw = read_frame(buffer_of(bytes));
    if (!node) RC_ASSERT(node.error().code == v1::FRAME_MALFORMED);
    if (!gateway) RC_ASSERT(gateway.error().code == v1::FRAME_MALFORMED);
    if (raw) RC_ASSERT(*raw == bytes || bytes.starts_with("\x1f\x8b"));
    count_items(bytes);
  }));
}

TEST(FrameCodec, SurvivesAnyBytesBehindTheGzipMagic) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    const auto raw = read_frame(buffer_of("\x1f\x8b\x08" + bytes));
    if (!raw) RC_ASSERT(raw.error().code == v1::FRAME_MALFORMED);
  }));
}

TEST(FrameCodec, RepeatedHellosMergeAsProtobufMergesThem) {
  v1::NodeFrame first, second;
  first.mutable_hello()->set_party("NZ");
  first.mutable_hello()->mutable_credit()->set_envelopes(5);
  second.mutable_hello()->set_protocol(1);
  const std::string bytes = first.SerializeAsString() + second.SerializeAsString();
  const auto view = parse_node_frame(bytes);
  ASSERT_TRUE(view);
  ASSERT_TRUE(view->hello);
  EXPECT_EQ(view->hello->party, "NZ");
  EXPECT_EQ(view->hello->protocol, 1u);
  EXPECT_EQ(view->hello->credit, 5u);
}

TEST(FrameCodec, ViewsPointIntoTheBytes) {
  Random random(1);
  NodeFrameBuilder builder;
  builder.add_submission(batch_of(3, random));
  const std::string bytes = builder.take_bytes();
  const auto view = parse_node_frame(bytes);
  ASSERT_TRUE(view);
  ASSERT_EQ(view->submissions.size(), 1u);
  EXPECT_GE(view->submissions[0].data(), bytes.data());
  EXPECT_LE(view->submissions[0].data() + view->submissions[0].size(), bytes.data() + bytes.size());
}

TEST(FrameCodec, RefusesAFrameBeyondTheBound) {
  const FrameLimits limits{.max_bytes = 1000};
  EXPECT_EQ(code_of(read_frame(buffer_of(std::string(1001, 'x')), limits)), v1::FRAME_TOO_LARGE);
  EXPECT_EQ(code_of(read_frame(buffer_of(std::string(1000, 'x')), limits)), v1::ERROR_CODE_UNSPECIFIED);
}

TEST(FrameCodec, RefusesMoreBatchesThanTheBound) {
  v1::NodeFrame frame;
  for (int i = 0; i < 4097; ++i) frame.add_submissions("");
  EXPECT_EQ(parse_node_frame(frame.SerializeAsString()).error().code, v1::FRAME_TOO_LARGE);
  frame.mutable_submissions()->RemoveLast();
  const std::string bytes = frame.SerializeAsString();
  EXPECT_TRUE(parse_node_frame(bytes));
}

TEST(FrameCodec, CountsTheItemsOfAllBatchesTogether) {
  Random random(2);
  const std::string half = batch_of(2048, random);
  v1::NodeFrame frame;
  frame.add_submissions(half);
  frame.add_receipts(half);
  std::string bytes = frame.SerializeAsString();
  EXPECT_TRUE(parse_node_frame(bytes));
  frame.add_receipts(batch_of(1, random));
  bytes = frame.SerializeAsString();
  const auto refused = parse_node_frame(bytes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, v1::FRAME_TOO_LARGE);
  EXPECT_THAT(refused.error().detail, testing::HasSubstr("4096"));

  v1::GatewayFrame gateway;
  gateway.add_deliveries(half);
  gateway.add_receipts()->set_receipts(batch_of(2049, random));
  bytes = gateway.SerializeAsString();
  EXPECT_EQ(parse_gateway_frame(bytes).error().code, v1::FRAME_TOO_LARGE);
}

TEST(FrameCodec, ManySlicesGiveTheSameBytesAsOne) {
  Random random(3);
  const std::string bytes = random_node_frame(random).SerializeAsString() + random_bytes(random, 5000);
  EXPECT_EQ(read_frame(buffer_of(bytes, 7)).value(), bytes);
  EXPECT_EQ(read_frame(buffer_of(bytes)).value(), bytes);
  EXPECT_EQ(read_frame(grpc::ByteBuffer()).value(), "");
}

TEST(FrameCodec, InflatesACompressedFrame) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Random random(seed);
    const std::string bytes = random_bytes(random, random.below(3000)) + std::string(random.below(9000), 'z');
    const auto pieces = 1 + random.below(4);
    RC_ASSERT(read_frame(buffer_of(gzip(bytes), pieces)).value() == bytes);
    const FrameLimits exact{.max_bytes = std::max<std::size_t>(bytes.size(), 3100)};
    RC_ASSERT(read_frame(buffer_of(gzip(bytes), pieces), exact).value() == bytes);
  }));
}

TEST(FrameCodec, InflatesToExactlyTheBoundAndNotAByteMore) {
  const FrameLimits limits{.max_bytes = 10'000};
  EXPECT_EQ(read_frame(buffer_of(gzip(std::string(10'000, '0'))), limits).value(), std::string(10'000, '0'));
  EXPECT_EQ(code_of(read_frame(buffer_of(gzip(std::string(10'001, '0'))), limits)),
            v1::FRAME_INFLATES_TOO_LARGE);
}

TEST(FrameCodec, RefusesABombWithoutInflatingIt) {
  const std::string bomb = gzip(std::string(64u << 20, '0'));
  ASSERT_LT(bomb.size(), 1u << 20);
  const auto refused = read_frame(buffer_of(bomb));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, v1::FRAME_INFLATES_TOO_LARGE);
  EXPECT_THAT(refused.error().detail, testing::HasSubstr("4194304"));
}

TEST(FrameCodec, RefusesWhatIsNotOneWholeCompressedFrame) {
  const std::string whole = gzip("some text that is long enough to be cut");
  EXPECT_EQ(code_of(read_frame(buffer_of(whole.substr(0, whole.size() - 5)))), v1::FRAME_MALFORMED);
  EXPECT_EQ(code_of(read_frame(buffer_of(whole + "x"))), v1::FRAME_MALFORMED);
  std::string altered = whole;
  altered[altered.size() - 6] ^= 1;
  EXPECT_EQ(code_of(read_frame(buffer_of(altered))), v1::FRAME_MALFORMED);
}

TEST(FrameBuilder, WritesWhatTheReaderReads) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Random random(seed);
    NodeFrameBuilder node;
    v1::NodeFrame node_expected = random_node_frame(random);
    if (node_expected.has_hello()) {
      const auto& hello = node_expected.hello();
      node.add_hello(
          {hello.protocol(), hello.party(), hello.receipts_recorded_up_to(), hello.credit().envelopes()});
    }
    for (const auto& batch : node_expected.submissions()) node.add_submission(batch);
    for (const auto& batch : node_expected.receipts()) node.add_receipts(batch);
    node.set_credit(node_expected.credit().envelopes());
    node.set_receipts_recorded_up_to(node_expected.receipts_recorded_up_to());
    const std::string node_bytes = read_frame(node.take()).value();
    v1::NodeFrame node_read;
    RC_ASSERT(node_read.ParseFromString(node_bytes));
    RC_ASSERT(node_read.SerializeAsString() == with_grants(node_expected).SerializeAsString());
    RC_ASSERT(node.empty());

    GatewayFrameBuilder gateway;
    v1::GatewayFrame expected = random_gateway_frame(random);
    if (expected.has_welcome()) {
      gateway.add_welcome({expected.welcome().gateway(), expected.welcome().credit().envelopes()});
    }
    for (const auto& batch : expected.deliveries()) gateway.add_delivery(batch);
    for (const auto& receipts : expected.receipts()) {
      gateway.add_receipts({receipts.position(), receipts.receipts()});
    }
    gateway.set_credit(expected.credit().envelopes());
    v1::GatewayFrame read;
    RC_ASSERT(read.ParseFromString(gateway.take_bytes()));
    RC_ASSERT(read.SerializeAsString() == with_grants(expected).SerializeAsString());
  }));
}

TEST(FrameBuilder, SaysWhenABatchNoLongerFits) {
  Random random(4);
  GatewayFrameBuilder frame(FrameLimits{.max_bytes = 100'000, .max_batches = 4096, .max_items = 100});
  const std::string batch = batch_of(30, random);
  std::uint64_t position = 0;
  while (frame.fits(batch)) frame.add_receipts({++position, batch});
  EXPECT_EQ(position, 3u);
  const auto view = frame.take_bytes();
  EXPECT_TRUE(
      parse_gateway_frame(view, FrameLimits{.max_bytes = 100'000, .max_batches = 4096, .max_items = 100}));
  EXPECT_TRUE(frame.fits(batch));

  const std::string large(60'000, 'x');
  frame.add_delivery(large);
  EXPECT_FALSE(frame.fits(large));
  EXPECT_LE(frame.size(), 100'000u);
}

TEST(FrameBuilder, MovesItsBufferIntoTheFrame) {
  NodeFrameBuilder frame;
  frame.add_submission(std::string(1000, 'x'));
  const grpc::ByteBuffer buffer = frame.take();
  grpc::Slice slice;
  ASSERT_TRUE(buffer.TrySingleSlice(&slice).ok());
  EXPECT_EQ(slice.size(), buffer.Length());
}

}  // namespace
}  // namespace gnc::wire::frame_codec_test
