#pragma once

#include <memory>
#include <string>

#include "scenarios/conformance/stage.h"
#include "trust/tls/chain_verifier.h"

namespace gnc::scenarios {

// The stage on a port of this machine: gRPC with mutual TLS, frames as the bytes that come and go.
class GrpcStage final : public Stage {
 public:
  // `verifier` must outlive it.
  GrpcStage(std::string address, const trust::ChainVerifier& verifier);
  ~GrpcStage() override;

  // Where it listens: with the port that it was given where 0 was asked for.
  std::string address() const;

  Result<void> listen(const trust::Identity& identity) override;
  std::optional<Happening> next(Duration wait) override;
  void compress(bool gzip) override;
  void send(std::uint64_t stream, std::string frame) override;
  void end(std::uint64_t stream, const Error& reason) override;
  void cut(std::uint64_t stream) override;
  Instant now() const override;

 private:
  class Connection;
  class Service;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gnc::scenarios
