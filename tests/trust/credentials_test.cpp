#include "trust/tls/credentials.h"

#include <gmock/gmock.h>
#include <grpc/grpc_security.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"
#include "tests/trust/trust_world.h"
#include "trust/tls/openssl.h"

namespace gnc::trust::credentials_test {
namespace {

using testing::HasSubstr;

// Answers every call with the verdict on its peer, as a gateway's handlers do.
class VerdictService final : public grpc::CallbackGenericService {
 public:
  explicit VerdictService(std::shared_ptr<const ChainVerifier> verifier) : verifier_(std::move(verifier)) {}

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    struct Reactor final : grpc::ServerGenericBidiReactor {
      void OnDone() override { delete this; }
    };
    auto* reactor = new Reactor;
    ++calls;
    const auto auth = context->auth_context();
    const auto reused = auth->FindPropertyValues(GRPC_SSL_SESSION_REUSED_PROPERTY);
    if (!reused.empty() && reused.front() == "true") ++resumed;
    const auto peer = check_peer(*auth, *verifier_, now);
    reactor->Finish(peer ? grpc::Status(grpc::StatusCode::ALREADY_EXISTS, peer->party.text())
                         : grpc::Status(grpc::StatusCode::UNAUTHENTICATED, describe(peer.error())));
    return reactor;
  }

  std::atomic<int> calls = 0;
  std::atomic<int> resumed = 0;

 private:
  std::shared_ptr<const ChainVerifier> verifier_;
};

class Credentials : public testing::Test {
 protected:
  Credentials() { start("gateway/hub"); }

  void start(const char* gateway) {
    service = std::make_unique<VerdictService>(server_verifier);
    shown = server_credentials(world.identity(gateway));
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", shown.credentials, &port);
    builder.RegisterCallbackGenericService(service.get());
    server = builder.BuildAndStart();
    ASSERT_TRUE(server);
  }

  ~Credentials() override { server->Shutdown(); }

  ClientCredentials client(const Identity& identity) {
    return client_credentials(identity, client_verifier, party("gateway/hub"),
                              [this] { return client_clock; });
  }

  std::shared_ptr<grpc::Channel> channel(const std::shared_ptr<grpc::ChannelCredentials>& credentials,
                                         grpc::ChannelArguments arguments = {}) {
    // Each test's channels are its own: gRPC would share connections among channels that look alike.
    arguments.SetSslTargetNameOverride("gnc://gateway/hub");
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port), credentials, arguments);
  }

  // The status of one call.
  static grpc::Status call(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::GenericStub stub(channel);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    grpc::CompletionQueue queue;
    grpc::ByteBuffer reply;
    grpc::Status status;
    auto reader = stub.PrepareUnaryCall(&context, "/gnc.v1.Exchange/Verdict", grpc::ByteBuffer(), &queue);
    reader->StartCall();
    reader->Finish(&reply, &status, &status);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    queue.Shutdown();
    return status;
  }

  // An identity whatever its certificate says.
  static Identity unchecked(const std::filesystem::path& folder) {
    return {party("NZ"), must(read_file(folder / "node.crt", 1 << 20)),
            must(read_file(folder / "node.key", 1 << 20))};
  }

  TrustWorld world;
  std::shared_ptr<ChainVerifier> server_verifier = std::make_shared<ChainVerifier>(world.anchors());
  std::shared_ptr<ChainVerifier> client_verifier = std::make_shared<ChainVerifier>(world.anchors());
  Instant client_clock = now;
  std::unique_ptr<VerdictService> service;
  ServerCredentials shown;  // by the server
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

TEST_F(Credentials, OfAServerChangeForTheNextHandshakeAndLeaveOpenConnections) {
  const auto nz = client(world.identity("NZ"));
  const auto before = channel(nz.credentials);
  ASSERT_EQ(call(before).error_message(), "NZ");
  // From a clock that is past the server's first certificate, only a connection with the new one holds.
  const trust::Validity longer{now - day, now + day * 20};
  must(world.pki.issue({party("gateway/hub"), longer}));
  shown.replace(world.identity("gateway/hub"));
  EXPECT_EQ(call(before).error_message(), "NZ");
  client_clock = now + day * 15;
  const auto after = client(world.identity("NZ"));
  call(channel(after.credentials));
  EXPECT_EQ(after.last_failure().code, v1::ERROR_CODE_UNSPECIFIED) << describe(after.last_failure());
}

TEST_F(Credentials, TellTheHandlerWhoThePeerIs) {
  const auto nz = client(world.identity("NZ"));
  const auto status = call(channel(nz.credentials));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS) << status.error_message();
  EXPECT_EQ(status.error_message(), "NZ");
  EXPECT_EQ(nz.last_failure().code, v1::ERROR_CODE_UNSPECIFIED);
}

TEST_F(Credentials, LetARefusedPeerReadItsCause) {
  const TrustWorld stranger;
  const auto folder = world.folder.path() / "odd";
  const auto verdict_on = [&](const Identity& identity) {
    return call(channel(client(identity).credentials)).error_message();
  };
  EXPECT_THAT(verdict_on(stranger.identity("NZ")), HasSubstr("GNC-201"));
  EXPECT_THAT(
      verdict_on(unchecked(must(world.pki.issue_into(folder, {party("NZ"), {now - day * 2, now - day}})))),
      HasSubstr("GNC-202"));
  EXPECT_THAT(
      verdict_on(unchecked(must(world.pki.issue_into(folder, {party("NZ"), {now + day, now + day * 2}})))),
      HasSubstr("GNC-203"));
  EXPECT_THAT(verdict_on(unchecked(must(world.pki.issue_into(
                  folder, {.party = party("NZ"), .validity = usual, .no_uri_name = true})))),
              HasSubstr("GNC-208"));
  EXPECT_THAT(verdict_on(unchecked(
                  must(world.pki.issue_into(folder, {party("NZ"), usual, {"gnc://NZ", "gnc://CN"}})))),
              HasSubstr("GNC-209"));
}

TEST_F(Credentials, RequireAClientCertificate) {
  namespace tls = grpc::experimental;
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(std::make_shared<tls::StaticDataCertificateProvider>(
      must(read_file(world.pki.trust_folder() / "roots" / "root.crt", 1 << 20))));
  options.watch_root_certs();
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  const auto status = call(channel(tls::TlsCredentials(options)));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(service->calls, 0);
}

TEST_F(Credentials, CheckAResumedSessionToo) {
  const std::unique_ptr<grpc_ssl_session_cache, Freed<grpc_ssl_session_cache_destroy>> cache(
      grpc_ssl_session_cache_create_lru(4));
  const grpc_arg in_cache = grpc_ssl_session_cache_create_channel_arg(cache.get());
  grpc::ChannelArguments arguments;
  arguments.SetPointerWithVtable(in_cache.key, in_cache.value.pointer.p, in_cache.value.pointer.vtable);
  const auto nz = client(world.identity("NZ"));
  for (int connection = 0; connection < 2; ++connection) {
    EXPECT_EQ(call(channel(nz.credentials, arguments)).error_message(), "NZ");
  }
  EXPECT_EQ(service->resumed, 1);
  must(world.pki.revoke(party("NZ"), now));
  server_verifier->replace(world.anchors());
  EXPECT_THAT(call(channel(nz.credentials, arguments)).error_message(), HasSubstr("GNC-204"));
  EXPECT_EQ(service->resumed, 2);
}

TEST_F(Credentials, CheckTheGatewayAgainWhereTheSessionIsResumed) {
  const std::unique_ptr<grpc_ssl_session_cache, Freed<grpc_ssl_session_cache_destroy>> cache(
      grpc_ssl_session_cache_create_lru(4));
  const grpc_arg in_cache = grpc_ssl_session_cache_create_channel_arg(cache.get());
  grpc::ChannelArguments arguments;
  arguments.SetPointerWithVtable(in_cache.key, in_cache.value.pointer.p, in_cache.value.pointer.vtable);
  const auto nz = client(world.identity("NZ"));
  EXPECT_EQ(call(channel(nz.credentials, arguments)).error_message(), "NZ");
  must(world.pki.revoke(party("gateway/hub"), now));
  client_verifier->replace(world.anchors());
  EXPECT_EQ(call(channel(nz.credentials, arguments)).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(nz.last_failure().code, v1::CERTIFICATE_REVOKED);
}

TEST_F(Credentials, CheckTheNextCallOnAConnectionThatIsOpen) {
  const auto connection = channel(client(world.identity("NZ")).credentials);
  EXPECT_EQ(call(connection).error_message(), "NZ");
  must(world.pki.revoke_authority(party("NZ"), now));
  server_verifier->replace(world.anchors());
  EXPECT_THAT(call(connection).error_message(), HasSubstr("GNC-205"));
}

TEST_F(Credentials, NameWhyTheGatewayIsNotTrusted) {
  must(world.pki.revoke(party("gateway/hub"), now));
  client_verifier->replace(world.anchors());
  const auto nz = client(world.identity("NZ"));
  EXPECT_EQ(call(channel(nz.credentials)).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(nz.last_failure().code, v1::CERTIFICATE_REVOKED);
  EXPECT_THAT(nz.last_failure().detail, HasSubstr("CN=gateway/hub"));
}

TEST_F(Credentials, RefuseAnotherPartyInTheGatewaysPlace) {
  server->Shutdown();
  start("CN");
  const auto nz = client(world.identity("NZ"));
  EXPECT_EQ(call(channel(nz.credentials)).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(nz.last_failure().code, v1::SENDER_NOT_PEER);
}

TEST_F(Credentials, AreReadFromAFolderThatHoldsTogether) {
  const auto nz = world.pki.identity_folder(party("NZ"));
  EXPECT_EQ(must(load_identity(nz)).party, party("NZ"));
  EXPECT_EQ(load_identity(world.folder.path()).error().code, v1::FILE_UNREADABLE);
  std::filesystem::copy_file(world.pki.identity_folder(party("CN")) / "node.key", nz / "node.key",
                             std::filesystem::copy_options::overwrite_existing);
  const auto mixed = load_identity(nz);
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().code, v1::CERTIFICATE_UNREADABLE);
  EXPECT_EQ(mixed.error().where, (nz / "node.key").string());
  must(replace_file(nz / "node.key", "garbage"));
  EXPECT_EQ(load_identity(nz).error().code, v1::CERTIFICATE_UNREADABLE);
}

}  // namespace
}  // namespace gnc::trust::credentials_test
