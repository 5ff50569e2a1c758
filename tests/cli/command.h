#pragma once

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/engine/child_process.h"

namespace gnc::cli {

inline std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

// A program at work, with what it says.
class Program {
 public:
  Program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
          const std::filesystem::path& log)
      : log_(log) {
    auto started = scenarios::ChildProcess::start(
        {program.filename().string(), program, arguments, log},
        [this](std::string_view bytes) {
          const std::lock_guard lock(mutex_);
          output_ += bytes;
          changed_.notify_all();
        },
        [this](const scenarios::ProcessExit& exit) {
          const std::lock_guard lock(mutex_);
          exit_ = exit;
          changed_.notify_all();
        });
    if (started) child_ = std::move(*started);
  }

  scenarios::ChildProcess& child() { return *child_; }

  // The exit status; -1 where it has not ended in time.
  int wait(std::chrono::seconds patience = std::chrono::seconds(90)) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [this] { return exit_.has_value(); })) return -1;
    return exit_->status;
  }
  // Until it has said something, or has ended.
  void wait_for_output(std::chrono::seconds patience = std::chrono::seconds(90)) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return !output_.empty() || exit_.has_value(); });
  }
  std::string output() const {
    const std::lock_guard lock(mutex_);
    return output_;
  }
  std::string errors() const { return content_of(log_); }

 private:
  std::filesystem::path log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string output_;
  std::optional<scenarios::ProcessExit> exit_;
  std::unique_ptr<scenarios::ChildProcess> child_;
};

// The gncsim binary.
class Command : public Program {
 public:
  Command(const std::vector<std::string>& arguments, const std::filesystem::path& log)
      : Program(GNC_BINARY, arguments, log) {}
};

}  // namespace gnc::cli
