#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/event.pb.h"
#include "nodes/window/condition.h"

namespace gnc::window {

// Green: released on documents as they are. Yellow: an officer looks at the documents. Red: at the goods.
enum class Channel : std::uint8_t { green, yellow, red };
std::string_view channel_name(Channel channel);
// As events have it.
v1::RiskChannel recorded(Channel channel);

struct RiskRule {
  std::string name;
  int weight = 0;
  std::vector<Condition> when;
};

// Names, numbers or words that somebody looks out for. Compared without regard to case and to blanks at the
// ends.
struct WatchList {
  std::string name;
  int weight = 0;
  std::vector<ElementPath> paths;
  std::vector<std::string> entries;
};

// What an authorised operator is spared.
struct AeoCredit {
  int points = 0;
  // Who holds an authorisation; where none is named, whoever declares one of the categories.
  std::vector<std::string> holders;
  std::vector<std::string> categories;  // "AEOC", "AEOF", "AEOS"
};

struct Sampling {
  Decimal per_cent;
  Channel channel = Channel::yellow;
  std::uint64_t seed = 0;
};

struct RiskProfile {
  std::vector<RiskRule> rules;
  std::vector<WatchList> watch_lists;
  std::optional<AeoCredit> aeo;
  std::optional<Sampling> sampling;
  int yellow_from = 0;  // points
  int red_from = 0;
};

// Why points were given or taken.
struct RiskReason {
  std::string rule;
  int points = 0;
  int item = 0;  // position from 1; 0: the declaration as a whole
};

struct RiskAssessment {
  int score = 0;
  Channel channel = Channel::green;
  bool sampled = false;
  std::vector<RiskReason> reasons;

  // "red at 80 points: undervalued 60 (item 2), watched consignors 20".
  std::string text() const;
};

// `draw` is evenly distributed over all 64 bits; the same draw gives the same assessment. `known`: reasons
// that are known beside the document, such as discrepancies with a partner's data.
RiskAssessment assess_risk(const RiskProfile& profile, const v1::MetaData& document, std::uint64_t draw,
                           const std::vector<RiskReason>& known = {});

}  // namespace gnc::window
