#include "trust/tls/trust_folder.h"

#include "trust/tls/folder_outline.h"

namespace gnc::trust {
Result<TrustFolder> TrustFolder::open(std::filesystem::path folder) {
  std::string files = outline_of(folder);
  auto anchors = TrustAnchors::load(folder);
  if (!anchors) return tl::unexpected(anchors.error());
  auto verifier = std::make_shared<ChainVerifier>(std::move(*anchors));
  return TrustFolder(std::move(folder), std::move(files), std::move(verifier));
}

Result<bool> TrustFolder::refresh() {
  std::string files = outline_of(folder_);
  if (files == files_) return false;
  auto anchors = TrustAnchors::load(folder_);
  if (!anchors) return tl::unexpected(anchors.error());
  files_ = std::move(files);
  if ((*anchors)->version() == verifier_->anchors_version()) return false;
  verifier_->replace(std::move(*anchors));
  return true;
}

}  // namespace gnc::trust
