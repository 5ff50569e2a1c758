#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "scenarios/virtual/opened_batches.h"
#include "trust/seal/sealed_batch.h"
#include "trust/seal/signer.h"

namespace gnc::scenarios {

// Who is trusted in a virtual world, and what its seals are worth.
class VirtualTrust {
 public:
  virtual ~VirtualTrust() = default;

  virtual trust::Signer& signer(const PartyName&) = 0;
  // trust::open, by whatever these signatures are; without `now` trust::open_recorded.
  virtual Result<trust::OpenedBatch> open(const SealedBytes& bytes, std::optional<Instant> now) const = 0;
  // The batch has just been sealed, and these are its leaves: they need not be computed again.
  virtual void was_sealed(const SealedBytes& bytes, std::vector<Digest> leaves) = 0;
  // Whether the party's certificate holds now: what the transport asks of a peer.
  virtual Result<void> check_peer(const PartyName&, Instant now) const = 0;

  // What has been done to a party's certificate takes effect where its effect is next looked at.
  virtual Result<void> revoke(const PartyName&, Instant now) = 0;
  virtual Result<void> expire(const PartyName&, Instant now) = 0;
  virtual Result<void> rotate(const PartyName&, Instant now) = 0;
};

// Signatures cost time (CpuCosts) and no arithmetic: each is a digest that only the signer's name and the
// statement make. Whoever alters a byte of either is found out; a forger who knows the digest is not.
std::unique_ptr<VirtualTrust> make_modelled_trust(const std::vector<PartyName>& parties);

// Keys, certificates and signatures as in the live world, in a PKI in `folder`. Signatures differ from run to
// run; nothing that happens depends on them.
Result<std::unique_ptr<VirtualTrust>> make_real_trust(const std::filesystem::path& folder,
                                                      const std::vector<PartyName>& parties, Instant now);

// The party's signer as the cores take a new one: `trust` keeps it.
std::shared_ptr<trust::Signer> signer_of(VirtualTrust& trust, const PartyName& party);

// What a sealed batch counts for, on links and disks. Every seal counts the same, since the length of a real
// signature is a matter of chance.
std::size_t sealed_size(std::string_view sealed_batch);

}  // namespace gnc::scenarios
