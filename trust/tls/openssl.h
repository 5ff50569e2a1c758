#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "proto/types/instant.h"
#include "proto/types/result.h"

// OpenSSL's objects with an owner, and the few questions that trust/ asks of them.
namespace gnc::trust {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using RevocationListPtr = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;

// A certificate file, key or list beyond this size is refused unread.
inline constexpr std::size_t max_certificate_file_bytes = std::size_t{1} << 20;

// The oldest unread complaint of OpenSSL in this thread, and forgets the others.
std::string openssl_complaint();

// Null where `der` is not exactly one certificate.
CertificatePtr certificate_from_der(std::string_view der);
// Every certificate of PEM text, or the one of DER bytes. Empty where there is none or one is broken.
std::vector<CertificatePtr> certificates_from(std::string_view pem_or_der);
// The DER of every certificate of PEM text, undecoded: for where a known certificate is only looked up.
// Empty where one cannot be read.
std::vector<std::string> certificate_ders_from_pem(std::string_view pem);
RevocationListPtr revocation_list_from(std::string_view pem_or_der);
// Null also where the key is encrypted: there is nobody to ask.
KeyPtr private_key_from(std::string_view pem);

std::string der_of(const X509& certificate);
std::string pem_of(const X509& certificate);
std::string pem_of(const X509_CRL& list);
std::string pem_of(const EVP_PKEY& private_key);

// "CN=NZ,O=gncsim", as RFC 2253 has it.
std::string text_of(const X509_NAME& name);
std::string subject_of(const X509& certificate);
// Upper-case hex.
std::string serial_of(const X509& certificate);
std::vector<std::string> uri_names_of(const X509& certificate);
bool has_p256_key(const X509& certificate);

std::optional<Instant> instant_of(const ASN1_TIME* time);
bool set_time(ASN1_TIME* time, Instant instant);
// "2024-05-01T10:00:00Z".
std::string date_text(Instant instant);

}  // namespace gnc::trust
