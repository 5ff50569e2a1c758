#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"

namespace gnc::trust {

// A chain that holds.
struct VerifiedPeer {
  PartyName party;
  std::string fingerprint;  // SHA-256 of the leaf's DER, hex
  Instant not_after;        // earliest end of the chain's certificates
};

// The roots, issuing authorities and CRLs of one moment, read from a trust folder:
//   roots/*.crt   issuers/*.crt   crls/*.crl     (PEM or DER)
// Immutable. Replaced as a whole, so that a half-written folder is never in force.
class TrustAnchors {
 public:
  // Reads and checks the folder. A file that cannot be read is an error that names it; a CRL that is
  // not there is not (the chains that need it will fail with REVOCATION_LIST_MISSING).
  static Result<std::shared_ptr<const TrustAnchors>> load(const std::filesystem::path& folder);
  ~TrustAnchors();

  // Changes with any change of content: a cheap way to see that a reload brought something new.
  const std::string& version() const;

  struct State;
  const State& state() const { return *state_; }

 private:
  explicit TrustAnchors(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

// Decides whether a certificate chain is good now. Fails closed with one 2xx code for each cause:
// unknown authority, expired, not yet valid, revoked leaf, revoked issuer, CRL missing, CRL stale,
// no URI SAN, several URI SANs, not a party's name. Checks the whole chain against CRLs, also where
// TLS gave the leaf alone (resumed sessions): the issuer is then found among the anchors' issuers.
// Results are cached by leaf and anchors' version until a date in them passes. Thread-safe.
class ChainVerifier {
 public:
  explicit ChainVerifier(std::shared_ptr<const TrustAnchors> anchors);
  ~ChainVerifier();

  // Leaf first, DER.
  Result<VerifiedPeer> verify(std::span<const std::string> chain_der, Instant now) const;
  // Whose chain this is, whatever has expired or been withdrawn since: for evidence that somebody who is
  // trusted with the time has recorded while the chain held.
  Result<VerifiedPeer> verify_whenever(std::span<const std::string> chain_der) const;
  // As AuthContext gives them: leaf PEM, and chain PEM (may be empty).
  Result<VerifiedPeer> verify_pem(std::string_view leaf_pem, std::string_view chain_pem, Instant now) const;
  // Verifies `signature` over `bytes` with the leaf's key. False also where the leaf has no P-256 key.
  static bool signature_holds(std::string_view leaf_der, std::string_view bytes, std::string_view signature);

  // Puts other anchors in force for all later calls.
  void replace(std::shared_ptr<const TrustAnchors> anchors);
  std::string anchors_version() const;

 private:
  Result<VerifiedPeer> verify_when(std::span<const std::string> chain_der, std::optional<Instant> now) const;

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gnc::trust
