#pragma once

#include <string>
#include <vector>

#include "proto/types/instant.h"
#include "trust/tls/chain_verifier.h"
#include "trust/tls/openssl.h"

// What a TrustAnchors holds, for the verifier alone.
namespace gnc::trust {

struct ListOnFile {
  std::string file;
  RevocationListPtr list;
  Instant this_update;
  Instant next_update;
  // A critical extension that is not understood here (a partial list, say): it must not be relied on.
  bool unusable = false;
};

struct TrustAnchors::State {
  std::vector<CertificatePtr> roots;
  std::vector<CertificatePtr> issuers;
  std::vector<ListOnFile> lists;
  std::string version;
};

}  // namespace gnc::trust
