#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gnc/v1/event.pb.h"
#include "proto/types/result.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// Written whole, so that a reader never sees half of it.
Result<void> write_file(const std::filesystem::path& file, std::string_view content);

// The folder that a run leaves: scenario.yaml as run, report.json, latency.csv, latency.hlog, events,
// processes.json, and in it pki/, gateway/, nodes/ and logs/.
class RunFolder {
 public:
  // Makes it; an existing one must be empty. An empty path stands for runs/<scenario>-<time>.
  static Result<RunFolder> create(std::filesystem::path folder, const std::filesystem::path& scenario_file);

  // The folder in which repeated runs leave theirs, made in the same way.
  static Result<std::filesystem::path> create_for_repeats(std::filesystem::path folder,
                                                          const std::filesystem::path& scenario_file);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path log(std::string_view process) const;

  // One more event of the record.
  void record(const v1::Event&);
  // The same where it is serialised already.
  void record(std::string_view event);

  struct RunningProcess {
    std::string process;
    std::int64_t pid = 0;
    std::uint64_t started = 0;  // how often it was started
  };
  // Written whole each time, so that a reader never sees half of it.
  Result<void> write_processes(const std::vector<RunningProcess>&) const;
  // external.json: what external_json() made.
  Result<void> write_external(const std::string& json) const;
  Result<void> write_scenario(const std::string& text) const;
  // latency.csv: what latency_csv() made.
  Result<void> write_latencies(const std::string& csv) const;
  // latency.hlog: what latency_log() made.
  Result<void> write_latency_log(const std::string& log) const;
  // Also finishes the record of events.
  Result<void> write_report(const RunReport&);

  static Result<RunReport> read_report(const std::filesystem::path& folder);

 private:
  explicit RunFolder(std::filesystem::path path);
  std::filesystem::path path_;
  std::ofstream events_;
  std::string buffer_;
};

}  // namespace gnc::scenarios
