#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/checked_step.h"

// Why a connection to a gateway fails, asked step by step.
namespace gnc::cli {

struct DiagnosisOptions {
  std::string gateway;       // HOST:PORT
  std::string gateway_name;  // "gateway/hub"
  std::filesystem::path identity;
  std::filesystem::path trust;
};

// Trust folder, identity, own certificate, name, connection, the gateway's certificate, and the gateway's
// verdict on ours. No party is taken on or replaced at the gateway: no Hello is said.
std::vector<CheckedStep> diagnose(const DiagnosisOptions& options);

}  // namespace gnc::cli
