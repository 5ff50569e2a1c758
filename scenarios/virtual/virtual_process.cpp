#include "scenarios/virtual/virtual_process.h"

#include <algorithm>
#include <utility>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

// Numbers of events carry the start that they belong to, so that those of a dead process come to nothing.
constexpr std::uint64_t slot_bits = 40;

}  // namespace

VirtualProcess::VirtualProcess(Simulation& simulation, std::string name, std::uint32_t number,
                               const CpuCosts& costs, Random chance)
    : simulation_(simulation),
      costs_(costs),
      chance_(chance),
      name_(std::move(name)),
      number_(number),
      threads_free_at_(std::max<std::uint64_t>(costs.threads, 1)) {}

void VirtualProcess::start(Duration delay) {
  ++starts_;
  const auto nanoseconds = static_cast<std::uint64_t>(delay.microseconds) * 1000 + costs_.start;
  simulation_.after(nanoseconds, VirtualEvent::Kind::process_start, number_, starts_ << slot_bits);
}

void VirtualProcess::kill() {
  if (!up_) {
    ++starts_;  // a start under way comes to nothing
    return;
  }
  // The power of chance over a commit under way is all or nothing: what is torn is undone at the next start.
  if (disk_busy_ && !commit_fails_ && chance_.below(2) == 0) make_group_durable();
  die();
}

void VirtualProcess::die() {
  up_ = false;
  frozen_ = false;
  ++starts_;
  core_busy_ = disk_busy_ = commit_fails_ = alarm_set_ = false;
  wake_ = {};
  held_.clear();
  lose_memory();
  network_hears_of_death();
}

void VirtualProcess::freeze() { frozen_ = up_; }

void VirtualProcess::thaw() {
  if (!std::exchange(frozen_, false)) return;
  const std::vector<VirtualEvent> held = std::exchange(held_, {});
  for (const VirtualEvent& event : held) handle(event);
  if (up_) run_on();
}

void VirtualProcess::skew(Duration by) {
  const Duration step = by - skew_;
  skew_ = by;
  alarm_set_ = false;
  if (!up_) return;
  if (wake_ != Instant{}) wake_at(wake_ + step);
  clock_stepped(step);
  run_on();
}

void VirtualProcess::fail_disk(std::uint64_t after_bytes) { disk_bytes_left_ = after_bytes; }

void VirtualProcess::handle(const VirtualEvent& event) {
  if (event.number >> slot_bits != starts_) return;
  if (frozen_) {
    held_.push_back(event);
    return;
  }
  switch (event.kind) {
    case VirtualEvent::Kind::process_start:
      up_ = true;
      ++times_served_;
      threads_free_at_.assign(threads_free_at_.size(), simulation_.now);
      restore();
      wake_at(clock());
      if (on_start) on_start();
      return;
    case VirtualEvent::Kind::frame_opened:
      frame_opened(event.number & ((std::uint64_t{1} << slot_bits) - 1));
      return run_on();
    case VirtualEvent::Kind::stepped:
      core_busy_ = false;
      stepped();
      begin_commit();
      return run_on();
    case VirtualEvent::Kind::committed:
      return end_commit();
    case VirtualEvent::Kind::wake:
      if (!alarm_set_ || event.at != next_alarm_) return;
      alarm_set_ = false;
      if (wake_ == Instant{}) return;
      if (wake_ > clock()) return wake_at(wake_);
      return run_on();
    default:
      return;
  }
}

void VirtualProcess::wake_at(Instant at) {
  wake_ = at;
  if (at == Instant{}) return;
  const VirtualTime due = std::max(simulation_.time_of(at - skew_), simulation_.now);
  if (alarm_set_ && next_alarm_ <= due) return;  // it looks again when that comes
  alarm_set_ = true;
  next_alarm_ = due;
  simulation_.queue.push(due, VirtualEvent::Kind::wake, number_, starts_ << slot_bits);
}

void VirtualProcess::run_on() {
  if (!up_ || frozen_ || core_busy_ || must_wait()) return;
  const bool due = wake_ != Instant{} && wake_ <= clock();
  if (!has_events() && !due) return;
  wake_ = {};
  const std::uint64_t cost = step();
  charge(cost);
  core_busy_ = true;
  simulation_.after(cost, VirtualEvent::Kind::stepped, number_, starts_ << slot_bits);
}

void VirtualProcess::begin_commit() {
  if (disk_busy_ || !has_steps()) return;
  const Group group = take_group();
  disk_busy_ = true;
  std::uint64_t cost = 0;
  if (group.rows > 0) {
    const DiskCosts& disk = simulation_.costs.disk;
    cost = disk.commit + group.rows * disk.row + group.bytes * disk.kilobyte / 1024;
    if (disk.spread > 0) cost += chance_.below(disk.spread + 1);
    charge(group.rows * disk.row);
    if (disk_bytes_left_) {
      commit_fails_ = group.bytes >= *disk_bytes_left_;
      *disk_bytes_left_ -= std::min<std::uint64_t>(group.bytes, *disk_bytes_left_);
    }
  }
  simulation_.after(cost, VirtualEvent::Kind::committed, number_, starts_ << slot_bits);
}

void VirtualProcess::end_commit() {
  if (commit_fails_) {
    die();
    if (on_end) on_end({v1::STORE_FAILED, "the disk takes no more", name_, {}});
    return;
  }
  disk_busy_ = false;
  make_group_durable();
  perform_group();
  begin_commit();
  run_on();
}

void VirtualProcess::open_for(std::uint64_t cost, VirtualTime& stream_free_at, std::uint64_t slot) {
  charge(cost);
  VirtualTime& thread = *std::min_element(threads_free_at_.begin(), threads_free_at_.end());
  const VirtualTime begins = std::max({simulation_.now, thread, stream_free_at});
  const VirtualTime ends = begins + VirtualTime{static_cast<std::int64_t>(cost)};
  thread = stream_free_at = ends;
  simulation_.queue.push(ends, VirtualEvent::Kind::frame_opened, number_, starts_ << slot_bits | slot);
}

ProcessRow VirtualProcess::row() const {
  return {name_, cpu_ns_ / 1000, 0, times_served_ > 0 ? times_served_ - 1 : 0};
}

}  // namespace gnc::scenarios
