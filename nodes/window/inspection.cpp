#include "nodes/window/inspection.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/agreement/business_time.h"

namespace gnc::window {
namespace {

Instant next_multiple(Instant now, Duration every) {
  if (every <= Duration{}) return now;
  const std::int64_t past = now.microseconds % every.microseconds;
  return past == 0 ? now : now + Duration{every.microseconds - past};
}

}  // namespace

std::string InspectionPlan::text() const {
  if (agencies.empty()) return {};
  return fmt::format("{} by customs{} {}", joint ? "Joint inspection" : "Inspections",
                     joint ? " and" : ", then", fmt::join(agencies, joint ? " and " : ", then "));
}

InspectionPlan plan_inspection(Duration customs, const std::vector<Consultation>& consultations,
                               const std::optional<JointInspection>& joint, Instant now,
                               double business_clock) {
  InspectionPlan plan;
  plan.joint = joint.has_value();
  Duration longest = customs, sum = customs;
  for (const Consultation& consultation : consultations) {
    const Duration looks = consultation.agency->joins_inspection;
    if (looks <= Duration{}) continue;
    plan.agencies.push_back(consultation.agency->name);
    longest = std::max(longest, looks);
    sum = sum + looks;
  }
  plan.begins = joint ? next_multiple(now, model::scaled(joint->every, business_clock)) : now;
  plan.customs = joint ? longest : customs;
  plan.afterwards = joint ? Duration{} : sum - customs;
  return plan;
}

}  // namespace gnc::window
