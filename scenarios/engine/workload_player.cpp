#include "scenarios/engine/workload_player.h"

#include <algorithm>

namespace gnc::scenarios {

WorkloadPlayer::WorkloadPlayer(const RunPlan& plan, Lodger& lodger) : plan_(plan), lodger_(lodger) {}

void WorkloadPlayer::advance(Instant now) {
  if (!began_) {
    began_ = now;
    for (const PlannedWorkload& workload : plan_.workloads) {
      running_.push_back({&workload, lodger_.open(workload.lodgements, true), 0});
    }
  }
  for (Running& workload : running_) {
    const Schedule& schedule = workload.planned->schedule;
    const std::size_t documents = workload.planned->lodgements.documents.size();
    for (const std::uint64_t due = schedule.due(now - *began_); workload.begun < due; ++workload.begun) {
      lodger_.lodge(workload.batch, workload.begun % documents, *began_ + schedule.intended(workload.begun));
    }
  }
  std::erase_if(running_,
                [](const Running& workload) { return workload.begun == workload.planned->schedule.count(); });
}

std::optional<Instant> WorkloadPlayer::wake() const {
  std::optional<Instant> next;
  for (const Running& workload : running_) {
    const Instant due = *began_ + workload.planned->schedule.intended(workload.begun);
    if (!next || due < *next) next = due;
  }
  return next;
}

}  // namespace gnc::scenarios
