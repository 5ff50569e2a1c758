#include "model/yaml/yaml_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "gnc/v1/errors.pb.h"

namespace gnc::model {
namespace {

template <class Number>
bool read_number(const YamlNode& node, Number& into, std::string_view wanted, YamlMistakes& mistakes) {
  const auto text = scalar_text(node, wanted, mistakes);
  if (!text) return false;
  Number value{};
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failed != std::errc{} || end != text->data() + text->size()) {
    mistakes.add_value(node, wanted);
    return false;
  }
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(value)) {
      mistakes.add_value(node, wanted);
      return false;
    }
  }
  into = value;
  return true;
}

constexpr std::string_view wanted_duration = "a duration like 80ms, 1.5s, 10m, 2h or 30d";
constexpr std::string_view wanted_instant = "a date like 2026-01-31 or 2026-01-31T08:30:00Z";

}  // namespace

std::optional<std::string_view> scalar_text(const YamlNode& node, std::string_view wanted,
                                            YamlMistakes& mistakes) {
  if (node.kind == YamlNode::Kind::scalar) return node.text;
  mistakes.add_value(node, wanted);
  return std::nullopt;
}

bool expect_sequence(const YamlNode& node, YamlMistakes& mistakes) {
  if (node.kind == YamlNode::Kind::sequence) return true;
  mistakes.add_value(node, "a list");
  return false;
}

bool expect_mapping(const YamlNode& node, std::string_view what, YamlMistakes& mistakes) {
  if (node.kind == YamlNode::Kind::mapping) return true;
  mistakes.add_value(node, what);
  return false;
}

bool read_yaml(const YamlNode& node, std::string& into, YamlMistakes& mistakes) {
  const auto text = scalar_text(node, "a text", mistakes);
  if (!text) return false;
  into = *text;
  return true;
}

bool read_yaml(const YamlNode& node, bool& into, YamlMistakes& mistakes) {
  const auto text = scalar_text(node, "true or false", mistakes);
  if (!text) return false;
  if (*text != "true" && *text != "false") {
    mistakes.add_value(node, "true or false");
    return false;
  }
  into = *text == "true";
  return true;
}

bool read_yaml(const YamlNode& node, int& into, YamlMistakes& mistakes) {
  return read_number(node, into, "a whole number", mistakes);
}

bool read_yaml(const YamlNode& node, std::int64_t& into, YamlMistakes& mistakes) {
  return read_number(node, into, "a whole number", mistakes);
}

bool read_yaml(const YamlNode& node, std::uint64_t& into, YamlMistakes& mistakes) {
  return read_number(node, into, "a whole number that is not negative", mistakes);
}

bool read_yaml(const YamlNode& node, std::uint32_t& into, YamlMistakes& mistakes) {
  return read_number(node, into, "a whole number that is not negative", mistakes);
}

bool read_yaml(const YamlNode& node, double& into, YamlMistakes& mistakes) {
  return read_number(node, into, "a number", mistakes);
}

bool read_yaml(const YamlNode& node, Duration& into, YamlMistakes& mistakes) {
  const auto text = scalar_text(node, wanted_duration, mistakes);
  if (!text) return false;
  const auto duration = parse_duration(*text);
  if (!duration) mistakes.add_value(node, wanted_duration);
  into = duration.value_or(Duration{});
  return duration.has_value();
}

bool read_yaml(const YamlNode& node, Instant& into, YamlMistakes& mistakes) {
  const auto text = scalar_text(node, wanted_instant, mistakes);
  if (!text) return false;
  const auto instant = parse_instant(*text);
  if (!instant) mistakes.add_value(node, wanted_instant);
  into = instant.value_or(Instant{});
  return instant.has_value();
}

std::vector<const YamlNode*> match_keys(const YamlNode& node, const std::vector<YamlKey>& keys,
                                        std::string_view what, YamlMistakes& mistakes) {
  if (!expect_mapping(node, "the keys of " + std::string(what), mistakes)) return {};
  std::vector<const YamlNode*> values(keys.size(), nullptr);
  std::vector<std::string_view> known;
  known.reserve(keys.size());
  for (const YamlKey& key : keys) known.push_back(key.name);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const auto& [name, place] = node.keys[i];
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      mistakes.add_unknown_key(name, place, what, known);
    } else {
      values[static_cast<std::size_t>(found - known.begin())] = &node.items[i];
    }
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].required && values[i] == nullptr) {
      mistakes.add(v1::KEY_MISSING, node.place,
                   std::string(what) + " lacks the key \"" + keys[i].name + "\"");
    }
  }
  return values;
}

}  // namespace gnc::model
