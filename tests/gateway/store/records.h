#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "gateway/core/gateway_core.h"
#include "trust/seal/merkle.h"

namespace gnc::gateway::testing {

// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "gnc-store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
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

inline PartyName party(std::string_view name) { return *PartyName::from_text(name); }

inline Uuid uuid(std::uint64_t number) {
  return Uuid::from_parts(
      Instant{1'700'000'000'000'000} + Duration::from_milliseconds(static_cast<std::int64_t>(number)),
      number * 0x9e3779b97f4a7c15, number * 0xbf58476d1ce4e5b9);
}

inline ExchangeRecord exchange(std::uint64_t number) {
  return {.id = uuid(number),
          .location = {number, 3},
          .sequence = number,
          .sender = party("NZ"),
          .recipient = party("CN/health"),
          .conversation = uuid(number + 1'000'000),
          .agreement = "nz-cn-export",
          .message = "export-declaration",
          .digest = trust::leaf_hash("envelope " + std::to_string(number)),
          .admitted_at = {1'700'000'000'000'000 + static_cast<std::int64_t>(number)},
          .expires_at = {1'700'000'900'000'000},
          .answer_due_at = {1'700'000'800'000'000},
          .size = 1024,
          .priority = v1::PRIORITY_URGENT,
          .answer_due = true,
          .state = ExchangeState::admitted,
          .attempts = 0,
          .admitted_receipt = number};
}

inline StateChange change(std::uint64_t number, ExchangeState state, Instant at, std::uint32_t attempts) {
  StateChange change;
  change.id = uuid(number);
  change.sequence = number;
  change.state = state;
  change.at = at;
  change.attempts = attempts;
  return change;
}

// A step as the core makes them: one batch, one exchange, the receipt for its sender, an audit entry.
inline Effects step(std::uint64_t number) {
  Effects effects;
  auto& persist = effects.persist;
  persist.step = number;
  const Instant at{1'700'000'000'000'000 + static_cast<std::int64_t>(number)};
  persist.batches.push_back({number, party("NZ"), at, "sealed batch " + std::to_string(number)});
  persist.exchanges.push_back(exchange(number));
  persist.receipts.push_back({party("NZ"), number, at, "receipts " + std::to_string(number)});
  persist.cursors.push_back({party("NZ"), number - 1});
  const auto entry = "entry " + std::to_string(number);
  persist.audit.push_back({number - 1, entry, trust::leaf_hash(entry)});
  persist.heads.push_back({number, "head " + std::to_string(number)});
  return effects;
}

}  // namespace gnc::gateway::testing
