#pragma once

#include <filesystem>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "trust/pki/files.h"
#include "trust/pki/pki.h"
#include "trust/tls/chain_verifier.h"
#include "trust/tls/credentials.h"

// What the tests of trust/ start from: a folder of their own, and a PKI in it.
namespace gnc::trust {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::random_device random;
    // In memory where the system offers it: these tests write hundreds of files, each flushed to its disk.
    const std::filesystem::path memory = "/dev/shm";
    const auto base = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    path_ = base / fmt::format("gncsim-trust-{:08x}{:08x}", random(), random());
    std::filesystem::create_directories(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline constexpr Duration day = Duration::from_seconds(86'400);
// 2024-05-01T00:00:00Z.
inline constexpr Instant now{1'714'521'600'000'000};
inline constexpr Validity usual{now - day, now + day * 90};

inline PartyName party(const char* text) { return *PartyName::from_text(text); }

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  return *std::move(result);
}
inline void must(Result<void> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
}

// A PKI with NZ, CN and gateway/hub.
struct TrustWorld {
  TemporaryFolder folder;
  Pki pki = must(Pki::create(folder.path() / "pki", {now - day * 2, now + day * 365}));

  TrustWorld() {
    for (const char* name : {"NZ", "CN", "gateway/hub"}) must(pki.issue({party(name), usual}));
  }

  Identity identity(const char* name) const { return must(load_identity(pki.identity_folder(party(name)))); }
  std::shared_ptr<const TrustAnchors> anchors() const { return must(TrustAnchors::load(pki.trust_folder())); }
  std::unique_ptr<Signer> signer(const char* name) const { return make_signer(identity(name)); }

  Result<VerifiedPeer> verify(const char* name, Instant at = now) const {
    const ChainVerifier verifier(anchors());
    return verifier.verify(signer(name)->chain(), at);
  }
};

}  // namespace gnc::trust
