#include <stdexcept>

#include "gnc/v1/errors.pb.h"
#include "trust/pki/files.h"
#include "trust/tls/credentials.h"
#include "trust/tls/openssl.h"

namespace gnc::trust {
namespace {

class KeySigner final : public Signer {
 public:
  KeySigner(PartyName party, KeyPtr key, std::vector<std::string> chain)
      : party_(std::move(party)),
        key_(std::move(key)),
        chain_(std::move(chain)),
        context_(EVP_MD_CTX_new()) {}

  const PartyName& party() const override { return party_; }
  const std::vector<std::string>& chain() const override { return chain_; }

  std::string sign(std::string_view bytes) override {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    unsigned char signature[128];
    std::size_t size = sizeof signature;
    if (!context_ ||
        EVP_DigestSignInit_ex(context_.get(), nullptr, "SHA256", nullptr, nullptr, key_.get(), nullptr) !=
            1 ||
        EVP_DigestSign(context_.get(), signature, &size, data, bytes.size()) != 1) {
      // A key that was checked when it was loaded fails only where memory or the machine does.
      throw std::runtime_error("cannot sign: " + openssl_complaint());
    }
    return {reinterpret_cast<const char*>(signature), size};
  }

 private:
  PartyName party_;
  KeyPtr key_;
  std::vector<std::string> chain_;
  DigestContextPtr context_;
};

}  // namespace

Result<Identity> load_identity(const std::filesystem::path& folder) {
  const auto certificate_file = folder / "node.crt";
  const auto key_file = folder / "node.key";
  auto chain = read_file(certificate_file, max_certificate_file_bytes);
  if (!chain) return tl::unexpected(chain.error());
  auto key_text = read_file(key_file, max_certificate_file_bytes);
  if (!key_text) return tl::unexpected(key_text.error());
  const auto certificates = certificates_from(*chain);
  if (certificates.empty()) {
    return failure(v1::CERTIFICATE_UNREADABLE, "it has no certificate in PEM", certificate_file.string());
  }
  const KeyPtr key = private_key_from(*key_text);
  if (!key) {
    return failure(v1::CERTIFICATE_UNREADABLE, "it is not a private key without a password",
                   key_file.string());
  }
  const X509& leaf = *certificates.front();
  if (X509_check_private_key(&leaf, key.get()) != 1) {
    openssl_complaint();
    return failure(v1::CERTIFICATE_UNREADABLE, "it is not the key of the certificate in node.crt beside it",
                   key_file.string());
  }
  if (!has_p256_key(leaf)) {
    return failure(v1::CERTIFICATE_UNFIT, "its key is not P-256", certificate_file.string());
  }
  const auto names = uri_names_of(leaf);
  std::optional<PartyName> party;
  if (names.size() == 1) party = PartyName::from_uri(names.front());
  if (!party) {
    const v1::ErrorCode code = names.empty()       ? v1::URI_NAME_MISSING
                               : names.size() == 1 ? v1::URI_NAME_INVALID
                                                   : v1::URI_NAME_AMBIGUOUS;
    return failure(code, fmt::format("its URI names are [{}]", fmt::join(names, ", ")),
                   certificate_file.string());
  }
  return Identity{*std::move(party), *std::move(chain), *std::move(key_text)};
}

std::unique_ptr<Signer> make_signer(const Identity& identity) {
  std::vector<std::string> chain;
  for (const CertificatePtr& one : certificates_from(identity.certificate_chain_pem))
    chain.push_back(der_of(*one));
  KeyPtr key = private_key_from(identity.private_key_pem);
  if (!key || chain.empty()) throw std::invalid_argument("the identity was not loaded with load_identity");
  return std::make_unique<KeySigner>(identity.party, std::move(key), std::move(chain));
}

}  // namespace gnc::trust
