#include "trust/seal/merkle.h"

#include <stdexcept>

#include <openssl/evp.h>

#include "trust/tls/openssl.h"

namespace gnc::trust {
namespace {

// OpenSSL looks an algorithm up by name, at a cost, wherever it is not given a fetched one.
const EVP_MD* fetched_sha256() {
  static const std::unique_ptr<EVP_MD, Freed<EVP_MD_free>> algorithm(
      EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return algorithm.get();
}

class Hasher {
 public:
  Hasher() : context_(EVP_MD_CTX_new()) {
    if (!context_ || EVP_DigestInit_ex2(context_.get(), fetched_sha256(), nullptr) != 1) {
      throw std::runtime_error("OpenSSL has no SHA-256");
    }
  }

  // A context that was begun with this algorithm is begun again without one: the cheapest way.
  void begin() { must(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr)); }
  void add(const void* bytes, std::size_t size) { must(EVP_DigestUpdate(context_.get(), bytes, size)); }
  Digest end() {
    Digest digest;
    must(EVP_DigestFinal_ex(context_.get(), digest.bytes.data(), nullptr));
    return digest;
  }

 private:
  static void must(int done) {
    if (done != 1) throw std::runtime_error("OpenSSL cannot compute SHA-256");
  }
  DigestContextPtr context_;
};

Hasher& hasher() {
  thread_local Hasher one;
  return one;
}

}  // namespace

Digest sha256(std::string_view bytes) {
  Hasher& hash = hasher();
  hash.begin();
  hash.add(bytes.data(), bytes.size());
  return hash.end();
}

Digest leaf_hash(std::string_view bytes) {
  static constexpr unsigned char prefix = 0;
  Hasher& hash = hasher();
  hash.begin();
  hash.add(&prefix, 1);
  hash.add(bytes.data(), bytes.size());
  return hash.end();
}

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 65> node;
  node[0] = 1;
  std::memcpy(node.data() + 1, left.bytes.data(), 32);
  std::memcpy(node.data() + 33, right.bytes.data(), 32);
  Hasher& hash = hasher();
  hash.begin();
  hash.add(node.data(), node.size());
  return hash.end();
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
