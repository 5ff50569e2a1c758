#include "gateway/serve/trust_watch.h"

#include <fmt/format.h>

#include "gateway/serve/log.h"
#include "trust/tls/folder_outline.h"

namespace gnc::gateway {
TrustWatch::TrustWatch(std::filesystem::path folder, trust::ChainVerifier& verifier)
    : folder_(std::move(folder)), verifier_(verifier) {}

bool TrustWatch::look() {
  auto seen = trust::outline_of(folder_);
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
