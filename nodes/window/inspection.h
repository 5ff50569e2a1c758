#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodes/window/agencies.h"

namespace gnc::window {

// Everybody who has to open goods comes to one inspection, and these begin at whole multiples of `every`.
struct JointInspection {
  Duration every;
};

// How goods are opened that customs wants to see.
struct InspectionPlan {
  Instant begins;
  Duration customs;                   // an officer's time, by business time, as are those after it
  Duration afterwards;                // what agencies need when customs is done
  std::vector<std::string> agencies;  // that look at them too
  bool joint = false;

  // "Joint inspection by customs and CN/standards"; empty where customs is alone.
  std::string text() const;
};

// Customs takes `customs`. With a joint inspection the slowest decides how long the goods stay open; without,
// agencies open them one after the other when customs is done.
InspectionPlan plan_inspection(Duration customs, const std::vector<Consultation>& consultations,
                               const std::optional<JointInspection>& joint, Instant now,
                               double business_clock);

}  // namespace gnc::window
