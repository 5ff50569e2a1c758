#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "nodes/core/node_core.h"
#include "nodes/serve/host_listener.h"
#include "nodes/store/node_store.h"
#include "proto/types/clock_steps.h"

namespace gnc::nodes {

// What the host is asked, beside what its parties are.
struct TellQuiet {
  std::uint64_t token = 0;
};
struct TellStatus {
  std::uint64_t token = 0;
};
using HostQuestion = std::variant<TellQuiet, TellStatus>;

// Runs the cores of all parties: one queue in; each round takes all that waits, makes one step of each party
// that it concerns, and passes the steps on to be committed.
class CoreThread {
 public:
  using Clock = std::function<Instant()>;
  struct Party {
    PartyName name;
    NodeCore core;
  };
  struct Handlers {
    Clock clock;
    // Takes the steps of a round, in order; may block while the disk is behind.
    std::function<void(std::vector<PartyStep>)> commit;
    std::function<void(const HostQuestion&)> answer;
    // Called once: when all parties are connected, or patience has run out.
    std::function<void(const std::vector<PartyName>& connected)> ready;
  };
  // Rounds that may be under way to the disk: while it is busy, what comes waits and fills one step.
  static constexpr std::size_t rounds_ahead = 2;

  CoreThread(std::vector<std::unique_ptr<Party>> parties, Handlers handlers, std::size_t waiting_bytes_limit,
             Duration ready_patience);
  ~CoreThread();

  // Begins. The handlers may be called from now on.
  void start();

  // False where too much waits already: the event is taken, but the caller must not bring more until `resume`
  // is called, from the core's thread.
  bool push(std::size_t party, Event event, std::size_t bytes, std::function<void()> resume);
  void push(HostQuestion question);
  // Some steps are durable, and all that follows from them is done; `rounds` of them ended a round.
  void committed(const std::vector<std::pair<std::size_t, StepCommitted>>& steps, std::size_t rounds);

  // Takes nothing more: the disk has failed, and nothing under way will be committed.
  void abandon();
  // Handles what waits, until nothing is under way to the disk either; takes nothing more afterwards.
  void drain();

  // As of the last round.
  std::vector<std::pair<PartyName, NodeCounters>> counters() const;
  std::vector<bool> connected() const;

 private:
  struct Arrival {
    std::size_t party;
    Event event;
  };

  void run();
  bool take(std::vector<Arrival>& arrivals, std::vector<HostQuestion>& questions,
            std::vector<std::function<void()>>& resumable);
  void step_parties(std::vector<Arrival>& arrivals);
  void answer_questions(std::vector<HostQuestion>& questions);
  void tell_when_ready(Instant now);
  Instant next_wake() const;

  const std::vector<std::unique_ptr<Party>> parties_;
  const Handlers handlers_;
  const std::size_t waiting_bytes_limit_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::vector<Arrival> waiting_;
  std::vector<HostQuestion> questions_;
  std::vector<std::function<void()>> paused_;
  std::size_t waiting_bytes_ = 0;
  std::size_t rounds_under_way_ = 0;
  bool settled_ = false;  // the last round under way has been committed since the last take()
  bool draining_ = false;
  bool ended_ = false;
  std::vector<NodeCounters> counters_;
  std::vector<bool> connected_;

  // The core thread's own.
  std::vector<Instant> wakes_;
  std::vector<TellQuiet> quiet_asked_;
  Instant ready_by_;
  ClockSteps clock_steps_;
  bool told_ready_ = false;

  std::thread thread_;
};

}  // namespace gnc::nodes
