#include "scenarios/training/root_certificate.h"

#include <fstream>
#include <sstream>

#include "trust/tls/openssl.h"

namespace gnc::scenarios {

std::string root_certificate(const std::filesystem::path& pki) {
  std::ifstream stream(pki / "root" / "ca.crt", std::ios::binary);
  std::ostringstream pem;
  pem << stream.rdbuf();
  const auto certificates = trust::certificate_ders_from_pem(pem.view());
  return certificates.empty() ? std::string() : certificates.front();
}

}  // namespace gnc::scenarios
