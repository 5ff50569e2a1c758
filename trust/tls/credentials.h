#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include "proto/types/result.h"
#include "trust/seal/signer.h"
#include "trust/tls/chain_verifier.h"

// gRPC credentials and peer checks of a party.
namespace gnc::trust {

// A party's own certificate, chain and key, read from a folder: node.crt (leaf then issuer), node.key.
struct Identity {
  PartyName party;
  std::string certificate_chain_pem;
  std::string private_key_pem;
};

// Checks that the files can be read, belong together and name one party.
Result<Identity> load_identity(const std::filesystem::path& folder);

// Signs with the identity's key.
std::unique_ptr<Signer> make_signer(const Identity&);

// Server side: asks for and requires a client certificate; the handshake proves that the peer has the
// key, and leaves the chain to check_peer, which every RPC handler must call before it reads a byte.
// That way a refused peer is told its catalogue code instead of "Socket closed".
struct ServerCredentials {
  std::shared_ptr<grpc::ServerCredentials> credentials;
  // Every handshake that begins from now on shows this identity; connections that are open stay as they are.
  // Thread-safe. A copy of this function must be kept for as long as the server runs.
  std::function<void(const Identity&)> replace;
};
ServerCredentials server_credentials(const Identity&);

// Client side: the handshake fails unless `verifier` accepts the server's chain and it names
// `expected_gateway`. The cause of a failure is kept in `last_failure`. Channels should set
// GRPC_SSL_TARGET_NAME_OVERRIDE_ARG to `expected_gateway.uri()`: an address as the name makes the server log
// an error of no consequence for each connection.
struct ClientCredentials {
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  // The last refusal of the server's certificate, or an error with ERROR_CODE_UNSPECIFIED. Thread-safe.
  std::function<Error()> last_failure;
};
ClientCredentials client_credentials(const Identity&, std::shared_ptr<const ChainVerifier> verifier,
                                     const PartyName& expected_gateway, std::function<Instant()> clock);

// The verified peer of an RPC.
Result<VerifiedPeer> check_peer(const grpc::AuthContext&, const ChainVerifier&, Instant now);

}  // namespace gnc::trust
