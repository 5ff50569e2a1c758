#include "trust/pki/expiry.h"

#include "gnc/v1/errors.pb.h"
#include "trust/pki/certificate_maker.h"
#include "trust/pki/files.h"
#include "trust/tls/openssl.h"

namespace gnc::trust {
namespace {

// "89 days", "1 hour": the largest unit of which there is at least one, rounded down.
std::string span_words(Duration span) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  static constexpr Unit units[] = {{86'400, "day"}, {3'600, "hour"}, {60, "minute"}, {1, "second"}};
  const std::int64_t seconds = span.microseconds / 1'000'000;
  for (const Unit& unit : units) {
    const std::int64_t count = seconds / unit.seconds;
    if (count > 0) return fmt::format("{} {}{}", count, unit.name, count == 1 ? "" : "s");
  }
  return "less than a second";
}

}  // namespace

Result<std::vector<CertificateSummary>> summaries_in(const std::filesystem::path& certificate_file) {
  const auto text = read_file(certificate_file, max_certificate_file_bytes);
  if (!text) return tl::unexpected(text.error());
  std::vector<CertificateSummary> found;
  for (const CertificatePtr& one : certificates_from(*text)) {
    const auto from = instant_of(X509_get0_notBefore(one.get()));
    const auto until = instant_of(X509_get0_notAfter(one.get()));
    if (!from || !until) {
      return failure(v1::CERTIFICATE_UNREADABLE, "a certificate has no readable dates",
                     certificate_file.string());
    }
    found.push_back({certificate_file.string(),
                     subject_of(*one),
                     serial_of(*one),
                     {*from, *until},
                     false,
                     uri_names_of(*one)});
  }
  if (found.empty()) {
    return failure(v1::CERTIFICATE_UNREADABLE, "it is not a certificate", certificate_file.string());
  }
  return found;
}

Result<ListSummary> list_summary_of(const std::filesystem::path& list_file) {
  const auto text = read_file(list_file, max_certificate_file_bytes);
  if (!text) return tl::unexpected(text.error());
  const RevocationListPtr list = revocation_list_from(*text);
  if (!list) return failure(v1::CERTIFICATE_UNREADABLE, "it is not a revocation list", list_file.string());
  const auto this_update = instant_of(X509_CRL_get0_lastUpdate(list.get()));
  const auto next_update = instant_of(X509_CRL_get0_nextUpdate(list.get()));
  if (!this_update || !next_update) {
    return failure(v1::CERTIFICATE_UNREADABLE, "the list has no readable dates", list_file.string());
  }
  ListSummary summary{
      text_of(*X509_CRL_get_issuer(list.get())), number_of(*list), *this_update, *next_update, {}};
  for (const Revocation& one : revocations_in(*list)) summary.revoked.push_back(one.serial);
  return summary;
}

std::string expiry_words(const CertificateSummary& certificate, Instant now) {
  const Validity& validity = certificate.validity;
  if (certificate.revoked) return "revoked";
  if (certificate.authority_revoked) return "its authority is revoked";
  if (now < validity.from) return "not valid for another " + span_words(validity.from - now);
  if (now > validity.until) return "expired " + span_words(now - validity.until) + " ago";
  return "expires in " + span_words(validity.until - now);
}

std::string update_words(const ListSummary& list, Instant now) {
  if (now >= list.next_update) return "overdue for " + span_words(now - list.next_update);
  return "next update in " + span_words(list.next_update - now);
}

}  // namespace gnc::trust
