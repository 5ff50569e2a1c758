#include "trust/tls/folder_outline.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <vector>

namespace gnc::trust {

std::string outline_of(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    struct stat status {};
    if (::stat(at->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    files.push_back(fmt::format("{} {}.{} {} {}", at->path().string(), status.st_mtim.tv_sec,
                                status.st_mtim.tv_nsec, status.st_size, status.st_ino));
  }
  std::ranges::sort(files);
  return fmt::format("{}", fmt::join(files, "\n"));
}

}  // namespace gnc::trust
