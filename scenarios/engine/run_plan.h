#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/agreement/agreement_book.h"
#include "proto/types/result.h"
#include "scenarios/engine/checklist.h"
#include "scenarios/engine/day_rhythm.h"
#include "scenarios/engine/document_source.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/engine/schedule.h"

namespace gnc::window {
struct Profile;
}

namespace gnc::scenarios {

// One kind of exchange, with the documents that it carries.
struct PlannedLodgements {
  std::string name;  // unique in the run
  PartyName at;
  PartyName to;
  std::string agreement;
  std::string message;
  std::string priority;
  Duration life{};  // by the network's clock: the business clock has been applied; zero: the node's own
  bool answer_due = false;
  DocumentSet documents;            // taken in turn; only of a follow-up empty: they are made in the run
  std::uint32_t conversations = 0;  // as in Workload
  bool is_follow_up = false;
  // When the goods arrive, after the intended time; by the network's clock.
  std::optional<Duration> goods_arrive = {};
  std::string in = {};  // the lodgements in whose conversations these go on; may be empty
  std::vector<std::filesystem::path> files = {};  // that go along with each document
};

struct PlannedStep {
  Step step;
  std::string name;                             // unique in the run: `as`, or "step 3"
  std::optional<PlannedLodgements> lodgements;  // of a lodge, submit, amend, cancel or query step
  std::vector<PlannedStep> parallel;
};

// What one administration hands over to another in the course of a trade.
struct PlannedFlow {
  PlannedLodgements lodgements;
  DayRhythm rhythm;
  std::uint64_t count = 0;
  std::uint32_t residue = 0;  // as in DayRhythm
  Duration every{};           // from one time that it hands over to the next
  Duration moment{};          // in each of these intervals
};
struct PlannedTrade {
  Duration length{};
  std::uint64_t exchanges = 0;
  std::vector<PlannedFlow> flows;  // none of nothing
};

struct PlannedWorkload {
  PlannedLodgements lodgements;
  Duration start{};  // after the workloads began; schedule and users count from then
  // Of an open model and a burst. A player copies it and takes one arrival after the other.
  Schedule schedule = Schedule::burst(0);
  std::optional<Users> users;  // of a closed model; its schedule is empty
  Rate rate;                   // asked for on average; zero for bursts and users
  // Of all with each other; the schedule is empty, and the lodgements above are those of its first flow.
  std::optional<PlannedTrade> trade = {};
};

// A scenario with all that it refers to: read, found and decided.
struct RunPlan {
  Scenario scenario;
  std::vector<std::filesystem::path> block_files;
  std::vector<std::filesystem::path> agreement_files;
  std::map<PartyName, std::filesystem::path> profile_files;
  std::map<PartyName, std::shared_ptr<const window::Profile>> profiles;  // what those say
  std::shared_ptr<const model::AgreementBook> book;
  std::vector<PlannedStep> steps;
  std::vector<PlannedWorkload> workloads;
  std::vector<TimedFault> faults;       // by the time at which they begin
  std::map<std::string, Phase> phases;  // the scenario's, and the named faults
  Checklists checklists;
  // What expectations select of exchanges: each is a slice of the report.
  std::vector<Selection> selections;

  // Where chance comes from: a stream of its own for each name, from the scenario's seed.
  Random stream(std::string_view name) const { return Random(scenario.seed).child(name); }
};

// `documents`, relative to the current folder, stands in for every document of the scenario where it is
// given. All mistakes are reported.
tl::expected<RunPlan, std::vector<Error>> plan_run(Scenario scenario,
                                                   const std::optional<std::string>& documents);

// What is wrong with what the scenario refers to, as far as it was read: `scenario` may have mistakes of its
// own.
std::vector<Error> check_references(const Scenario& scenario);

// From the beginning of the workloads to the end of the last.
Duration length_of_workloads(const RunPlan&);

}  // namespace gnc::scenarios
