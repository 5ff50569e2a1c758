#include "scenarios/engine/key_example.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace gnc::scenarios {
namespace {

using Kind = KeyDefinition::Kind;

// Where the kind of a key alone does not tell. `with` is what the section needs beside this key and those
// that are always required; an entry without a key says it for the keys of its section that do not say it
// themselves.
struct Example {
  std::string_view section, key, value;
  std::optional<std::string_view> with = {};
};

constexpr Example examples[] = {
    {"the scenario", "", "", "steps: [{pause: 1s}]"},
    {"the scenario", "scenario", "Export data arrives before the ship"},
    {"the scenario", "clock", "{business: 3600x}"},
    {"the scenario", "topology", "{administrations: [NZ, CN]}"},
    {"the scenario", "agreements", "[nz-cn.yaml]"},
    {"the scenario", "blocks", "[export-declaration.yaml]"},
    {"the scenario", "processes", "{restart: true, nodes: each}"},
    {"the scenario", "steps", "[{lodge: {at: NZ, to: CN, documents: documents/*.xml, as: exports}}]", ""},
    {"the scenario", "workload", "[{name: peak, from: NZ, to: CN, documents: documents/*.xml, count: 1000}]"},
    {"the scenario", "faults", "[{at: 0s, cut: NZ-gateway, for: 5s, name: outage}]"},
    {"the scenario", "phases", "{before: {from: 0s, to: 20s}}"},
    {"the scenario", "warm-up", "auto"},
    {"the scenario", "virtual", "{attempts: 3}"},
    {"the scenario", "checklist", "{file: checklist.yaml, every: 365d}"},
    {"the checklist", "file", "checklist.yaml"},
    {"the checklist", "every", "365d"},
    {"the virtual world", "start", "2026-01-05T08:00:00Z"},
    {"the scenario", "expect", "[exchange.lost == 0, delivery.p99 < 500ms]"},
    {"the topology", "", "", "administrations: [NZ, CN, AU]"},
    {"the topology", "administrations", "[NZ, CN, AU]", ""},
    {"the topology", "agencies", "[NZ/food, CN/quarantine]"},
    {"the topology", "world", "{table: world.csv, administrations: 3}", ""},
    {"the topology", "bare", "[AU]"},
    {"the topology", "profiles", "{CN: profiles/cn.yaml}"},
    {"the topology", "links", "{default: {latency: 80ms}, CN-gateway: {latency: 5ms}}"},
    {"the topology", "external", "{CN: {port: 7450, within: 5min}}"},
    {"an external party", "port", "7450"},
    {"an external party", "within", "5min"},
    {"a world", "table", "world.csv"},
    {"a world", "administrations", "2"},
    {"a link", "latency", "80ms"},
    {"a link", "jitter", "10ms", "latency: 80ms"},
    {"a link", "stall", "200ms", "loss: 1%"},
    {"a step", "lodge", "{at: NZ, to: CN, documents: documents/*.xml, as: imports}"},
    {"a step", "submit", "{at: AU, to: CN, documents: a.xml, as: again, same-id-as: first}"},
    {"a step", "await", "{at: CN, receives: exports, within: 2s}"},
    {"a step", "expect", "{of: exports, answer: true, path: Response/FunctionCode, equals: \"11\"}"},
    {"a step", "capture", "{from: exports, path: Declaration/FunctionalReferenceID, as: reference}"},
    {"a step", "amend", "{of: exports, set: {Declaration/GoodsItemQuantity: \"5\"}, as: amended}"},
    {"a step", "cancel", "{of: exports, as: cancelled}"},
    {"a step", "query", "{of: exports, as: asked}"},
    {"a step", "parallel", "[{pause: 1s}, {await: {at: CN, receives: exports}}]"},
    {"a step", "timeout", "5s", "await: {at: CN, receives: exports}"},
    {"a lodge step", "as", "imports"},
    {"a lodge step", "in", "exports"},
    {"a lodge step", "files", "images/*.tiff"},
    {"a submit step", "at", "AU"},
    {"a submit step", "as", "again"},
    {"a submit step", "same-id-as", "first"},
    {"an await step", "", "", "receives: exports"},
    {"an await step", "at", "CN"},
    {"an await step", "receives", "exports", ""},
    {"an await step", "answers", "exports", ""},
    {"an await step", "ends", "exports", ""},
    {"an await step", "within", "2s"},
    {"an expect step", "", "", "end: processed"},
    {"an expect step", "of", "exports"},
    {"an expect step", "path", "Declaration/TypeCode", "equals: EX"},
    {"an expect step", "equals", "EX", "path: Declaration/TypeCode"},
    {"an expect step", "matches", "'[A-Z]{2}'", "path: Declaration/TypeCode"},
    {"an expect step", "exists", "true", "path: Declaration/Agent"},
    {"an expect step", "end", "processed", ""},
    {"an expect step", "code", "GNC-204", ""},
    {"a capture step", "from", "exports"},
    {"a capture step", "answer", "true", "path: Response/FunctionCode"},
    {"a capture step", "as", "reference"},
    {"an amend step", "of", "exports"},
    {"an amend step", "set", "{Declaration/GoodsItemQuantity: \"5\"}"},
    {"an amend step", "as", "amended"},
    {"a cancel step", "of", "exports"},
    {"a cancel step", "as", "cancelled"},
    {"a query step", "of", "exports"},
    {"a query step", "as", "asked"},
    {"a template", "template", "declaration.xml"},
    {"a template", "rows", "consignments.csv"},
    {"a template", "given", "{BUYER: Harbour Trading}"},
    {"generated documents", "generate", "100"},
    {"a workload", "", "", "from: NZ, to: CN, count: 1000"},
    {"a workload", "from", "NZ", "to: CN, count: 1000"},
    {"a workload", "to", "CN", "from: NZ, count: 1000"},
    {"a workload", "name", "morning peak"},
    {"a workload", "count", "1000", "from: NZ, to: CN"},
    {"a workload", "start", "2s"},
    {"a workload", "arrivals", "{rate: 200/s, for: 60s, spacing: poisson}", "from: NZ, to: CN"},
    {"a workload", "users", "{count: 20, think: 100ms..1s, for: 30s}", "from: NZ, to: CN"},
    {"a workload", "trade", "{exchanges: 100000, for: 24h, matrix: trade.csv}", ""},
    {"a trade", "exchanges", "100000"},
    {"a trade", "for", "24h"},
    {"a trade", "every", "15m"},
    {"a trade", "matrix", "trade.csv"},
    {"arrivals", "", "", "rate: 200/s, for: 60s"},
    {"arrivals", "rate", "200/s", "for: 60s"},
    {"arrivals", "for", "60s", "rate: 200/s"},
    {"arrivals", "ramp", "[{from: 0/s, to: 500/s, for: 10s}, {to: 500/s, for: 20s}]", ""},
    {"arrivals", "spacing", "poisson"},
    {"a stage of a ramp", "from", "50/s"},
    {"a stage of a ramp", "for", "10s"},
    {"users", "count", "20"},
    {"users", "for", "30s"},
    {"a cut fault", "at", "20s"},
    {"a degrade fault", "", "", "latency: 400ms"},
    {"a degrade fault", "latency", "400ms", ""},
    {"a degrade fault", "stall", "200ms", "loss: 1%"},
    {"a degrade fault", "jitter", "10ms", "latency: 80ms"},
    {"a black-hole fault", "direction", "up"},
    {"a slow fault", "slow", "CN"},
    {"a slow fault", "delay", "50ms"},
    {"a rogue fault", "as", "AU"},
    {"a rogue fault", "to", "CN"},
    {"a rogue fault", "in-the-name-of", "NZ", "rogue: impersonate"},
    {"a phase", "to", "20s"},
    {"an expectation", "expect", "delivery.p99 < 500ms"},
    {"an expectation", "after", "5s", "abort: true"},
    {"the scenario", "story",
     "[{when: {event: admitted, at: NZ}, point: exchange, say: {en: It is admitted.}}]"},
    {"the scenario", "titles", "{fr: La marchandise est annoncée avant le navire}"},
    {"the scenario", "about", "{fr: Une douane annonce à l'autre ce qui arrive.}"},
    {"a step of the story", "", "", "say: {en: Look here.}"},
    {"a step of the story", "when", "{event: admitted, at: NZ}"},
    {"a step of the story", "point", "NZ-gateway"},
    {"a step of the story", "say", "{en: Look here., fr: Regardez ici.}", ""},
    {"a step of the story", "ask",
     "{question: {en: \"Who can read it?\"}, answers: [{text: {en: CN}, right: true}, {text: {en: All}}]}",
     ""},
    {"a moment of the story", "", "", "event: admitted"},
    {"a moment of the story", "event", "admitted", ""},
    {"a moment of the story", "reference", "permit"},
    {"a moment of the story", "code", "GNC-204"},
    {"a moment of the story", "time", "2s", ""},
    {"a moment of the story", "start", "true", ""},
    {"a moment of the story", "end", "true", ""},
    {"a moment of the story", "peer", "CN"},
    {"a question", "question", "{en: \"Who can read it?\"}"},
    {"a question", "answers", "[{text: {en: CN}, right: true}, {text: {en: All}}]"},
    {"an answer", "text", "{en: CN alone}"},
    {"an answer", "because", "{en: It is sealed., fr: Il est scellé.}"}};

const Example* find(std::string_view section, std::string_view key) {
  const auto found = std::ranges::find_if(
      examples, [&](const Example& example) { return example.section == section && example.key == key; });
  return found == std::end(examples) ? nullptr : &*found;
}

std::string of_flow(const SectionDefinition& section, const KeyDefinition& key) {
  if (key.name == "message" || key.name == "flow") return "export-declaration";
  if (key.name == "agreement") return "NZ-CN/export-declaration";
  if (key.name == "to" && key.kind == Kind::party) return "CN";
  if (key.name == "name") return section.name.ends_with(" fault") ? "outage" : "peak";
  return "text";
}

}  // namespace

std::string example_value(const SectionDefinition& section, const KeyDefinition& key) {
  if (const Example* example = find(section.name, key.name)) return std::string(example->value);
  switch (key.kind) {
    case Kind::whole_number:
      return "7";
    case Kind::yes_or_no:
      return "true";
    case Kind::duration:
    case Kind::pause:
      return "500ms";
    case Kind::signed_duration:
      return "-90s";
    case Kind::duration_range:
      return "100ms..1s";
    case Kind::number_range:
      return "1..20";
    case Kind::bandwidth:
      return "100Mbit";
    case Kind::rate:
      return "200/s";
    case Kind::share:
      return "1%";
    case Kind::number:
      return "1";
    case Kind::factor:
      return "3600x";
    case Kind::warm_up:
      return "5s";
    case Kind::party:
      return key.name == "to" || key.name == "slow" ? "CN" : "NZ";
    case Kind::word:
      return key.words.front();
    case Kind::link:
      return "NZ-gateway";
    case Kind::process:
      return "gateway";
    case Kind::path:
      return "Declaration/FunctionalReferenceID";
    case Kind::documents:
      return "documents/*.xml";
    case Kind::fault:
      return "{cut: NZ-gateway, for: 2s}";
    case Kind::faults:
      return "[{at: 20s, cut: NZ-gateway, for: 5s}]";
    case Kind::expectations:
      return "[exchange.lost == 0]";
    case Kind::steps:
      return "[{pause: 1s}]";
    case Kind::text:
    case Kind::pattern:
    case Kind::texts:
    case Kind::parties:
    case Kind::values_by_name:
    case Kind::section:
    case Kind::sections:
    case Kind::named_sections:
      break;
  }
  return of_flow(section, key);
}

std::string example_section(const SectionDefinition& section, const KeyDefinition& key) {
  const Example* own = find(section.name, key.name);
  const Example* whole = find(section.name, "");
  std::string_view with;
  if (own != nullptr && own->with) {
    with = *own->with;
  } else if (whole != nullptr) {
    with = *whole->with;
  }
  std::string text;
  for (const KeyDefinition& other : section.keys) {
    const bool there = fmt::format(", {}", with).find(fmt::format(", {}: ", other.name)) != std::string::npos;
    if (!other.required || other.name == key.name || there) continue;
    text += fmt::format("{}: {}, ", other.name, example_value(section, other));
  }
  if (!with.empty()) text += fmt::format("{}, ", with);
  return fmt::format("{{{}{}: {}}}", text, key.name, example_value(section, key));
}

}  // namespace gnc::scenarios
