#include "trust/tls/openssl.h"

#include <ctime>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace gnc::trust {
namespace {

BioPtr reading(std::string_view bytes) {
  return BioPtr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

template <class Write>
std::string written(Write write) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || !write(bio.get())) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// Never asks on a terminal.
int no_password(char*, int, int, void*) { return -1; }

// Reading PEM until there is no more leaves exactly this complaint.
bool ended_without_fault() {
  const unsigned long why = ERR_peek_last_error();
  ERR_clear_error();
  return ERR_GET_LIB(why) == ERR_LIB_PEM && ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
}

bool is_pem(std::string_view bytes) { return bytes.find("-----BEGIN ") != std::string_view::npos; }

}  // namespace

std::string openssl_complaint() {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "error " + std::to_string(code);
}

CertificatePtr certificate_from_der(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  if (der.empty() || der.size() > max_certificate_file_bytes) return nullptr;
  CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate && at == end) return certificate;
  ERR_clear_error();
  return nullptr;
}

std::vector<CertificatePtr> certificates_from(std::string_view bytes) {
  std::vector<CertificatePtr> found;
  if (bytes.empty() || bytes.size() > max_certificate_file_bytes) return found;
  if (!is_pem(bytes)) {
    if (auto certificate = certificate_from_der(bytes)) found.push_back(std::move(certificate));
    return found;
  }
  const BioPtr bio = reading(bytes);
  while (CertificatePtr certificate{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    found.push_back(std::move(certificate));
  }
  if (!ended_without_fault()) found.clear();
  return found;
}

std::vector<std::string> certificate_ders_from_pem(std::string_view pem) {
  std::vector<std::string> found;
  if (pem.empty() || pem.size() > max_certificate_file_bytes) return found;
  const BioPtr bio = reading(pem);
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  bool certificates_only = true;
  while (PEM_read_bio(bio.get(), &name, &header, &data, &size) == 1) {
    certificates_only = certificates_only && std::string_view(name) == PEM_STRING_X509;
    found.emplace_back(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
  }
  if (!ended_without_fault() || !certificates_only) found.clear();
  return found;
}

RevocationListPtr revocation_list_from(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > max_certificate_file_bytes) return nullptr;
  RevocationListPtr list;
  if (is_pem(bytes)) {
    list.reset(PEM_read_bio_X509_CRL(reading(bytes).get(), nullptr, no_password, nullptr));
  } else {
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    list.reset(d2i_X509_CRL(nullptr, &at, static_cast<long>(bytes.size())));
  }
  ERR_clear_error();
  return list;
}

KeyPtr private_key_from(std::string_view pem) {
  if (pem.empty() || pem.size() > max_certificate_file_bytes) return nullptr;
  KeyPtr key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return key;
}

std::string der_of(const X509& certificate) {
  return written([&](BIO* bio) { return i2d_X509_bio(bio, &certificate) == 1; });
}

std::string pem_of(const X509& certificate) {
  return written([&](BIO* bio) { return PEM_write_bio_X509(bio, &certificate) == 1; });
}

std::string pem_of(const X509_CRL& list) {
  return written([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, &list) == 1; });
}

std::string pem_of(const EVP_PKEY& private_key) {
  return written([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, &private_key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  });
}

std::string text_of(const X509_NAME& name) {
  return written([&](BIO* bio) {
    return X509_NAME_print_ex(bio, &name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0;
  });
}

std::string subject_of(const X509& certificate) { return text_of(*X509_get_subject_name(&certificate)); }

std::string serial_of(const X509& certificate) {
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(&certificate), nullptr));
  if (!number) return {};
  char* hex = BN_bn2hex(number.get());
  if (hex == nullptr) return {};
  std::string text(hex);
  OPENSSL_free(hex);
  return text;
}

std::vector<std::string> uri_names_of(const X509& certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> alternatives(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; alternatives && i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(alternatives.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                       static_cast<std::size_t>(ASN1_STRING_length(uri)));
  }
  return names;
}

bool has_p256_key(const X509& certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(&certificate);
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return false;
  char group[32] = {};
  std::size_t size = 0;
  return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &size) == 1 &&
         std::string_view(group, size) == SN_X9_62_prime256v1;
}

std::optional<Instant> instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return Instant{static_cast<std::int64_t>(timegm(&parts)) * 1'000'000};
}

bool set_time(ASN1_TIME* time, Instant instant) {
  // RFC 5280 has UTCTime until 2049 and GeneralizedTime after; ASN1_TIME_set chooses.
  return time != nullptr && ASN1_TIME_set(time, instant.microseconds / 1'000'000) != nullptr;
}

std::string date_text(Instant instant) {
  const std::time_t seconds = instant.microseconds / 1'000'000;
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return "?";
  char text[40] = {};
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace gnc::trust
