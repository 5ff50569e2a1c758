#include "tests/processes/piped_process.h"

#include <google/protobuf/io/coded_stream.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace gnc::processes {

PipedProcess::PipedProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                           std::filesystem::path log)
    : log_(std::move(log)) {
  auto process = scenarios::ChildProcess::start(
      {.name = program.filename(), .program = program, .arguments = arguments, .log = log_},
      [this](std::string_view piece) {
        const std::scoped_lock lock(guard_);
        output_ += piece;
        changed_.notify_all();
      },
      [this](const scenarios::ProcessExit& exit) {
        const std::scoped_lock lock(guard_);
        status_ = exit.status;
        changed_.notify_all();
      });
  if (!process) throw std::runtime_error(describe(process.error()));
  process_ = std::move(*process);
}

PipedProcess::~PipedProcess() = default;

std::string PipedProcess::read_line(std::chrono::milliseconds wait) {
  std::unique_lock lock(guard_);
  std::size_t end = 0;
  changed_.wait_for(lock, wait, [&] {
    end = output_.find('\n', taken_);
    return end != std::string::npos || status_;
  });
  if (end == std::string::npos) throw std::runtime_error("no line came\n" + log_words());
  auto line = output_.substr(taken_, end - taken_);
  taken_ = end + 1;
  return line;
}

std::optional<std::string> PipedProcess::read_delimited(std::chrono::milliseconds wait) {
  std::unique_lock lock(guard_);
  std::optional<std::string> message;
  changed_.wait_for(lock, wait, [&] {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(output_.data()) + taken_;
    google::protobuf::io::CodedInputStream stream(bytes, static_cast<int>(output_.size() - taken_));
    std::uint32_t length = 0;
    std::string content;
    if (!stream.ReadVarint32(&length) || !stream.ReadString(&content, static_cast<int>(length))) {
      return status_.has_value();
    }
    taken_ += static_cast<std::size_t>(stream.CurrentPosition());
    message = std::move(content);
    return true;
  });
  // What was taken is let go of now and then, so that reading a long output takes linear time.
  if (taken_ > output_.size() / 2) {
    output_.erase(0, taken_);
    taken_ = 0;
  }
  return message;
}

std::uint64_t PipedProcess::disk_bytes() const {
  std::ifstream counts("/proc/" + std::to_string(process_->pid()) + "/io");
  constexpr std::string_view name = "write_bytes: ";
  for (std::string line; std::getline(counts, line);) {
    if (line.starts_with(name)) return std::stoull(line.substr(name.size()));
  }
  return 0;
}

int PipedProcess::end(int signal) {
  process_->signal(signal);
  return wait();
}

int PipedProcess::wait() {
  std::unique_lock lock(guard_);
  if (!changed_.wait_for(lock, patience, [this] { return status_.has_value(); })) {
    throw std::runtime_error("the process did not end\n" + log_words());
  }
  return *status_;
}

std::string PipedProcess::log_words() const {
  std::ostringstream words;
  words << std::ifstream(log_).rdbuf();
  return words.str();
}

}  // namespace gnc::processes
