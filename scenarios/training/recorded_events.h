#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gnc/v1/event.pb.h"
#include "proto/types/instant.h"
#include "proto/types/result.h"

namespace gnc::scenarios {

// Every event of a run. Kept as bytes, since a run may have millions.
class RecordedEvents {
 public:
  // The `events` of a run's folder, in order of time.
  static Result<RecordedEvents> read(const std::filesystem::path& folder);

  void add(const v1::Event&);
  // Into the order of time; those of one moment stay in the order in which they came.
  void sort();

  std::size_t size() const { return places_.size(); }
  Instant at(std::size_t index) const { return places_[index].at; }
  // Into `event`, whose buffers are used again.
  void read(std::size_t index, v1::Event& event) const;

 private:
  struct Place {
    Instant at;
    std::uint64_t start = 0;
    std::uint32_t length = 0;
  };
  std::string bytes_;
  std::vector<Place> places_;
};

}  // namespace gnc::scenarios
