#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/agreement/agreement_book.h"
#include "proto/types/result.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/engine/schedule.h"

namespace gnc::scenarios {

// A document's bytes as they stand in its file.
struct SourceDocument {
  std::string name;  // the path as it was found
  std::string bytes;
  std::string form_hint;  // "xml"
};

// The most that is read of one document: one byte more than any that a single window takes in, so that a
// larger one is refused there, by name.
constexpr std::size_t most_document_bytes = (8u << 20) + 1;

// One kind of exchange, with the documents that it carries.
struct PlannedLodgements {
  std::string name;  // unique in the run
  PartyName at;
  PartyName to;
  std::string agreement;
  std::string message;
  std::string priority;
  Duration life{};
  bool answer_due = false;
  std::vector<SourceDocument> documents;  // not empty
};

struct PlannedWorkload {
  PlannedLodgements lodgements;
  Schedule schedule = Schedule::burst(0);
  std::optional<Rate> rate;
};

// A scenario with all that it refers to: read, found and decided.
struct RunPlan {
  Scenario scenario;
  std::vector<std::filesystem::path> block_files;
  std::vector<std::filesystem::path> agreement_files;
  std::shared_ptr<const model::AgreementBook> book;
  // For each lodge step, in the order of the steps.
  std::vector<PlannedLodgements> lodgements;
  std::vector<PlannedWorkload> workloads;
};

// `documents`, relative to the current folder, stands in for every document of the scenario where it is
// given. All mistakes are reported.
tl::expected<RunPlan, std::vector<Error>> plan_run(Scenario scenario,
                                                   const std::optional<std::string>& documents);

}  // namespace gnc::scenarios
