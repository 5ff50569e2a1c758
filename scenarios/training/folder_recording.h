#pragma once

#include <filesystem>

#include "proto/types/result.h"
#include "scenarios/training/recording.h"

namespace gnc::scenarios {

// The run that left this folder, live or virtual.
Result<Recording> read_recording(const std::filesystem::path& folder);

}  // namespace gnc::scenarios
