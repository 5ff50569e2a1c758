#include "trust/tls/trust_folder.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include <fmt/format.h>

namespace gnc::trust {
namespace {

// Files are replaced atomically, so that another content is another time or size.
std::string files_of(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    std::error_code gone;
    if (!at->is_regular_file(gone)) continue;
    const auto time = at->last_write_time(gone).time_since_epoch().count();
    const auto size = at->file_size(gone);
    files.push_back(fmt::format("{}\t{}\t{}", at->path().string(), time, size));
  }
  std::sort(files.begin(), files.end());
  return fmt::format("{}", fmt::join(files, "\n"));
}

}  // namespace

Result<TrustFolder> TrustFolder::open(std::filesystem::path folder) {
  std::string files = files_of(folder);
  auto anchors = TrustAnchors::load(folder);
  if (!anchors) return tl::unexpected(anchors.error());
  auto verifier = std::make_shared<ChainVerifier>(std::move(*anchors));
  return TrustFolder(std::move(folder), std::move(files), std::move(verifier));
}

Result<bool> TrustFolder::refresh() {
  std::string files = files_of(folder_);
  if (files == files_) return false;
  auto anchors = TrustAnchors::load(folder_);
  if (!anchors) return tl::unexpected(anchors.error());
  files_ = std::move(files);
  if ((*anchors)->version() == verifier_->anchors_version()) return false;
  verifier_->replace(std::move(*anchors));
  return true;
}

}  // namespace gnc::trust
