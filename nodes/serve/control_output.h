#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "nodes/serve/host_listener.h"

namespace gnc::nodes {

// Writes what a host tells to a file descriptor, as control.proto has it, on a thread of its own: a slow
// reader costs memory, never the exchanges' time.
class ControlOutput final : public HostListener {
 public:
  // `failed`, called once from its thread: the reader is gone, or the host cannot go on.
  ControlOutput(int descriptor, std::function<void()> failed);
  // Writes what waits, then ends.
  ~ControlOutput() override;

  void events(const PartyName& party, std::span<const NodeEvent> events, Instant at) override;
  void ready(const std::vector<PartyName>& connected) override;
  void quiet(std::uint64_t token) override;
  void status(const v1::HostStatus& status) override;
  void document(const v1::Document& document) override;
  void fault(const Error& error, bool fatal) override;

  // Whether the host has said that it cannot go on.
  bool host_failed() const;

 private:
  void add(const v1::Report& report);
  void run();
  bool write_all(const std::string& bytes) const;

  const int descriptor_;
  const std::function<void()> failed_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::string waiting_;
  bool host_failed_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gnc::nodes
