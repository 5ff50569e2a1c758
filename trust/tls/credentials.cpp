#include "trust/tls/credentials.h"

#include <mutex>

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::trust {
namespace {

namespace tls = grpc::experimental;

class LastFailure {
 public:
  void set(Error error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  Error get() const {
    const std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  mutable std::mutex mutex_;
  Error error_;
};

std::string_view view(const grpc::string_ref& text) { return {text.data(), text.size()}; }

// The client's whole decision about the gateway's certificate.
class GatewayCertificateVerifier final : public tls::ExternalCertificateVerifier {
 public:
  GatewayCertificateVerifier(std::shared_ptr<const ChainVerifier> verifier, PartyName expected,
                             std::function<Instant()> clock, std::shared_ptr<LastFailure> last_failure)
      : verifier_(std::move(verifier)),
        expected_(std::move(expected)),
        clock_(std::move(clock)),
        last_failure_(std::move(last_failure)) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* status) override {
    const auto verdict = check(*request);
    last_failure_->set(verdict ? Error{} : verdict.error());
    if (!verdict) *status = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, describe(verdict.error()));
    return true;
  }

  void Cancel(tls::TlsCustomVerificationCheckRequest*) override {}

 private:
  Result<void> check(const tls::TlsCustomVerificationCheckRequest& request) const {
    const auto peer =
        verifier_->verify_pem(view(request.peer_cert()), view(request.peer_cert_full_chain()), clock_());
    if (!peer) return tl::unexpected(peer.error());
    if (peer->party != expected_) {
      return failure(v1::SENDER_NOT_PEER,
                     fmt::format("the certificate of the peer names {}; {} was expected there",
                                 peer->party.text(), expected_.text()),
                     {}, "Check the gateway's address and name.");
    }
    return {};
  }

  std::shared_ptr<const ChainVerifier> verifier_;
  PartyName expected_;
  std::function<Instant()> clock_;
  std::shared_ptr<LastFailure> last_failure_;
};

std::shared_ptr<tls::CertificateProviderInterface> provider_of(const Identity& identity) {
  // gRPC wants root certificates even where it is told not to verify, and would look for the system's.
  // Any certificate does: nothing is checked against it.
  return std::make_shared<tls::StaticDataCertificateProvider>(
      identity.certificate_chain_pem,
      std::vector<tls::IdentityKeyCertPair>{{identity.private_key_pem, identity.certificate_chain_pem}});
}

// The identity that a server shows, asked for by gRPC at each handshake.
class ShownIdentity {
 public:
  explicit ShownIdentity(Identity identity) : identity_(std::move(identity)) {}

  void replace(const Identity& other) {
    const std::lock_guard lock(mutex_);
    identity_ = other;
    changed_ = true;
  }

  static grpc_ssl_certificate_config_reload_status fetch(void* self,
                                                         grpc_ssl_server_certificate_config** config) {
    return static_cast<ShownIdentity*>(self)->fetch(config);
  }

 private:
  grpc_ssl_certificate_config_reload_status fetch(grpc_ssl_server_certificate_config** config) {
    const std::lock_guard lock(mutex_);
    if (!changed_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair{identity_.private_key_pem.c_str(),
                                          identity_.certificate_chain_pem.c_str()};
    // gRPC wants roots in a config that comes later. Nothing is verified by them: see check_peer.
    *config = grpc_ssl_server_certificate_config_create(identity_.certificate_chain_pem.c_str(), &pair, 1);
    changed_ = false;
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  std::mutex mutex_;
  Identity identity_;
  bool changed_ = true;
};

// The C++ API has no credentials whose certificate can be replaced at a given moment: its file watcher looks
// once a second and lets a bad pair break every handshake. The C API has.
class ChangingServerCredentials final : public grpc::ServerCredentials {
 public:
  explicit ChangingServerCredentials(ShownIdentity& shown)
      : credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                // check_peer verifies for each RPC, with an answer that the peer can read.
                GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_BUT_DONT_VERIFY, &ShownIdentity::fetch,
                &shown))) {}
  ~ChangingServerCredentials() override { grpc_server_credentials_release(credentials_); }

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  grpc_server_credentials* credentials_;
};

std::string_view property(const grpc::AuthContext& context, const char* name) {
  const auto values = context.FindPropertyValues(name);
  return values.empty() ? std::string_view{} : view(values.front());
}

}  // namespace

ServerCredentials server_credentials(const Identity& identity) {
  auto shown = std::make_shared<ShownIdentity>(identity);
  return {std::make_shared<ChangingServerCredentials>(*shown),
          [shown](const Identity& other) { shown->replace(other); }};
}

ClientCredentials client_credentials(const Identity& identity, std::shared_ptr<const ChainVerifier> verifier,
                                     const PartyName& expected_gateway, std::function<Instant()> clock) {
  auto last_failure = std::make_shared<LastFailure>();
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(provider_of(identity));
  options.watch_identity_key_cert_pairs();
  options.watch_root_certs();
  // Verification by gRPC would end the handshake before ours could say why.
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<GatewayCertificateVerifier>(
      std::move(verifier), expected_gateway, std::move(clock), last_failure));
  return {tls::TlsCredentials(options), [last_failure] { return last_failure->get(); }};
}

Result<VerifiedPeer> check_peer(const grpc::AuthContext& context, const ChainVerifier& verifier,
                                Instant now) {
  const auto leaf = property(context, GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (leaf.empty()) return failure(v1::CERTIFICATE_UNREADABLE, "the peer showed no certificate");
  return verifier.verify_pem(leaf, property(context, GRPC_X509_PEM_CERT_CHAIN_PROPERTY_NAME), now);
}

}  // namespace gnc::trust
