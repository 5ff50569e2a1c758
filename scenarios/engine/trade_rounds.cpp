#include "scenarios/engine/trade_rounds.h"

#include <algorithm>
#include <functional>

namespace gnc::scenarios {

TradeRounds::TradeRounds(const PlannedTrade& trade, Instant start, Lodger& lodger)
    : trade_(&trade), start_(start) {
  batches_.reserve(trade.flows.size());
  rounds_.reserve(trade.flows.size());
  for (std::uint32_t flow = 0; flow < trade.flows.size(); ++flow) {
    batches_.push_back(lodger.open(trade.flows[flow].lodgements, true));
    find_next(flow, 0);
  }
}

void TradeRounds::find_next(std::uint32_t index, std::uint32_t number) {
  const PlannedFlow& flow = trade_->flows[index];
  const auto come_up = [&](Duration after) { return flow.rhythm.come_up(flow.count, flow.residue, after); };
  for (Duration begins = flow.every * number; begins < trade_->length;
       begins = begins + flow.every, ++number) {
    const std::uint64_t count = come_up(begins + flow.every) - come_up(begins);
    if (count == 0) continue;
    const Duration at = std::min(begins + flow.moment, trade_->length);
    rounds_.push_back({start_ + at, index, number, static_cast<std::uint32_t>(count)});
    std::push_heap(rounds_.begin(), rounds_.end(), std::greater());
    return;
  }
}

void TradeRounds::advance(Instant now, Lodger& lodger) {
  while (!rounds_.empty() && rounds_.front().at <= now) {
    const Round round = rounds_.front();
    std::pop_heap(rounds_.begin(), rounds_.end(), std::greater());
    rounds_.pop_back();
    const std::size_t documents = trade_->flows[round.flow].lodgements.documents.size();
    for (std::uint32_t i = 0; i < round.count; ++i) {
      lodger.lodge(batches_[round.flow], lodged_++ % documents, round.at);
    }
    find_next(round.flow, round.number + 1);
  }
}

std::optional<Instant> TradeRounds::wake() const {
  if (rounds_.empty()) return std::nullopt;
  return rounds_.front().at;
}

}  // namespace gnc::scenarios
