#include "scenarios/engine/document_reader.h"

#include <fmt/format.h>

#include <charconv>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/instant_text.h"
#include "scenarios/engine/capture_text.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using Kind = KeyDefinition::Kind;

constexpr std::uint32_t most_items = 999;
// More would be held in memory than a run needs: a workload takes them in turn.
constexpr std::uint64_t most_generated = 100'000;
constexpr std::uint64_t most_generated_items = 200'000;

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The two sides of "from..to"; both the same where there is one.
std::pair<std::string_view, std::string_view> sides(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return {text, text};
  return {text.substr(0, dots), text.substr(dots + 2)};
}

// A workload's documents are made before the run, when nothing is captured.
void refuse_captures(const YamlNode& node, YamlMistakes& mistakes) {
  const CaptureText captured(node.text);
  for (const CaptureText::Piece& piece : captured.pieces()) {
    if (!piece.is_name) continue;
    mistakes.add(
        v1::KEY_VALUE, node.place,
        fmt::format("${{{}}} is a captured value, and a workload's documents are made before the run",
                    piece.text),
        "Write the value itself, or lodge such documents in a step.");
  }
}

KeyTable<TemplateSource> template_table(const ScenarioNames* names, DocumentsOf of) {
  KeyTable<TemplateSource> table("a template");
  table
      .key({"template", Kind::text, true, "",
            "The document with ${column} where values go, escaped as its form needs it ($${ stands for ${)."},
           &TemplateSource::file)
      .key({"rows", Kind::text, false, "one document",
            "A CSV file (RFC 4180) whose first line names the columns; one document for each row."},
           &TemplateSource::rows)
      .key({"given", Kind::values_by_name, false, "none",
            "Columns that have the same value in every document; ${name} in it is a captured value."},
           [names, of](TemplateSource& source, const YamlNode& node, YamlMistakes& mistakes) {
             using model::read_yaml;
             if (!read_yaml(node, source.given, mistakes) || names == nullptr) return;
             for (const YamlNode& value : node.items) {
               if (of == DocumentsOf::workload) {
                 refuse_captures(value, mistakes);
               } else {
                 names->check_captures(value.text, value.place, mistakes);
               }
             }
           });
  return table;
}

KeyTable<GeneratedSource> generated_table() {
  KeyTable<GeneratedSource> table("generated documents");
  table
      .key({"generate", Kind::whole_number, true, "",
            "How many different valid declarations are made up, from the seed."},
           &GeneratedSource::count)
      .key({"items", Kind::number_range, false, "1..20",
            "How many goods items each has; few have many, as in life."},
           [](GeneratedSource& source, const YamlNode& node, YamlMistakes& mistakes) {
             const auto range = parse_number_range(node.text);
             if (!range || range->first < 1 || range->second > most_items || range->first > range->second) {
               mistakes.add_value(node, "a number of items from 1 to 999, or a range like 1..20");
             } else {
               std::tie(source.fewest_items, source.most_items) = *range;
             }
           })
      .key({"form",
            Kind::word,
            false,
            "xml",
            "xml: as traders write them; protobuf: the structured form alone, a tenth of the work.",
            {"xml", "protobuf"}},
           [](GeneratedSource& source, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_word<bool>(node, {{"xml", false}, {"protobuf", true}}, source.protobuf, mistakes);
           });
  return table;
}

void read_generated(const YamlNode& node, DocumentSource& into, YamlMistakes& mistakes) {
  GeneratedSource source;
  source.most_items = 20;
  if (!generated_table().read(node, source, mistakes)) return;
  const YamlNode& count = *node.find("generate");
  if (source.count < 1 || source.count > most_generated) {
    mistakes.add_value(count, fmt::format("a number from 1 to {}", most_generated));
  } else if (source.count * source.most_items > most_generated_items) {
    mistakes.add(v1::KEY_VALUE, count.place,
                 fmt::format("{} documents of up to {} items are more than memory should hold", source.count,
                             source.most_items),
                 "Generate fewer: a workload takes them in turn, again and again.");
  }
  into = source;
}

}  // namespace

std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_number_range(std::string_view text) {
  const auto [from, to] = sides(text);
  const auto least = whole_number(from), most = whole_number(to);
  if (!least || !most) return std::nullopt;
  return std::pair{*least, *most};
}

std::optional<std::pair<Duration, Duration>> parse_duration_range(std::string_view text) {
  const auto [from, to] = sides(text);
  const auto least = model::parse_duration(from), most = model::parse_duration(to);
  if (!least || !most) return std::nullopt;
  return std::pair{*least, *most};
}

void read_documents(const ScenarioNames& names, DocumentsOf of, const YamlNode& node, DocumentSource& into,
                    YamlMistakes& mistakes) {
  if (node.kind == YamlNode::Kind::mapping) {
    if (node.find("generate") != nullptr) {
      read_generated(node, into, mistakes);
    } else if (node.find("template") != nullptr) {
      TemplateSource source;
      template_table(&names, of).read(node, source, mistakes);
      into = std::move(source);
    } else {
      mistakes.add_value(node, "files, {template: …} or {generate: …}");
    }
    return;
  }
  FileSource source;
  read_texts(node, "a file or pattern", source.patterns, mistakes);
  into = std::move(source);
}

std::vector<SectionDefinition> document_language() {
  return {template_table(nullptr, DocumentsOf::step).definition(), generated_table().definition()};
}

}  // namespace gnc::scenarios
