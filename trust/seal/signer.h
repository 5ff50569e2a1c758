#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/types/party_name.h"

namespace gnc::trust {

// A party's signing key, as a port: cores sign through it. One thread at a time.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const PartyName& party() const = 0;
  // ECDSA P-256 with SHA-256 over `bytes`, DER.
  virtual std::string sign(std::string_view bytes) = 0;
  // The certificate and its issuing authority's, DER, leaf first.
  virtual const std::vector<std::string>& chain() const = 0;
};

}  // namespace gnc::trust
