#include "scenarios/engine/environment.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

namespace gnc::scenarios {
namespace {

// The value after the separator on the first line of `file` that begins with `key`.
std::string value_in(const char* file, std::string_view key, char separator) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with(key)) continue;
    const auto at = line.find(separator);
    if (at == std::string::npos) continue;
    std::string value = line.substr(at + 1);
    std::erase(value, '"');
    value.erase(0, value.find_first_not_of(" \t"));
    return value;
  }
  return "unknown";
}

}  // namespace

std::map<std::string, std::string> describe_environment() {
  utsname kernel{};
  ::uname(&kernel);
  return {{"processor", value_in("/proc/cpuinfo", "model name", ':')},
          {"cores", fmt::format("{}", std::thread::hardware_concurrency())},
          {"memory", value_in("/proc/meminfo", "MemTotal", ':')},
          {"kernel", fmt::format("{} {}", kernel.sysname, kernel.release)},
          {"system", value_in("/etc/os-release", "PRETTY_NAME", '=')}};
}

Duration own_cpu_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) { return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec; };
  return {of(usage.ru_utime) + of(usage.ru_stime)};
}

std::string time_text() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto whole = std::chrono::floor<std::chrono::seconds>(now);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(whole), (now - whole).count());
}

}  // namespace gnc::scenarios
