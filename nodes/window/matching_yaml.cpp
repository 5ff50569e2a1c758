#include "nodes/window/matching_yaml.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "nodes/window/profile.h"
#include "nodes/window/rules_yaml.h"

namespace gnc::window {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlTable;

namespace {

void expect_weight(const YamlNode& node, int& into, YamlMistakes& mistakes) {
  if (model::read_yaml(node, into, mistakes) && into < 0) mistakes.add_value(node, "points of 0 or more");
}

}  // namespace

bool read_yaml(const YamlNode& node, MatchField& into, YamlMistakes& mistakes) {
  const std::size_t before = mistakes.errors().size();
  static const auto table =
      YamlTable<MatchField>("what is compared")
          .required("field", &MatchField::name)
          .required("path", &MatchField::path)
          .optional("total", &MatchField::total)
          .optional("first",
                    [](MatchField& field, const YamlNode& value, YamlMistakes& wrong) {
                      int characters = 0;
                      if (!model::read_yaml(value, characters, wrong)) return;
                      if (characters < 1) return wrong.add_value(value, "a number of characters, 1 or more");
                      field.first = static_cast<std::size_t>(characters);
                    })
          .optional("within", [](MatchField& field, const YamlNode& value,
                                 YamlMistakes& wrong) { read_share(value, field.within.emplace(), wrong); })
          .optional("weight", [](MatchField& field, const YamlNode& value, YamlMistakes& wrong) {
            expect_weight(value, field.weight, wrong);
          });
  if (!table.read(node, into, mistakes)) return false;
  const bool number = into.path.is_number();
  for (const char* key : {"total", "within"}) {
    if (node.find(key) != nullptr && !number) {
      mistakes.add(v1::KEY_VALUE, node.find(key)->place,
                   fmt::format("\"{}\" is of numbers, and {} is none", key, into.path.text()),
                   "Leave it out, or name a quantity or an amount.");
    }
  }
  if (into.first != 0 && number) {
    mistakes.add(v1::KEY_VALUE, node.find("first")->place,
                 fmt::format("\"first\" is of characters, and {} is a number", into.path.text()),
                 "Write within: and how far numbers may differ.");
  }
  return mistakes.errors().size() == before;
}

bool read_yaml(const YamlNode& node, Matching& into, YamlMistakes& mistakes) {
  const std::size_t before = mistakes.errors().size();
  static const auto table =
      YamlTable<Matching>("matching")
          .required("with", [](Matching& matching, const YamlNode& value,
                               YamlMistakes& wrong) { read_texts(value, matching.with, wrong); })
          .optional("when", &Matching::when)
          .required("by", &Matching::by)
          .required("compare", &Matching::compare)
          .optional("nothing found",
                    [](Matching& matching, const YamlNode& value, YamlMistakes& wrong) {
                      expect_weight(value, matching.nothing_found, wrong);
                    })
          .optional("kept", &Matching::kept);
  if (!table.read(node, into, mistakes)) return false;
  for (const auto& [key, empty] :
       {std::pair{"with", into.with.empty()}, {"by", into.by.empty()}, {"compare", into.compare.empty()}}) {
    if (empty) mistakes.add_value(*node.find(key), "a list with at least one entry");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < into.compare.size(); ++i) {
    if (seen.insert(into.compare[i].name).second) continue;
    mistakes.add(v1::KEY_VALUE, node.find("compare")->items[i].find("field")->place,
                 fmt::format("a second field \"{}\"", into.compare[i].name), "Give each a name of its own.");
  }
  return mistakes.errors().size() == before;
}

void check_matching(const Profile& profile, const YamlNode& root, YamlMistakes& mistakes) {
  if (!profile.matching || profile.risk.yellow_from > 0) return;
  const bool weighs = profile.matching->nothing_found != 0 ||
                      std::ranges::any_of(profile.matching->compare, &MatchField::weight);
  if (!weighs) return;
  mistakes.add(v1::KEY_MISSING, root.find("matching")->place,
               "matching gives points, and there is no \"risk\" that they count for",
               "Say in risk: from how many points on an officer looks.");
}

}  // namespace gnc::window
