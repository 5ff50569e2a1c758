#include "scenarios/engine/link_way.h"

#include <algorithm>

namespace gnc::scenarios {
namespace {

using Clock = LinkWay::Clock;

constexpr std::size_t largest_piece = 64 * 1024;
constexpr std::size_t smallest_piece = 256;
constexpr std::size_t most_room = 32u << 20;
constexpr std::size_t least_room = 64 * 1024;
constexpr std::uint64_t loss_steps = 1'000'000;

Clock::duration clock_duration(Duration d) { return std::chrono::microseconds(d.microseconds); }

}  // namespace

LinkWay::LinkWay(const LinkSettings& settings, Random random) : settings_(settings), random_(random) {
  measure();
}

void LinkWay::measure() {
  piece_ = largest_piece;
  room_ = most_room;
  if (!settings_.bandwidth) return;
  const double bytes_a_second = static_cast<double>(*settings_.bandwidth) / 8;
  piece_ =
      std::clamp<std::size_t>(static_cast<std::size_t>(bytes_a_second / 2000), smallest_piece, largest_piece);
  // A second's worth before the line, and what is on the wire.
  const double seconds = 1 + static_cast<double>(settings_.latency.microseconds) / 1e6;
  room_ = std::clamp<std::size_t>(static_cast<std::size_t>(bytes_a_second * seconds), least_room, most_room);
}

LinkWay::Times LinkWay::pass(std::size_t size, Clock::time_point now) {
  Times times{now, now};
  if (settings_.bandwidth) {
    const double seconds = static_cast<double>(size) * 8 / static_cast<double>(*settings_.bandwidth);
    line_free_at_ = std::max(line_free_at_, now) +
                    std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    times.on_the_wire = line_free_at_;
  }
  times.arrived = times.on_the_wire + clock_duration(settings_.latency);
  if (settings_.jitter > Duration{}) {
    const auto width = static_cast<std::uint64_t>(settings_.jitter.microseconds) * 2 + 1;
    const auto drawn = static_cast<std::int64_t>(random_.below(width));
    times.arrived += std::chrono::microseconds(drawn - settings_.jitter.microseconds);
  }
  if (settings_.loss > 0 &&
      random_.below(loss_steps) < static_cast<std::uint64_t>(settings_.loss * loss_steps)) {
    times.arrived += clock_duration(settings_.stall);
  }
  return times;
}

void LinkWay::change(const LinkSettings& settings, Clock::time_point now) {
  settings_ = settings;
  line_free_at_ = now;
  measure();
}

}  // namespace gnc::scenarios
