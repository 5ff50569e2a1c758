#include "scenarios/training/told_story.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace gnc::scenarios {
namespace {

bool is_meant(const StoryMoment& moment, const v1::Event& event) {
  return event.kind() == moment.event && (moment.at.empty() || moment.at == cast_name(event.party())) &&
         (moment.peer.empty() || moment.peer == cast_name(event.peer())) &&
         (moment.reference.empty() || event.reference().find(moment.reference) != std::string::npos) &&
         (moment.code.empty() ||
          (event.reason() != v1::ERROR_CODE_UNSPECIFIED && label(event.reason()) == moment.code));
}

}  // namespace

std::vector<ToldMoment> tell_story(const Recording& recording) {
  const std::vector<StoryStep>& story = recording.scenario.story;
  std::vector<ToldMoment> told(story.size());
  std::vector<std::uint32_t> seen(story.size());
  for (std::size_t i = 0; i < story.size(); ++i) {
    const StoryMoment& when = story[i].when;
    if (when.kind == StoryMoment::Kind::start) told[i].at = Duration{};
    if (when.kind == StoryMoment::Kind::end) told[i].at = recording.length;
    if (when.kind == StoryMoment::Kind::time && when.time <= recording.length) told[i].at = when.time;
  }
  // Who receives an envelope does not know what its lodger calls it.
  std::unordered_map<std::string, std::string> called;
  const bool by_name =
      std::ranges::any_of(story, [](const StoryStep& step) { return !step.when.reference.empty(); });
  v1::Event event;
  for (std::size_t n = 0; n < recording.events.size() && !story.empty(); ++n) {
    recording.events.read(n, event);
    if (by_name && !event.exchange().empty()) {
      std::string& name = called[event.exchange()];
      if (name.empty()) name = event.reference();
      event.set_reference(name);
    }
    for (std::size_t i = 0; i < story.size(); ++i) {
      const StoryMoment& when = story[i].when;
      if (when.kind != StoryMoment::Kind::event || told[i].at || !is_meant(when, event)) continue;
      if (++seen[i] < when.nth) continue;
      told[i] = {Instant{event.at()} - recording.begin, Uuid::from_bytes(event.exchange())};
    }
  }
  return told;
}

}  // namespace gnc::scenarios
