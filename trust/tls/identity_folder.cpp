#include "trust/tls/identity_folder.h"

#include <fmt/format.h>

#include "trust/tls/folder_outline.h"
#include "trust/tls/openssl.h"

namespace gnc::trust {
namespace {

Result<Identity> load_identity_of(const std::filesystem::path& folder, const PartyName& party) {
  auto identity = load_identity(folder);
  if (identity && identity->party != party) {
    return failure(
        v1::SENDER_NOT_PEER,
        fmt::format("the certificate there names {}, not {}", identity->party.text(), party.text()),
        folder.string());
  }
  return identity;
}

}  // namespace

Result<IdentityFolder> IdentityFolder::open(std::filesystem::path folder, const PartyName& party) {
  std::string outline = outline_of(folder);
  auto identity = load_identity_of(folder, party);
  if (!identity) return tl::unexpected(identity.error());
  return IdentityFolder(std::move(folder), std::move(outline), std::move(*identity));
}

Result<bool> IdentityFolder::refresh(const ChainVerifier& verifier, Instant now) {
  std::string outline = outline_of(folder_);
  if (outline == in_force_) return false;
  auto found = load_identity_of(folder_, identity_.party);
  Result<void> holds;
  if (!found) {
    holds = tl::unexpected(found.error());
  } else if (const auto peer = verifier.verify(certificate_ders_from_pem(found->certificate_chain_pem), now);
             !peer) {
    holds = tl::unexpected(peer.error());
  }
  if (!holds) {
    const bool seen_before = outline == refused_;
    if (!seen_before) told_.reset();
    refused_ = std::move(outline);
    // A pair may also begin to hold by itself: when its first day comes, or a list is published.
    if (!seen_before || told_ == holds.error().code) return false;
    told_ = holds.error().code;
    Error error = std::move(holds.error());
    error.detail = "the new certificate is not put in force, the one before stays: " + error.detail;
    if (error.where.empty()) error.where = folder_.string();
    return tl::unexpected(std::move(error));
  }
  in_force_ = std::move(outline);
  refused_.clear();
  told_.reset();
  if (found->certificate_chain_pem == identity_.certificate_chain_pem &&
      found->private_key_pem == identity_.private_key_pem) {
    return false;
  }
  identity_ = std::move(*found);
  return true;
}

}  // namespace gnc::trust
