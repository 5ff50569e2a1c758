#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/child_process.h"

namespace gnc::processes {

inline constexpr std::chrono::seconds patience{15};

// A process of a test or measurement, whose standard output is read piece by piece and whose standard error
// goes to a file. Killed with the object.
class PipedProcess {
 public:
  // Throws where it cannot be started.
  PipedProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
               std::filesystem::path log);
  ~PipedProcess();

  // The next line of its output without the newline. Throws, with its log's words, where it ends or says
  // nothing in time.
  std::string read_line(std::chrono::milliseconds wait = patience);
  // The next message of its output, preceded by its length as a varint; none where it ended or said nothing
  // in time.
  std::optional<std::string> read_delimited(std::chrono::milliseconds wait = patience);
  void write(std::string bytes) { process_->write(std::move(bytes)); }
  void close_input() { process_->close_input(); }
  void signal(int number) const { process_->signal(number); }

  scenarios::ProcessCost cost() const { return process_->cost(); }
  // Bytes that it has had written to disk until now; zero once it has ended.
  std::uint64_t disk_bytes() const;
  // Ends it with `signal` and waits; its exit status, or 128 + the signal.
  int end(int signal);
  // Waits for its end by itself.
  int wait();
  std::string log_words() const;

 private:
  std::filesystem::path log_;
  std::mutex guard_;
  std::condition_variable changed_;
  std::string output_;
  std::size_t taken_ = 0;
  std::optional<int> status_;
  std::unique_ptr<scenarios::ChildProcess> process_;
};

}  // namespace gnc::processes
