#include "scenarios/engine/run_folder.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

fs::path folder_for(const fs::path& scenario_file) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string stem =
      fmt::format("{}-{:%Y%m%dT%H%M%SZ}", scenario_file.stem().string(), fmt::gmtime(now));
  fs::path folder = fs::path("runs") / stem;
  // Two runs within a second.
  for (int n = 2; fs::exists(folder); ++n) folder = fs::path("runs") / fmt::format("{}-{}", stem, n);
  return folder;
}

// The folder that is asked for, absolute or as it is seen from here; it may not have anything in it.
Result<fs::path> claim(fs::path folder, const fs::path& scenario_file) {
  if (folder.empty()) folder = folder_for(scenario_file);
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return failure(v1::FILE_UNWRITABLE, fmt::format("{} is not empty", folder.string()), {},
                   "Name another folder; a run is never written over.");
  }
  fs::create_directories(folder, error);
  if (error) return failure(v1::FILE_UNWRITABLE, fmt::format("{}: {}", folder.string(), error.message()));
  return fs::absolute(folder).lexically_proximate(fs::current_path());
}

}  // namespace

Result<void> write_file(const fs::path& file, std::string_view content) {
  const fs::path draft = file.string() + ".new";
  {
    std::ofstream stream(draft, std::ios::binary | std::ios::trunc);
    stream << content;
    if (!stream.flush())
      return failure(v1::FILE_UNWRITABLE, fmt::format("{} cannot be written", draft.string()));
  }
  std::error_code error;
  fs::rename(draft, file, error);
  if (error) return failure(v1::FILE_UNWRITABLE, fmt::format("{}: {}", file.string(), error.message()));
  return {};
}

RunFolder::RunFolder(fs::path path) : path_(std::move(path)), events_(path_ / "events", std::ios::binary) {}

Result<RunFolder> RunFolder::create(fs::path folder, const fs::path& scenario_file) {
  auto claimed = claim(std::move(folder), scenario_file);
  if (!claimed) return tl::unexpected(claimed.error());
  std::error_code error;
  for (const char* part : {"logs", "gateway", "nodes"}) {
    fs::create_directories(*claimed / part, error);
    if (error) return failure(v1::FILE_UNWRITABLE, fmt::format("{}: {}", claimed->string(), error.message()));
  }
  RunFolder made(std::move(*claimed));
  if (!made.events_) {
    return failure(v1::FILE_UNWRITABLE,
                   fmt::format("{} cannot be written", (made.path_ / "events").string()));
  }
  return made;
}

Result<fs::path> RunFolder::create_for_repeats(fs::path folder, const fs::path& scenario_file) {
  return claim(std::move(folder), scenario_file);
}

fs::path RunFolder::log(std::string_view process) const {
  return path_ / "logs" / fmt::format("{}.log", process);
}

void RunFolder::record(const v1::Event& event) { record(event.SerializeAsString()); }

void RunFolder::record(std::string_view event) {
  for (auto left = static_cast<std::uint32_t>(event.size());; left >>= 7) {
    buffer_ += static_cast<char>(left >= 0x80 ? left | 0x80 : left);
    if (left < 0x80) break;
  }
  buffer_ += event;
  if (buffer_.size() < 256 * 1024) return;
  events_ << buffer_;
  buffer_.clear();
}

Result<void> RunFolder::write_processes(const std::vector<RunningProcess>& processes) const {
  auto json = nlohmann::ordered_json::array();
  for (const RunningProcess& process : processes) {
    json.push_back({{"process", process.process}, {"pid", process.pid}, {"started", process.started}});
  }
  return write_file(path_ / "processes.json", json.dump(2) + "\n");
}

Result<void> RunFolder::write_external(const std::string& json) const {
  return write_file(path_ / "external.json", json);
}

Result<void> RunFolder::write_scenario(const std::string& text) const {
  return write_file(path_ / "scenario.yaml", text);
}

Result<void> RunFolder::write_latencies(const std::string& csv) const {
  return write_file(path_ / "latency.csv", csv);
}

Result<void> RunFolder::write_latency_log(const std::string& log) const {
  return write_file(path_ / "latency.hlog", log);
}

Result<void> RunFolder::write_report(const RunReport& report) {
  events_ << buffer_;
  buffer_.clear();
  if (!events_.flush()) {
    return failure(v1::FILE_UNWRITABLE, fmt::format("{} cannot be written", (path_ / "events").string()));
  }
  return write_file(path_ / "report.json", to_json(report));
}

Result<RunReport> RunFolder::read_report(const fs::path& folder) {
  const fs::path file = fs::is_directory(folder) ? folder / "report.json" : folder;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return failure(v1::FILE_UNREADABLE, fmt::format("{} cannot be read", file.string()), {},
                   "Name the folder of a run that has ended.");
  }
  std::ostringstream text;
  text << stream.rdbuf();
  auto report = report_from_json(text.view());
  if (!report) {
    Error error = report.error();
    error.where = file.string();
    return tl::unexpected(std::move(error));
  }
  return report;
}

}  // namespace gnc::scenarios
