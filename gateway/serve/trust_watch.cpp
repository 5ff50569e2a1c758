#include "gateway/serve/trust_watch.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "gateway/serve/log.h"

namespace gnc::gateway {
namespace {

// Names, times and sizes of the folder's files: cheap enough to take twice a second.
std::string outline(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    struct stat status {};
    if (::stat(at->path().c_str(), &status) != 0) continue;
    files.push_back(fmt::format("{} {}.{} {} {}\n", at->path().string(), status.st_mtim.tv_sec,
                                status.st_mtim.tv_nsec, status.st_size, status.st_ino));
  }
  std::ranges::sort(files);
  return fmt::format("{}", fmt::join(files, ""));
}

}  // namespace

TrustWatch::TrustWatch(std::filesystem::path folder, trust::ChainVerifier& verifier)
    : folder_(std::move(folder)), verifier_(verifier) {}

bool TrustWatch::look() {
  auto seen = outline(folder_);
  if (seen == seen_) return false;
  seen_ = std::move(seen);
  auto anchors = trust::TrustAnchors::load(folder_);
  if (!anchors) {
    log_failure(fmt::format("the trust folder stays as it was: {}", describe(anchors.error())));
    return false;
  }
  if ((*anchors)->version() == verifier_.anchors_version()) return false;
  verifier_.replace(std::move(*anchors));
  log_event("the trust folder has changed: its certificates and revocation lists are in force");
  return true;
}

}  // namespace gnc::gateway
