#include "scenarios/engine/workload_player.h"

#include <algorithm>

namespace gnc::scenarios {

WorkloadPlayer::WorkloadPlayer(const RunPlan& plan, const ExchangeLedger& ledger, Lodger& lodger)
    : plan_(plan), ledger_(ledger), lodger_(lodger) {}

std::optional<Instant> WorkloadPlayer::Running::next(Instant origin) const {
  if (!schedule.next()) return std::nullopt;
  return origin + planned->start + *schedule.next();
}

void WorkloadPlayer::begin(Instant now) {
  began_ = now;
  for (const PlannedWorkload& workload : plan_.workloads) {
    if (workload.trade) {
      trades_.emplace_back(*workload.trade, now + workload.start, lodger_);
      continue;
    }
    const BatchIndex batch = lodger_.open(workload.lodgements, true);
    if (workload.users) {
      pools_.emplace_back(workload, batch, now + workload.start,
                          plan_.stream("users of " + workload.lodgements.name));
    } else {
      running_.push_back({&workload, batch, workload.schedule});
    }
  }
}

void WorkloadPlayer::advance(Instant now) {
  if (!began_) begin(now);
  const Instant origin = *began_ + postponed_;
  for (Running& workload : running_) {
    const std::size_t documents = workload.planned->lodgements.documents.size();
    for (auto due = workload.next(origin); due && *due <= now; due = workload.next(origin)) {
      lodger_.lodge(workload.batch, workload.schedule.taken() % documents, *due);
      workload.schedule.advance();
    }
  }
  std::erase_if(running_, [](const Running& workload) { return !workload.schedule.next(); });
  for (TradeRounds& trade : trades_) trade.advance(now, lodger_);
  std::erase_if(trades_, [](const TradeRounds& trade) { return trade.done(); });
  std::vector<UserPool> going;
  for (UserPool& pool : pools_) {
    pool.advance(now, ledger_, lodger_);
    if (!pool.done()) going.push_back(std::move(pool));
  }
  pools_ = std::move(going);
}

void WorkloadPlayer::postpone(Duration by, Instant now) {
  if (!began_) return;
  postponed_ = postponed_ + by;
  for (UserPool& pool : pools_) pool.postpone(by, now);
}

std::optional<Instant> WorkloadPlayer::wake() const {
  std::optional<Instant> next;
  const auto take = [&next](std::optional<Instant> due) {
    if (due && (!next || *due < *next)) next = due;
  };
  for (const Running& workload : running_) take(workload.next(*began_ + postponed_));
  for (const UserPool& pool : pools_) take(pool.wake());
  for (const TradeRounds& trade : trades_) take(trade.wake());
  return next;
}

}  // namespace gnc::scenarios
