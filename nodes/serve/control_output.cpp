#include "nodes/serve/control_output.h"

#include <cerrno>

#include <pthread.h>
#include <unistd.h>

#include "nodes/serve/report_bytes.h"

namespace gnc::nodes {

ControlOutput::ControlOutput(int descriptor, std::function<void()> failed)
    : descriptor_(descriptor), failed_(std::move(failed)), thread_([this] { run(); }) {}

ControlOutput::~ControlOutput() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

void ControlOutput::events(const PartyName& party, std::span<const NodeEvent> events, Instant at) {
  std::string bytes;
  append_events(bytes, party, events, at);
  {
    const std::lock_guard guard(mutex_);
    waiting_ += bytes;
  }
  work_.notify_one();
}

void ControlOutput::add(const v1::Report& report) {
  {
    const std::lock_guard guard(mutex_);
    append_report(waiting_, report);
  }
  work_.notify_one();
}

void ControlOutput::ready(const std::vector<PartyName>& connected) {
  v1::Report report;
  report.mutable_ready();
  for (const PartyName& party : connected) report.mutable_ready()->add_parties(party.text());
  add(report);
}

void ControlOutput::quiet(std::uint64_t token) {
  v1::Report report;
  report.mutable_quiet()->set_token(token);
  add(report);
}

void ControlOutput::status(const v1::HostStatus& status) {
  v1::Report report;
  *report.mutable_status() = status;
  add(report);
}

void ControlOutput::document(const v1::Document& document) {
  v1::Report report;
  *report.mutable_document() = document;
  add(report);
}

void ControlOutput::fault(const Error& error, bool fatal) {
  v1::Report report;
  report.mutable_fault()->set_code(error.code);
  report.mutable_fault()->set_detail(error.where.empty() ? error.detail : error.where + ": " + error.detail);
  if (fatal) {
    const std::lock_guard guard(mutex_);
    host_failed_ = true;
  }
  add(report);
  if (fatal) failed_();
}

bool ControlOutput::host_failed() const {
  const std::lock_guard guard(mutex_);
  return host_failed_;
}

bool ControlOutput::write_all(const std::string& bytes) const {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t written = ::write(descriptor_, bytes.data() + at, bytes.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += static_cast<std::size_t>(written);
  }
  return true;
}

void ControlOutput::run() {
  pthread_setname_np(pthread_self(), "gnc-control");
  std::string bytes;
  bool reader_gone = false;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      bytes.swap(waiting_);
    }
    if (!reader_gone && !write_all(bytes)) {
      reader_gone = true;
      failed_();
    }
    bytes.clear();
  }
}

}  // namespace gnc::nodes
