#pragma once

#include <cstdint>

#include "scenarios/virtual/cost_profile.h"

namespace gnc::scenarios {

// What a thread has done, in the terms that a cost profile puts a price on.
struct CpuWork {
  std::uint64_t frames = 0, batches = 0, bytes = 0;
  std::uint64_t envelopes = 0, receipts = 0, steps = 0, seals = 0, documents = 0, decided_bytes = 0;
  std::uint64_t commits = 0, rows = 0, sends = 0, sent_bytes = 0;
  // For which the thread had to be woken.
  std::uint64_t frames_woken = 0, steps_woken = 0, commits_woken = 0;

  // In nanoseconds.
  std::uint64_t cost(const CpuCosts& costs) const {
    return frames * costs.frame + batches * costs.batch + envelopes * costs.envelope +
           receipts * costs.receipt + steps * costs.step + seals * costs.seal + documents * costs.document +
           bytes * costs.kilobyte / 1024 + decided_bytes * costs.core_kilobyte / 1024 +
           commits * costs.commit + rows * costs.row + sends * costs.send +
           sent_bytes * costs.store_kilobyte / 1024 + frames_woken * costs.frame_woken +
           steps_woken * costs.step_woken + commits_woken * costs.commit_woken;
  }

  CpuWork& operator+=(const CpuWork& more) {
    frames += more.frames;
    batches += more.batches;
    envelopes += more.envelopes;
    receipts += more.receipts;
    steps += more.steps;
    seals += more.seals;
    documents += more.documents;
    bytes += more.bytes;
    decided_bytes += more.decided_bytes;
    sends += more.sends;
    sent_bytes += more.sent_bytes;
    commits += more.commits;
    rows += more.rows;
    frames_woken += more.frames_woken;
    steps_woken += more.steps_woken;
    commits_woken += more.commits_woken;
    return *this;
  }
};

// What a process's threads have done: those that open frames, the core's, the store's.
struct ThreadWork {
  CpuWork opening, core, store;
};

}  // namespace gnc::scenarios
