#pragma once

#include <span>
#include <string>
#include <vector>

#include "trust/pki/pki.h"
#include "trust/tls/openssl.h"

// Makes keys, certificates and revocation lists as gncsim's verifiers want them. No files here.
namespace gnc::trust {

// A certificate with its private key.
struct Authority {
  CertificatePtr certificate;
  KeyPtr key;
};

struct Revocation {
  std::string serial;  // hex
  Instant at;
};

Result<KeyPtr> make_key();
Result<CertificatePtr> make_root(EVP_PKEY& key, const Validity& validity);
// An authority that may name `area` only: "NZ" (NZ and NZ/…) or "gateway" (gateway/…).
Result<CertificatePtr> make_authority(const std::string& area, EVP_PKEY& key, const Validity& validity,
                                      const Authority& root);
Result<CertificatePtr> make_leaf(const LeafRequest& request, EVP_PKEY& key, const Authority& authority);
Result<RevocationListPtr> make_list(const Authority& authority, std::span<const Revocation> revoked,
                                    std::int64_t number, Instant at, Instant next_update);

// What stands in a list, oldest first.
std::vector<Revocation> revocations_in(const X509_CRL& list);
// 0 where the list has none.
std::int64_t number_of(const X509_CRL& list);

}  // namespace gnc::trust
