#include "nodes/window/agencies_yaml.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "nodes/window/rules_yaml.h"
#include "proto/types/party_name.h"

namespace gnc::window {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlTable;

bool read_yaml(const YamlNode& node, Permit& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<Permit>("a permit")
          .required("number", &Permit::number)
          .optional("holder", &Permit::holder)
          .optional("goods", &Permit::goods)
          .optional("origins", [](Permit& permit, const YamlNode& value,
                                  YamlMistakes& wrong) { read_countries(value, permit.origins, wrong); })
          .required("from", &Permit::from)
          .required("until", &Permit::until)
          .optional("quantity", &Permit::quantity);
  if (!table.read(node, into, mistakes)) return false;
  if (into.from < into.until) return true;
  mistakes.add(v1::KEY_VALUE, node.place, "the permit ends before it begins");
  return false;
}

bool read_yaml(const YamlNode& node, Excerpt& into, YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return false;
  const std::size_t before = mistakes.errors().size();
  for (const YamlNode& item : node.items) {
    std::string path;
    if (!model::read_yaml(item, path, mistakes)) continue;
    if (const auto added = into.add(path); !added)
      mistakes.add(added.error().code, item.place, added.error().detail, added.error().remedy);
  }
  return mistakes.errors().size() == before;
}

bool read_yaml(const YamlNode& node, Consulted& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<Consulted>("how an agency is consulted")
          .required("by", &Consulted::message)
          .required("within", &Consulted::within)
          .required("unanswered",
                    [](Consulted& consulted, const YamlNode& value, YamlMistakes& wrong) {
                      model::read_word<Unanswered>(value,
                                                   {{"agrees", Unanswered::agrees},
                                                    {"objects", Unanswered::objects},
                                                    {"inspects", Unanswered::inspects}},
                                                   consulted.unanswered, wrong);
                    })
          .required("told", &Consulted::told);
  if (!table.read(node, into, mistakes)) return false;
  if (into.within > Duration{}) return true;
  mistakes.add_value(*node.find("within"), "a time above zero");
  return false;
}

bool read_yaml(const YamlNode& node, Agency& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<Agency>("an agency")
          .required("agency",
                    [](Agency& agency, const YamlNode& value, YamlMistakes& wrong) {
                      if (model::read_yaml(value, agency.name, wrong) && !PartyName::from_text(agency.name))
                        wrong.add_value(value, "a party's name like NZ/health");
                    })
          .optional("goods", &Agency::goods)
          .optional("origins", [](Agency& agency, const YamlNode& value,
                                  YamlMistakes& wrong) { read_countries(value, agency.origins, wrong); })
          .optional("papers", &Agency::papers)
          .optional("takes", &Agency::takes)
          .optional("joins inspection", &Agency::joins_inspection)
          .optional("permits", &Agency::permits)
          .optional("consulted", [](Agency& agency, const YamlNode& value, YamlMistakes& wrong) {
            read_yaml(value, agency.consulted.emplace(), wrong);
          });
  if (!table.read(node, into, mistakes)) return false;
  if (!into.consulted) return true;
  bool right = true;
  for (const char* key : {"papers", "takes", "permits"}) {
    const YamlNode* found = node.find(key);
    if (found == nullptr) continue;
    right = false;
    mistakes.add(
        v1::KEY_VALUE, found->place,
        fmt::format("{} is consulted through the gateway, and its \"{}\" are its own", into.name, key),
        "Write them into the agency's own profile.");
  }
  return right;
}

}  // namespace gnc::window
