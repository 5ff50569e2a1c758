#pragma once

#include <optional>
#include <span>

#include "trust/tls/trust_anchors_state.h"

namespace gnc::trust {

// A chain that holds, and between which instants (the second excluded) nothing about it can change.
struct CheckedChain {
  VerifiedPeer peer;
  Instant holds_from;
  Instant holds_until;
};

// The rules for a party's chain: leaf, the issuing authority of its administration, a root of the anchors.
// `others` is what came with the leaf: its authority, perhaps the root. Where it is empty the authority is
// sought among the anchors' issuers; where it is not, every certificate in it must belong to the chain, so
// that no byte of a chain goes unchecked. Without `now`, dates and revocation are left out, and the result
// says nothing about a period.
Result<CheckedChain> check_chain(const X509& leaf, std::span<const CertificatePtr> others,
                                 const TrustAnchors::State& anchors, std::optional<Instant> now);

}  // namespace gnc::trust
