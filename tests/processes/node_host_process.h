#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "tests/processes/gateway_process.h"

namespace gnc::processes {

// Where a node host has its things, and the gateway that its parties connect to.
struct NodeHostPlace {
  struct Party {
    std::string name;
    std::filesystem::path identity;
  };
  std::vector<Party> parties;
  std::string gateway_address;
  std::filesystem::path trust;
  std::filesystem::path store;  // its log is beside it
  Definitions definitions;
  std::vector<std::string> profiles;  // "CN=FILE"
  std::string events = "full";        // "full", "stages" or "none"
};

// A node host that takes commands and has said that it is ready.
class NodeHostProcess {
 public:
  explicit NodeHostProcess(const NodeHostPlace&);

  void command(const v1::Command& command);
  // Gives every event of every report to `see` until it has seen a report for which `until` holds. Throws,
  // with the log's words, where the host ends or faults, or `wait` runs out.
  using OnEvent = std::function<void(const v1::Event&)>;
  void follow(const OnEvent& see, const std::function<bool(const v1::Report&)>& until,
              std::chrono::milliseconds wait = patience);
  PipedProcess& process() { return process_; }

 private:
  PipedProcess process_;
};

}  // namespace gnc::processes
