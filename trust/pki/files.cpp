#include "trust/pki/files.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::trust {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

tl::unexpected<Error> unreadable(const std::filesystem::path& path, const char* why) {
  return failure(v1::FILE_UNREADABLE, why, path.string());
}

tl::unexpected<Error> unwritable(const std::filesystem::path& path) {
  return failure(v1::FILE_UNWRITABLE, std::strerror(errno), path.string());
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool flush_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.is_open() && ::fsync(opened.number()) == 0;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bound) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about {};
  if (!file.is_open() || ::fstat(file.number(), &about) != 0) return unreadable(path, std::strerror(errno));
  if (!S_ISREG(about.st_mode)) return unreadable(path, "it is not a regular file");
  std::string bytes;
  char buffer[16384];
  for (;;) {
    const ssize_t got = ::read(file.number(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, std::strerror(errno));
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (bytes.size() > bound) {
      return failure(v1::FILE_UNREADABLE, fmt::format("it is longer than {} bytes", bound), path.string());
    }
  }
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes, mode_t mode) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) return failure(v1::FILE_UNWRITABLE, problem.message(), folder.string());
  std::string beside = path.string() + ".XXXXXX";
  {
    const Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));
    if (!file.is_open()) return unwritable(path);
    if (::fchmod(file.number(), mode) != 0 || !write_all(file.number(), bytes) ||
        ::fsync(file.number()) != 0) {
      const auto error = unwritable(path);
      ::unlink(beside.c_str());
      return error;
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    const auto error = unwritable(path);
    ::unlink(beside.c_str());
    return error;
  }
  if (!flush_folder(folder)) return unwritable(folder);
  return {};
}

}  // namespace gnc::trust
