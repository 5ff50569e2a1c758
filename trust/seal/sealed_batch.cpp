#include "trust/seal/sealed_batch.h"

#include <bitset>
#include <stdexcept>

#include "gnc/v1/errors.pb.h"
#include "trust/seal/merkle.h"
#include "trust/seal/seal_statement.h"
#include "trust/seal/wire_scanner.h"

namespace gnc::trust {
namespace {

// 2^16 leaves are more than a batch may have: a longer path leads nowhere.
constexpr std::size_t max_path = 16;

// Field numbers of SealedBatch and SealedItem (envelope.proto).
enum BatchField : std::uint32_t { batch_seal = 1, batch_items = 2 };
enum ItemField : std::uint32_t { item_content = 1, item_leaf_hash = 2, item_leaf_index = 3, item_path = 4 };

tl::unexpected<Error> malformed_batch(std::string what) {
  return failure(v1::SEAL_MALFORMED, std::move(what));
}

// A SealedItem in place.
struct ItemParts {
  std::string_view content;
  std::optional<Digest> claimed;  // leaf_hash
  std::uint64_t index = 0;
  std::vector<Digest> path;
};

// A SealedBatch in place.
struct BatchParts {
  std::string_view seal_bytes;
  SealParts seal;
  Statement statement;
  std::vector<ItemParts> items;
  bool complete = false;
};

Result<ItemParts> read_item(std::string_view bytes) {
  ItemParts item;
  std::uint32_t seen = 0;
  WireScanner scanner(bytes);
  for (WireField field; scanner.next(field);) {
    // Fields come in order of number; only the path's come more than once.
    const bool expected = field.number <= item_path && field.is_bytes == (field.number != item_leaf_index) &&
                          (field.number > seen || field.number == item_path);
    if (!expected) return malformed_batch("an item has a field that is unknown, repeated or out of order");
    seen = field.number;
    if (field.number == item_content) {
      item.content = field.bytes;
    } else if (field.number == item_leaf_index) {
      item.index = field.value;
    } else {
      const auto digest = Digest::from_bytes(field.bytes);
      if (!digest) return malformed_batch(fmt::format("a hash has {} bytes, not 32", field.bytes.size()));
      if (field.number == item_leaf_hash) {
        item.claimed = digest;
      } else if (item.path.size() == max_path) {
        return malformed_batch("an item's path is too long");
      } else {
        item.path.push_back(*digest);
      }
    }
  }
  if (scanner.broken()) return malformed_batch("an item is not well-formed");
  return item;
}

// Finds the seal and counts the items, before anything is kept.
Result<std::size_t> count_items(std::string_view bytes, std::string_view& seal_bytes) {
  std::size_t count = 0;
  WireScanner scanner(bytes);
  for (WireField field; scanner.next(field);) {
    if (field.is_bytes && field.number == batch_seal && seal_bytes.empty() && count == 0) {
      seal_bytes = field.bytes;
    } else if (field.is_bytes && field.number == batch_items && !seal_bytes.empty()) {
      if (++count > max_items_in_batch) {
        return malformed_batch(fmt::format("the batch has more than {} items", max_items_in_batch));
      }
    } else {
      return malformed_batch("the batch has a field that is unknown, repeated or out of order");
    }
  }
  if (scanner.broken()) return malformed_batch("the batch is not well-formed");
  if (count == 0) return malformed_batch("the batch has no seal or no items");
  return count;
}

Result<BatchParts> read_batch(std::string_view bytes) {
  std::string_view seal_bytes;
  const auto count = count_items(bytes, seal_bytes);
  if (!count) return tl::unexpected(count.error());
  auto seal = read_seal(seal_bytes);
  if (!seal) return tl::unexpected(seal.error());
  auto statement = read_statement(seal->statement_bytes);
  if (!statement) return tl::unexpected(statement.error());
  if (statement->purpose != v1::SealStatement::PURPOSE_ENVELOPES &&
      statement->purpose != v1::SealStatement::PURPOSE_RECEIPTS) {
    return malformed_batch(
        fmt::format("the seal's purpose {} is not a batch's", static_cast<int>(statement->purpose)));
  }
  const std::uint64_t tree_size = statement->tree_size;
  if (tree_size == 0 || tree_size > max_items_in_batch || *count > tree_size) {
    return malformed_batch(fmt::format("the batch has {} items, its seal says {} leaves", *count, tree_size));
  }
  BatchParts batch{seal_bytes, *std::move(seal), *std::move(statement), {}, *count == tree_size};
  batch.items.reserve(*count);
  std::bitset<max_items_in_batch> seen;
  WireScanner scanner(bytes);
  for (WireField field; scanner.next(field);) {
    if (field.number != batch_items) continue;
    auto item = read_item(field.bytes);
    if (!item) return tl::unexpected(item.error());
    if (item->index >= tree_size || seen.test(item->index)) {
      return malformed_batch(
          fmt::format("an item has index {}, which is beyond {} or there twice", item->index, tree_size));
    }
    seen.set(item->index);
    batch.complete = batch.complete && item->path.empty() && item->index == batch.items.size();
    batch.items.push_back(*std::move(item));
  }
  for (const ItemParts& item : batch.items) {
    const bool may_lack = batch.complete && batch.statement.purpose == v1::SealStatement::PURPOSE_RECEIPTS;
    if (!item.claimed && !may_lack)
      return malformed_batch(fmt::format("item {} has no leaf hash", item.index));
  }
  return batch;
}

v1::SealStatement statement_of(const SealRequest& request, std::uint64_t tree_size, const Digest& root,
                               const Signer& signer) {
  v1::SealStatement statement;
  statement.set_purpose(request.purpose);
  statement.set_signer(signer.party().text());
  statement.set_audience(request.audience);
  statement.set_sealed_at(request.at.microseconds);
  statement.set_tree_size(tree_size);
  statement.set_root(root.bytes.data(), root.bytes.size());
  return statement;
}

// The leaf hashes that the batch claims, computed where it claims none.
std::vector<Digest> claimed_leaves(const BatchParts& batch, std::span<const OpenedItem> items) {
  std::vector<Digest> leaves;
  leaves.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i)
    leaves.push_back(batch.items[i].claimed.value_or(items[i].leaf));
  return leaves;
}

// One root over all claims shows which leaves are altered. Where the claims do not lead to it but the
// contents do, only claims were altered.
void judge_complete(const BatchParts& batch, std::vector<OpenedItem>& items) {
  const std::vector<Digest> claims = claimed_leaves(batch, items);
  const bool claims_hold = tree_root(claims) == batch.statement.root;
  bool contents_hold = false;
  if (!claims_hold) {
    std::vector<Digest> computed;
    computed.reserve(items.size());
    for (const OpenedItem& item : items) computed.push_back(item.leaf);
    contents_hold = tree_root(computed) == batch.statement.root;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool same = claims[i] == items[i].leaf;
    if (same && (claims_hold || contents_hold)) continue;
    items[i].fault = same || contents_hold ? v1::PROOF_ALTERED : v1::ENVELOPE_ALTERED;
  }
}

void judge_with_path(const BatchParts& batch, const ItemParts& parts, OpenedItem& item) {
  const auto leads = [&](const Digest& leaf) {
    return path_leads_to(batch.statement.root, leaf, parts.index, batch.statement.tree_size, parts.path);
  };
  if (parts.claimed == item.leaf) {
    if (!leads(item.leaf)) item.fault = v1::PROOF_ALTERED;
  } else {
    item.fault = leads(item.leaf) ? v1::PROOF_ALTERED : v1::ENVELOPE_ALTERED;
  }
}

// All levels of the tree, leaves first.
std::vector<std::vector<Digest>> levels_over(std::vector<Digest> leaves) {
  std::vector<std::vector<Digest>> levels;
  levels.push_back(std::move(leaves));
  while (levels.back().size() > 1) {
    const std::vector<Digest>& below = levels.back();
    std::vector<Digest> level;
    level.reserve((below.size() + 1) / 2);
    for (std::size_t i = 0; i + 1 < below.size(); i += 2) level.push_back(node_hash(below[i], below[i + 1]));
    if (below.size() % 2 == 1) level.push_back(below.back());
    levels.push_back(std::move(level));
  }
  return levels;
}

void write_item(std::string& out, std::string_view content, std::uint64_t index,
                std::span<const std::vector<Digest>> levels) {
  std::vector<std::string_view> path;
  std::uint64_t node = index;
  for (const std::vector<Digest>& level : levels) {
    const std::uint64_t sibling = node ^ 1;
    if (sibling < level.size()) path.push_back(level[sibling].view());
    node /= 2;
  }
  std::size_t size = bytes_field_size(sizeof(Digest)) * (1 + path.size());
  if (!content.empty()) size += bytes_field_size(content.size());
  if (index != 0) size += 1 + varint_size(index);
  write_bytes_header(out, batch_items, size);
  if (!content.empty()) write_bytes_field(out, item_content, content);
  write_bytes_field(out, item_leaf_hash, levels.front()[index].view());
  if (index != 0) write_varint_field(out, item_leaf_index, index);
  for (const std::string_view sibling : path) write_bytes_field(out, item_path, sibling);
}

}  // namespace

v1::SealedBatch seal(std::span<const std::string> contents, const SealRequest& request, Signer& signer) {
  v1::SealedBatch batch;
  if (!batch.ParseFromString(seal_bytes(contents, request, signer).bytes)) {
    throw std::logic_error("a batch that was just sealed can be parsed");
  }
  return batch;
}

SealedBytes seal_bytes(std::span<const std::string> contents, const SealRequest& request, Signer& signer) {
  if (contents.empty() || contents.size() > max_items_in_batch) {
    throw std::invalid_argument(
        fmt::format("a batch has 1 to {} leaves, not {}", max_items_in_batch, contents.size()));
  }
  // Receipts are small, and one that is altered is asked for again with its whole batch.
  const bool with_hashes = request.purpose != v1::SealStatement::PURPOSE_RECEIPTS;
  SealedBytes sealed;
  sealed.leaves.reserve(contents.size());
  std::size_t bytes = 0;
  for (const std::string& content : contents) {
    sealed.leaves.push_back(leaf_hash(content));
    bytes += content.size() + 2 * sizeof(Digest);
  }
  const v1::SealStatement statement =
      statement_of(request, contents.size(), tree_root(sealed.leaves), signer);
  const std::string seal = sign_statement(statement, signer).SerializeAsString();
  sealed.bytes.reserve(seal.size() + sizeof(Digest) + bytes);
  write_bytes_field(sealed.bytes, batch_seal, seal);
  for (std::uint64_t index = 0; index < contents.size(); ++index) {
    const std::string& content = contents[index];
    std::size_t size = with_hashes ? bytes_field_size(sizeof(Digest)) : 0;
    if (!content.empty()) size += bytes_field_size(content.size());
    if (index != 0) size += 1 + varint_size(index);
    write_bytes_header(sealed.bytes, batch_items, size);
    if (!content.empty()) write_bytes_field(sealed.bytes, item_content, content);
    if (with_hashes) write_bytes_field(sealed.bytes, item_leaf_hash, sealed.leaves[index].view());
    if (index != 0) write_varint_field(sealed.bytes, item_leaf_index, index);
  }
  return sealed;
}

v1::Seal seal_head(const MerkleFrontier& tree, Instant at, Signer& signer) {
  const SealRequest request{v1::SealStatement::PURPOSE_AUDIT_HEAD, {}, at};
  return sign_statement(statement_of(request, tree.size(), tree.root(), signer), signer);
}

Result<OpenedBatch> open(std::string_view bytes, const ChainVerifier& verifier, Instant now) {
  return open(bytes, [&](const SealParts& seal, const Statement& statement) {
    return check_seal(seal, statement, verifier, now);
  });
}

Result<OpenedBatch> open_recorded(std::string_view bytes, const ChainVerifier& verifier) {
  return open(bytes, [&](const SealParts& seal, const Statement& statement) {
    return check_seal(seal, statement, verifier, std::nullopt);
  });
}

Result<OpenedBatch> open(std::string_view bytes, const SealJudge& judge, std::span<const Digest> leaves) {
  const auto batch = read_batch(bytes);
  if (!batch) return tl::unexpected(batch.error());
  if (auto sealed = judge(batch->seal, batch->statement); !sealed) return tl::unexpected(sealed.error());
  const Statement& statement = batch->statement;
  OpenedBatch opened{statement.purpose,
                     statement.signer,
                     statement.audience,
                     statement.sealed_at,
                     statement.tree_size,
                     batch->complete,
                     bytes,
                     {}};
  opened.items.reserve(batch->items.size());
  const bool given = batch->complete && leaves.size() == batch->items.size();
  for (const ItemParts& item : batch->items) {
    const Digest leaf = given ? leaves[opened.items.size()] : leaf_hash(item.content);
    opened.items.push_back({item.content, leaf, item.index, v1::ERROR_CODE_UNSPECIFIED});
  }
  if (given) return opened;
  if (batch->complete) {
    judge_complete(*batch, opened.items);
  } else {
    for (std::size_t i = 0; i < opened.items.size(); ++i)
      judge_with_path(*batch, batch->items[i], opened.items[i]);
  }
  return opened;
}

Result<std::string> extract(std::string_view complete_batch, std::span<const std::uint64_t> indexes) {
  const auto batch = read_batch(complete_batch);
  if (!batch) return tl::unexpected(batch.error());
  if (!batch->complete) return malformed_batch("leaves can be taken out of a complete batch only");
  const std::uint64_t tree_size = batch->statement.tree_size;
  std::bitset<max_items_in_batch> seen;
  bool all_in_order = indexes.size() == tree_size;
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    if (indexes[i] >= tree_size || seen.test(indexes[i])) {
      return malformed_batch(
          fmt::format("leaf {} is asked for twice, or of a batch of {}", indexes[i], tree_size));
    }
    seen.set(indexes[i]);
    all_in_order = all_in_order && indexes[i] == i;
  }
  if (indexes.empty()) return malformed_batch("no leaf is asked for");
  if (all_in_order) return std::string(complete_batch);

  // The claims that came with the batch save hashing every content; where they do not lead to the root
  // the contents may.
  std::vector<Digest> leaves;
  leaves.reserve(tree_size);
  for (const ItemParts& item : batch->items)
    leaves.push_back(item.claimed ? *item.claimed : leaf_hash(item.content));
  auto levels = levels_over(std::move(leaves));
  if (levels.back().front() != batch->statement.root) {
    leaves.clear();
    for (const ItemParts& item : batch->items) leaves.push_back(leaf_hash(item.content));
    levels = levels_over(std::move(leaves));
    if (levels.back().front() != batch->statement.root) {
      return failure(v1::PROOF_ALTERED, "the batch's leaves do not lead to its sealed root");
    }
  }
  std::string out;
  write_bytes_field(out, batch_seal, batch->seal_bytes);
  for (const std::uint64_t index : indexes) write_item(out, batch->items[index].content, index, levels);
  return out;
}

}  // namespace gnc::trust
