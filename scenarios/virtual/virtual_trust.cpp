#include "scenarios/virtual/virtual_trust.h"

#include <fmt/format.h>

#include <map>

#include "gnc/v1/errors.pb.h"
#include "proto/types/known_bug.h"
#include "proto/types/text_hash.h"
#include "trust/pki/pki.h"
#include "trust/seal/seal_statement.h"
#include "trust/seal/wire_scanner.h"
#include "trust/tls/chain_verifier.h"
#include "trust/tls/credentials.h"

namespace gnc::scenarios {
namespace {

// Two certificates, a statement and a signature.
constexpr std::size_t seal_bytes = 1200;
// A certificate that is not revoked or replaced outlives any run.
constexpr Duration validity = Duration::from_seconds(20LL * 365 * 24 * 3600);
// Party clocks may be skewed.
constexpr Duration before = Duration::from_seconds(24 * 3600);

// ---- Modelled -----------------------------------------------------------------------------------

std::string modelled_certificate(const PartyName& party, std::uint64_t number) {
  return fmt::format("modelled certificate {} of {}", number, party.text());
}

std::string modelled_signature(std::string_view certificate, std::string_view bytes) {
  const std::uint64_t hash = text_hash(certificate) * 0x100000001b3u ^ text_hash(bytes);
  std::string signature;
  for (int shift = 0; shift < 64; shift += 8) signature += static_cast<char>(hash >> shift);
  return signature;
}

class ModelledSigner final : public trust::Signer {
 public:
  explicit ModelledSigner(const PartyName& party) : party_(party) { renew(); }
  // Another certificate. The cores keep their signer, and are told.
  void renew() { chain_ = {modelled_certificate(party_, ++certificates_)}; }
  const PartyName& party() const override { return party_; }
  std::string sign(std::string_view bytes) override { return modelled_signature(chain_.front(), bytes); }
  const std::vector<std::string>& chain() const override { return chain_; }

 private:
  PartyName party_;
  std::uint64_t certificates_ = 0;
  std::vector<std::string> chain_;
};

class ModelledTrust final : public VirtualTrust {
 public:
  explicit ModelledTrust(const std::vector<PartyName>& parties) {
    for (const PartyName& party : parties) {
      const auto [made, is_new] = signers_.emplace(party, ModelledSigner(party));
      issued_.emplace(made->second.chain().front(), party);
    }
  }

  trust::Signer& signer(const PartyName& party) override { return signers_.at(party); }

  Result<trust::OpenedBatch> open(const SealedBytes& bytes, std::optional<Instant> now) const override {
    const OpenedBatches::Opened* known = opened_.find(bytes);
    if (known != nullptr && known->batch) {
      if (now) {
        if (auto holds = check(known->certificate, known->batch->signer); !holds)
          return tl::unexpected(std::move(holds.error()));
      }
      return *known->batch;
    }
    std::string certificate;
    auto opened = trust::open(
        *bytes,
        [&](const trust::SealParts& seal, const trust::Statement& statement) -> Result<void> {
          certificate = seal.chain.front();
          const auto owner = issued_.find(certificate);
          if (owner == issued_.end()) return failure(v1::AUTHORITY_UNKNOWN, statement.signer.text());
          if (owner->second != statement.signer) {
            return failure(v1::SENDER_NOT_PEER,
                           fmt::format("the seal's certificate is not that of {}", statement.signer.text()));
          }
          if (now) {
            if (auto holds = check(certificate, statement.signer); !holds) return holds;
          }
          const std::string signed_bytes = trust::signing_bytes(seal.statement_bytes);
          if (seal.signature != modelled_signature(certificate, signed_bytes)) {
            return failure(v1::SEAL_SIGNATURE_WRONG,
                           fmt::format("the signature is not that of {}", statement.signer.text()));
          }
          return {};
        },
        known == nullptr ? std::span<const Digest>() : known->leaves);
    if (opened) opened_.remember(bytes, {*opened, std::move(certificate)});
    return opened;
  }
  void was_sealed(const SealedBytes& bytes, std::vector<Digest> leaves) override {
    opened_.remember(bytes, {std::nullopt, {}, std::move(leaves)});
  }

  Result<void> check_peer(const PartyName& party, Instant) const override {
    const auto found = signers_.find(party);
    if (found == signers_.end()) return failure(v1::AUTHORITY_UNKNOWN, party.text());
    return check(found->second.chain().front(), party);
  }

  Result<void> revoke(const PartyName& party, Instant) override {
    faults_[present(party)] = v1::CERTIFICATE_REVOKED;
    return {};
  }
  Result<void> expire(const PartyName& party, Instant) override {
    renew(party);
    faults_[present(party)] = v1::CERTIFICATE_EXPIRED;
    return {};
  }
  Result<void> rotate(const PartyName& party, Instant) override {
    renew(party);
    return {};
  }

 private:
  const std::string& present(const PartyName& party) const { return signers_.at(party).chain().front(); }
  void renew(const PartyName& party) {
    signers_.at(party).renew();
    issued_.emplace(present(party), party);
  }
  Result<void> check(const std::string& certificate, const PartyName& party) const {
    const auto found = faults_.find(certificate);
    if (found == faults_.end() || GNC_KNOWN_BUG(stale_revocation_list)) return {};
    return failure(found->second, party.text());
  }

  std::map<PartyName, ModelledSigner> signers_;
  std::map<std::string, PartyName> issued_;      // by certificate
  std::map<std::string, v1::ErrorCode> faults_;  // of certificates that do not hold
  mutable OpenedBatches opened_;
};

// ---- Real ---------------------------------------------------------------------------------------

class RealTrust final : public VirtualTrust {
 public:
  explicit RealTrust(trust::Pki pki) : pki_(std::move(pki)) {}

  Result<void> prepare(const std::vector<PartyName>& parties, Instant now) {
    for (const PartyName& party : parties) {
      if (auto issued = issue(party, now); !issued) return issued;
    }
    return publish(now);
  }

  trust::Signer& signer(const PartyName& party) override { return parties_.at(party); }

  Result<trust::OpenedBatch> open(const SealedBytes& batch, std::optional<Instant> now) const override {
    const std::string_view bytes = *batch;
    return now ? trust::open(bytes, *verifier_, *now) : trust::open_recorded(bytes, *verifier_);
  }
  // Where signatures are real, so is all of the opening.
  void was_sealed(const SealedBytes&, std::vector<Digest>) override {}

  Result<void> check_peer(const PartyName& party, Instant now) const override {
    const auto found = parties_.find(party);
    if (found == parties_.end()) return failure(v1::AUTHORITY_UNKNOWN, party.text());
    const auto peer = verifier_->verify(found->second.chain(), now);
    if (!peer) return tl::unexpected(peer.error());
    return {};
  }

  Result<void> revoke(const PartyName& party, Instant now) override {
    if (auto done = pki_.revoke(party, now); !done) return done;
    return publish(now);
  }

  Result<void> expire(const PartyName& party, Instant now) override {
    return issue(party, {now - before, now - Duration::from_seconds(1)});
  }
  Result<void> rotate(const PartyName& party, Instant now) override { return issue(party, now); }

 private:
  // Cores keep their signer; its key may be another tomorrow.
  class PresentSigner final : public trust::Signer {
   public:
    explicit PresentSigner(std::unique_ptr<trust::Signer> present) : present_(std::move(present)) {}
    void replace(std::unique_ptr<trust::Signer> present) { present_ = std::move(present); }
    const PartyName& party() const override { return present_->party(); }
    std::string sign(std::string_view bytes) override { return present_->sign(bytes); }
    const std::vector<std::string>& chain() const override { return present_->chain(); }

   private:
    std::unique_ptr<trust::Signer> present_;
  };

  Result<void> issue(const PartyName& party, Instant now) {
    return issue(party, {now - before, now + validity / 2});
  }

  Result<void> issue(const PartyName& party, trust::Validity period) {
    const auto folder = pki_.issue({party, period});
    if (!folder) return tl::unexpected(folder.error());
    const auto identity = trust::load_identity(*folder);
    if (!identity) return tl::unexpected(identity.error());
    auto signer = trust::make_signer(*identity);
    if (const auto known = parties_.find(party); known != parties_.end()) {
      known->second.replace(std::move(signer));
    } else {
      parties_.emplace(party, std::move(signer));
    }
    return {};
  }

  Result<void> publish(Instant now) {
    if (auto published = pki_.publish_lists(now - before, now + validity / 2); !published) return published;
    auto anchors = trust::TrustAnchors::load(pki_.trust_folder());
    if (!anchors) return tl::unexpected(anchors.error());
    if (verifier_) {
      verifier_->replace(std::move(*anchors));
    } else {
      verifier_ = std::make_unique<trust::ChainVerifier>(std::move(*anchors));
    }
    return {};
  }

  trust::Pki pki_;
  std::map<PartyName, PresentSigner> parties_;
  std::unique_ptr<trust::ChainVerifier> verifier_;
};

}  // namespace

std::unique_ptr<VirtualTrust> make_modelled_trust(const std::vector<PartyName>& parties) {
  return std::make_unique<ModelledTrust>(parties);
}

Result<std::unique_ptr<VirtualTrust>> make_real_trust(const std::filesystem::path& folder,
                                                      const std::vector<PartyName>& parties, Instant now) {
  auto pki = trust::Pki::create(folder, {now - before, now + validity});
  if (!pki) return tl::unexpected(pki.error());
  auto made = std::make_unique<RealTrust>(std::move(*pki));
  if (auto prepared = made->prepare(parties, now); !prepared) return tl::unexpected(prepared.error());
  return made;
}

std::shared_ptr<trust::Signer> signer_of(VirtualTrust& trust, const PartyName& party) {
  return {std::shared_ptr<void>(), &trust.signer(party)};
}

std::size_t sealed_size(std::string_view sealed_batch) {
  trust::WireScanner scanner(sealed_batch);
  trust::WireField field;
  if (!scanner.next(field) || !field.is_bytes || field.number != 1) return sealed_batch.size();
  return sealed_batch.size() - trust::bytes_field_size(field.bytes.size()) + seal_bytes;
}

}  // namespace gnc::scenarios
