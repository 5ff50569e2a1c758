#include "nodes/serve/core_thread.h"

#include <algorithm>
#include <chrono>

#include <pthread.h>

namespace gnc::nodes {
namespace {

// A step of the system's clock must not hold a timer up for longer than this.
constexpr Duration longest_sleep = Duration::from_milliseconds(250);

}  // namespace

CoreThread::CoreThread(std::vector<std::unique_ptr<Party>> parties, Handlers handlers,
                       std::size_t waiting_bytes_limit, Duration ready_patience)
    : parties_(std::move(parties)),
      handlers_(std::move(handlers)),
      waiting_bytes_limit_(waiting_bytes_limit),
      counters_(parties_.size()),
      connected_(parties_.size(), false),
      // The first step of each opens its stream.
      wakes_(parties_.size(), handlers_.clock()),
      ready_by_(handlers_.clock() + ready_patience),
      clock_steps_(handlers_.clock()) {}

void CoreThread::start() {
  thread_ = std::thread([this] { run(); });
}

CoreThread::~CoreThread() {
  {
    const std::lock_guard guard(mutex_);
    ended_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool CoreThread::push(std::size_t party, Event event, std::size_t bytes, std::function<void()> resume) {
  bool more = true;
  {
    const std::lock_guard guard(mutex_);
    if (ended_) return true;
    waiting_.push_back({party, std::move(event)});
    waiting_bytes_ += bytes;
    if (waiting_bytes_ > waiting_bytes_limit_ && resume) {
      paused_.push_back(std::move(resume));
      more = false;
    }
  }
  work_.notify_one();
  return more;
}

void CoreThread::push(HostQuestion question) {
  {
    const std::lock_guard guard(mutex_);
    if (ended_) return;
    questions_.push_back(question);
  }
  work_.notify_one();
}

void CoreThread::committed(const std::vector<std::pair<std::size_t, StepCommitted>>& steps,
                           std::size_t rounds) {
  {
    const std::lock_guard guard(mutex_);
    for (const auto& [party, step] : steps) waiting_.push_back({party, step});
    rounds_under_way_ -= rounds;
    settled_ = rounds_under_way_ == 0;
  }
  work_.notify_one();
}

void CoreThread::abandon() {
  {
    const std::lock_guard guard(mutex_);
    ended_ = true;
  }
  work_.notify_one();
}

void CoreThread::drain() {
  {
    const std::lock_guard guard(mutex_);
    draining_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::vector<std::pair<PartyName, NodeCounters>> CoreThread::counters() const {
  const std::lock_guard guard(mutex_);
  std::vector<std::pair<PartyName, NodeCounters>> all;
  for (std::size_t i = 0; i < parties_.size(); ++i) all.emplace_back(parties_[i]->name, counters_[i]);
  return all;
}

std::vector<bool> CoreThread::connected() const {
  const std::lock_guard guard(mutex_);
  return connected_;
}

Instant CoreThread::next_wake() const {
  Instant wake = told_ready_ ? Instant{} : ready_by_;
  for (const Instant due : wakes_) {
    if (due != Instant{} && (wake == Instant{} || due < wake)) wake = due;
  }
  return wake;
}

bool CoreThread::take(std::vector<Arrival>& arrivals, std::vector<HostQuestion>& questions,
                      std::vector<std::function<void()>>& resumable) {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    const bool room = rounds_under_way_ < rounds_ahead;
    if (room && (!waiting_.empty() || !questions_.empty())) break;
    // Nothing more may come: what was asked can only be answered now.
    if (!quiet_asked_.empty() && rounds_under_way_ == 0 && settled_) break;
    if (draining_ && waiting_.empty() && questions_.empty() && rounds_under_way_ == 0) {
      ended_ = true;
      break;
    }
    const Instant wake = next_wake();
    if (!room || wake == Instant{}) {
      work_.wait(lock);
      continue;
    }
    const Instant now = handlers_.clock();
    const Duration left = wake - now;
    if (left <= Duration{} || clock_steps_.has_stepped(now)) break;
    work_.wait_for(lock, std::chrono::microseconds(std::min(left, longest_sleep).microseconds));
  }
  if (ended_) return false;
  arrivals.swap(waiting_);
  questions.swap(questions_);
  resumable.swap(paused_);
  waiting_bytes_ = 0;
  settled_ = false;
  return true;
}

void CoreThread::step_parties(std::vector<Arrival>& arrivals) {
  const Instant now = handlers_.clock();
  std::vector<std::vector<Event>> events(parties_.size());
  if (const auto step = clock_steps_.since(now)) {
    ready_by_ = ready_by_ + *step;
    for (auto& of_party : events) of_party.emplace_back(ClockStepped{*step});
  }
  for (Arrival& arrival : arrivals) events[arrival.party].push_back(std::move(arrival.event));
  std::vector<PartyStep> steps;
  for (std::size_t i = 0; i < parties_.size(); ++i) {
    const bool due = wakes_[i] != Instant{} && wakes_[i] <= now;
    if (events[i].empty() && !due) continue;
    Party& party = *parties_[i];
    Effects effects = party.core.step(events[i], now);
    wakes_[i] = effects.wake;
    if (effects.persist.empty() && effects.send.empty() && effects.events.empty()) continue;
    steps.push_back({i, false, party.name, std::move(effects)});
  }
  {
    const std::lock_guard guard(mutex_);
    for (std::size_t i = 0; i < parties_.size(); ++i) {
      counters_[i] = parties_[i]->core.counters();
      connected_[i] = parties_[i]->core.connected();
    }
    if (!steps.empty()) ++rounds_under_way_;
  }
  if (steps.empty()) return;
  steps.back().last_of_round = true;
  handlers_.commit(std::move(steps));
}

void CoreThread::answer_questions(std::vector<HostQuestion>& questions) {
  for (const HostQuestion& question : questions) {
    if (const auto* quiet = std::get_if<TellQuiet>(&question)) {
      quiet_asked_.push_back(*quiet);
    } else {
      handlers_.answer(question);
    }
  }
  if (quiet_asked_.empty()) return;
  {
    const std::lock_guard guard(mutex_);
    const auto open = [](const NodeCounters& counters) { return counters.open != 0; };
    if (rounds_under_way_ != 0 || std::ranges::any_of(counters_, open)) return;
  }
  for (const TellQuiet& quiet : quiet_asked_) handlers_.answer(quiet);
  quiet_asked_.clear();
}

void CoreThread::tell_when_ready(Instant now) {
  if (told_ready_) return;
  std::vector<PartyName> connected;
  for (const auto& party : parties_) {
    if (party->core.connected()) connected.push_back(party->name);
  }
  if (connected.size() < parties_.size() && now < ready_by_) return;
  told_ready_ = true;
  handlers_.ready(connected);
}

void CoreThread::run() {
  pthread_setname_np(pthread_self(), "gnc-core");
  std::vector<Arrival> arrivals;
  std::vector<HostQuestion> questions;
  std::vector<std::function<void()>> resumable;
  while (take(arrivals, questions, resumable)) {
    step_parties(arrivals);
    tell_when_ready(handlers_.clock());
    answer_questions(questions);
    for (const auto& resume : resumable) resume();
    arrivals.clear();
    questions.clear();
    resumable.clear();
  }
}

}  // namespace gnc::nodes
