#include "scenarios/engine/workload_player.h"

#include <algorithm>

namespace gnc::scenarios {

WorkloadPlayer::WorkloadPlayer(const RunPlan& plan, Lodger& lodger) : plan_(plan), lodger_(lodger) {}

std::optional<Instant> WorkloadPlayer::Running::next(Instant began) const {
  if (!schedule.next()) return std::nullopt;
  return began + planned->start + *schedule.next();
}

void WorkloadPlayer::advance(Instant now) {
  if (!began_) {
    began_ = now;
    for (const PlannedWorkload& workload : plan_.workloads) {
      running_.push_back({&workload, lodger_.open(workload.lodgements, true), workload.schedule});
    }
  }
  for (Running& workload : running_) {
    const std::size_t documents = workload.planned->lodgements.documents.size();
    for (auto due = workload.next(*began_); due && *due <= now; due = workload.next(*began_)) {
      lodger_.lodge(workload.batch, workload.schedule.taken() % documents, *due);
      workload.schedule.advance();
    }
  }
  std::erase_if(running_, [](const Running& workload) { return !workload.schedule.next(); });
}

std::optional<Instant> WorkloadPlayer::wake() const {
  std::optional<Instant> next;
  for (const Running& workload : running_) {
    const auto due = workload.next(*began_);
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

}  // namespace gnc::scenarios
