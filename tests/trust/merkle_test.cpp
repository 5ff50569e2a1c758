#include "trust/seal/merkle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "proto/types/hex.h"
#include "trust/audit/tree_head.h"

namespace gnc::trust::merkle_test {
namespace {

std::string from_hex(std::string_view hex) { return bytes_from_hex(hex).value(); }

// The leaves and hashes that Certificate Transparency's reference implementations are tested with.
const std::vector<std::string>& reference_inputs() {
  static const std::vector<std::string> inputs = {"",
                                                  from_hex("00"),
                                                  from_hex("10"),
                                                  from_hex("2021"),
                                                  from_hex("3031"),
                                                  from_hex("40414243"),
                                                  from_hex("5051525354555657"),
                                                  from_hex("606162636465666768696a6b6c6d6e6f")};
  return inputs;
}

constexpr std::string_view reference_roots[] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Digest> reference_leaves(std::size_t count) {
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(reference_inputs()[i]));
  return leaves;
}

// MTH as RFC 6962 §2.1 writes it.
Digest root_by_definition(std::span<const Digest> leaves) {
  if (leaves.empty()) return sha256("");
  if (leaves.size() == 1) return leaves.front();
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return node_hash(root_by_definition(leaves.first(k)), root_by_definition(leaves.subspan(k)));
}

// PATH as RFC 6962 §2.1.1 writes it.
std::vector<Digest> path_by_definition(std::uint64_t m, std::span<const Digest> leaves) {
  if (leaves.size() <= 1) return {};
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  auto path = m < k ? path_by_definition(m, leaves.first(k)) : path_by_definition(m - k, leaves.subspan(k));
  path.push_back(root_by_definition(m < k ? leaves.subspan(k) : leaves.first(k)));
  return path;
}

std::vector<Digest> some_leaves(std::size_t count) {
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(std::to_string(i)));
  return leaves;
}

std::vector<std::string> hex_of(std::span<const Digest> digests) {
  std::vector<std::string> text;
  for (const Digest& digest : digests) text.push_back(digest.hex());
  return text;
}

void alter(Digest& digest) { digest.bytes[*rc::gen::inRange<std::size_t>(0, 32)] ^= 1; }

TEST(Merkle, TheEmptyTreeHasTheHashOfNothing) {
  EXPECT_EQ(tree_root({}).hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(MerkleFrontier().root(), tree_root({}));
}

TEST(Merkle, GivesTheReferenceRootsForOneToEightLeaves) {
  MerkleFrontier frontier;
  for (std::size_t count = 1; count <= 8; ++count) {
    const auto leaves = reference_leaves(count);
    EXPECT_EQ(tree_root(leaves).hex(), reference_roots[count - 1]);
    frontier.append(leaves.back());
    EXPECT_EQ(frontier.root().hex(), reference_roots[count - 1]);
    EXPECT_EQ(frontier.size(), count);
  }
}

TEST(Merkle, GivesTheReferencePaths) {
  using testing::ElementsAre;
  EXPECT_THAT(hex_of(audit_path(0, reference_leaves(1))), testing::IsEmpty());
  EXPECT_THAT(hex_of(audit_path(0, reference_leaves(8))),
              ElementsAre("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
  EXPECT_THAT(hex_of(audit_path(5, reference_leaves(8))),
              ElementsAre("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
  EXPECT_THAT(hex_of(audit_path(2, reference_leaves(3))),
              ElementsAre("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"));
  EXPECT_THAT(hex_of(audit_path(1, reference_leaves(5))),
              ElementsAre("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"));
}

TEST(Merkle, GivesTheReferenceConsistencyProofs) {
  using testing::ElementsAre;
  const auto leaves = reference_leaves(8);
  const auto first = [&](std::size_t count) { return std::span<const Digest>(leaves).first(count); };
  EXPECT_THAT(hex_of(consistency_proof(1, first(1))), testing::IsEmpty());
  EXPECT_THAT(hex_of(consistency_proof(1, first(8))),
              ElementsAre("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
  EXPECT_THAT(hex_of(consistency_proof(6, first(8))),
              ElementsAre("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
  EXPECT_THAT(hex_of(consistency_proof(2, first(5))),
              ElementsAre("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"));
}

TEST(Merkle, RootsPathsAndFrontierAgreeWithTheDefinitionForEverySize) {
  MerkleFrontier frontier;
  for (std::size_t size = 1; size <= 70; ++size) {
    const auto leaves = some_leaves(size);
    frontier.append(leaves.back());
    ASSERT_EQ(tree_root(leaves), root_by_definition(leaves)) << size;
    ASSERT_EQ(frontier.root(), root_by_definition(leaves)) << size;
    for (std::uint64_t i = 0; i < size; ++i) {
      const auto path = audit_path(i, leaves);
      ASSERT_EQ(path, path_by_definition(i, leaves)) << i << " of " << size;
      ASSERT_TRUE(path_leads_to(frontier.root(), leaves[i], i, size, path)) << i << " of " << size;
    }
  }
}

TEST(Merkle, APathLeadsNowhereElse) {
  EXPECT_TRUE(rc::check([] {
    const auto size = *rc::gen::inRange<std::size_t>(2, 200);
    const auto leaves = some_leaves(size);
    const Digest root = tree_root(leaves);
    const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
    auto path = audit_path(index, leaves);
    const auto other = *rc::gen::suchThat(rc::gen::inRange<std::uint64_t>(0, size + 5),
                                          [&](std::uint64_t i) { return i != index; });
    RC_ASSERT(!path_leads_to(root, leaves[index], other, size, path));
    RC_ASSERT(!path_leads_to(root, leaves[index], index, 0, path));
    auto longer = path;
    longer.push_back(root);
    RC_ASSERT(!path_leads_to(root, leaves[index], index, size, longer));
    auto shorter = path;
    shorter.pop_back();
    RC_ASSERT(!path_leads_to(root, leaves[index], index, size, shorter));
    Digest leaf = leaves[index];
    alter(leaf);
    RC_ASSERT(!path_leads_to(root, leaf, index, size, path));
    alter(path[*rc::gen::inRange<std::size_t>(0, path.size())]);
    RC_ASSERT(!path_leads_to(root, leaves[index], index, size, path));
  }));
}

TEST(Merkle, AnyTwoSizesOfOneTreeAreConsistentAndNothingElseIs) {
  EXPECT_TRUE(rc::check([] {
    const auto second = *rc::gen::inRange<std::size_t>(1, 200);
    const auto first = *rc::gen::inRange<std::size_t>(1, second + 1);
    const auto leaves = some_leaves(second);
    const Digest first_root = tree_root(std::span(leaves).first(first));
    const Digest second_root = tree_root(leaves);
    auto proof = consistency_proof(first, leaves);
    RC_ASSERT(is_continued(first_root, first, second_root, second, proof));

    Digest rewritten = first_root;
    alter(rewritten);
    RC_ASSERT(!is_continued(rewritten, first, second_root, second, proof));
    Digest other = second_root;
    alter(other);
    RC_ASSERT(!is_continued(first_root, first, other, second, proof));
    RC_ASSERT(!is_continued(first_root, 0, second_root, second, proof));
    RC_ASSERT(!is_continued(first_root, second + 1, second_root, second, proof));
    auto longer = proof;
    longer.push_back(second_root);
    RC_ASSERT(!is_continued(first_root, first, second_root, second, longer));
    if (proof.empty()) return;
    auto shorter = proof;
    shorter.pop_back();
    RC_ASSERT(!is_continued(first_root, first, second_root, second, shorter));
    alter(proof[*rc::gen::inRange<std::size_t>(0, proof.size())]);
    RC_ASSERT(!is_continued(first_root, first, second_root, second, proof));
  }));
}

TEST(Merkle, ALogWhoseEarlierEntryWasChangedDoesNotContinueItsHead) {
  auto leaves = some_leaves(100);
  const Digest head = tree_root(std::span(leaves).first(60));
  leaves[17] = leaf_hash("rewritten");
  EXPECT_FALSE(is_continued(head, 60, tree_root(leaves), 100, consistency_proof(60, leaves)));
}

}  // namespace
}  // namespace gnc::trust::merkle_test
