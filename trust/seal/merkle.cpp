#include "trust/seal/merkle.h"

#include <array>
#include <cstring>

#include <openssl/sha.h>

namespace gnc::trust {
namespace {

// A tree is made of many short texts, around each of which OpenSSL's interface to all algorithms does as much
// again as the hashing takes. That to this one alone is deprecated, and the same arithmetic.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
class Hasher {
 public:
  Hasher() { SHA256_Init(&state_); }
  Hasher& add(const void* bytes, std::size_t size) {
    SHA256_Update(&state_, bytes, size);
    return *this;
  }
  Digest end() {
    Digest digest;
    SHA256_Final(digest.bytes.data(), &state_);
    return digest;
  }

 private:
  SHA256_CTX state_;
};
#pragma GCC diagnostic pop

}  // namespace

Digest sha256(std::string_view bytes) { return Hasher().add(bytes.data(), bytes.size()).end(); }

Digest leaf_hash(std::string_view bytes) {
  static constexpr unsigned char prefix = 0;
  return Hasher().add(&prefix, 1).add(bytes.data(), bytes.size()).end();
}

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 65> node;
  node[0] = 1;
  std::memcpy(node.data() + 1, left.bytes.data(), 32);
  std::memcpy(node.data() + 33, right.bytes.data(), 32);
  return Hasher().add(node.data(), node.size()).end();
}

Digest tree_root(std::span<const Digest> leaves) {
  if (leaves.empty()) return sha256({});
  // Level by level; an odd one at the end of a level stands for itself in the next (RFC 6962's split at a
  // power of two gives the same tree).
  std::vector<Digest> level(leaves.begin(), leaves.end());
  while (level.size() > 1) {
    const std::size_t pairs = level.size() / 2;
    for (std::size_t i = 0; i < pairs; ++i) level[i] = node_hash(level[2 * i], level[2 * i + 1]);
    if (level.size() % 2 == 1) level[pairs] = level.back();
    level.resize(pairs + level.size() % 2);
  }
  return level.front();
}

std::vector<Digest> audit_path(std::uint64_t index, std::span<const Digest> leaves) {
  std::vector<Digest> path;
  std::vector<Digest> level(leaves.begin(), leaves.end());
  while (level.size() > 1) {
    const std::uint64_t sibling = index ^ 1;
    if (sibling < level.size()) path.push_back(level[sibling]);
    const std::size_t pairs = level.size() / 2;
    for (std::size_t i = 0; i < pairs; ++i) level[i] = node_hash(level[2 * i], level[2 * i + 1]);
    if (level.size() % 2 == 1) level[pairs] = level.back();
    level.resize(pairs + level.size() % 2);
    index /= 2;
  }
  return path;
}

bool path_leads_to(const Digest& root, const Digest& leaf, std::uint64_t index, std::uint64_t tree_size,
                   std::span<const Digest> path) {
  if (index >= tree_size) return false;
  std::uint64_t node = index;
  std::uint64_t last = tree_size - 1;
  Digest hash = leaf;
  for (const Digest& sibling : path) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = node_hash(sibling, hash);
      while (node % 2 == 0 && node != 0) {
        node /= 2;
        last /= 2;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && hash == root;
}

void MerkleFrontier::append(const Digest& leaf) {
  Digest hash = leaf;
  // Each set bit at the low end of the size is a complete subtree that this leaf completes further.
  for (std::uint64_t size = size_; size % 2 == 1; size /= 2) {
    hash = node_hash(edge_.back(), hash);
    edge_.pop_back();
  }
  edge_.push_back(hash);
  ++size_;
}

Digest MerkleFrontier::root() const {
  if (edge_.empty()) return sha256({});
  Digest hash = edge_.back();
  for (std::size_t i = edge_.size() - 1; i-- > 0;) hash = node_hash(edge_[i], hash);
  return hash;
}

}  // namespace gnc::trust
