#include <chrono>
#include <iostream>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "gnc/v1/errors.pb.h"
#include "proto/types/hex.h"
#include "proto/types/system_clock.h"
#include "trust/audit/audit_verifier.h"
#include "trust/audit/entry_proof.h"
#include "trust/pki/files.h"
#include "trust/tls/openssl.h"

namespace gnc::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t max_proof_file_bytes = 1 << 20;

struct AuditOptions {
  std::string path;
  std::string trust;
  std::string kept_head;
  std::string format = "text";
  std::uint64_t entry = 0;
};

// Every path below `folder`, itself included, for which `wanted` says so.
template <class Wanted>
std::vector<fs::path> found_below(const fs::path& folder, Wanted wanted) {
  std::vector<fs::path> found;
  std::error_code problem;
  if (wanted(folder)) found.push_back(folder);
  for (auto entries = fs::recursive_directory_iterator(folder, problem);
       !problem && entries != fs::recursive_directory_iterator(); entries.increment(problem)) {
    if (wanted(entries->path())) found.push_back(entries->path());
  }
  std::ranges::sort(found);
  return found;
}

// The one that was found, or what to say instead.
Result<fs::path> the_one(const std::vector<fs::path>& found, v1::ErrorCode none, const std::string& what,
                         const fs::path& where, const std::string& remedy) {
  if (found.size() == 1) return found.front();
  if (found.empty()) return failure(none, fmt::format("there is no {} there", what), where.string(), remedy);
  std::vector<std::string> names;
  names.reserve(found.size());
  for (const fs::path& one : found) names.push_back(one.string());
  return failure(v1::USAGE, fmt::format("there is more than one {}: {}", what, fmt::join(names, ", ")),
                 where.string(), "Name the one that is meant.");
}

Result<fs::path> database_in(const fs::path& path) {
  if (fs::is_regular_file(path)) return path;
  const auto found = found_below(path, [](const fs::path& one) { return one.filename() == "gateway.db"; });
  return the_one(found, v1::AUDIT_LOG_MISSING, "gateway.db", path,
                 "Name a run's folder, or a gateway's store.");
}

Result<fs::path> trust_for(const AuditOptions& options) {
  if (!options.trust.empty()) return fs::path(options.trust);
  const auto is_trust = [](const fs::path& one) {
    return one.filename() == "trust" && fs::is_directory(one / "roots");
  };
  const fs::path folder =
      fs::is_directory(options.path) ? fs::path(options.path) : fs::path(options.path).parent_path();
  auto found = found_below(folder, is_trust);
  if (const fs::path beside = folder / ".." / "pki" / "trust"; found.empty() && is_trust(beside)) {
    found.push_back(beside);
  }
  return the_one(found, v1::USAGE, "trust folder", options.path, "Name it with --trust DIR.");
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

json json_of(const v1::AuditEntry& entry) {
  return {{"kind", v1::AuditKind_Name(entry.kind())},
          {"at", trust::date_text({entry.at()})},
          {"party", entry.party()},
          {"number", entry.number()},
          {"subject", hex(entry.subject())},
          {"count", entry.count()}};
}

json json_of(const trust::TreeHead& head) {
  return {{"signer", head.signer.text()},
          {"at", trust::date_text(head.at)},
          {"entries", head.tree_size},
          {"root", head.root.hex()}};
}

json json_of(const trust::AuditReport& report, const fs::path& database) {
  json out{{"log", database.string()}, {"holds", report.holds()},   {"entries", report.entries},
           {"heads", report.heads},    {"batches", report.batches}, {"receipts", report.receipts},
           {"newest_head", nullptr},   {"finding", nullptr}};
  if (report.newest_head) out["newest_head"] = json_of(*report.newest_head);
  if (!report.finding) return out;
  const trust::AuditFinding& finding = *report.finding;
  json& found = out["finding"] = {{"code", label(finding.error.code)},
                                  {"name", catalogue_entry(finding.error.code).name},
                                  {"what", finding.error.detail},
                                  {"where", finding.error.where}};
  if (finding.entry_number) {
    found["entry_number"] = *finding.entry_number;
    found["entry"] = json_of(finding.entry);
  }
  if (finding.leaf_index) found["leaf_index"] = *finding.leaf_index;
  return out;
}

void print(const trust::AuditReport& report, const fs::path& database) {
  std::cout << fmt::format("{}: {} entries, {} signed heads, {} batches, {} receipts compared\n",
                           printable(database.string()), report.entries, report.heads, report.batches,
                           report.receipts);
  // Of a log that does not hold, the newest head that was reached is no head to keep.
  if (report.newest_head && report.holds()) {
    std::cout << fmt::format("newest head: {} entries, signed by {} at {}, root {}\n",
                             report.newest_head->tree_size, report.newest_head->signer.text(),
                             trust::date_text(report.newest_head->at), report.newest_head->root.hex());
    std::cout << fmt::format("keep it elsewhere and verify later with --kept-head {}\n",
                             trust::KeptHead{report.newest_head->tree_size, report.newest_head->root}.text());
  }
  if (report.holds()) {
    std::cout << "the audit log holds\n";
    return;
  }
  const trust::AuditFinding& finding = *report.finding;
  std::cout << "ALTERED: " << describe(finding.error) << "\n";
  if (finding.entry_number && finding.entry.kind() != v1::AUDIT_KIND_UNSPECIFIED) {
    std::cout << fmt::format("  entry {}: {}, {}, party {}, number {}, count {}\n", *finding.entry_number,
                             v1::AuditKind_Name(finding.entry.kind()), trust::date_text({finding.entry.at()}),
                             printable(finding.entry.party()), finding.entry.number(), finding.entry.count());
  }
}

Result<ExitStatus> verify(const AuditOptions& options) {
  const auto database = database_in(options.path);
  if (!database) return tl::unexpected(database.error());
  const auto trust_folder = trust_for(options);
  if (!trust_folder) return tl::unexpected(trust_folder.error());
  std::optional<trust::KeptHead> kept;
  if (!options.kept_head.empty()) {
    const auto head = trust::KeptHead::from_text(options.kept_head);
    if (!head) return tl::unexpected(head.error());
    kept = *head;
  }
  const auto report = trust::verify_audit_log(*database, *trust_folder, system_now(), kept);
  if (!report) return tl::unexpected(report.error());
  if (options.format == "json") {
    std::cout << json_of(*report, *database).dump(2, ' ', false, json::error_handler_t::replace) << "\n";
  } else {
    print(*report, *database);
  }
  return report->holds() ? held : not_held;
}

Result<ExitStatus> prove(const AuditOptions& options) {
  const auto database = database_in(options.path);
  if (!database) return tl::unexpected(database.error());
  const auto proof = trust::prove_entry(*database, options.entry);
  if (!proof) return tl::unexpected(proof.error());
  json path = json::array();
  for (const Digest& sibling : proof->path) path.push_back(sibling.hex());
  v1::AuditEntry entry;
  json out{{"schema", 1},
           {"number", proof->number},
           {"entry", hex(proof->entry)},
           {"path", path},
           {"head", hex(proof->head)}};
  // For the reader; what is checked are the bytes.
  if (entry.ParseFromString(proof->entry)) out["reads"] = json_of(entry);
  std::cout << out.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
  return held;
}

Result<trust::EntryProof> read_proof(const std::string& file) {
  const auto text = trust::read_file(file, max_proof_file_bytes);
  if (!text) return tl::unexpected(text.error());
  const auto wrong = [&] {
    return failure(v1::KEY_VALUE, "it is not a proof that `gncsim audit prove` printed", file);
  };
  const json parsed = json::parse(*text, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("number") || !parsed["number"].is_number_unsigned() ||
      !parsed.contains("path") || !parsed["path"].is_array()) {
    return wrong();
  }
  const auto bytes_at = [](const json& value) -> std::optional<std::string> {
    if (!value.is_string()) return std::nullopt;
    return bytes_from_hex(value.get_ref<const std::string&>());
  };
  const auto entry = bytes_at(parsed.value("entry", json()));
  const auto head = bytes_at(parsed.value("head", json()));
  if (!entry || !head) return wrong();
  trust::EntryProof proof{parsed["number"].get<std::uint64_t>(), *entry, {}, *head};
  for (const json& sibling : parsed["path"]) {
    const auto digest = Digest::from_bytes(bytes_at(sibling).value_or(""));
    if (!digest) return wrong();
    proof.path.push_back(*digest);
  }
  return proof;
}

Result<ExitStatus> check(const AuditOptions& options) {
  const auto proof = read_proof(options.path);
  if (!proof) return tl::unexpected(proof.error());
  const auto anchors = trust::TrustAnchors::load(options.trust);
  if (!anchors) return tl::unexpected(anchors.error());
  const auto head = trust::check_entry_proof(*proof, trust::ChainVerifier(*anchors));
  if (!head) {
    std::cout << "DOES NOT HOLD: " << describe(head.error()) << "\n";
    return not_held;
  }
  std::cout << fmt::format("entry {} is in the log of {} entries that {} signed at {}\n", proof->number,
                           head->tree_size, head->signer.text(), trust::date_text(head->at));
  return held;
}

}  // namespace

void add_audit(CLI::App& app, int& status) {
  CLI::App* audit =
      app.add_subcommand("audit", "Check a gateway's audit log off-line, and prove its entries.");
  audit->require_subcommand(1);
  const auto options = std::make_shared<AuditOptions>();
  const auto add = [&](const char* name, const char* what, auto action) {
    CLI::App* command = audit->add_subcommand(name, what);
    command->callback([options, action, &status] {
      const Result<ExitStatus> done = action(*options);
      status = done ? *done : report_error(done.error());
    });
    return command;
  };

  CLI::App* command =
      add("verify", "Check every entry, head, batch and receipt; name the first that is altered.", verify);
  command->add_option("DIR", options->path, "A run's folder, or a gateway's store")->required();
  command->add_option("--trust", options->trust,
                      "The trust folder; else the one that is found in DIR or beside it");
  command->add_option("--kept-head", options->kept_head,
                      "ENTRIES:ROOT that an earlier verification printed: the log must begin with it");
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->footer("Exit status: 0 the log holds, 1 something is altered, 2 or 3 it could not be checked.");

  command = add("prove", "Print the proof that an entry is in the log, as JSON.", prove);
  command->add_option("DIR", options->path, "A run's folder, or a gateway's store")->required();
  command->add_option("--entry", options->entry, "The entry's number, from 0")
      ->required()
      ->check(CLI::NonNegativeNumber);

  command = add("check", "Check a proof that `audit prove` printed, without the log.", check);
  command->add_option("FILE", options->path, "The proof")->required();
  command->add_option("--trust", options->trust, "The trust folder")->required();
  command->footer("Exit status: 0 the proof holds, 1 it does not, 2 or 3 it could not be checked.");
}

}  // namespace gnc::cli
