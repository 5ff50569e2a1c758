#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/processes/piped_process.h"

namespace gnc::processes {

// The arguments `--block FILE… --agreement FILE…`.
struct Definitions {
  std::vector<std::filesystem::path> blocks;
  std::vector<std::filesystem::path> agreements;
  void append_to(std::vector<std::string>& arguments) const;
};

// The gncsim binary of this build.
std::filesystem::path gncsim_binary();

// Where a gateway has its things, and where it listens.
struct GatewayPlace {
  std::filesystem::path identity;
  std::filesystem::path trust;
  std::filesystem::path store;  // its log is beside it
  Definitions definitions;
  std::string listen = "127.0.0.1:0";
};

// A gateway that has said where it listens.
class GatewayProcess {
 public:
  explicit GatewayProcess(const GatewayPlace&);
  const std::string& address() const { return address_; }
  PipedProcess& process() { return process_; }

 private:
  PipedProcess process_;
  std::string address_;
};

}  // namespace gnc::processes
