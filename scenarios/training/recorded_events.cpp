#include "scenarios/training/recorded_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {

Result<RecordedEvents> RecordedEvents::read(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "events";
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return failure(v1::FILE_UNREADABLE, fmt::format("{} cannot be read", file.string()), {},
                   "Name the folder of a run that has ended.");
  }
  google::protobuf::io::IstreamInputStream input(&stream);
  RecordedEvents events;
  v1::Event event;
  bool clean_end = false;
  while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(&event, &input, &clean_end)) {
    events.add(event);
    event.Clear();
  }
  if (!clean_end) {
    return failure(v1::FILE_UNREADABLE, fmt::format("{} is not a whole record of events", file.string()));
  }
  events.sort();
  return events;
}

void RecordedEvents::add(const v1::Event& event) {
  const std::uint64_t start = bytes_.size();
  event.AppendToString(&bytes_);
  places_.push_back({{event.at()}, start, static_cast<std::uint32_t>(bytes_.size() - start)});
}

void RecordedEvents::sort() { std::ranges::stable_sort(places_, {}, &Place::at); }

void RecordedEvents::read(std::size_t index, v1::Event& event) const {
  const Place& place = places_[index];
  event.ParseFromArray(bytes_.data() + place.start, static_cast<int>(place.length));
}

}  // namespace gnc::scenarios
