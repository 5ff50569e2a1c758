#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "proto/types/result.h"

namespace gnc::trust {

inline constexpr mode_t readable_by_all = 0644;
inline constexpr mode_t readable_by_owner = 0600;

// The whole file, or FILE_UNREADABLE where it is not a regular file, is longer than `bound`, or fails.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t bound);

// Writes beside `path`, flushes to disk and renames over it: a reader sees the old file or the new one.
Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes,
                          mode_t mode = readable_by_all);

}  // namespace gnc::trust
