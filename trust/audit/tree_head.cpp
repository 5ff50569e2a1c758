#include "trust/audit/tree_head.h"

#include <bit>

#include "gnc/v1/errors.pb.h"
#include "trust/seal/merkle.h"
#include "trust/seal/seal_statement.h"

namespace gnc::trust {
namespace {

// SUBPROOF(m, D, b) of RFC 6962; `known` is its b: the verifier has the hash of this whole subtree.
void add_subproof(std::uint64_t m, std::span<const Digest> leaves, bool known, std::vector<Digest>& proof) {
  if (m == leaves.size()) {
    if (!known) proof.push_back(tree_root(leaves));
    return;
  }
  const std::uint64_t k = std::bit_floor(leaves.size() - 1);
  if (m <= k) {
    add_subproof(m, leaves.first(k), known, proof);
    proof.push_back(tree_root(leaves.subspan(k)));
  } else {
    add_subproof(m - k, leaves.subspan(k), false, proof);
    proof.push_back(tree_root(leaves.first(k)));
  }
}

}  // namespace

Result<TreeHead> open_head(std::string_view seal_bytes, const ChainVerifier& verifier,
                           std::optional<Instant> now) {
  const auto seal = read_seal(seal_bytes);
  if (!seal) return tl::unexpected(seal.error());
  auto statement = read_statement(seal->statement_bytes);
  if (!statement) return tl::unexpected(statement.error());
  if (statement->purpose != v1::SealStatement::PURPOSE_AUDIT_HEAD || statement->tree_size == 0) {
    return failure(v1::SEAL_MALFORMED, "the seal is not that of a tree head");
  }
  if (auto sealed = check_seal(*seal, *statement, verifier, now.value_or(statement->sealed_at)); !sealed) {
    return tl::unexpected(sealed.error());
  }
  return TreeHead{std::move(statement->signer), statement->sealed_at, statement->tree_size, statement->root};
}

std::vector<Digest> consistency_proof(std::uint64_t first_size, std::span<const Digest> leaves) {
  std::vector<Digest> proof;
  add_subproof(first_size, leaves, true, proof);
  return proof;
}

bool is_continued(const Digest& first_root, std::uint64_t first_size, const Digest& second_root,
                  std::uint64_t second_size, std::span<const Digest> proof) {
  if (first_size == 0 || first_size > second_size) return false;
  if (first_size == second_size) return proof.empty() && first_root == second_root;
  if (proof.empty()) return false;
  std::uint64_t node = first_size - 1;
  std::uint64_t last = second_size - 1;
  while (node % 2 == 1) {
    node /= 2;
    last /= 2;
  }
  // Where the first tree is a complete subtree of the second, its root is the proof's unspoken first hash.
  const bool whole = std::has_single_bit(first_size);
  Digest first = whole ? first_root : proof.front();
  Digest second = first;
  for (const Digest& hash : proof.subspan(whole ? 0 : 1)) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      first = node_hash(hash, first);
      second = node_hash(hash, second);
      while (node % 2 == 0 && node != 0) {
        node /= 2;
        last /= 2;
      }
    } else {
      second = node_hash(second, hash);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && first == first_root && second == second_root;
}

}  // namespace gnc::trust
