#include "scenarios/training/folder_recording.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "model/yaml/instant_text.h"
#include "scenarios/engine/run_folder.h"
#include "scenarios/engine/scenario_reader.h"
#include "scenarios/training/root_certificate.h"
#include "scenarios/training/stored_evidence.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

// Empty where there is no such file.
std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

RunCast read_cast(const fs::path& folder, const Scenario& scenario) {
  auto cast = cast_from_json(content_of(folder / "cast.json"));
  return cast ? std::move(*cast) : cast_of(scenario.topology);
}

// Who is in the events and not in the cast takes part all the same.
void add_those_who_act(const RecordedEvents& events, RunCast& cast) {
  v1::Event event;
  for (std::size_t i = 0; i < events.size(); ++i) {
    events.read(i, event);
    for (const std::string& party : {event.party(), event.peer()}) {
      const std::string_view name = cast_name(party);
      if (name.empty() ||
          std::ranges::find(cast.parties, name, &RunCast::Party::name) != cast.parties.end()) {
        continue;
      }
      cast.parties.push_back({std::string(name), "administration", std::string(name), {}, {}});
    }
  }
}

void place_in_time(const RecordedEvents& events, Recording& recording) {
  const RunReport& report = recording.report;
  const auto started = model::parse_instant(report.started_at);
  const Instant first = events.size() > 0 ? events.at(0) : started.value_or(Instant{});
  recording.begin = started ? std::min(*started, first) : first;
  const Instant from = recording.cast.counts_from;
  recording.faults_from = (from == Instant{} ? first : from) - recording.begin;
  recording.length = (events.size() > 0 ? events.at(events.size() - 1) : first) - recording.begin;
}

void collect_faults(const std::vector<Step>& steps, std::vector<Fault>& into) {
  for (const Step& step : steps) {
    if (const auto* fault = std::get_if<FaultStep>(&step.action)) into.push_back(fault->fault);
    if (const auto* parallel = std::get_if<ParallelStep>(&step.action)) collect_faults(parallel->steps, into);
  }
}

}  // namespace

Result<Recording> read_recording(const fs::path& folder) {
  auto report = RunFolder::read_report(folder);
  if (!report) return tl::unexpected(report.error());
  auto events = RecordedEvents::read(folder);
  if (!events) return tl::unexpected(events.error());
  Recording recording;
  recording.id = fs::absolute(folder).lexically_normal().filename().string();
  // The files that it names lie elsewhere: what is wrong with it for that says nothing here.
  recording.scenario =
      read_what_is_right(content_of(folder / "scenario.yaml"), folder / "scenario.yaml").scenario;
  recording.report = std::move(*report);
  recording.cast = read_cast(folder, recording.scenario);
  place_in_time(*events, recording);
  add_those_who_act(*events, recording.cast);
  recording.events = std::move(*events);
  collect_faults(recording.scenario.steps, recording.faults);
  for (const TimedFault& fault : recording.scenario.faults) recording.faults.push_back(fault.fault);
  recording.anchor = root_certificate(folder / "pki");
  auto evidence = open_stored_evidence(folder);
  if (evidence) {
    recording.evidence = std::move(*evidence);
    recording.can_inspect = true;
  } else {
    recording.evidence = std::make_unique<NoEvidence>(
        recording.report.world == "virtual"
            ? "The folder of a virtual run has no documents; gncsim demo SCENARIO plays it again with them."
            : "The run's stores cannot be read: " + describe(evidence.error()));
  }
  return recording;
}

}  // namespace gnc::scenarios
