#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "gnc/v1/payload.grpc.pb.h"
#include "nodes/core/node_core.h"
#include "nodes/core/payload_gate.h"
#include "proto/payload/payload_folder.h"
#include "trust/tls/credentials.h"

namespace gnc::nodes {

// Brings the payloads of one party's attachments to the gateway before the core makes the envelope, and from
// there before the core sees it. Each way has a thread of its own, begun when it is first needed, and a
// connection of its own; a transfer that is cut off goes on from where it was.
class PayloadCourier {
 public:
  struct Surroundings {
    PartyName party;
    PartyName gateway;
    std::string address;
    std::shared_ptr<const trust::ChainVerifier> verifier;
    std::function<Instant()> clock;
    // What the core is to take.
    std::function<void(Event event)> take;
    // How long a payload is tried where its lodgement does not say.
    Duration default_life;
    std::uint64_t seed;
  };

  // `folder` must outlive it.
  PayloadCourier(payload::PayloadFolder& folder, trust::Identity identity, Surroundings surroundings);
  // stop().
  ~PayloadCourier();

  void replace_identity(trust::Identity identity);

  // Hands the files of the lodgement in; then the core takes it, each file with its digest or its fault.
  void send(v1::Lodge lodge);

  // Calls `then` once the core has all that was sent: at once, or on the thread that sends it.
  void after_lodgements(std::function<void()> then);

  // Takes out of the frame what has attachments, and what follows it in its conversations: for bring(), once
  // the core has the frame.
  std::vector<HeldBatch> divert(FrameReceived& frame);
  // The core takes each when its payloads are here, or cannot be had.
  void bring(std::vector<HeldBatch> held);

  // Breaks off what is under way; nothing is taken any more afterwards.
  void stop();

 private:
  // One way: jobs one after the other.
  struct Way {
    std::deque<std::function<void()>> jobs = {};
    std::thread thread = {};
    grpc::ClientContext* call = nullptr;  // that is under way
    Random jitter;                        // only its own thread uses it
  };

  void push(Way& way, std::function<void()> job);
  void run(Way& way);
  void hand_in(v1::Lodge::Item::File& file, const std::string& recipient, Instant until);
  Result<void> put(const std::string& path, const v1::PayloadOffer& offer);
  FetchedPayload fetch(const v1::Attachment& attachment, Instant until);
  Result<void> get(const v1::Attachment& attachment);
  // Until it is done, or is not worth while any more.
  Result<void> try_until(Way& way, Instant until, const std::function<Result<void>()>& attempt);
  std::unique_ptr<v1::Payloads::Stub> connect(std::function<Error()>& handshake_failure);
  // False where it is to stop.
  bool begin_call(Way& way, grpc::ClientContext& call);
  void end_call(Way& way);
  bool pause(Duration length);

  payload::PayloadFolder& folder_;
  const Surroundings around_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  trust::Identity identity_;
  Way out_, in_;

  std::mutex gate_mutex_;
  PayloadGate gate_;
};

}  // namespace gnc::nodes
