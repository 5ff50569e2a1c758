#include "scenarios/virtual/event_record.h"

#include <stdexcept>

#include "nodes/core/event_bytes.h"

namespace gnc::scenarios {

void EventRecord::add(const PartyName& party, const nodes::NodeEvent& event, Instant at) {
  bytes_.clear();
  nodes::append_event(bytes_, party, event, at);
  keep();
}

void EventRecord::add(const v1::Event& event) {
  bytes_.clear();
  event.AppendToString(&bytes_);
  keep();
}

const v1::Event& EventRecord::whole() {
  if (!event_.ParseFromString(bytes_)) throw std::logic_error("an event that was just written can be read");
  return event_;
}

void EventRecord::keep() {
  digest_.add(bytes_);
  if (folder_ != nullptr) folder_->record(bytes_);
}

}  // namespace gnc::scenarios
