#pragma once

#include <filesystem>
#include <string>

namespace gnc::scenarios {

// The certificate that all others of a run's PKI lead to, DER; empty where there is none.
std::string root_certificate(const std::filesystem::path& pki);

}  // namespace gnc::scenarios
