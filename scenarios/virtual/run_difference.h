#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "gnc/v1/event.pb.h"
#include "proto/types/result.h"

namespace gnc::scenarios {

// Where two runs' records part.
struct RunDifference {
  std::uint64_t event = 0;  // the first that differs, from 1
  // In words; empty where that run has ended.
  std::string first, second;
  // The last one before that both have; empty where they differ from the start.
  std::string before;
};

struct RecordComparison {
  std::uint64_t same = 0;  // events that both have, from the start
  std::optional<RunDifference> difference;
};

// The records of two runs: their folders, or their files of events. Reads both in step, whatever their size.
Result<RecordComparison> compare_records(const std::filesystem::path& first,
                                         const std::filesystem::path& second);

// "2026-01-05T08:00:00.123456Z NZ ADMITTED 019b… to CN, documents/a.xml".
std::string event_text(const v1::Event&);

}  // namespace gnc::scenarios
