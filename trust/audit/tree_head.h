#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "proto/types/digest.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "trust/tls/chain_verifier.h"

// Signed heads of an audit log's Merkle tree (seal_head signs them), and that one tree continues another.
namespace gnc::trust {

// A head whose seal has been checked.
struct TreeHead {
  PartyName signer;
  Instant at;
  std::uint64_t tree_size = 0;
  Digest root;
};

// Parses and checks a serialised v1::Seal. SEAL_MALFORMED where it is no head, SEAL_SIGNATURE_WRONG, or a
// 2xx code. The chain must hold at `now`; without one, at the instant at which it says it was sealed.
Result<TreeHead> open_head(std::string_view seal_bytes, const ChainVerifier& verifier,
                           std::optional<Instant> now);

// PROOF(first_size, leaves), RFC 6962 §2.1.2. 0 < first_size <= leaves.size(); of equal sizes: empty.
std::vector<Digest> consistency_proof(std::uint64_t first_size, std::span<const Digest> leaves);

// Whether the tree of `second_size` leaves begins with the tree of `first_size`, RFC 9162 §2.1.4.2.
bool is_continued(const Digest& first_root, std::uint64_t first_size, const Digest& second_root,
                  std::uint64_t second_size, std::span<const Digest> proof);

}  // namespace gnc::trust
