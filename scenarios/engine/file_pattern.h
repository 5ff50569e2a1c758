#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "proto/types/result.h"

namespace gnc::scenarios {

// The files that `pattern` names, sorted, relative to `base` where it is relative. `*` and `?` stand for
// characters within one name, `**` for any number of folders; the extension matches in either case. A file
// without wildcards names itself. No match: REFERENCE_UNKNOWN that names the pattern and the nearest folder.
Result<std::vector<std::filesystem::path>> find_files(std::string_view pattern,
                                                      const std::filesystem::path& base);

// Whether one name matches one pattern without `/`; the extension in either case.
bool name_matches(std::string_view name, std::string_view pattern);

}  // namespace gnc::scenarios
