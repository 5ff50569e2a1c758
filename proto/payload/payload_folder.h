#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "proto/types/digest.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"

// Files that are too large for a store's rows: the payloads of attachments, by the party that they are for
// and by their digest. Shared by the gateway and the nodes; decides nothing of the protocol.
namespace gnc::payload {

// As often what has come of a payload is made durable, and told.
inline constexpr std::uint64_t durable_every = 8u << 20;

struct PayloadLimits {
  std::uint64_t largest = 1ull << 30;
  std::uint64_t room = 16ull << 30;    // of all together
  std::uint64_t spare = 256ull << 20;  // what is left free on the disk
};

// SHA-256 of a file, read bit by bit; its size with it.
struct FileDigest {
  Digest digest;
  std::uint64_t size = 0;
};
Result<FileDigest> digest_of_file(const std::filesystem::path& file);
// FILE_UNREADABLE too where it is empty: an attachment has at least one byte.
Result<FileDigest> digest_of_attachment(const std::filesystem::path& file);

class PayloadFolder;

// A payload on its way in: what of it is here, to be gone on with. One at a time has it.
class PartialPayload {
 public:
  PartialPayload(PartialPayload&&) noexcept;
  PartialPayload& operator=(PartialPayload&&) = delete;
  ~PartialPayload();

  std::uint64_t here() const { return here_; }
  std::uint64_t durable() const { return durable_; }
  std::uint64_t size() const { return size_; }
  // PAYLOAD_MALFORMED where it does not follow what is here, or goes beyond the end.
  Result<void> append(std::uint64_t offset, std::string_view content);
  Result<void> make_durable();
  // All is here: PAYLOAD_DIFFERS where it is not what was announced, and then nothing of it is here any more.
  Result<void> finish();

 private:
  friend class PayloadFolder;
  PartialPayload(PayloadFolder& folder, std::filesystem::path whole, Digest digest, std::uint64_t size);
  Result<void> open();
  std::filesystem::path part() const;

  PayloadFolder* folder_;
  std::filesystem::path whole_;
  Digest digest_;
  std::uint64_t size_ = 0, here_ = 0, durable_ = 0;
  int descriptor_ = -1;
};

// Any thread.
class PayloadFolder {
 public:
  // Creates it.
  static Result<std::unique_ptr<PayloadFolder>> open(std::filesystem::path folder, PayloadLimits limits = {});

  // The file, whole and verified; empty where it is not here.
  std::optional<std::filesystem::path> find(const PartyName& owner, const Digest& digest) const;
  // DOCUMENT_TOO_LARGE, PAYLOAD_NO_ROOM; TOO_MANY_STREAMS where somebody else is bringing it.
  Result<PartialPayload> begin(const PartyName& owner, const Digest& digest, std::uint64_t size);
  // Removes what was last touched before.
  void expire(std::filesystem::file_time_type before);
  // Of all that is here, whole or in part.
  std::uint64_t bytes() const;

 private:
  friend class PartialPayload;
  PayloadFolder(std::filesystem::path folder, PayloadLimits limits)
      : folder_(std::move(folder)), limits_(limits) {}
  std::filesystem::path whole(const PartyName& owner, const Digest& digest) const;

  const std::filesystem::path folder_;
  const PayloadLimits limits_;
  mutable std::mutex mutex_;
  std::set<std::filesystem::path> under_way_;
};

}  // namespace gnc::payload
