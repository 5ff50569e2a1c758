#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gateway/core/exchange_lookup.h"
#include "gateway/core/gateway_core.h"

namespace gnc::gateway {

// What the gateway remembers, in STORE/gateway.db (SQLite, WAL, synchronous=FULL; tables in
// docs/gateway.md). Three connections, so that each caller has its own: commit() for one thread,
// the ExchangeLookup for one other, and the other reads for any thread.
class GatewayStore final : public ExchangeLookup {
 public:
  // Opens or creates it in `folder`, which is created too. A folder that another process uses is refused.
  static Result<std::unique_ptr<GatewayStore>> open(const std::filesystem::path& folder);
  ~GatewayStore() override;

  // What was recorded before; to be called before the first commit.
  Result<RestoredState> restore() const;

  // Makes all transactions of `group` durable as one, or none of them.
  Result<void> commit(std::span<const Effects> group);

  std::optional<ExchangeRecord> exchange(const Uuid& id) const override;
  std::optional<RefusalRecord> refusal(const Uuid& id, const Digest& digest) const override;
  std::optional<model::ConversationPlace> conversation(const Uuid& id,
                                                       std::string_view agreement) const override;

  Result<std::string> batch(std::uint64_t number) const;
  // Receipts of `audience` at positions first to last, in order: as many as fit in `bytes_limit`, but at
  // least one.
  Result<std::vector<ReceiptsRecord>> receipts(const PartyName& audience, std::uint64_t first,
                                               std::uint64_t last, std::size_t bytes_limit) const;

 private:
  struct State;
  explicit GatewayStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gnc::gateway
