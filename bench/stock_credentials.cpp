#include "bench/stock_credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "proto/types/system_clock.h"
#include "trust/pki/pki.h"

namespace gnc::bench {
namespace {

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  if (text.str().empty()) throw std::runtime_error("cannot read " + file.string());
  return text.str();
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace

void make_pki(const std::filesystem::path& folder) {
  const Instant now = system_now();
  const trust::Validity validity{now - Duration::from_seconds(3600),
                                 now + Duration::from_seconds(7 * 24 * 3600)};
  auto pki = must(trust::Pki::create(folder, validity));
  for (const auto* name : {"NZ", "CN", "gateway/hub"}) {
    must(pki.issue({.party = *PartyName::from_text(name), .validity = validity}));
  }
  must(pki.publish_lists(now, validity.until));
}

std::shared_ptr<grpc::ServerCredentials> stock_server_credentials(const std::filesystem::path& pki) {
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = content(pki / "trust/roots/root.crt");
  options.pem_key_cert_pairs.push_back(
      {content(pki / "identities/gateway-hub/node.key"), content(pki / "identities/gateway-hub/node.crt")});
  return grpc::SslServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> stock_client_credentials(const std::filesystem::path& pki) {
  namespace tls = grpc::experimental;
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(std::make_shared<tls::StaticDataCertificateProvider>(
      content(pki / "trust/roots/root.crt"),
      std::vector<tls::IdentityKeyCertPair>{
          {content(pki / "identities/NZ/node.key"), content(pki / "identities/NZ/node.crt")}}));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(true);
  // The certificates name parties, not hosts.
  options.set_check_call_host(false);
  options.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  return tls::TlsCredentials(options);
}

}  // namespace gnc::bench
