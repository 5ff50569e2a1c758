#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "proto/types/result.h"
#include "scenarios/training/recording.h"

namespace gnc::scenarios {

// The training page with the recording in it: one file that plays anywhere, without a server. USAGE where the
// run is too large for one.
Result<std::string> exported_page(const Recording&);

// `page` is the page as it was built; `file` gives the content of a file that it names. The script and the
// style sheet are put in and named in its Content-Security-Policy by their hashes; `recording` is JSON.
Result<std::string> with_all_inlined(std::string page, const std::string& recording,
                                     const std::function<std::optional<std::string>(std::string_view)>& file);

// The recording as the page finds it in its file.
std::string recording_json(const Recording&);

}  // namespace gnc::scenarios
