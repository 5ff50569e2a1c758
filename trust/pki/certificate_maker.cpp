#include "trust/pki/certificate_maker.h"

#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::trust {
namespace {

using NumberPtr = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, Freed<ASN1_INTEGER_free>>;

tl::unexpected<Error> cannot_make(const char* what) {
  return failure(v1::CERTIFICATE_UNFIT, fmt::format("cannot make {}: {}", what, openssl_complaint()));
}

bool set_random_serial(X509& certificate) {
  unsigned char bytes[16] = {};
  if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);  // positive, and always 16 bytes long
  const NumberPtr number(BN_bin2bn(bytes, sizeof bytes, nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

bool set_subject(X509& certificate, const std::string& common_name) {
  X509_NAME* name = X509_get_subject_name(&certificate);
  const auto add = [&](const char* field, const std::string& value) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
  };
  return add("O", "gncsim") && add("CN", common_name);
}

struct Extension {
  int id;
  std::string value;
};

bool add_extensions(X509& certificate, X509& issuer, std::span<const Extension> extensions) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  for (const Extension& extension : extensions) {
    const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> made(
        X509V3_EXT_conf_nid(nullptr, &context, extension.id, extension.value.c_str()));
    if (!made || X509_add_ext(&certificate, made.get(), -1) != 1) return false;
  }
  return true;
}

// The names go in as values, not as configuration text: a comma in one must not begin another.
bool add_uri_names(X509& certificate, std::span<const std::string> uris) {
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> names(GENERAL_NAMES_new());
  for (const std::string& uri : uris) {
    GENERAL_NAME* name = GENERAL_NAME_new();
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    if (!names || name == nullptr || text == nullptr ||
        ASN1_STRING_set(text, uri.data(), static_cast<int>(uri.size())) != 1) {
      GENERAL_NAME_free(name);
      ASN1_IA5STRING_free(text);
      return false;
    }
    GENERAL_NAME_set0_value(name, GEN_URI, text);
    if (sk_GENERAL_NAME_push(names.get(), name) == 0) {
      GENERAL_NAME_free(name);
      return false;
    }
  }
  return X509_add1_ext_i2d(&certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

CertificatePtr begin(const std::string& common_name, EVP_PKEY& key, const Validity& validity,
                     const X509* issuer) {
  CertificatePtr certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      !set_random_serial(*certificate) || !set_subject(*certificate, common_name) ||
      X509_set_issuer_name(certificate.get(),
                           X509_get_subject_name(issuer != nullptr ? issuer : certificate.get())) != 1 ||
      !set_time(X509_getm_notBefore(certificate.get()), validity.from) ||
      !set_time(X509_getm_notAfter(certificate.get()), validity.until) ||
      X509_set_pubkey(certificate.get(), &key) != 1) {
    return nullptr;
  }
  return certificate;
}

}  // namespace

Result<KeyPtr> make_key() {
  KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return cannot_make("a key");
  return key;
}

Result<CertificatePtr> make_root(EVP_PKEY& key, const Validity& validity) {
  CertificatePtr root = begin("gncsim root", key, validity, nullptr);
  const Extension extensions[] = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:1"},
                                  {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                  {NID_subject_key_identifier, "hash"}};
  if (!root || !add_extensions(*root, *root, extensions) || X509_sign(root.get(), &key, EVP_sha256()) == 0) {
    return cannot_make("the root");
  }
  return root;
}

Result<CertificatePtr> make_authority(const std::string& area, EVP_PKEY& key, const Validity& validity,
                                      const Authority& root) {
  CertificatePtr made = begin("gncsim authority " + area, key, validity, root.certificate.get());
  const Extension extensions[] = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                  {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                  {NID_name_constraints, "critical,permitted;URI:" + area},
                                  {NID_subject_key_identifier, "hash"},
                                  {NID_authority_key_identifier, "keyid:always"}};
  if (!made || !add_extensions(*made, *root.certificate, extensions) ||
      X509_sign(made.get(), root.key.get(), EVP_sha256()) == 0) {
    return cannot_make("an authority");
  }
  return made;
}

Result<CertificatePtr> make_leaf(const LeafRequest& request, EVP_PKEY& key, const Authority& authority) {
  CertificatePtr leaf = begin(request.party.text(), key, request.validity, authority.certificate.get());
  const Extension extensions[] = {{NID_basic_constraints, "critical,CA:FALSE"},
                                  {NID_key_usage, "critical,digitalSignature"},
                                  {NID_ext_key_usage, "clientAuth,serverAuth"},
                                  {NID_subject_key_identifier, "hash"},
                                  {NID_authority_key_identifier, "keyid:always"}};
  std::vector<std::string> names = request.uri_names;
  if (names.empty()) names.push_back(request.party.uri());
  if (!leaf || !add_extensions(*leaf, *authority.certificate, extensions) ||
      (!request.no_uri_name && !add_uri_names(*leaf, names)) ||
      X509_sign(leaf.get(), authority.key.get(), EVP_sha256()) == 0) {
    return cannot_make("a certificate");
  }
  return leaf;
}

Result<RevocationListPtr> make_list(const Authority& authority, std::span<const Revocation> revoked,
                                    std::int64_t number, Instant at, Instant next_update) {
  RevocationListPtr list(X509_CRL_new());
  const std::unique_ptr<ASN1_TIME, Freed<ASN1_TIME_free>> time(ASN1_TIME_new());
  if (!list || X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) != 1 ||
      X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(authority.certificate.get())) != 1 ||
      !set_time(time.get(), at) || X509_CRL_set1_lastUpdate(list.get(), time.get()) != 1 ||
      !set_time(time.get(), next_update) || X509_CRL_set1_nextUpdate(list.get(), time.get()) != 1) {
    return cannot_make("a revocation list");
  }
  for (const Revocation& one : revoked) {
    std::unique_ptr<X509_REVOKED, Freed<X509_REVOKED_free>> entry(X509_REVOKED_new());
    BIGNUM* parsed = nullptr;
    BN_hex2bn(&parsed, one.serial.c_str());
    const NumberPtr serial(parsed);
    const IntegerPtr integer(serial ? BN_to_ASN1_INTEGER(serial.get(), nullptr) : nullptr);
    if (!entry || !integer || X509_REVOKED_set_serialNumber(entry.get(), integer.get()) != 1 ||
        !set_time(time.get(), one.at) || X509_REVOKED_set_revocationDate(entry.get(), time.get()) != 1 ||
        X509_CRL_add0_revoked(list.get(), entry.get()) != 1) {
      return cannot_make("a revocation list's entry");
    }
    static_cast<void>(entry.release());  // the list owns it now
  }
  const IntegerPtr list_number(ASN1_INTEGER_new());
  X509V3_CTX context{};
  X509V3_set_ctx(&context, authority.certificate.get(), nullptr, nullptr, list.get(), 0);
  const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> key_id(
      X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
  if (!list_number || ASN1_INTEGER_set_int64(list_number.get(), number) != 1 ||
      X509_CRL_add1_ext_i2d(list.get(), NID_crl_number, list_number.get(), 0, X509V3_ADD_DEFAULT) != 1 ||
      !key_id || X509_CRL_add_ext(list.get(), key_id.get(), -1) != 1 || X509_CRL_sort(list.get()) != 1 ||
      X509_CRL_sign(list.get(), authority.key.get(), EVP_sha256()) == 0) {
    return cannot_make("a revocation list");
  }
  return list;
}

std::vector<Revocation> revocations_in(const X509_CRL& list) {
  std::vector<Revocation> found;
  // OpenSSL gives the entries through a non-const list only; they are not changed here.
  STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(const_cast<X509_CRL*>(&list));
  for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    const X509_REVOKED* entry = sk_X509_REVOKED_value(entries, i);
    const NumberPtr serial(ASN1_INTEGER_to_BN(X509_REVOKED_get0_serialNumber(entry), nullptr));
    char* hex = serial ? BN_bn2hex(serial.get()) : nullptr;
    if (hex == nullptr) continue;
    found.push_back({hex, instant_of(X509_REVOKED_get0_revocationDate(entry)).value_or(Instant{})});
    OPENSSL_free(hex);
  }
  std::ranges::stable_sort(found, {}, &Revocation::at);
  return found;
}

std::int64_t number_of(const X509_CRL& list) {
  const IntegerPtr number(
      static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(&list, NID_crl_number, nullptr, nullptr)));
  std::int64_t value = 0;
  return number && ASN1_INTEGER_get_int64(&value, number.get()) == 1 ? value : 0;
}

}  // namespace gnc::trust
