#include "trust/tls/credentials.h"

#include <mutex>

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

std::string_view view(grpc::string_ref text) { return {text.data(), text.size()}; }

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

std::string_view property(const grpc::AuthContext& context, const char* name) {
  const auto values = context.FindPropertyValues(name);
  return values.empty() ? std::string_view{} : view(values.front());
}

}  // namespace

std::shared_ptr<grpc::ServerCredentials> server_credentials(const Identity& identity) {
  tls::TlsServerCredentialsOptions options(provider_of(identity));
  options.watch_identity_key_cert_pairs();
  options.watch_root_certs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  // check_peer does it for each RPC, with an answer that the peer can read.
  options.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  options.set_check_call_host(false);
  return tls::TlsServerCredentials(options);
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
