#include "scenarios/engine/checklist.h"

#include <algorithm>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/definition_kind.h"
#include "model/yaml/yaml_table.h"
#include "nodes/window/profile.h"
#include "scenarios/engine/indicator.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlTable;
using window::Profile;

struct Part {
  std::string_view name;  // the key of the profile
  bool (*is_in)(const Profile&);
};

constexpr Part parts[] = {
    {"agencies", [](const Profile& profile) { return !profile.agencies.empty(); }},
    {"authorised operators", [](const Profile& profile) { return profile.risk.aeo.has_value(); }},
    {"checks", [](const Profile& profile) { return !profile.checks.empty(); }},
    {"joint inspection", [](const Profile& profile) { return profile.joint_inspection.has_value(); }},
    {"post-release query", [](const Profile& profile) { return profile.post_release_query.has_value(); }},
    {"pre-lodged", [](const Profile& profile) { return !profile.pre_lodged.empty(); }},
    {"pushes", [](const Profile& profile) { return !profile.pushes.empty(); }},
    {"registers", [](const Profile& profile) { return !profile.registers.empty(); }},
    {"risk", [](const Profile& profile) { return !profile.risk.rules.empty(); }},
    {"tariff", [](const Profile& profile) { return profile.tariff.has_value(); }},
    {"treasury", [](const Profile& profile) { return !profile.treasury.accounts.empty(); }}};

void read_part(const YamlNode& node, std::string& into, YamlMistakes& mistakes) {
  if (!model::read_yaml(node, into, mistakes)) return;
  if (std::ranges::find(parts, into, &Part::name) != std::end(parts)) return;
  std::vector<std::string_view> known;
  for (const Part& part : parts) known.push_back(part.name);
  mistakes.add_unknown_reference(into, node.place, "part of a profile", known);
}

// An expectation of an indicator, of whatever is looked at.
void read_holds(const YamlNode& node, Expectation& into, YamlMistakes& mistakes) {
  const auto text = model::scalar_text(node, "an indicator, a comparison and a value", mistakes);
  if (!text) return;
  auto parsed = parse_expectation(*text);
  if (!parsed)
    return mistakes.add(parsed.error().code, node.place, parsed.error().detail, parsed.error().remedy);
  if (!parsed->selection.empty()) {
    return mistakes.add(v1::KEY_VALUE, node.place, fmt::format("\"{}\" selects by itself", *text),
                        "Leave the brackets out: an item is looked at for each party by itself.");
  }
  const std::string& name = parsed->measure->name;
  const auto indicator = std::ranges::find(indicators(), name, &Indicator::name);
  // Latencies are kept for the run as a whole and its slices.
  if (indicator == indicators().end() || indicator->formula.starts_with("latency_ms")) {
    return mistakes.add(v1::KEY_VALUE, node.place,
                        fmt::format("{} is not counted period by period, so no item can be of it", name),
                        "Name an indicator whose formula is of indicator_counts (docs/indicators.md).");
  }
  into = std::move(*parsed);
}

bool read_yaml(const YamlNode& node, ChecklistItem& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<ChecklistItem>("an item")
          .required("item", &ChecklistItem::name)
          .required("title", &ChecklistItem::title)
          .required("of",
                    [](ChecklistItem& item, const YamlNode& value, YamlMistakes& wrong) {
                      model::read_word<ChecklistRole>(value,
                                                      {{"administration", ChecklistRole::administration},
                                                       {"trader", ChecklistRole::trader}},
                                                      item.of, wrong);
                    })
          .optional("holds", [](ChecklistItem& item, const YamlNode& value,
                                YamlMistakes& wrong) { read_holds(value, item.holds, wrong); })
          .optional("profile has", [](ChecklistItem& item, const YamlNode& value,
                                      YamlMistakes& wrong) { read_part(value, item.profile, wrong); })
          .optional("weight", [](ChecklistItem& item, const YamlNode& value, YamlMistakes& wrong) {
            if (model::read_yaml(value, item.weight, wrong) && !(item.weight > 0 && item.weight <= 1000))
              wrong.add_value(value, "a weight above 0, 1000 at most");
          });
  if (!table.read(node, into, mistakes)) return false;
  const bool of_run = into.holds.measure != nullptr, of_profile = !into.profile.empty();
  if (of_run == of_profile) {
    mistakes.add(v1::KEY_VALUE, node.place, "an item is shown either by holds or by profile has",
                 "Give it one of the two.");
  } else if (of_profile && into.of == ChecklistRole::trader) {
    mistakes.add(v1::KEY_VALUE, node.place, "a trader has no profile", "Say by holds what shows it.");
  } else {
    return true;
  }
  return false;
}

void read_items(Checklist& checklist, const YamlNode& node, YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  if (node.items.empty()) mistakes.add_value(node, "one item at least");
  std::set<std::string> names;
  for (const YamlNode& each : node.items) {
    ChecklistItem& item = checklist.items.emplace_back();
    if (read_yaml(each, item, mistakes) && !names.insert(item.name).second)
      mistakes.add(v1::KEY_VALUE, each.place, fmt::format("item \"{}\" is there twice", item.name));
  }
}

}  // namespace

bool has_part(const Profile* profile, std::string_view part) {
  const auto found = std::ranges::find(parts, part, &Part::name);
  return profile != nullptr && found != std::end(parts) && found->is_in(*profile);
}

const Checklist* Checklists::of_administration(const PartyName& administration) const {
  const auto found = own.find(administration);
  return found == own.end() ? common.get() : found->second.get();
}

const Checklist* Checklists::of_trader(const PartyName& lodging_with) const {
  return common != nullptr ? common.get() : of_administration(lodging_with);
}

tl::expected<Checklist, std::vector<Error>> parse_checklist(std::string_view text, const std::string& file) {
  YamlMistakes mistakes(file);
  struct Written {
    Checklist checklist;
    std::string source;
  };
  const auto in = [](auto Checklist::*member) -> YamlTable<Written>::Reader {
    return [member](Written& written, const YamlNode& node, YamlMistakes& wrong) {
      model::read_yaml(node, written.checklist.*member, wrong);
    };
  };
  const auto table = YamlTable<Written>("a checklist")
                         .required("checklist", in(&Checklist::name))
                         .required("version", in(&Checklist::version))
                         .required("title", in(&Checklist::title))
                         .required("illustrative", in(&Checklist::illustrative))
                         .optional("source", &Written::source)
                         .required("items", [](Written& written, const YamlNode& node, YamlMistakes& wrong) {
                           read_items(written.checklist, node, wrong);
                         });
  const auto root = model::parse_yaml(text, mistakes);
  Written written;
  if (root && model::expect_kind(model::DefinitionKind::checklist, *root, mistakes) &&
      table.read(*root, written, mistakes) && !written.checklist.illustrative && written.source.empty()) {
    mistakes.add(v1::KEY_MISSING, root->find("illustrative")->place,
                 "a checklist that is not illustrative lacks the key \"source\"",
                 "Say in source: whose checklist it is.");
  }
  if (!mistakes.empty()) return tl::unexpected(mistakes.take());
  return std::move(written.checklist);
}

tl::expected<Checklist, std::vector<Error>> read_checklist(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return tl::unexpected(std::vector<Error>{
        {v1::FILE_UNREADABLE, "there is no such file, or it cannot be read", file.string(), {}}});
  }
  // One byte more than may be, so that a larger one is refused by its reader.
  std::string text(model::YamlLimits{}.max_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return parse_checklist(text, file.string());
}

tl::expected<Checklist, std::vector<Error>> read_checklist(const std::string& name,
                                                           const std::filesystem::path& by,
                                                           model::YamlPlace place) {
  const std::filesystem::path file = (by.parent_path() / name).lexically_normal();
  std::error_code ignored;
  if (std::filesystem::is_regular_file(file, ignored)) return read_checklist(file);
  YamlMistakes mistakes(by.string());
  mistakes.add(v1::REFERENCE_UNKNOWN, place, fmt::format("there is no file {}", file.string()),
               fmt::format("Correct the path; it is relative to the folder of {}.", by.filename().string()));
  return tl::unexpected(mistakes.take());
}

}  // namespace gnc::scenarios
