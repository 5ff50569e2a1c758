#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/types/instant.h"
#include "tests/processes/gateway_process.h"
#include "tests/processes/node_host_process.h"

namespace gnc::processes {

// A gateway and a host of administrations, each its own process, with a PKI, a utility block
// "declaration-push" (message "declaration", a DEC, no answer due) and an agreement "FROM-TO" for each pair
// of neighbours: of NZ and CN, "NZ-CN". All of it in `folder`.
class LivePair {
 public:
  struct Options {
    std::vector<std::string> parties = {"NZ", "CN"};
    bool answered = false;        // a declaration is answered by a RES
    std::string events = "full";  // that the host reports
    std::string profile = {};     // of the last of them, as YAML; empty: none
  };
  LivePair(const std::filesystem::path& folder, const Options& options);

  // Where they were running before, they are started anew on the same stores and the same address.
  void start_gateway();
  void start_node_host();
  PipedProcess& gateway() { return gateway_->process(); }
  NodeHostProcess& node_host() { return *node_host_; }
  const std::filesystem::path& gateway_store() const { return gateway_place_.store; }
  const std::filesystem::path& node_host_store() const { return node_place_.store; }

  // Ends both gracefully. Throws where one ends otherwise.
  void stop();

 private:
  GatewayPlace gateway_place_;
  NodeHostPlace node_place_;
  std::unique_ptr<GatewayProcess> gateway_;
  std::unique_ptr<NodeHostProcess> node_host_;
};

// Lodges `count` declarations "declaration-FIRST" and following of `from` for `to`; each envelope has about
// `envelope_bytes`, where that is more than it needs.
v1::Command lodgement(const std::string& from, const std::string& to, std::size_t first, std::size_t count,
                      std::size_t envelope_bytes);

}  // namespace gnc::processes
