#pragma once

#include <filesystem>
#include <string>

#include "trust/tls/chain_verifier.h"

namespace gnc::gateway {

// Puts what changes in a trust folder in force. A folder that cannot be read as a whole changes nothing:
// the anchors in force stay, and lists that are not renewed grow stale by themselves.
class TrustWatch {
 public:
  // `verifier` must outlive it.
  TrustWatch(std::filesystem::path folder, trust::ChainVerifier& verifier);

  // Looks whether a file has changed since the last time, and loads the folder if so. True where other
  // anchors are in force now.
  bool look();

 private:
  std::filesystem::path folder_;
  trust::ChainVerifier& verifier_;
  std::string seen_;
};

}  // namespace gnc::gateway
