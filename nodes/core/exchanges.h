#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "nodes/core/outbox.h"
#include "nodes/core/step_work.h"
#include "proto/wire/receipt_bytes.h"

namespace gnc::nodes {

// The exchanges that this party sends and that are not in a terminal state. The first terminal fact wins;
// with it the exchange leaves memory.
class Exchanges {
 public:
  Exchanges(const NodeConfig& config, Outbox& outbox, Random& random)
      : config_(config), outbox_(outbox), random_(random) {}

  void add(const OutgoingRecord& record);

  // Receipts that this party has recorded, at their position. `batch.opened` holds.
  void receipted(const trust::OpenedBatch& batch, StepWork& work);
  // `by` has answered the exchange `id`; says nothing where that is not open, or not with `by`.
  void answered(const Uuid& id, const PartyName& by, const std::string& function_code, StepWork& work);
  // Gives the events of processed exchanges whose answer has not come in time.
  void time_passed(StepWork& work);

  void clock_stepped(Duration by);

  void describe(const Uuid& id, NodeEvent& event) const;
  std::uint64_t open() const { return open_.size() + processed_.size(); }
  Instant next_due() const { return patience_.empty() ? Instant{} : patience_.begin()->first; }

 private:
  struct Open {
    std::uint64_t batch = 0;
    std::uint64_t number = 0;
    PartyName recipient;
    SharedText reference;
    Digest digest;
    OutgoingState state{};
    bool answer_due = false;
    bool answer_expected = false;
    std::uint32_t attempts = 0;
  };
  // Processed by a receipt; its answer tells the function code.
  struct Processed {
    PartyName recipient;
    SharedText reference;
    Instant at;
  };
  using OpenMap = std::unordered_map<Uuid, Open, UuidHash>;

  void apply(const wire::PlainReceipt& receipt, const PartyName& issuer, StepWork& work);
  void advance(OpenMap::iterator found, OutgoingState state, v1::ErrorCode reason, std::string_view detail,
               StepWork& work);
  void refused(OpenMap::iterator found, const wire::PlainReceipt& receipt, StepWork& work);

  const NodeConfig& config_;
  Outbox& outbox_;
  Random& random_;
  OpenMap open_;
  std::unordered_map<Uuid, Processed, UuidHash> processed_;
  std::multimap<Instant, Uuid> patience_;
};

}  // namespace gnc::nodes
