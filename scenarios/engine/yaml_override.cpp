#include "scenarios/engine/yaml_override.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/spelling.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlPlace;

void set_source(YamlNode& node, int source) {
  node.place.source = source;
  for (auto& [key, place] : node.keys) place.source = source;
  for (YamlNode& item : node.items) set_source(item, source);
}

class Override {
 public:
  Override(std::string_view written, YamlMistakes& mistakes)
      : written_(written),
        mistakes_(mistakes),
        source_(mistakes.add_source(fmt::format("--set {}", written))) {}

  void apply(YamlNode& root) {
    const std::size_t equals = written_.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      add(v1::KEY_VALUE, "it sets nothing", "Write PATH=VALUE: workload.0.arrivals.rate=400/s.");
      return;
    }
    auto value = read_value(written_.substr(equals + 1));
    if (!value) return;
    YamlNode* node = find(root, written_.substr(0, equals));
    if (node != nullptr) *node = std::move(*value);
  }

 private:
  void add(v1::ErrorCode code, std::string detail, std::string remedy) {
    mistakes_.add(code, {0, 0, source_}, std::move(detail), std::move(remedy));
  }

  std::optional<YamlNode> read_value(std::string_view text) {
    YamlMistakes own("");
    auto value = model::parse_yaml(text, own);
    if (!value) {
      add(v1::YAML_MALFORMED, fmt::format("\"{}\": {}", text, own.errors().front().detail),
          own.errors().front().remedy);
      return std::nullopt;
    }
    set_source(*value, source_);
    return value;
  }

  YamlNode* find(YamlNode& root, std::string_view path) {
    YamlNode* node = &root;
    std::string parent = "the scenario";
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t dot = std::min(path.find('.', begin), path.size());
      const std::string_view step = path.substr(begin, dot - begin);
      node = node->kind == YamlNode::Kind::sequence ? item(*node, step, parent) : key(*node, step, parent);
      if (node == nullptr) return nullptr;
      parent = path.substr(0, dot);
      begin = dot + 1;
    }
    return node;
  }

  YamlNode* item(YamlNode& list, std::string_view step, const std::string& parent) {
    std::size_t index = 0;
    const char* end = step.data() + step.size();
    const auto [rest, error] = std::from_chars(step.data(), end, index);
    if (error == std::errc{} && rest == end) {
      if (index < list.items.size()) return &list.items[index];
      add(v1::REFERENCE_UNKNOWN, fmt::format("{} has {} items, and no {}", parent, list.items.size(), index),
          "Number the items from 0.");
      return nullptr;
    }
    std::vector<std::string_view> known;
    for (YamlNode& candidate : list.items) {
      const YamlNode* name = candidate.find("name");
      if (name == nullptr) continue;
      if (name->text == step) return &candidate;
      known.push_back(name->text);
    }
    add(v1::REFERENCE_UNKNOWN, fmt::format("{} has no item named \"{}\"", parent, step),
        known.empty() ? "Number the items from 0." : model::spelling_hint(step, known));
    return nullptr;
  }

  YamlNode* key(YamlNode& mapping, std::string_view step, const std::string& parent) {
    if (mapping.kind == YamlNode::Kind::scalar) {
      add(v1::KEY_VALUE, fmt::format("{} is a value, and has no \"{}\"", parent, step), "Shorten the path.");
      return nullptr;
    }
    if (step.empty()) {
      add(v1::KEY_VALUE, fmt::format("a step of the path is empty, in {}", parent),
          "Write the keys with single dots between them.");
      return nullptr;
    }
    for (std::size_t i = 0; i < mapping.keys.size(); ++i) {
      if (mapping.keys[i].first == step) return &mapping.items[i];
    }
    mapping.kind = YamlNode::Kind::mapping;
    mapping.keys.emplace_back(std::string(step), YamlPlace{0, 0, source_});
    YamlNode& added = mapping.items.emplace_back();
    added.place.source = source_;
    return &added;
  }

  std::string_view written_;
  YamlMistakes& mistakes_;
  int source_;
};

}  // namespace

void apply_override(std::string_view written, YamlNode& root, YamlMistakes& mistakes) {
  Override(written, mistakes).apply(root);
}

}  // namespace gnc::scenarios
