#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "proto/types/digest.h"
#include "proto/types/party_name.h"
#include "trust/seal/signer.h"
#include "trust/tls/chain_verifier.h"

// A v1::Seal by itself: what batches and tree heads have in common.
namespace gnc::trust {

// A statement, read and found to be whole.
struct Statement {
  v1::SealStatement::Purpose purpose{};
  PartyName signer;
  std::string audience;
  Instant sealed_at;
  std::uint64_t tree_size = 0;
  Digest root;
};

// A Seal, parsed in place.
struct SealParts {
  std::string_view statement_bytes;
  std::string_view signature;
  std::vector<std::string> chain;
};

// What a signature over the statement is over: no other protocol's bytes begin so.
std::string signing_bytes(std::string_view statement_bytes);

// Signs `statement` and adds the signer's chain.
v1::Seal sign_statement(const v1::SealStatement& statement, Signer& signer);

// SEAL_MALFORMED where the bytes are not exactly one Seal within bounds.
Result<SealParts> read_seal(std::string_view seal_bytes);
Result<Statement> read_statement(std::string_view statement_bytes);

// The chain at `now` (without it, whatever the time), that it names the statement's signer, and the
// signature.
Result<void> check_seal(const SealParts& seal, const Statement& statement, const ChainVerifier& verifier,
                        std::optional<Instant> now);

}  // namespace gnc::trust
