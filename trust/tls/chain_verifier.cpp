#include "trust/tls/chain_verifier.h"

#include <mutex>
#include <unordered_map>

#include "gnc/v1/errors.pb.h"
#include "trust/seal/merkle.h"
#include "trust/tls/chain_rules.h"

namespace gnc::trust {
namespace {

// Leaf, issuing authority, perhaps the root. More is not ours.
constexpr std::size_t max_chain = 4;
constexpr std::size_t max_certificate_bytes = 16 * 1024;
// Parties at one gateway are hundreds; renewals add to them.
constexpr std::size_t max_remembered = 4096;

struct DigestHash {
  std::size_t operator()(const Digest& digest) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, digest.bytes.data(), sizeof value);
    return value;
  }
};

tl::unexpected<Error> unreadable(std::string what) {
  return failure(v1::CERTIFICATE_UNREADABLE, std::move(what));
}

Digest fingerprint_of(std::span<const std::string> chain_der) {
  Digest fingerprint = sha256(chain_der.front());
  for (const std::string& other : chain_der.subspan(1)) fingerprint = node_hash(fingerprint, sha256(other));
  return fingerprint;
}

bool holds(const CheckedChain& chain, std::optional<Instant> now) {
  return !now || (chain.holds_from <= *now && *now < chain.holds_until);
}

}  // namespace

struct ChainVerifier::State {
  mutable std::mutex mutex;
  std::shared_ptr<const TrustAnchors> anchors;
  // Chains that lead to a root of `anchors`, by all their bytes, with what is known of when they hold.
  // Refusals are not kept: anyone can make new ones.
  std::unordered_map<Digest, CheckedChain, DigestHash> ours;
  // The fingerprints of chains that were shown as text, by that text's: decoding it costs more than to know
  // it.
  std::unordered_map<Digest, Digest, DigestHash> shown;
};

ChainVerifier::ChainVerifier(std::shared_ptr<const TrustAnchors> anchors)
    : state_(std::make_unique<State>()) {
  state_->anchors = std::move(anchors);
}

ChainVerifier::~ChainVerifier() = default;

Result<VerifiedPeer> ChainVerifier::verify(std::span<const std::string> chain_der, Instant now) const {
  return verify_when(chain_der, now);
}

Result<VerifiedPeer> ChainVerifier::verify_whenever(std::span<const std::string> chain_der) const {
  return verify_when(chain_der, std::nullopt);
}

Result<VerifiedPeer> ChainVerifier::verify_when(std::span<const std::string> chain_der,
                                                std::optional<Instant> now) const {
  if (chain_der.empty()) return unreadable("the peer showed no certificate");
  if (chain_der.size() > max_chain) {
    return unreadable(
        fmt::format("the chain has {} certificates; at most {} are read", chain_der.size(), max_chain));
  }
  for (const std::string& der : chain_der) {
    if (der.size() > max_certificate_bytes) {
      return unreadable(
          fmt::format("a certificate has {} bytes; at most {} are read", der.size(), max_certificate_bytes));
    }
  }
  const Digest fingerprint = fingerprint_of(chain_der);
  std::shared_ptr<const TrustAnchors> anchors;
  {
    const std::lock_guard lock(state_->mutex);
    const auto known = state_->ours.find(fingerprint);
    if (known != state_->ours.end() && holds(known->second, now)) return known->second.peer;
    anchors = state_->anchors;
  }
  std::vector<CertificatePtr> certificates;
  for (const std::string& der : chain_der) {
    certificates.push_back(certificate_from_der(der));
    if (!certificates.back()) {
      return unreadable(fmt::format("certificate {} of the chain cannot be read", certificates.size()));
    }
  }
  auto chain = check_chain(*certificates.front(), std::span(certificates).subspan(1), anchors->state(), now);
  if (!chain) return tl::unexpected(chain.error());
  const std::lock_guard lock(state_->mutex);
  if (state_->anchors == anchors) {
    if (state_->ours.size() >= max_remembered) state_->ours.clear();
    state_->ours.insert_or_assign(fingerprint, *chain);
  }
  return std::move(chain->peer);
}

Result<VerifiedPeer> ChainVerifier::verify_pem(std::string_view leaf_pem, std::string_view chain_pem,
                                               Instant now) const {
  const Digest text = node_hash(sha256(leaf_pem), sha256(chain_pem));
  {
    const std::lock_guard lock(state_->mutex);
    if (const auto shown = state_->shown.find(text); shown != state_->shown.end()) {
      const auto known = state_->ours.find(shown->second);
      if (known != state_->ours.end() && holds(known->second, now)) return known->second.peer;
    }
  }
  std::vector<std::string> chain = certificate_ders_from_pem(leaf_pem);
  if (chain.size() != 1) return unreadable("the peer's certificate cannot be read");
  for (std::string& der : certificate_ders_from_pem(chain_pem)) {
    // A client is given the server's chain with the leaf in it, a server the client's without.
    if (der != chain.front()) chain.push_back(std::move(der));
  }
  auto peer = verify(chain, now);
  if (!peer) return peer;
  const std::lock_guard lock(state_->mutex);
  if (state_->shown.size() >= max_remembered) state_->shown.clear();
  state_->shown.insert_or_assign(text, fingerprint_of(chain));
  return peer;
}

void ChainVerifier::replace(std::shared_ptr<const TrustAnchors> anchors) {
  const std::lock_guard lock(state_->mutex);
  if (state_->anchors->version() != anchors->version()) state_->ours.clear();
  state_->anchors = std::move(anchors);
}

std::string ChainVerifier::anchors_version() const {
  const std::lock_guard lock(state_->mutex);
  return state_->anchors->version();
}

bool ChainVerifier::signature_holds(std::string_view leaf_der, std::string_view bytes,
                                    std::string_view signature) {
  // Decoding a certificate's key costs about as much as half a verification; the signers are few.
  struct Keys {
    std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<EVP_PKEY>> by_certificate;
  };
  static Keys keys;
  std::shared_ptr<EVP_PKEY> key;
  const std::string certificate_bytes(leaf_der);
  {
    const std::lock_guard lock(keys.mutex);
    const auto known = keys.by_certificate.find(certificate_bytes);
    if (known != keys.by_certificate.end()) key = known->second;
  }
  if (!key) {
    const CertificatePtr certificate = certificate_from_der(leaf_der);
    if (!certificate || !has_p256_key(*certificate)) return false;
    key.reset(X509_get_pubkey(certificate.get()), Freed<EVP_PKEY_free>{});
    const std::lock_guard lock(keys.mutex);
    if (keys.by_certificate.size() >= max_remembered) keys.by_certificate.clear();
    keys.by_certificate.emplace(certificate_bytes, key);
  }
  const DigestContextPtr context(EVP_MD_CTX_new());
  const bool holds =
      context &&
      EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key.get(), nullptr) == 1 &&
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                       signature.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size()) == 1;
  if (!holds) openssl_complaint();
  return holds;
}

}  // namespace gnc::trust
