#include "cli/scratch_folder.h"

#include <cstdlib>
#include <string>

namespace gnc::cli {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder(const fs::path& parent, std::string_view name, Afterwards afterwards)
    : afterwards_(afterwards) {
  std::string path = (fs::absolute(parent) / name).string() + "-XXXXXX";
  if (::mkdtemp(path.data()) != nullptr) path_ = path;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty() && afterwards_ == Afterwards::remove) fs::remove_all(path_, ignored);
}

}  // namespace gnc::cli
