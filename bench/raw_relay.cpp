#include "bench/raw_relay.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/own_process.h"
#include "bench/stock_credentials.h"
#include "gnc/v1/exchange.grpc.pb.h"

namespace gnc::bench {
namespace {

using Clock = std::chrono::steady_clock;

// Frames that wait in the relay before it reads no more.
constexpr std::size_t most_waiting = 64;
constexpr auto warm_up = std::chrono::seconds(1);

class RelayStream;

// The one pair of streams that the relay joins.
class Joint {
 public:
  void consumer_came(RelayStream* consumer);
  void received(RelayStream* producer, v1::NodeFrame& frame);
  void written();

 private:
  void write_next();

  std::mutex guard_;
  std::deque<v1::GatewayFrame> waiting_;
  RelayStream* producer_ = nullptr;
  RelayStream* consumer_ = nullptr;
  bool writing_ = false;
  bool reading_ = true;
};

// A stream of either client: the consumer says Hello, the producer sends messages.
class RelayStream final : public grpc::ServerBidiReactor<v1::NodeFrame, v1::GatewayFrame> {
 public:
  explicit RelayStream(Joint& joint) : joint_(joint) { StartRead(&received_); }
  void read() { StartRead(&received_); }
  void write(v1::GatewayFrame frame) {
    sent_ = std::move(frame);
    StartWrite(&sent_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) {
      if (!finished_.exchange(true)) Finish(grpc::Status::OK);
    } else if (received_.has_hello()) {
      joint_.consumer_came(this);
    } else {
      joint_.received(this, received_);
    }
  }
  void OnWriteDone(bool ok) override {
    if (ok) {
      joint_.written();
    } else if (!finished_.exchange(true)) {
      Finish(grpc::Status::OK);
    }
  }
  // The relay serves one measurement, so what its streams hold is freed with the process.
  void OnDone() override {}

 private:
  Joint& joint_;
  v1::NodeFrame received_;
  v1::GatewayFrame sent_;
  std::atomic<bool> finished_{false};
};

void Joint::consumer_came(RelayStream* consumer) {
  const std::scoped_lock lock(guard_);
  consumer_ = consumer;
  write_next();
}

void Joint::received(RelayStream* producer, v1::NodeFrame& frame) {
  const std::scoped_lock lock(guard_);
  producer_ = producer;
  waiting_.emplace_back().mutable_deliveries()->Swap(frame.mutable_submissions());
  reading_ = waiting_.size() < most_waiting;
  if (reading_) producer_->read();
  write_next();
}

void Joint::written() {
  const std::scoped_lock lock(guard_);
  writing_ = false;
  write_next();
  if (!reading_ && waiting_.size() < most_waiting / 2) {
    reading_ = true;
    producer_->read();
  }
}

void Joint::write_next() {
  if (writing_ || consumer_ == nullptr || waiting_.empty()) return;
  writing_ = true;
  consumer_->write(std::move(waiting_.front()));
  waiting_.pop_front();
}

class RelayService final : public v1::Exchange::CallbackService {
 public:
  grpc::ServerBidiReactor<v1::NodeFrame, v1::GatewayFrame>* Connect(grpc::CallbackServerContext*) override {
    return new RelayStream(joint_);
  }

 private:
  Joint joint_;
};

// A stream of one of the two clients, until it ends.
class ClientStream : public grpc::ClientBidiReactor<v1::NodeFrame, v1::GatewayFrame> {
 public:
  ClientStream(const std::filesystem::path& pki, const std::string& address)
      : stub_(v1::Exchange::NewStub(grpc::CreateChannel(address, stock_client_credentials(pki)))) {
    stub_->async()->Connect(&context_, this);
  }
  void OnDone(const grpc::Status&) override {
    const std::scoped_lock lock(guard_);
    ended_ = true;
    ending_.notify_all();
  }
  void cancel() { context_.TryCancel(); }
  void wait() {
    std::unique_lock lock(guard_);
    ending_.wait(lock, [this] { return ended_; });
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<v1::Exchange::Stub> stub_;
  std::mutex guard_;
  std::condition_variable ending_;
  bool ended_ = false;
};

class Producer final : public ClientStream {
 public:
  Producer(const std::filesystem::path& pki, const std::string& address) : ClientStream(pki, address) {
    for (std::size_t number = 0; number < relay_messages_per_frame; ++number) {
      frame_.add_submissions(std::string(relay_message_bytes, 'x'));
    }
    StartWrite(&frame_);
    StartCall();
  }
  void OnWriteDone(bool ok) override {
    if (ok) StartWrite(&frame_);
  }

 private:
  v1::NodeFrame frame_;
};

class Consumer final : public ClientStream {
 public:
  Consumer(const std::filesystem::path& pki, const std::string& address) : ClientStream(pki, address) {
    hello_.mutable_hello()->set_protocol(1);
    StartWrite(&hello_);
    StartRead(&frame_);
    StartCall();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    for (const auto& message : frame_.deliveries()) {
      if (message.size() == relay_message_bytes) messages_.fetch_add(1, std::memory_order_relaxed);
    }
    StartRead(&frame_);
  }
  std::uint64_t messages() const { return messages_.load(); }

 private:
  v1::NodeFrame hello_;
  v1::GatewayFrame frame_;
  std::atomic<std::uint64_t> messages_{0};
};

}  // namespace

int serve_raw_relay(const std::filesystem::path& pki) {
  RelayService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", stock_server_credentials(pki), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr || port == 0) return 1;
  std::cout << "127.0.0.1:" << port << std::endl;
  server->Wait();
  return 0;
}

int produce_for_raw_relay(const std::filesystem::path& pki, const std::string& address) {
  Producer producer(pki, address);
  producer.wait();
  return 0;
}

int consume_from_raw_relay(const std::filesystem::path& pki, const std::string& address, double seconds) {
  Consumer consumer(pki, address);
  std::cout << "ready" << std::endl;
  std::string begin;
  std::getline(std::cin, begin);
  const auto before = consumer.messages();
  const auto start = Clock::now();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  const auto messages = consumer.messages() - before;
  const std::chrono::duration<double> took = Clock::now() - start;
  std::cout << nlohmann::json{{"messages", messages}, {"seconds", took.count()}}.dump() << std::endl;
  consumer.cancel();
  consumer.wait();
  return 0;
}

RelayRate measure_raw_relay(const std::filesystem::path& pki, double seconds) {
  OwnProcess relay({"--as", "relay", "--pki", pki}, pki);
  const auto address = relay.read_line();
  OwnProcess consumer(
      {"--as", "consumer", "--pki", pki, "--address", address, "--seconds", std::to_string(seconds)}, pki);
  consumer.read_line();
  OwnProcess producer({"--as", "producer", "--pki", pki, "--address", address}, pki);
  std::this_thread::sleep_for(warm_up);

  const auto cpu_us = [&] { return relay.cost().cpu_us + consumer.cost().cpu_us + producer.cost().cpu_us; };
  const auto before = cpu_us();
  consumer.write("\n");
  const auto result = nlohmann::json::parse(
      consumer.read_line(processes::patience + std::chrono::milliseconds(static_cast<int>(seconds * 1000))));
  const auto used = static_cast<double>(cpu_us() - before);
  const double messages = result.at("messages");
  if (messages <= 0) throw std::runtime_error("the raw relay carried nothing");
  return {.messages_per_second = messages / result.at("seconds").get<double>(),
          .cpu_us_per_message = used / messages};
}

}  // namespace gnc::bench
