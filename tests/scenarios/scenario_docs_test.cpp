#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "scenarios/engine/key_example.h"
#include "scenarios/engine/language_reference.h"
#include "scenarios/engine/language_schema.h"
#include "scenarios/engine/scenario_reader.h"
#include "tests/json/json_schema.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::scenario_docs_test {
namespace {

using Json = nlohmann::json;
using model::YamlNode;

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

// A scenario in which `section`, a mapping, stands where a section of that name may.
std::string scenario_with(const std::string& name, const std::string& section) {
  if (name == "the scenario") return section;
  std::string topology = "{administrations: [NZ, CN, AU], bare: [AU]}";
  std::string step = "pause: 1s";
  std::string workload = "{name: load, from: NZ, to: CN, documents: a.xml, arrivals: {rate: 1/s, for: 60s}}";
  std::string more;
  const auto of_workload = [&workload](const std::string& model) {
    workload = fmt::format("{{name: load, from: NZ, to: CN, documents: a.xml, {}}}", model);
  };
  if (name == "the clock" || name == "the processes") {
    more = fmt::format("{}: {}\n", name.substr(4), section);
  } else if (name == "the virtual world") {
    more = fmt::format("virtual: {}\n", section);
  } else if (name == "the topology") {
    return fmt::format("{{scenario: s, topology: {}, agreements: [nz-cn.yaml], steps: [pause: 1s]}}",
                       section);
  } else if (name == "a world") {
    return fmt::format(
        "{{scenario: s, topology: {{world: {}}}, agreements: [nz-cn.yaml], steps: [pause: 1s]}}", section);
  } else if (name == "a link") {
    topology = fmt::format("{{administrations: [NZ, CN, AU], bare: [AU], links: {{default: {}}}}}", section);
  } else if (name == "a step") {
    step = section;
  } else if (name.ends_with(" step")) {
    const std::size_t blank = name.find(' ');
    step = fmt::format("{}: {}", name.substr(blank + 1, name.size() - blank - 6), section);
  } else if (name == "a template" || name == "generated documents") {
    step = fmt::format("lodge: {{at: NZ, to: CN, documents: {}}}", section);
  } else if (name == "a workload") {
    workload = section;
  } else if (name == "a trade") {
    topology = "{world: {table: world.csv}, bare: [AU]}";
    workload = fmt::format("{{name: load, documents: a.xml, trade: {}}}", section);
  } else if (name == "arrivals" || name == "users") {
    of_workload(fmt::format("{}: {}", name, section));
  } else if (name == "a stage of a ramp") {
    of_workload(fmt::format("arrivals: {{ramp: [{{to: 9/s, for: 5s}}, {}]}}", section));
  } else if (name.ends_with(" fault")) {
    more = fmt::format("faults: [{}]\n", section);
  } else if (name == "a phase") {
    more = fmt::format("phases: {{before: {}}}\n", section);
  } else if (name == "an expectation") {
    more = fmt::format("expect: [{}]\n", section);
  } else if (name == "a step of the story") {
    more = fmt::format("story: [{}]\n", section);
  } else if (name == "a moment of the story") {
    more = fmt::format("story: [{{when: {}, say: {{en: Look.}}}}]\n", section);
  } else if (name == "a question") {
    more = fmt::format("story: [{{when: {{start: true}}, ask: {}}}]\n", section);
  } else if (name == "an answer") {
    more = fmt::format(
        "story: [{{when: {{start: true}}, ask: {{question: {{en: \"Why?\"}}, answers: [{{text: {{en: So}}, "
        "right: "
        "true}}, {}]}}}}]\n",
        section);
  } else {
    ADD_FAILURE() << "no place is known for " << name;
  }
  return fmt::format(
      "scenario: s\ntopology: {}\nagreements: [nz-cn.yaml]\nsteps:\n"
      "  - lodge: {{at: NZ, to: CN, documents: a.xml, as: exports}}\n"
      "  - submit: {{at: AU, to: CN, documents: a.xml, as: first}}\n  - {}\nworkload: [{}]\n{}",
      topology, step, workload, more);
}

// As a YAML reader without our types sees it.
Json json_of(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::sequence) {
    Json list = Json::array();
    for (const YamlNode& item : node.items) list.push_back(json_of(item));
    return list;
  }
  if (node.kind == YamlNode::Kind::mapping) {
    Json mapping = Json::object();
    for (std::size_t i = 0; i < node.items.size(); ++i) mapping[node.keys[i].first] = json_of(node.items[i]);
    return mapping;
  }
  if (node.text == "true" || node.text == "false") return node.text == "true";
  const bool number = !node.text.empty() && node.text.find_first_not_of("0123456789") == std::string::npos;
  if (number) return std::stoll(node.text);
  return node.text;
}

std::vector<std::string> schema_breaches_of(const std::string& yaml) {
  model::YamlMistakes mistakes("s.yaml");
  const auto root = model::parse_yaml(yaml, mistakes);
  if (!root) return {"not YAML"};
  static const std::string schema = scenario_schema_json();
  return json::schema_breaches(schema, json_of(*root).dump());
}

TEST(ScenarioReference, IsWhatTheReaderReads) {
  EXPECT_TRUE(content_of(GNC_SOURCE_DIR "/docs/scenario-reference.md") == language_reference())
      << "gncsim schema reference > docs/scenario-reference.md";
}

TEST(ScenarioReference, HasAnExampleOfEachKeyThatIsReadAndConformsToTheSchema) {
  TemporaryFolder folder;
  folder.write("nz-cn.yaml", "");
  folder.write("export-declaration.yaml", "");
  folder.write("world.csv",
               "administration,weight,latitude,longitude,utc\nNZ,1,0,0,0\nCN,2,0,9,0\nAU,1,0,5,0\n");
  folder.write("trade.csv", "from,to,weight\nNZ,CN,1\n");
  for (const SectionDefinition& section : scenario_language()) {
    for (const KeyDefinition& key : section.keys) {
      const std::string text = scenario_with(section.name, example_section(section, key));
      const auto read = parse_scenario(text, folder.path() / "s.yaml");
      if (!read)
        ADD_FAILURE() << section.name << ": " << key.name << "\n"
                      << text << "\n"
                      << describe(read.error().front());
      for (const std::string& breach : schema_breaches_of(text)) {
        ADD_FAILURE() << section.name << ": " << key.name << "\n" << text << "\n" << breach;
      }
    }
  }
}

TEST(ScenarioSchema, FitsTheScenariosThatThereAre) {
  std::size_t scenarios = 0;
  for (const auto& entry : std::filesystem::directory_iterator(GNC_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    ++scenarios;
    for (const std::string& breach : schema_breaches_of(content_of(entry.path()))) {
      ADD_FAILURE() << entry.path() << ": " << breach;
    }
  }
  EXPECT_GT(scenarios, 0u);
}

TEST(ScenarioSchema, RefusesWhatTheReaderRefuses) {
  for (const char* broken :
       {"{scenario: s}", "{scenario: s, topology: {administrations: [NZ]}, agreements: a.yaml, sed: 1}",
        "{scenario: s, topology: {administrations: [NZ], design: mesh}, agreements: a.yaml}",
        "{scenario: s, topology: {administrations: [NZ]}, agreements: a.yaml, steps: [{pause: long}]}",
        "{scenario: s, topology: {administrations: [NZ]},agreements: a.yaml,faults: [{at: 1s,cut: all}]}"}) {
    EXPECT_FALSE(schema_breaches_of(broken).empty()) << broken;
  }
}

}  // namespace
}  // namespace gnc::scenarios::scenario_docs_test
