#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <future>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/exchange.grpc.pb.h"
#include "proto/wire/frame_codec.h"

namespace gnc::wire::compressed_stream_test {
namespace {

// Takes one frame, reads it, and ends the stream with what came of it.
class ReadingReactor : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit ReadingReactor(std::promise<Result<std::string>>& read) : read_(read) { StartRead(&buffer_); }

  void OnReadDone(bool ok) override {
    if (ok) read_.set_value(read_frame(buffer_));
    Finish(grpc::Status::OK);
  }
  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer buffer_;
  std::promise<Result<std::string>>& read_;
};

class ReadingService : public v1::Exchange::WithRawCallbackMethod_Connect<v1::Exchange::Service> {
 public:
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Connect(
      grpc::CallbackServerContext*) override {
    return new ReadingReactor(read);
  }

  std::promise<Result<std::string>> read;
};

Result<std::string> read_after_sending(const v1::NodeFrame& frame, grpc_compression_algorithm compression) {
  ReadingService service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.SetMaxReceiveMessageSize(1 << 20);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const auto stub = v1::Exchange::NewStub(
      grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_compression_algorithm(compression);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const auto stream = stub->Connect(&context);
  EXPECT_TRUE(stream->Write(frame));
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  auto result = service.read.get_future().get();
  server->Shutdown();
  return result;
}

TEST(CompressedStream, AFrameThatGrpcCompressedIsInflatedHere) {
  v1::NodeFrame frame;
  frame.add_submissions(std::string(50'000, 'x'));
  EXPECT_EQ(read_after_sending(frame, GRPC_COMPRESS_GZIP).value(), frame.SerializeAsString());
  EXPECT_EQ(read_after_sending(frame, GRPC_COMPRESS_NONE).value(), frame.SerializeAsString());
}

TEST(CompressedStream, ABombIsRefusedAtTheBound) {
  v1::NodeFrame frame;
  frame.add_submissions(std::string(8u << 20, '\0'));
  const auto refused = read_after_sending(frame, GRPC_COMPRESS_GZIP);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, v1::FRAME_INFLATES_TOO_LARGE);
}

}  // namespace
}  // namespace gnc::wire::compressed_stream_test
