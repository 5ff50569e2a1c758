#pragma once

#include <filesystem>
#include <string>

namespace gnc::trust {

// Names, times, sizes and numbers of the folder's files and those in folders below: another text where a file
// is new, replaced or gone. Cheap enough to take twice a second.
std::string outline_of(const std::filesystem::path& folder);

}  // namespace gnc::trust
