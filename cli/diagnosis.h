#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/types/result.h"

// Why a connection to a gateway fails, asked step by step.
namespace gnc::cli {

struct DiagnosisOptions {
  std::string gateway;       // HOST:PORT
  std::string gateway_name;  // "gateway/hub"
  std::filesystem::path identity;
  std::filesystem::path trust;
};

// One thing that must be so. Steps follow one another: after one that fails there are none.
struct DiagnosisStep {
  std::string question;  // "own certificate"
  Result<std::string> answer = std::string();
};

// Trust folder, identity, own certificate, name, connection, the gateway's certificate, and the gateway's
// verdict on ours. No party is taken on or replaced at the gateway: no Hello is said.
std::vector<DiagnosisStep> diagnose(const DiagnosisOptions& options);

}  // namespace gnc::cli
