#pragma once

#include <filesystem>
#include <string_view>

namespace gnc::cli {

// A folder of its own in another, which goes with this unless it is to be kept.
class ScratchFolder {
 public:
  enum class Afterwards { remove, keep };

  // The path is empty, and errno says why, where none can be made.
  ScratchFolder(const std::filesystem::path& parent, std::string_view name,
                Afterwards afterwards = Afterwards::remove);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  const Afterwards afterwards_;
  std::filesystem::path path_;
};

}  // namespace gnc::cli
