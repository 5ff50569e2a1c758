#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "gnc/v1/errors.pb.h"
#include "proto/types/result.h"
#include "trust/tls/chain_verifier.h"
#include "trust/tls/credentials.h"

namespace gnc::trust {

// A party's own identity, in a folder that may change while a process runs: certificates are renewed before
// they run out. No thread of its own: whoever uses it calls refresh() now and then.
class IdentityFolder {
 public:
  // SENDER_NOT_PEER where the certificate there is another party's; else as load_identity.
  static Result<IdentityFolder> open(std::filesystem::path folder, const PartyName& party);

  // What is in force.
  const Identity& identity() const { return identity_; }

  // Looks whether there is another pair, and puts it in force where it holds: the key is the certificate's,
  // the certificate this party's, the chain good under `verifier` now. True where that was so. A pair that
  // does not hold is an error, given once for each cause, and what was in force stays. As a pair is written
  // one file after the other, a bad one counts only when it is seen twice.
  Result<bool> refresh(const ChainVerifier& verifier, Instant now);

 private:
  IdentityFolder(std::filesystem::path folder, std::string outline, Identity identity)
      : folder_(std::move(folder)), in_force_(std::move(outline)), identity_(std::move(identity)) {}

  std::filesystem::path folder_;
  std::string in_force_;  // the folder's outline as it was read
  std::string refused_;   // the outline that was refused last
  std::optional<v1::ErrorCode> told_;
  Identity identity_;
};

}  // namespace gnc::trust
