#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"

// A public key infrastructure in a folder, for simulated administrations: one root, one issuing authority
// for each administration and for the gateways, leaf certificates with one URI SAN, CRLs. All keys P-256.
//
//   root/ca.crt  root/ca.key
//   authorities/NZ/ca.crt  ca.key            (gateways: authorities/gateway)
//   identities/NZ/node.crt  node.key         (NZ/health: identities/NZ-health; leaf then issuer)
//   trust/roots/root.crt  trust/issuers/NZ.crt  trust/crls/root.crl  trust/crls/NZ.crl
//
// `trust/` is what every party is given (TrustAnchors::load). Keys are written with mode 0600; files are
// replaced atomically.
namespace gnc::trust {

struct Validity {
  Instant from;
  Instant until;
};

// Usual: the party's own URI. Other values make the broken certificates that tests and rogue peers need.
struct LeafRequest {
  PartyName party;
  Validity validity;
  std::vector<std::string> uri_names = {};  // empty: exactly party.uri()
  bool no_uri_name = false;
};

// What a certificate in the folder is, for `pki show`.
struct CertificateSummary {
  std::string name;  // "root", "authority NZ", "NZ/health"
  std::string subject;
  std::string serial;  // hex
  Validity validity;
  bool revoked = false;
  std::vector<std::string> uri_names = {};
  bool authority_revoked = false;  // the one that issued it is: it holds no more
};

class Pki {
 public:
  // Makes root and trust/; fails where the folder has a PKI already.
  static Result<Pki> create(const std::filesystem::path& folder, Validity root_validity);
  static Result<Pki> open(const std::filesystem::path& folder);

  // Makes the party's issuing authority where there is none, and its leaf: identities/<party>/.
  // Returns the identity's folder. A second call renews: new key, new certificate.
  Result<std::filesystem::path> issue(const LeafRequest&);
  // Writes the leaf into `folder` instead of identities/.
  Result<std::filesystem::path> issue_into(const std::filesystem::path& folder, const LeafRequest&);

  // Revokes the party's current certificate; publishes the list of its authority.
  Result<void> revoke(const PartyName&, Instant at);
  // Revokes the authority of the party; publishes the root's list.
  Result<void> revoke_authority(const PartyName&, Instant at);
  // Writes every authority's list anew.
  Result<void> publish_lists(Instant at, Instant next_update);
  // Writes the list of the party's authority anew.
  Result<void> publish_list(const PartyName&, Instant at, Instant next_update);

  Result<std::vector<CertificateSummary>> list() const;

  std::filesystem::path trust_folder() const { return folder_ / "trust"; }
  std::filesystem::path identity_folder(const PartyName&) const;

 private:
  explicit Pki(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace gnc::trust
