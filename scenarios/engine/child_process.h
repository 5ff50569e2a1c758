#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proto/types/result.h"

namespace gnc::scenarios {

// What a process cost, from its start.
struct ProcessCost {
  std::uint64_t cpu_us = 0;
  std::uint64_t peak_memory_bytes = 0;
  // Of the threads with names of ours ("gnc-core"), while they run.
  std::map<std::string, std::uint64_t> cpu_us_by_thread = {};
};

struct ProcessExit {
  int status = 0;  // exit status, or 128 + the signal that ended it
  ProcessCost cost;
  std::string words() const;  // "ended with status 3", "was ended by signal 9 (Killed)"
};

// A child process with pipes to its standard input and output, its standard error in a file. It is in a
// process group of its own, so that Ctrl-C reaches the parent only, and dies with the parent.
class ChildProcess {
 public:
  struct Start {
    std::string name;  // for errors
    std::filesystem::path program;
    std::vector<std::string> arguments;
    std::filesystem::path log;
  };
  // Called on the child's reader thread: each piece of its output, then once its end.
  using OnOutput = std::function<void(std::string_view)>;
  using OnExit = std::function<void(const ProcessExit&)>;

  // Call from a thread that lives as long as the child should: the kernel ends it with that thread.
  static Result<std::unique_ptr<ChildProcess>> start(const Start&, OnOutput, OnExit);
  // Kills it where it still runs, and waits for its end.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  // Queues bytes for its standard input; a writer thread passes them on. Never waits.
  void write(std::string bytes);
  std::size_t bytes_to_write() const;
  // Ends its standard input once what is queued is written.
  void close_input();
  void signal(int number) const;
  // What it cost until now; zeros once it has ended.
  ProcessCost cost() const;

 private:
  struct State;
  ChildProcess(pid_t pid, std::unique_ptr<State> state);
  pid_t pid_;
  std::unique_ptr<State> state_;
};

}  // namespace gnc::scenarios
