#include "cli/machine_check.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>

#include "cli/scratch_folder.h"
#include "gnc/v1/errors.pb.h"
#include "proto/types/system_clock.h"
#include "trust/pki/pki.h"

namespace gnc::cli {
namespace {

namespace fs = std::filesystem;

constexpr rlim_t least_files = 4096;
constexpr std::uint64_t least_memory = 512u << 20;
constexpr std::uintmax_t least_disk = std::uintmax_t{1} << 30;

std::string system_reason() { return std::strerror(errno); }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Result<std::string> check_port() {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // What the sockets interface asks for.
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (socket.number() < 0 || ::bind(socket.number(), generic, size) != 0 ||
      ::listen(socket.number(), 1) != 0 || ::getsockname(socket.number(), generic, &size) != 0) {
    return failure(v1::PORT_UNAVAILABLE, system_reason(), "127.0.0.1",
                   "Allow this user to listen on loopback; containers may forbid it.");
  }
  return fmt::format("can listen on 127.0.0.1, as on {}", ntohs(address.sin_port));
}

Result<std::string> check_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return failure(v1::PROCESS_FAILED, system_reason());
  if (limit.rlim_max < least_files) {
    return failure(
        v1::PROCESS_FAILED, fmt::format("{} at the most, and a run may need {}", limit.rlim_max, least_files),
        "ulimit -Hn", "Raise the hard limit: LimitNOFILE= of systemd, or /etc/security/limits.conf.");
  }
  return fmt::format("up to {}", limit.rlim_max);
}

Result<std::string> check_memory() {
  std::ifstream stream("/proc/meminfo");
  for (std::string key; stream >> key;) {
    std::uint64_t kilobytes = 0;
    if (key != "MemAvailable:") continue;
    stream >> kilobytes;
    if (kilobytes * 1024 < least_memory) {
      return failure(
          v1::PROCESS_FAILED,
          fmt::format("{} MB are free, and a run may need {}", kilobytes / 1024, least_memory >> 20),
          "/proc/meminfo", "End what uses it.");
    }
    return fmt::format("{} MB free", kilobytes / 1024);
  }
  return failure(v1::FILE_UNREADABLE, "it does not say how much is free", "/proc/meminfo");
}

Result<std::string> check_disk(const fs::path& folder) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  if (error) return failure(v1::FILE_UNREADABLE, error.message(), folder.string());
  if (space.available < least_disk) {
    return failure(v1::FILE_UNWRITABLE, fmt::format("{} MB are free", space.available >> 20), folder.string(),
                   "Make room for 1 GB, or name another folder.");
  }
  return fmt::format("{} MB free", space.available >> 20);
}

// How long one durable write takes: no receipt can be given faster.
Result<std::string> check_durability(const fs::path& folder) {
  const fs::path file = folder / "write";
  const Descriptor descriptor(::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  std::vector<double> milliseconds;
  for (int i = 0; i < 15; ++i) {
    const auto began = std::chrono::steady_clock::now();
    if (descriptor.number() < 0 || ::write(descriptor.number(), "gncsim", 6) != 6 ||
        ::fsync(descriptor.number()) != 0) {
      return failure(v1::FILE_UNWRITABLE, system_reason(), folder.string(),
                     "Name a folder that can be written to.");
    }
    milliseconds.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
  }
  std::ranges::sort(milliseconds);
  return fmt::format("a durable write takes {:.2f} ms (median of {})", milliseconds[milliseconds.size() / 2],
                     milliseconds.size());
}

Result<std::string> check_certificates(const fs::path& folder) {
  const Instant begin = system_now();
  const trust::Validity validity{begin, begin + Duration::from_seconds(3600)};
  auto pki = trust::Pki::create(folder / "pki", validity);
  if (!pki) return tl::unexpected(pki.error());
  const auto issued = pki->issue({*PartyName::from_text("NZ"), validity});
  if (!issued) return tl::unexpected(issued.error());
  return std::string("keys and certificates can be made");
}

Result<std::string> check_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error || ::access(program.c_str(), X_OK) != 0) {
    return failure(v1::PROCESS_FAILED, "it cannot be started again", program.string(),
                   "Do not replace or delete it while it runs.");
  }
  return program.string();
}

}  // namespace

std::vector<MachineCheck> check_machine(const fs::path& folder) {
  std::vector<MachineCheck> checks{{"program", check_program()},
                                   {"ports", check_port()},
                                   {"open files", check_files()},
                                   {"memory", check_memory()},
                                   {"disk", check_disk(folder)}};
  const ScratchFolder scratch(folder, ".gncsim-doctor");
  if (scratch.path().empty()) {
    checks.push_back({"folder", failure(v1::FILE_UNWRITABLE, system_reason(), folder.string(),
                                        "Name a folder that can be written to.")});
    return checks;
  }
  checks.push_back({"durability", check_durability(scratch.path())});
  checks.push_back({"certificates", check_certificates(scratch.path())});
  return checks;
}

}  // namespace gnc::cli
