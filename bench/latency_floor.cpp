#include "bench/latency_floor.h"

#include <fcntl.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <future>
#include <iostream>
#include <stdexcept>

#include "bench/own_process.h"
#include "bench/percentile.h"
#include "bench/stock_credentials.h"

namespace gnc::bench {
namespace {

using grpc::ByteBuffer;
using Clock = std::chrono::steady_clock;

constexpr std::size_t message_bytes = 1024;
constexpr int rounds = 2000;
constexpr int warm_up_rounds = 200;
constexpr int writes = 400;

class Echo final : public grpc::ServerGenericBidiReactor {
 public:
  Echo() { StartRead(&message_); }
  void OnReadDone(bool ok) override {
    if (ok) {
      StartWriteAndFinish(&message_, {}, grpc::Status::OK);
    } else {
      Finish(grpc::Status::OK);
    }
  }
  void OnDone() override { delete this; }

 private:
  ByteBuffer message_;
};

class EchoService final : public grpc::CallbackGenericService {
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new Echo;
  }
};

double elapsed_ms(Clock::time_point since) {
  return std::chrono::duration<double, std::milli>(Clock::now() - since).count();
}

double echo_p50(const std::filesystem::path& pki, const std::string& address) {
  grpc::GenericStub stub(grpc::CreateChannel(address, stock_client_credentials(pki)));
  const grpc::Slice content(std::string(message_bytes, 'x'));
  const ByteBuffer request(&content, 1);
  std::vector<double> times;
  for (int round = 0; round < rounds + warm_up_rounds; ++round) {
    grpc::ClientContext context;
    ByteBuffer response;
    std::promise<grpc::Status> done;
    const auto start = Clock::now();
    stub.UnaryCall(&context, "/echo/Echo", {}, &request, &response,
                   [&](grpc::Status status) { done.set_value(std::move(status)); });
    const auto status = done.get_future().get();
    if (!status.ok()) throw std::runtime_error("echo: " + status.error_message());
    if (round >= warm_up_rounds) times.push_back(elapsed_ms(start));
  }
  return percentile(times, 0.5);
}

double fsync_p50(const std::filesystem::path& folder) {
  const auto path = folder / "fsync";
  const int file = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) throw std::runtime_error("cannot write " + path.string());
  const std::string block(4096, 'x');
  std::vector<double> times;
  for (int number = 0; number < writes; ++number) {
    const auto start = Clock::now();
    if (write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
        fdatasync(file) != 0) {
      close(file);
      throw std::runtime_error("cannot write " + path.string());
    }
    times.push_back(elapsed_ms(start));
  }
  close(file);
  std::filesystem::remove(path);
  return percentile(times, 0.5);
}

}  // namespace

int serve_echo(const std::filesystem::path& pki) {
  EchoService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", stock_server_credentials(pki), &port);
  builder.RegisterCallbackGenericService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr || port == 0) return 1;
  std::cout << "127.0.0.1:" << port << std::endl;
  server->Wait();
  return 0;
}

LatencyFloor measure_latency_floor(const std::filesystem::path& pki, const std::filesystem::path& folder) {
  OwnProcess server({"--as", "echo", "--pki", pki}, pki);
  const auto address = server.read_line();
  return {.echo_ms = echo_p50(pki, address), .fsync_ms = fsync_p50(folder)};
}

}  // namespace gnc::bench
