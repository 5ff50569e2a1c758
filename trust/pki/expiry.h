#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "trust/pki/pki.h"

// What people ask of certificates and lists: until when, in words.
namespace gnc::trust {

// A revocation list, summed up.
struct ListSummary {
  std::string authority;  // "CN=gncsim authority NZ,O=gncsim"
  std::int64_t number = 0;
  Instant this_update;
  Instant next_update;
  std::vector<std::string> revoked;  // serials
};

// Every certificate of a PEM or DER file, in its order; whether they are revoked is not known.
Result<std::vector<CertificateSummary>> summaries_in(const std::filesystem::path& certificate_file);
Result<ListSummary> list_summary_of(const std::filesystem::path& list_file);

// "expires in 89 days", "expired 3 days ago", "not valid for another 2 hours", "revoked".
std::string expiry_words(const CertificateSummary& certificate, Instant now);
// "next update in 12 days", "overdue for 3 hours".
std::string update_words(const ListSummary& list, Instant now);

}  // namespace gnc::trust
