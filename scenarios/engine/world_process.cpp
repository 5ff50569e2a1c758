#include "scenarios/engine/world_process.h"

#include <algorithm>

#include "scenarios/engine/control_stream.h"

namespace gnc::scenarios {
namespace {

ProcessCost sum(const ProcessCost& a, const ProcessCost& b) {
  ProcessCost both{a.cpu_us + b.cpu_us, std::max(a.peak_memory_bytes, b.peak_memory_bytes),
                   a.cpu_us_by_thread};
  for (const auto& [thread, microseconds] : b.cpu_us_by_thread) both.cpu_us_by_thread[thread] += microseconds;
  return both;
}

// Splits output into lines, and keeps what is not a line yet.
class LineReader {
 public:
  template <class OnLine>
  void take(std::string_view bytes, OnLine on_line) {
    pending_ += bytes;
    for (std::size_t end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n')) {
      on_line(pending_.substr(0, end));
      pending_.erase(0, end + 1);
    }
    // No line that means anything is this long.
    if (pending_.size() > 64 * 1024) pending_.clear();
  }

 private:
  std::string pending_;
};

}  // namespace

WorldProcess::WorldProcess(Role role, std::string name, std::vector<PartyName> parties)
    : role_(role), name_(std::move(name)), parties_(std::move(parties)) {}

bool WorldProcess::speaks_for(const PartyName& party) const {
  return std::ranges::find(parties_, party) != parties_.end();
}

Result<void> WorldProcess::start(const Start& start, HappeningQueue& queue) {
  const std::uint64_t number = ++starts_;
  ++starts_without_ready_;
  ready_ = false;
  end_expected_ = false;
  ChildProcess::OnOutput on_output;
  if (role_ == Role::gateway) {
    on_output = [&queue, name = name_, number,
                 lines = std::make_shared<LineReader>()](std::string_view bytes) {
      lines->take(bytes, [&](std::string line) { queue.push(LineSaid{name, number, std::move(line)}); });
    };
  } else {
    on_output = [&queue, name = name_, number,
                 reader = std::make_shared<ReportReader>()](std::string_view bytes) {
      auto reports = reader->take(bytes);
      if (!reports) return queue.push(ReportUnreadable{name, number});
      if (!reports->empty()) queue.push(Reported{name, number, std::move(*reports)});
    };
  }
  // The one before has ended; its threads with it.
  child_.reset();
  auto child = ChildProcess::start({name_, start.program, start.arguments, start.log}, std::move(on_output),
                                   [&queue, name = name_, number](const ProcessExit& exit) {
                                     queue.push(ProcessEnded{name, number, exit});
                                   });
  if (!child) return tl::unexpected(child.error());
  child_ = std::move(*child);
  running_ = true;
  return {};
}

bool WorldProcess::note_end(const ProcessEnded& end) {
  if (end.start != starts_) return false;
  running_ = false;
  ready_ = false;
  ended_ = sum(ended_, end.exit.cost);
  return true;
}

void WorldProcess::note_ready() {
  ready_ = true;
  starts_without_ready_ = 0;
}

void WorldProcess::send(const v1::Command& command) {
  if (running_) child_->write(frame_command(command));
}

std::size_t WorldProcess::bytes_to_send() const { return running_ ? child_->bytes_to_write() : 0; }

void WorldProcess::signal(int number) {
  if (running_) child_->signal(number);
}

void WorldProcess::close_input() {
  if (running_) child_->close_input();
}

ProcessCost WorldProcess::cost_until_now() const { return running_ ? sum(ended_, child_->cost()) : ended_; }

ProcessRow WorldProcess::row() const {
  const auto since = [](std::uint64_t total, std::uint64_t before) {
    return total - std::min(total, before);
  };
  const std::uint64_t all = since(total_.cpu_us, baseline_.cpu_us);
  std::vector<ThreadRow> threads;
  std::uint64_t named = 0;
  for (const char* name : {"gnc-core", "gnc-store", "gnc-checkpoint"}) {
    const auto of = [name](const ProcessCost& cost) {
      const auto found = cost.cpu_us_by_thread.find(name);
      return found == cost.cpu_us_by_thread.end() ? std::uint64_t{0} : found->second;
    };
    threads.push_back({name, since(of(total_), of(baseline_))});
    named += threads.back().cpu_us;
  }
  threads.push_back({"others", since(all, named)});
  return {name_, all, total_.peak_memory_bytes, starts_ > 0 ? starts_ - 1 : 0, std::move(threads)};
}

}  // namespace gnc::scenarios
