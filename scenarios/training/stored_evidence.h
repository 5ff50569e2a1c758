#pragma once

#include <filesystem>
#include <memory>

#include "proto/types/result.h"
#include "scenarios/training/evidence.h"

namespace gnc::scenarios {

// What the stores in the folder of a live run have on record. USAGE where it has none.
Result<std::unique_ptr<Evidence>> open_stored_evidence(const std::filesystem::path& run_folder);

}  // namespace gnc::scenarios
