#include "trust/audit/audit_verifier.h"

#include <charconv>

#include "gnc/v1/errors.pb.h"
#include "proto/types/hex.h"
#include "trust/audit/audit_tables.h"
#include "trust/seal/merkle.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::trust {
namespace {

std::string_view kind_words(v1::AuditKind kind) {
  switch (kind) {
    case v1::AUDIT_KIND_BATCH_RECORDED:
      return "batch";
    case v1::AUDIT_KIND_RECEIPTS_RECORDED:
      return "receipts";
    default:
      return "start";
  }
}

AuditFinding altered(std::uint64_t entry_number, const v1::AuditEntry& entry, std::string detail) {
  return {Error{v1::AUDIT_ENTRY_ALTERED, std::move(detail), fmt::format("audit entry {}", entry_number), {}},
          entry_number, entry, std::nullopt};
}

AuditFinding head_wrong(std::uint64_t tree_size, std::string detail) {
  return {
      Error{v1::AUDIT_HEAD_WRONG, std::move(detail), fmt::format("audit head of {} entries", tree_size), {}},
      std::nullopt,
      {},
      std::nullopt};
}

class LogVerification {
 public:
  LogVerification(AuditTables tables, std::shared_ptr<const TrustAnchors> anchors, Instant now,
                  std::optional<KeptHead> kept)
      : tables_(std::move(tables)), verifier_(std::move(anchors)), now_(now), kept_(kept) {}

  Result<AuditReport> run() {
    if (auto read = read_head(); !read) return tl::unexpected(read.error());
    while (!report_.finding) {
      const auto row = tables_.next_entry();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      if (auto done = take(**row); !done) return tl::unexpected(done.error());
    }
    if (!report_.finding) {
      if (auto done = finish(); !done) return tl::unexpected(done.error());
    }
    return std::move(report_);
  }

 private:
  // What stands in the log since the head before, until the next head shows whether it was signed.
  struct Segment {
    std::uint64_t first = 0;
    // The first entry whose bytes do not have the leaf hash recorded beside them.
    std::optional<AuditFinding> unlike_its_leaf;
    // The first entry whose batch or receipts are not the bytes it states.
    std::optional<AuditFinding> unlike_its_fact;
    v1::AuditEntry first_entry;
  };

  Result<void> take(const EntryRow& row) {
    const std::uint64_t expected = report_.entries;
    if (row.number != expected) {
      settle_or(
          altered(expected, {}, fmt::format("entry {} is missing; entry {} follows", expected, row.number)));
      return {};
    }
    v1::AuditEntry entry;
    const bool readable = entry.ParseFromArray(row.entry.data(), static_cast<int>(row.entry.size()));
    const Digest computed = leaf_hash(row.entry);
    const Digest recorded = Digest::from_bytes(row.leaf).value_or(Digest{});
    if (expected == segment_.first) segment_.first_entry = entry;
    by_entries_.append(computed);
    by_leaves_.append(recorded);
    ++report_.entries;
    if (kept_ && kept_->entries == report_.entries) compare_kept();
    if (computed != recorded) {
      if (!segment_.unlike_its_leaf) {
        segment_.unlike_its_leaf =
            altered(expected, entry,
                    fmt::format("its bytes have the leaf hash {}, recorded with it is {}", computed.hex(),
                                recorded.hex()));
      }
    } else if (!readable) {
      if (!segment_.unlike_its_fact)
        segment_.unlike_its_fact = altered(expected, entry, "its bytes are no audit entry");
    } else if (auto compared = compare_fact(expected, entry); !compared) {
      return compared;
    }
    while (head_row_size_ && *head_row_size_ <= report_.entries && !report_.finding) {
      judge_segment();
      if (auto read = read_head(); !read) return read;
    }
    return {};
  }

  // ---- Heads ----

  Result<void> read_head() {
    const auto row = tables_.next_head();
    if (!row) return tl::unexpected(row.error());
    head_row_size_.reset();
    if (!*row) return {};
    head_row_size_ = (*row)->tree_size;
    head_seal_ = (*row)->seal;
    return {};
  }

  void judge_segment() {
    ++report_.heads;
    const std::uint64_t size = *head_row_size_;
    const auto head = open_head(head_seal_, verifier_, std::nullopt);
    if (!head) {
      report_.finding = head_wrong(size, describe(head.error()));
    } else if (!head->signer.is_gateway()) {
      report_.finding =
          head_wrong(size, fmt::format("it is signed by {}, which is no gateway", head->signer.text()));
    } else if (head->tree_size != size) {
      report_.finding =
          head_wrong(size, fmt::format("what is signed is a head of {} entries", head->tree_size));
    } else if (head->at > now_ + clock_tolerance) {
      report_.finding = head_wrong(size, "it is signed in the future");
    } else if (head->root == by_leaves_.root()) {
      // The recorded leaves are what was signed: an entry that is unlike its leaf was altered.
      settle();
    } else if (head->root == by_entries_.root()) {
      if (segment_.unlike_its_leaf)
        segment_.unlike_its_leaf->error.detail += "; the entry is as signed, its recorded hash is not";
      settle();
    } else {
      report_.finding = unsigned_segment(size);
    }
    if (report_.finding) return;
    report_.newest_head = *head;
    segment_ = Segment{report_.entries, {}, {}, {}};
    by_entries_ = by_leaves_;
  }

  // The entries before the head are as signed but for what was found: the lower number is the first.
  void settle() {
    auto& leaf = segment_.unlike_its_leaf;
    auto& fact = segment_.unlike_its_fact;
    if (leaf && (!fact || *leaf->entry_number <= *fact->entry_number)) {
      report_.finding = std::move(leaf);
    } else if (fact) {
      report_.finding = std::move(fact);
    }
  }

  // What was found before comes before what is found now.
  void settle_or(AuditFinding later) {
    settle();
    if (!report_.finding) report_.finding = std::move(later);
  }

  AuditFinding unsigned_segment(std::uint64_t size) {
    if (segment_.unlike_its_leaf && *segment_.unlike_its_leaf->entry_number == segment_.first) {
      return std::move(*segment_.unlike_its_leaf);
    }
    const std::uint64_t last = size - 1;
    const std::string where = last == segment_.first
                                  ? fmt::format("entry {} is", last)
                                  : fmt::format("one of the entries {} to {} is", segment_.first, last);
    return altered(segment_.first, segment_.first_entry,
                   fmt::format("{} not what the head of {} entries was signed over", where, size));
  }

  // ---- Facts ----

  Result<void> compare_fact(std::uint64_t number, const v1::AuditEntry& entry) {
    const bool is_batch = entry.kind() == v1::AUDIT_KIND_BATCH_RECORDED;
    if (!is_batch && entry.kind() != v1::AUDIT_KIND_RECEIPTS_RECORDED) return {};
    ++(is_batch ? report_.batches : report_.receipts);
    const auto row =
        is_batch ? tables_.batch(entry.number()) : tables_.receipts(entry.party(), entry.number());
    if (!row) return tl::unexpected(row.error());
    if (segment_.unlike_its_fact) return {};
    const std::string name = is_batch ? fmt::format("batch {} of {}", entry.number(), entry.party())
                                      : fmt::format("receipts {} for {}", entry.number(), entry.party());
    if (!*row) {
      segment_.unlike_its_fact = altered(number, entry, name + " is not in the store");
    } else if (const auto& bytes = (*row)->bytes; !bytes) {
      segment_.unlike_its_fact =
          altered(number, entry, fmt::format("the content of {} is lost: {}", name, describe(bytes.error())));
    } else if (sha256(*bytes).view() != entry.subject()) {
      segment_.unlike_its_fact = altered(number, entry, name + " is not what was recorded");
      locate(*bytes, Instant{entry.at()}, *segment_.unlike_its_fact);
    } else if ((*row)->party != entry.party()) {
      segment_.unlike_its_fact =
          altered(number, entry, fmt::format("{} stands under the name {}", name, (*row)->party));
    }
    return {};
  }

  // What in the batch is altered, by its own seal as it held when it was recorded.
  void locate(std::string_view bytes, Instant at, AuditFinding& finding) const {
    const auto batch = trust::open(bytes, verifier_, at);
    if (!batch) {
      finding.error.detail += ": " + describe(batch.error());
      return;
    }
    const auto item =
        std::ranges::find_if(batch->items, [](const OpenedItem& one) { return one.fault != 0; });
    if (item == batch->items.end()) {
      finding.error.detail += fmt::format(": it is another batch, well sealed by {}", batch->signer.text());
      return;
    }
    finding.leaf_index = item->index;
    finding.error.detail += fmt::format(": its item {} of {} is {} {}", item->index + 1, batch->tree_size,
                                        label(item->fault), catalogue_entry(item->fault).name);
  }

  // ---- What somebody else kept ----

  // Only told where nothing else is found: what names an entry says more.
  void compare_kept() {
    const Digest root = by_leaves_.root();
    if (root == kept_->root) return;
    unlike_kept_ = head_wrong(kept_->entries,
                              fmt::format("the log's root there is {}, the kept head's is {}: entries "
                                          "were rewritten and signed again, or the head is of another log",
                                          root.hex(), kept_->root.hex()));
  }

  void judge_kept() {
    if (!kept_ || report_.finding) return;
    if (report_.entries < kept_->entries) {
      report_.finding = head_wrong(
          kept_->entries,
          fmt::format("the log ends at {} entries: the entries from {} on, which the kept head was signed "
                      "over, were cut off",
                      report_.entries, report_.entries));
    } else {
      report_.finding = std::move(unlike_kept_);
    }
  }

  // ---- The end ----

  Result<void> finish() {
    if (report_.entries == 0 && !head_row_size_) {
      return failure(v1::AUDIT_LOG_MISSING, "the audit log has no entry", {},
                     "Start the gateway, and stop it.");
    }
    if (head_row_size_) {
      settle_or(altered(report_.entries, {},
                        fmt::format("the entries from {} on are missing: a head of {} was signed",
                                    report_.entries, *head_row_size_)));
      return {};
    }
    if (segment_.first < report_.entries) {
      settle_or(altered(segment_.first, segment_.first_entry,
                        fmt::format("no head is signed over the entries from {} on", segment_.first)));
      return {};
    }
    const auto batches = tables_.count_batches();
    if (!batches) return tl::unexpected(batches.error());
    const auto receipts = tables_.count_receipts();
    if (!receipts) return tl::unexpected(receipts.error());
    for (const auto& [kind, rows, stated] :
         {std::tuple{v1::AUDIT_KIND_BATCH_RECORDED, *batches, report_.batches},
          std::tuple{v1::AUDIT_KIND_RECEIPTS_RECORDED, *receipts, report_.receipts}}) {
      if (rows == stated) continue;
      report_.finding = AuditFinding{
          Error{v1::AUDIT_ENTRY_ALTERED,
                fmt::format("the store has {} rows of {}, the log states {}", rows, kind_words(kind), stated),
                {},
                {}},
          std::nullopt,
          {},
          std::nullopt};
    }
    judge_kept();
    return {};
  }

  static constexpr Duration clock_tolerance = Duration::from_seconds(300);

  AuditTables tables_;
  ChainVerifier verifier_;
  Instant now_;
  std::optional<KeptHead> kept_;
  std::optional<AuditFinding> unlike_kept_;
  AuditReport report_;
  Segment segment_;
  MerkleFrontier by_entries_;
  MerkleFrontier by_leaves_;
  std::optional<std::uint64_t> head_row_size_;
  std::string_view head_seal_;
};

}  // namespace

Result<KeptHead> KeptHead::from_text(std::string_view text) {
  const std::size_t colon = text.find(':');
  KeptHead head;
  const char* const end = text.data() + std::min(colon, text.size());
  const auto [stopped, problem] = std::from_chars(text.data(), end, head.entries);
  const auto bytes = colon == std::string_view::npos ? std::nullopt : bytes_from_hex(text.substr(colon + 1));
  const auto root = Digest::from_bytes(bytes.value_or(""));
  if (problem != std::errc() || stopped != end || head.entries == 0 || !root) {
    return failure(v1::KEY_VALUE, fmt::format("'{}' is no kept head", text), {},
                   "Write ENTRIES:ROOT, as `gncsim audit verify` prints it.");
  }
  head.root = *root;
  return head;
}

std::string KeptHead::text() const { return fmt::format("{}:{}", entries, root.hex()); }

Result<AuditReport> verify_audit_log(const std::filesystem::path& database_file,
                                     const std::filesystem::path& trust_folder, Instant now,
                                     std::optional<KeptHead> kept) {
  auto tables = AuditTables::open(database_file);
  if (!tables) return tl::unexpected(tables.error());
  auto anchors = TrustAnchors::load(trust_folder);
  if (!anchors) return tl::unexpected(anchors.error());
  return LogVerification(*std::move(tables), *std::move(anchors), now, kept).run();
}

}  // namespace gnc::trust
