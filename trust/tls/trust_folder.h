#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "trust/tls/chain_verifier.h"

namespace gnc::trust {

// A trust folder that may change while a process runs: new CRLs above all. No thread of its own: whoever
// uses it calls refresh() now and then (a second apart at most, where a revocation is to end connections
// within two).
class TrustFolder {
 public:
  static Result<TrustFolder> open(std::filesystem::path folder);

  const std::shared_ptr<ChainVerifier>& verifier() const { return verifier_; }

  // Reads the folder again where a file in it is new, changed or gone, and puts the result in force. True
  // where that brought other content. An unreadable folder leaves what is in force.
  Result<bool> refresh();

 private:
  TrustFolder(std::filesystem::path folder, std::string files, std::shared_ptr<ChainVerifier> verifier)
      : folder_(std::move(folder)), files_(std::move(files)), verifier_(std::move(verifier)) {}

  std::filesystem::path folder_;
  std::string files_;  // names, sizes and times of the files, as last read
  std::shared_ptr<ChainVerifier> verifier_;
};

}  // namespace gnc::trust
