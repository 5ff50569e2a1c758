#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gnc/v1/receipt.pb.h"
#include "proto/types/result.h"
#include "proto/types/uuid.h"

namespace gnc::scenarios {

// Leaf `leaf` of a serialised SealedBatch.
struct SealedLeaf {
  std::shared_ptr<const std::string> batch;
  std::uint64_t leaf = 0;
};

// What the parties of a run have sealed: where an exchange's envelope is, and which receipts were given
// about it.
class Evidence {
 public:
  virtual ~Evidence() = default;
  // Empty where the envelope is not on record.
  virtual Result<std::optional<SealedLeaf>> envelope(const Uuid&) = 0;
  // In order of time.
  virtual Result<std::vector<v1::Receipt>> receipts(const Uuid&) = 0;
  // The agreement under which the exchange was made; empty where it is not on record.
  virtual std::string_view agreement(const Uuid&) = 0;
  // Why something may not be on record.
  virtual std::string_view gap() const = 0;
};

// What is kept while a run is played: up to a bound, and no more after.
class KeptEvidence final : public Evidence {
 public:
  static constexpr std::size_t most_bytes = 256u << 20;

  void keep(std::shared_ptr<const std::string> batch);

  Result<std::optional<SealedLeaf>> envelope(const Uuid&) override;
  Result<std::vector<v1::Receipt>> receipts(const Uuid&) override;
  std::string_view agreement(const Uuid&) override;
  std::string_view gap() const override;

 private:
  struct Known {
    std::optional<SealedLeaf> envelope;
    std::string agreement;
    std::vector<v1::Receipt> receipts;
  };
  std::size_t bytes_ = 0;
  std::unordered_map<Uuid, Known, UuidHash> exchanges_;
};

// Where nothing is on record.
class NoEvidence final : public Evidence {
 public:
  explicit NoEvidence(std::string why) : why_(std::move(why)) {}
  Result<std::optional<SealedLeaf>> envelope(const Uuid&) override { return std::nullopt; }
  Result<std::vector<v1::Receipt>> receipts(const Uuid&) override { return std::vector<v1::Receipt>{}; }
  std::string_view agreement(const Uuid&) override { return {}; }
  std::string_view gap() const override { return why_; }

 private:
  std::string why_;
};

}  // namespace gnc::scenarios
