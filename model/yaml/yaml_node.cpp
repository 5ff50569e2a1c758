#include "model/yaml/yaml_node.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/spelling.h"

namespace gnc::model {
namespace {

YamlPlace place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1, 0};
}

// Ends the parse: what was read can only be more than is wanted.
struct Refused {
  v1::ErrorCode code;
  YamlPlace place;
  std::string detail;
  std::string remedy;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(YamlMistakes& mistakes, const YamlLimits& limits) : mistakes_(mistakes), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(YamlNode::Kind::null, mark, "", anchor, {});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{v1::YAML_MALFORMED, place_of(mark), "an alias (*)",
                  "Write the value out: aliases are refused."};
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add(YamlNode::Kind::scalar, mark, tag, anchor, value);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::mapping, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  YamlNode take() { return std::move(root_); }

 private:
  // A collection that is still open, and in a mapping whether a key stands without its value.
  struct Open {
    YamlNode node;
    bool key_waits = false;
  };

  void count(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) {
      throw Refused{v1::YAML_MALFORMED, place_of(mark), "an anchor (&)",
                    "Write the value out: anchors are refused."};
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw Refused{v1::YAML_MALFORMED, place_of(mark), "a tag " + tag,
                    "Leave the tag out: the key has its kind."};
    }
    if (++nodes_ > limits_.max_nodes) {
      throw Refused{v1::YAML_MALFORMED, place_of(mark),
                    "more than " + std::to_string(limits_.max_nodes) + " values", "Split the file."};
    }
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    count(mark, tag, anchor);
    if (open_.size() == limits_.max_depth) {
      throw Refused{v1::YAML_MALFORMED, place_of(mark),
                    "nested deeper than " + std::to_string(limits_.max_depth) + " levels",
                    "Nest less deeply."};
    }
    if (expects_key()) throw_bad_key(mark);
    Open& opened = open_.emplace_back();
    opened.node.kind = kind;
    opened.node.place = place_of(mark);
  }

  void close() {
    YamlNode done = std::move(open_.back().node);
    open_.pop_back();
    place(std::move(done));
  }

  void add(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
           std::string text) {
    count(mark, tag, anchor);
    if (expects_key()) {
      if (kind == YamlNode::Kind::null) text = "null";
      add_key(std::move(text), place_of(mark));
      return;
    }
    YamlNode node;
    node.kind = kind;
    node.place = place_of(mark);
    node.text = std::move(text);
    place(std::move(node));
  }

  bool expects_key() const {
    return !open_.empty() && open_.back().node.kind == YamlNode::Kind::mapping && !open_.back().key_waits;
  }

  [[noreturn]] static void throw_bad_key(const YAML::Mark& mark) {
    throw Refused{v1::YAML_MALFORMED, place_of(mark), "a key that is no plain text",
                  "Write a name as the key."};
  }

  void add_key(std::string key, YamlPlace place) {
    Open& mapping = open_.back();
    const auto same = std::find_if(mapping.node.keys.begin(), mapping.node.keys.end(),
                                   [&](const auto& other) { return other.first == key; });
    if (same != mapping.node.keys.end()) {
      mistakes_.add(
          v1::KEY_VALUE, place,
          "the key \"" + key + "\" is written twice; first in line " + std::to_string(same->second.line),
          "Keep one of the two.");
    }
    mapping.node.keys.emplace_back(std::move(key), place);
    mapping.key_waits = true;
  }

  void place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    open_.back().node.items.push_back(std::move(node));
    open_.back().key_waits = false;
  }

  YamlMistakes& mistakes_;
  const YamlLimits& limits_;
  std::size_t nodes_ = 0;
  std::vector<Open> open_;
  YamlNode root_;
};

std::string_view kind_name(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "keys and values";
    case YamlNode::Kind::scalar:
      break;
  }
  return "a value";
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].first == key) return &items[i];
  }
  return nullptr;
}

void YamlMistakes::add(v1::ErrorCode code, YamlPlace place, std::string detail, std::string remedy) {
  errors_.push_back({code, std::move(detail), where(place), std::move(remedy)});
}

int YamlMistakes::add_source(std::string name) {
  sources_.push_back(std::move(name));
  return static_cast<int>(sources_.size());
}

std::string YamlMistakes::where(YamlPlace place) const {
  if (place.source > 0) return sources_[static_cast<std::size_t>(place.source) - 1];
  return file_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

void YamlMistakes::add_value(const YamlNode& node, std::string_view wanted) {
  const std::string found =
      node.kind == YamlNode::Kind::scalar ? "\"" + node.text + "\"" : std::string(kind_name(node));
  add(v1::KEY_VALUE, node.place, found + " where " + std::string(wanted) + " is wanted",
      "Write " + std::string(wanted) + ".");
}

void YamlMistakes::add_unknown_key(std::string_view key, YamlPlace place, std::string_view where_at,
                                   const std::vector<std::string_view>& known) {
  add(v1::KEY_UNKNOWN, place, "unknown key \"" + std::string(key) + "\" in " + std::string(where_at),
      spelling_hint(key, known));
}

void YamlMistakes::add_unknown_reference(std::string_view name, YamlPlace place, std::string_view kind,
                                         const std::vector<std::string_view>& known) {
  add(v1::REFERENCE_UNKNOWN, place, "no " + std::string(kind) + " \"" + std::string(name) + "\"",
      spelling_hint(name, known));
}

std::optional<YamlNode> parse_yaml(std::string_view text, YamlMistakes& mistakes, const YamlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    mistakes.add(v1::YAML_MALFORMED, {},
                 "the file has " + std::to_string(text.size()) + " bytes; the bound is " +
                     std::to_string(limits.max_bytes),
                 "Split the file.");
    return std::nullopt;
  }
  if (const auto first = text.find_first_not_of("\xef\xbb\xbf \t\r\n");
      first != std::string_view::npos && text[first] == '<') {
    mistakes.add(v1::YAML_MALFORMED, {}, "this is XML",
                 "Name a YAML file; documents are named in scenarios.");
    return std::nullopt;
  }
  const std::size_t before = mistakes.errors().size();
  TreeBuilder builder(mistakes, limits);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      mistakes.add(v1::YAML_MALFORMED, {}, "the file is empty");
      return std::nullopt;
    }
    YamlNode tree = builder.take();
    TreeBuilder second(mistakes, limits);
    if (parser.HandleNextDocument(second)) {
      mistakes.add(v1::YAML_MALFORMED, second.take().place, "a second document (---)",
                   "Keep one document in a file.");
    }
    if (mistakes.errors().size() != before) return std::nullopt;
    return tree;
  } catch (const Refused& refused) {
    mistakes.add(refused.code, refused.place, refused.detail, refused.remedy);
  } catch (const YAML::Exception& exception) {
    mistakes.add(v1::YAML_MALFORMED, place_of(exception.mark), exception.msg);
  }
  return std::nullopt;
}

std::optional<YamlNode> read_yaml_file(const std::filesystem::path& path, YamlMistakes& mistakes,
                                       const YamlLimits& limits) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) {
    mistakes.add(v1::FILE_UNREADABLE, {}, path.string() + " is a folder");
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(limits.max_bytes + 1, '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size())) && !file.eof()) {
    mistakes.add(v1::FILE_UNREADABLE, {}, path.string() + " cannot be read");
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse_yaml(text, mistakes, limits);
}

}  // namespace gnc::model
