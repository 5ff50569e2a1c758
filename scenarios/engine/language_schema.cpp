#include "scenarios/engine/language_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/engine/scenario_reader.h"

namespace gnc::scenarios {
namespace {

using Json = nlohmann::ordered_json;
using Kind = KeyDefinition::Kind;

constexpr std::string_view duration = R"([0-9]+(\.[0-9]+)?(us|ms|s|m|min|h|d))";

Json text() { return {{"type", {"string", "number", "boolean"}}}; }
Json matching(std::string_view pattern) {
  return {{"type", "string"}, {"pattern", fmt::format("^{}$", pattern)}};
}
// A section's name as a reference can hold it.
std::string definition_name(std::string section) {
  std::ranges::replace(section, ' ', '-');
  return section;
}
Json reference(const std::string& section) { return {{"$ref", "#/definitions/" + definition_name(section)}}; }
Json list_of(Json item) { return {{"type", "array"}, {"items", std::move(item)}}; }
Json either(Json one, Json other) { return {{"anyOf", Json::array({std::move(one), std::move(other)})}}; }
Json one_or_list() {
  Json list = list_of(text());
  list["minItems"] = 1;
  return either(text(), std::move(list));
}

class Schema {
 public:
  Schema() : sections_(scenario_language()) {}

  std::string json() {
    Json definitions;
    for (const SectionDefinition& section : sections_) {
      definitions[definition_name(section.name)] = object(section, {});
      if (is_fault(section))
        definitions[definition_name(as_step(section.name))] = object(section, {"at", "name"});
    }
    Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                {"title", "A scenario of gncsim"},
                {"allOf", Json::array({reference(sections_.front().name)})},
                {"definitions", std::move(definitions)}};
    return schema.dump(2) + "\n";
  }

 private:
  static bool is_fault(const SectionDefinition& section) { return section.name.ends_with(" fault"); }
  static std::string as_step(const std::string& fault) { return fault + " as a step"; }

  Json object(const SectionDefinition& section, const std::vector<std::string>& without) const {
    Json properties = Json::object();
    Json required = Json::array();
    for (const KeyDefinition& key : section.keys) {
      if (std::ranges::find(without, key.name) != without.end()) continue;
      Json value = value_of(key);
      // Beside $ref draft-07 takes no notice of anything.
      if (value.contains("$ref")) value = {{"allOf", Json::array({std::move(value)})}};
      value["description"] = key.required || key.standard.empty()
                                 ? key.meaning
                                 : fmt::format("{} When left out: {}.", key.meaning, key.standard);
      properties[key.name] = std::move(value);
      if (key.required) required.push_back(key.name);
    }
    Json made{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) made["required"] = std::move(required);
    if (section.name == "a step") made["minProperties"] = 1, made["maxProperties"] = 2;
    return made;
  }

  Json faults(bool steps) const {
    Json kinds = Json::array();
    for (const SectionDefinition& section : sections_) {
      if (is_fault(section)) kinds.push_back(reference(steps ? as_step(section.name) : section.name));
    }
    return {{"oneOf", std::move(kinds)}};
  }

  Json value_of(const KeyDefinition& key) const {
    switch (key.kind) {
      case Kind::text:
      case Kind::path:
      case Kind::pattern:
        return text();
      case Kind::whole_number:
        return {{"type", "integer"}, {"minimum", 0}};
      case Kind::yes_or_no:
        return {{"type", "boolean"}};
      case Kind::duration:
      case Kind::pause:
        return matching(duration);
      case Kind::signed_duration:
        return matching(fmt::format("-?{}", duration));
      case Kind::duration_range:
        return matching(fmt::format(R"({0}(\.\.{0})?)", duration));
      case Kind::number_range:
        return either({{"type", "integer"}, {"minimum", 1}}, matching(R"([0-9]+(\.\.[0-9]+)?)"));
      case Kind::bandwidth:
        return matching(R"([0-9]+(\.[0-9]+)?[kMG]?bit)");
      case Kind::rate:
        return matching(R"([0-9]+(\.[0-9]+)?/(s|min|h))");
      case Kind::share:
        return either({{"type", "number"}, {"minimum", 0}}, matching(R"([0-9]+(\.[0-9]+)?%)"));
      case Kind::number:
        return {{"type", "number"}, {"minimum", 0}};
      case Kind::factor:
        return matching(R"([0-9]+(\.[0-9]+)?x)");
      case Kind::warm_up:
        return either({{"const", "auto"}}, matching(duration));
      case Kind::party:
        return matching("([A-Z]{2}(/[a-z0-9-]+)?|gateway/hub)");
      case Kind::word:
        return {{"enum", key.words}};
      case Kind::link:
        return matching("[A-Z]{2}(/[a-z0-9-]+)?-gateway");
      case Kind::process:
        return matching("(gateway|nodes|node-[A-Z]{2}(-[a-z0-9-]+)?)");
      case Kind::texts:
        return one_or_list();
      case Kind::parties:
        return list_of(matching("[A-Z]{2}(/[a-z0-9-]+)?"));
      case Kind::documents:
        return {{"anyOf",
                 Json::array({one_or_list(), reference("a template"), reference("generated documents")})}};
      case Kind::values_by_name:
        return {{"type", "object"}, {"additionalProperties", text()}};
      case Kind::section:
        return reference(key.section);
      case Kind::sections:
        return list_of(reference(key.section));
      case Kind::named_sections:
        return {{"type", "object"}, {"additionalProperties", reference(key.section)}};
      case Kind::steps:
        return list_of(reference("a step"));
      case Kind::fault:
        return faults(true);
      case Kind::faults:
        return list_of(faults(false));
      case Kind::expectations:
        return list_of(either({{"type", "string"}}, reference("an expectation")));
    }
    return Json::object();
  }

  const std::vector<SectionDefinition> sections_;
};

}  // namespace

std::string scenario_schema_json() { return Schema().json(); }

}  // namespace gnc::scenarios
