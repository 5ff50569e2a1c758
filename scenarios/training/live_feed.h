#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/live_audience.h"

namespace gnc::scenarios {

// Takes over what a live run tells on its thread, for the page's server to fetch on its own. The run waits
// for nobody here: what is beyond the bound is counted and not kept.
class LiveFeed final : public LiveAudience {
 public:
  // Ten times a second that is more than any browser draws, even where a turn is late.
  static constexpr std::size_t most_at_once = 10'000;

  LiveFeed() { events_.reserve(most_at_once); }

  void began(const std::string& started_at) override;
  void happened(const v1::Event&) override;
  void stands(const LiveStanding&) override;
  LiveWishes wishes() override;

  // What is wished of the run, and fulfilled within a tenth of a second.
  void wish(LiveWishes);

  struct Standing {
    LiveFigures figures;
    std::vector<FaultRow> faults;
    Instant counts_from, now;
    bool paused = false;
  };
  // What came since the last time.
  struct News {
    std::optional<std::string> started_at;
    std::vector<v1::Event> events;
    std::uint64_t skipped = 0;
    std::optional<Standing> standing;
  };
  News take();

 private:
  std::mutex mutex_;
  std::optional<std::string> started_at_;
  std::vector<v1::Event> events_;
  std::uint64_t skipped_ = 0;
  std::optional<Standing> standing_;
  LiveWishes wishes_;
};

}  // namespace gnc::scenarios
