#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/yaml/yaml_node.h"
#include "nodes/window/agencies.h"
#include "nodes/window/chance.h"
#include "nodes/window/checks.h"
#include "nodes/window/desk.h"
#include "nodes/window/inspection.h"
#include "nodes/window/matching.h"
#include "nodes/window/office.h"
#include "nodes/window/paper.h"
#include "nodes/window/risk.h"
#include "nodes/window/tariff.h"
#include "nodes/window/treasury.h"

namespace gnc::window {

struct Communication {
  std::string id;
  std::string type;  // "EM", "TE"
};

struct Offices {
  std::string appeal;
  std::string contact;
  std::vector<Communication> communications;
  std::string bank;     // for the trader's payment
  std::string account;  // the administration's own
};

// How long officers look, and whether the trader is told that they do.
struct Control {
  TimeSpread takes = TimeSpread::always({});
  bool told = true;
};

// Codes of answers that differ from one administration to another.
struct AnswerCodes {
  std::string cleared = "A2";     // StatementCode of 09
  std::string statement = "AFB";  // StatementTypeCode of statements
  std::string granted = "39";     // Status of 11
  std::string refused = "41";
  std::string assessed;       // Status of the 13 that comes before release; empty: none is sent
  std::string settled = "4";  // Status of the 13 that says what was settled
  std::string documents = "ACA";
  PointerStyle pointers;
  bool own_acceptance_date = false;  // true: the declared AcceptanceDateTime does not count
};

// What a trader is asked some time after release: whether the goods have left.
struct PostReleaseQuery {
  std::vector<Condition> when;
  Duration after;
  Duration answer_within;
};

// A file that says what digital customs is: what the administration wants to be held against.
struct ChecklistFile {
  std::string name;        // relative to the profile's folder
  model::YamlPlace place;  // of the name
};

// An administration: what its single window decides by. Data (docs/profiles.md).
struct Profile {
  std::string name;
  std::string title;
  bool illustrative = true;
  std::string country;
  std::string common_regime = "100";
  Offices offices;
  AnswerCodes answers;
  std::vector<Check> checks;
  std::vector<Condition> pre_lodged;   // empty: none is
  std::vector<Condition> duty_is_due;  // empty: never
  std::optional<Tariff> tariff;
  RiskProfile risk;
  std::optional<OpeningHours> opening_hours;  // of its officers; without, they always work
  std::uint32_t officers = 0;                 // 0: as many as there is work for
  std::optional<PaperProfile> paper;          // without, all comes as data
  std::optional<Matching> matching;
  Control documentary;  // yellow
  Control physical;     // red
  std::optional<JointInspection> joint_inspection;
  std::vector<Agency> agencies;
  Treasury treasury;
  // How long a trader has for documents that an agency lacks.
  Duration documents_within = Duration::from_seconds(30 * 24 * 3600);
  std::optional<PostReleaseQuery> post_release_query;
  bool cancel_after_release = false;
  std::vector<Register> registers;
  std::vector<Desk> desks;
  std::vector<PushRule> pushes;
  // The messages that its single window deals with. Not said: all, or of one that has desks or registers,
  // none.
  std::optional<std::vector<std::string>> clears;
  std::optional<ChecklistFile> checklist;
};

}  // namespace gnc::window
