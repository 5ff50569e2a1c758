#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/event.pb.h"
#include "model/yaml/yaml_node.h"
#include "proto/types/instant.h"

// What a scenario tells those who watch it in the training page: where to stop, what to look at, what to say
// and what to ask. No run depends on it.
namespace gnc::scenarios {

// The same in several languages, by their tags: "en", "fr".
using Wording = std::map<std::string, std::string>;

struct StoryMoment {
  enum class Kind { start, end, time, event };
  Kind kind = Kind::start;
  Duration time{};  // since the start of the run
  // The nth event of this kind; what is not given may be anything.
  v1::EventKind event{};
  std::string at, peer;   // parties
  std::string reference;  // a part of it
  std::string code;       // "GNC-204"
  std::uint32_t nth = 1;
};

struct StoryAnswer {
  Wording text;
  bool right = false;
  Wording because;
};

struct StoryQuestion {
  Wording question;
  std::vector<StoryAnswer> answers;
};

struct StoryStep {
  StoryMoment when;
  std::string point;  // a party, a link, "gateway" or "exchange"; empty: nothing
  Wording say;
  std::optional<StoryQuestion> ask;
  model::YamlPlace place;
};

// "admitted" of EVENT_KIND_ADMITTED: as stories name events, and the page.
std::string event_kind_name(v1::EventKind);

}  // namespace gnc::scenarios
