#include "scenarios/engine/live_limits.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

class Limits {
 public:
  explicit Limits(const RunPlan& plan) : plan_(plan) {}

  std::vector<Error> found() {
    for (const PlannedWorkload& planned : plan_.workloads) check(planned.lodgements);
    return std::move(found_);
  }

 private:
  void check(const PlannedLodgements& of_workload) {
    for (const SourceDocument& document : of_workload.documents) {
      if (document.captures.empty()) continue;
      return beyond(fmt::format("a captured value in documents of the workload {}", of_workload.name), {});
    }
  }

  void beyond(std::string_view what, model::YamlPlace place) {
    std::string where = plan_.scenario.file.string();
    if (place.line > 0) where += fmt::format(":{}:{}", place.line, place.column);
    found_.push_back({v1::KEY_VALUE, fmt::format("{} is not played in the live world", what),
                      std::move(where), "Leave it out."});
  }

  const RunPlan& plan_;
  std::vector<Error> found_;
};

}  // namespace

std::vector<Error> beyond_live_run(const RunPlan& plan) { return Limits(plan).found(); }

}  // namespace gnc::scenarios
