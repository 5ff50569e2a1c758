#include "scenarios/training/virtual_recording.h"

#include "scenarios/training/root_certificate.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::scenarios {
namespace {

class Recorder final : public RunListener {
 public:
  void happened(const v1::Event& event) override { events.add(event); }
  void sealed(const std::shared_ptr<const std::string>& batch) override { evidence->keep(batch); }

  RecordedEvents events;
  std::unique_ptr<KeptEvidence> evidence = std::make_unique<KeptEvidence>();
};

void add_faults(const std::vector<PlannedStep>& steps, std::vector<Fault>& into) {
  for (const PlannedStep& planned : steps) {
    if (const auto* fault = std::get_if<FaultStep>(&planned.step.action)) into.push_back(fault->fault);
    add_faults(planned.parallel, into);
  }
}

}  // namespace

Result<Recording> record_virtually(const RunPlan& plan, const std::string& version,
                                   const std::filesystem::path& scratch,
                                   const std::vector<TimedFault>& more_faults) {
  Recorder recorder;
  VirtualOptions options;
  options.version = version;
  options.world = settings_of(plan.scenario);
  options.world.real_signatures = true;
  options.world.pki = scratch;
  options.listener = &recorder;
  options.more_faults = more_faults;
  options.keep_going = true;
  auto outcome = play_virtual(plan, nullptr, options);
  if (!outcome) return tl::unexpected(outcome.error());
  recorder.events.sort();
  Recording recording{{},
                      plan.scenario,
                      cast_of(plan),
                      std::move(outcome->report),
                      std::move(recorder.events),
                      std::move(recorder.evidence),
                      root_certificate(scratch),
                      options.world.start,
                      outcome->length,
                      outcome->faults_from,
                      {},
                      true,
                      true,
                      false,
                      {}};
  add_faults(plan.steps, recording.faults);
  for (const TimedFault& fault : plan.faults) recording.faults.push_back(fault.fault);
  for (const TimedFault& fault : more_faults) recording.faults.push_back(fault.fault);
  return recording;
}

}  // namespace gnc::scenarios
