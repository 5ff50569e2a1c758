#include <system_error>

#include "gnc/v1/errors.pb.h"
#include "trust/pki/files.h"
#include "trust/seal/merkle.h"
#include "trust/tls/trust_anchors_state.h"

namespace gnc::trust {
namespace {

namespace fs = std::filesystem;

// A folder with more files than this is not a trust folder.
constexpr std::size_t max_files = 4096;

// The files of one kind, in order of name. A folder that is not there has none.
Result<std::vector<fs::path>> files_in(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> found;
  std::error_code problem;
  if (!fs::exists(folder, problem)) return found;
  fs::directory_iterator entries(folder, problem);
  if (problem) return failure(v1::FILE_UNREADABLE, problem.message(), folder.string());
  for (const auto& entry : entries) {
    if (entry.path().extension() == extension) found.push_back(entry.path());
    if (found.size() > max_files) {
      return failure(v1::FILE_UNREADABLE, fmt::format("it has more than {} files", max_files),
                     folder.string());
    }
  }
  std::ranges::sort(found);
  return found;
}

Result<void> read_certificates(const fs::path& folder, std::vector<CertificatePtr>& into,
                               std::string& content) {
  const auto files = files_in(folder, ".crt");
  if (!files) return tl::unexpected(files.error());
  for (const fs::path& file : *files) {
    const auto text = read_file(file, max_certificate_file_bytes);
    if (!text) return tl::unexpected(text.error());
    auto certificates = certificates_from(*text);
    if (certificates.empty()) {
      return failure(v1::CERTIFICATE_UNREADABLE, "it is not a certificate", file.string());
    }
    for (CertificatePtr& certificate : certificates) {
      content += der_of(*certificate);
      into.push_back(std::move(certificate));
    }
  }
  content += "|";
  return {};
}

Result<void> read_lists(const fs::path& folder, std::vector<ListOnFile>& into, std::string& content) {
  const auto files = files_in(folder, ".crl");
  if (!files) return tl::unexpected(files.error());
  for (const fs::path& file : *files) {
    const auto text = read_file(file, max_certificate_file_bytes);
    if (!text) return tl::unexpected(text.error());
    RevocationListPtr list = revocation_list_from(*text);
    if (!list) return failure(v1::CERTIFICATE_UNREADABLE, "it is not a revocation list", file.string());
    const auto this_update = instant_of(X509_CRL_get0_lastUpdate(list.get()));
    const auto next_update = instant_of(X509_CRL_get0_nextUpdate(list.get()));
    if (!this_update || !next_update) {
      return failure(v1::CERTIFICATE_UNREADABLE, "the list does not say when it is updated next",
                     file.string());
    }
    const bool unusable = X509_CRL_get_ext_by_critical(list.get(), 1, -1) >= 0;
    content += *text;
    into.push_back({file.string(), std::move(list), *this_update, *next_update, unusable});
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const TrustAnchors>> TrustAnchors::load(const fs::path& folder) {
  auto state = std::make_unique<State>();
  std::string content;
  const auto read =
      read_certificates(folder / "roots", state->roots, content)
          .and_then([&] { return read_certificates(folder / "issuers", state->issuers, content); })
          .and_then([&] { return read_lists(folder / "crls", state->lists, content); });
  if (!read) return tl::unexpected(read.error());
  if (state->roots.empty()) {
    return failure(v1::FILE_UNREADABLE, "the trust folder has no root: roots/*.crt", folder.string());
  }
  state->version = sha256(content).hex();
  return std::shared_ptr<const TrustAnchors>(new TrustAnchors(std::move(state)));
}

TrustAnchors::TrustAnchors(std::unique_ptr<State> state) : state_(std::move(state)) {}
TrustAnchors::~TrustAnchors() = default;

const std::string& TrustAnchors::version() const { return state_->version; }

}  // namespace gnc::trust
