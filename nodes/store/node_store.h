#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "nodes/core/node_core.h"
#include "nodes/core/node_lookup.h"

namespace gnc::nodes {

// One step of one of the host's parties.
struct PartyStep {
  std::size_t party = 0;       // the host's number for it
  bool last_of_round = false;  // of the steps that the host made together
  PartyName name;
  Effects effects;
};

// What the nodes of one host remember, in STORE/node-host.db (SQLite, WAL, synchronous=FULL; tables in
// docs/nodes.md). Two connections: commit() for one thread, the NodeLookup for one other.
class NodeStore final : public NodeLookup {
 public:
  // Opens or creates it in `folder`, which is created too. A folder that another process uses is refused.
  static Result<std::unique_ptr<NodeStore>> open(const std::filesystem::path& folder);
  ~NodeStore() override;

  // What was recorded before; to be called before the first commit.
  Result<RestoredState> restore(const PartyName& party) const;

  // Makes all transactions of `group` durable as one, or none of them.
  Result<void> commit(std::span<const PartyStep> group);

  std::optional<ReceivedRecord> received(const PartyName& party, const Uuid& id) const override;
  std::optional<OutgoingRecord> lodged(const PartyName& party, std::string_view reference) const override;

 private:
  struct State;
  explicit NodeStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gnc::nodes
