#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "proto/types/digest.h"

// RFC 6962 §2.1 Merkle tree hashing.
namespace gnc::trust {

Digest sha256(std::string_view bytes);
// SHA-256(0x00 || bytes).
Digest leaf_hash(std::string_view bytes);
// SHA-256(0x01 || left || right).
Digest node_hash(const Digest& left, const Digest& right);

// MTH of the leaves; of none, SHA-256 of the empty string.
Digest tree_root(std::span<const Digest> leaves);
// PATH(index, leaves), leaf upward. index < leaves.size().
std::vector<Digest> audit_path(std::uint64_t index, std::span<const Digest> leaves);
// The root that the path leads to, RFC 9162 §2.1.3.2; false where sizes do not agree or it is not `root`.
bool path_leads_to(const Digest& root, const Digest& leaf, std::uint64_t index, std::uint64_t tree_size,
                   std::span<const Digest> path);

// A tree that only grows and keeps only its right edge: O(log n) memory.
class MerkleFrontier {
 public:
  void append(const Digest& leaf);
  std::uint64_t size() const { return size_; }
  Digest root() const;

 private:
  std::vector<Digest> edge_;  // complete subtrees, largest first
  std::uint64_t size_ = 0;
};

}  // namespace gnc::trust
