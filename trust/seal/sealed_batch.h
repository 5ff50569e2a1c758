#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "proto/types/digest.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "trust/seal/merkle.h"
#include "trust/seal/signer.h"
#include "trust/tls/chain_verifier.h"

// Sealing a batch, and opening one that came from outside.
namespace gnc::trust {

inline constexpr std::size_t max_items_in_batch = 4096;

// What a batch is sealed for.
struct SealRequest {
  v1::SealStatement::Purpose purpose{};
  std::string audience;  // receipts only
  Instant at;
};

// Seals `contents` as one complete batch. 1 to max_items_in_batch leaves.
v1::SealedBatch seal(std::span<const std::string> contents, const SealRequest&, Signer&);

// The same, serialised; and the leaf hashes.
struct SealedBytes {
  std::string bytes;
  std::vector<Digest> leaves;
};
SealedBytes seal_bytes(std::span<const std::string> contents, const SealRequest&, Signer&);

// Signs an audit log's tree head: purpose AUDIT_HEAD, the tree's size and root.
v1::Seal seal_head(const MerkleFrontier& tree, Instant at, Signer&);

// One leaf of a batch that was opened. `content` points into the bytes that were opened.
struct OpenedItem {
  std::string_view content;
  Digest leaf;  // computed here from `content`
  std::uint64_t index = 0;
  // ERROR_CODE_UNSPECIFIED where content and proof hold under the seal, else ENVELOPE_ALTERED or
  // PROOF_ALTERED. An altered leaf does not spoil the others of its batch.
  v1::ErrorCode fault{};
};

// A batch whose seal has been checked. Holds only if open() succeeded; items carry their own verdicts.
struct OpenedBatch {
  v1::SealStatement::Purpose purpose{};
  PartyName signer;
  std::string audience;
  Instant sealed_at;
  std::uint64_t tree_size = 0;
  bool complete = false;   // all leaves in order, no paths
  std::string_view bytes;  // as received
  std::vector<OpenedItem> items;
};

// Parses and checks a serialised SealedBatch: bounds, chain (through `verifier`, at `now`), signature,
// that the chain's one URI SAN is statement.signer, and each leaf with its proof. Fails as a whole with
// SEAL_MALFORMED, SEAL_SIGNATURE_WRONG or a 2xx code. `bytes` must outlive the result. Pure but for the
// verifier's cache; any thread.
Result<OpenedBatch> open(std::string_view bytes, const ChainVerifier& verifier, Instant now);

// The same for what a gateway has recorded and passes on: whether the certificate held then, the gateway has
// judged. What has expired or been withdrawn since takes nothing from it.
Result<OpenedBatch> open_recorded(std::string_view bytes, const ChainVerifier& verifier);

// The same where somebody else than a certificate chain says whether the seal holds, as in a simulation whose
// signatures cost time and no arithmetic. Leaves and proofs are checked all the same, unless they are given:
// `leaves` are those of seal_bytes() for these very bytes, which nobody has touched since.
struct SealParts;
struct Statement;
using SealJudge = std::function<Result<void>(const SealParts&, const Statement&)>;
Result<OpenedBatch> open(std::string_view bytes, const SealJudge& judge, std::span<const Digest> leaves = {});

// A serialised SealedBatch of only the leaves `indexes` of a complete batch, each with its audit path.
// All of them, in order: the batch itself.
Result<std::string> extract(std::string_view complete_batch, std::span<const std::uint64_t> indexes);

}  // namespace gnc::trust
