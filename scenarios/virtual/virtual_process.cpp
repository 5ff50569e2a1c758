#include "scenarios/virtual/virtual_process.h"

#include <algorithm>
#include <utility>

#include "gnc/v1/errors.pb.h"
#include "proto/sqlite/segments.h"
#include "proto/sqlite/store_folder.h"
#include "scenarios/engine/start_seed.h"

namespace gnc::scenarios {
namespace {

// Numbers of events carry the start that they belong to, so that those of a dead process come to nothing.
constexpr std::uint64_t slot_bits = 40;

// What a commit changes beside its content, about.
constexpr std::uint64_t pages_of_commit = 8 * 4096;
constexpr std::uint64_t common_pages = 256 * 4096;

}  // namespace

VirtualProcess::VirtualProcess(Simulation& simulation, std::string name, std::uint32_t number,
                               const CpuCosts& costs, Random chance)
    : simulation_(simulation), costs_(costs), chance_(chance), name_(std::move(name)), number_(number) {}

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
  to_send_.clear();
  to_open_.clear();
  opening_.clear();
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
      restore();
      wake_at(clock());
      if (on_start) on_start();
      return;
    case VirtualEvent::Kind::frame_opened: {
      const std::uint64_t slot = event.number & ((std::uint64_t{1} << slot_bits) - 1);
      std::erase_if(opening_, [slot](const Opening& one) { return one.slot == slot; });
      frame_opened(slot);
      open_next();
      return run_on();
    }
    case VirtualEvent::Kind::timer:
      timer(event.number & ((std::uint64_t{1} << slot_bits) - 1));
      return run_on();
    case VirtualEvent::Kind::stepped:
      core_busy_ = false;
      stepped();
      begin_commit(true);
      return run_core(false);
    case VirtualEvent::Kind::written:
      return wait_for_disk();
    case VirtualEvent::Kind::committed:
      return end_commit();
    case VirtualEvent::Kind::sent:
      return end_sending();
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

void VirtualProcess::timer_after(Duration delay, std::uint64_t number) {
  simulation_.queue.push(simulation_.now + VirtualTime::of(delay), VirtualEvent::Kind::timer, number_,
                         starts_ << slot_bits | number);
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

void VirtualProcess::run(std::uint64_t nanoseconds, bool sleeps, VirtualEvent::Kind kind,
                         std::uint64_t number) {
  simulation_.processors.run(simulation_.now, nanoseconds, sleeps, kind, number_,
                             starts_ << slot_bits | number);
}

void VirtualProcess::run_on() { run_core(true); }

void VirtualProcess::run_core(bool sleeps) {
  if (!up_ || frozen_ || core_busy_ || must_wait()) return;
  const bool due = wake_ != Instant{} && wake_ <= clock();
  if (!has_events() && !due) return;
  wake_ = {};
  CpuWork work = step();
  work.steps_woken = sleeps ? 1 : 0;
  work_.core += work;
  core_busy_ = true;
  run(work.cost(costs_), sleeps, VirtualEvent::Kind::stepped);
}

void VirtualProcess::begin_commit(bool sleeps) {
  if (disk_busy_ || !has_steps()) return;
  group_ = take_group();
  disk_busy_ = true;
  CpuWork writing{.rows = group_.rows};
  writing.commits = group_.rows > 0 ? 1 : 0;
  writing.commits_woken = sleeps ? 1 : 0;
  work_.store += writing;
  run(writing.cost(costs_), sleeps,
      group_.rows > 0 ? VirtualEvent::Kind::written : VirtualEvent::Kind::committed);
}

void VirtualProcess::wait_for_disk() {
  const DiskCosts& disk = simulation_.costs.disk;
  std::uint64_t wait = disk.commit + drawn(disk.spread, chance_) + group_.bytes * disk.kilobyte / 1024;
  const std::uint64_t content = group_.bytes < sqlite::ContentWriter::large_group ? group_.bytes : 0;
  log_bytes_ += pages_of_commit + content;
  new_bytes_ += content;
  if (log_bytes_ >= sqlite::longest_log) {
    // The pages that every commit changes are the same ones, and are written once.
    wait += disk.checkpoint * ((new_bytes_ + common_pages) >> 10) / (sqlite::longest_log >> 10);
    log_bytes_ = new_bytes_ = 0;
  }
  if (disk_bytes_left_) {
    commit_fails_ = group_.bytes >= *disk_bytes_left_;
    *disk_bytes_left_ -= std::min<std::uint64_t>(group_.bytes, *disk_bytes_left_);
  }
  simulation_.after(wait, VirtualEvent::Kind::committed, number_, starts_ << slot_bits);
}

void VirtualProcess::end_commit() {
  if (commit_fails_) {
    die();
    if (on_end) on_end({v1::STORE_FAILED, "the disk takes no more", name_, {}});
    return;
  }
  make_group_durable();
  const CpuWork sending = perform_group();
  work_.store += sending;
  run(sending.cost(costs_), false, VirtualEvent::Kind::sent);
}

void VirtualProcess::end_sending() {
  disk_busy_ = false;
  send_now();
  begin_commit(false);
  run_on();
}

Random VirtualProcess::chance_of_start() const { return Random(seed_of_start(chance_, times_served_)); }

void VirtualProcess::send_now() {
  for (const auto& action : std::exchange(to_send_, {})) action();
}

void VirtualProcess::open(CpuWork work, std::uint64_t stream, std::uint64_t slot) {
  // One that is at work finds the next frame without being woken.
  if (opening_.empty()) work.frames_woken = work.frames;
  work_.opening += work;
  to_open_.push_back({stream, slot, work.cost(costs_)});
  open_next();
}

// Frames of one stream one after the other.
void VirtualProcess::open_next() {
  while (opening_.size() < std::max<std::uint64_t>(costs_.threads, 1)) {
    const auto next = std::ranges::find_if(to_open_, [this](const Opening& waiting) {
      return std::ranges::find(opening_, waiting.stream, &Opening::stream) == opening_.end();
    });
    if (next == to_open_.end()) return;
    opening_.push_back(*next);
    to_open_.erase(next);
    run(opening_.back().cost, false, VirtualEvent::Kind::frame_opened, opening_.back().slot);
  }
}

ProcessRow VirtualProcess::row() const {
  const std::uint64_t core = work_.core.cost(costs_), store = work_.store.cost(costs_),
                      others = work_.opening.cost(costs_);
  return {name_,
          (core + store + others) / 1000,
          0,
          times_served_ > 0 ? times_served_ - 1 : 0,
          {{"gnc-core", core / 1000}, {"gnc-store", store / 1000}, {"others", others / 1000}}};
}

}  // namespace gnc::scenarios
