#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "scenarios/engine/expectation.h"

namespace gnc::window {
struct Profile;
}

namespace gnc::scenarios {

// Of whom something is wanted: an administration by what comes to it, or whoever lodges.
enum class ChecklistRole { administration, trader };

// One thing that the checklist wants, shown by what a run measures or by what a profile has.
struct ChecklistItem {
  std::string name;
  std::string title;
  ChecklistRole of = ChecklistRole::administration;
  Expectation holds;    // of an indicator; without a measure, the item is of the profile
  std::string profile;  // which part the administration's profile must have
  double weight = 1;
};

// What digital customs is, as somebody has declared it: a version of a list. Data (docs/indicators.md).
struct Checklist {
  std::string name;
  std::string version;
  std::string title;
  bool illustrative = true;
  std::vector<ChecklistItem> items;
};

// Which list is held against whom.
struct Checklists {
  std::shared_ptr<const Checklist> common;                    // the scenario's; null: none
  std::map<PartyName, std::shared_ptr<const Checklist>> own;  // those of administrations' profiles

  bool empty() const { return common == nullptr && own.empty(); }
  // An administration's own before the common one. Null: none.
  const Checklist* of_administration(const PartyName& administration) const;
  // A trader is held against the common one; without, against that of the administration it lodges with.
  const Checklist* of_trader(const PartyName& lodging_with) const;
};

// Whether the profile has that part. Without a profile it has none.
bool has_part(const window::Profile* profile, std::string_view part);

// Every mistake is reported, with file:line:column.
tl::expected<Checklist, std::vector<Error>> parse_checklist(std::string_view text, const std::string& file);
tl::expected<Checklist, std::vector<Error>> read_checklist(const std::filesystem::path& file);
// `name`, as the definition `by` has it at `place`: relative to that one's folder.
tl::expected<Checklist, std::vector<Error>> read_checklist(const std::string& name,
                                                           const std::filesystem::path& by,
                                                           model::YamlPlace place);

}  // namespace gnc::scenarios
