#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/yaml/instant_text.h"
#include "model/yaml/yaml_node.h"
#include "proto/types/instant.h"

// Reading a YAML mapping into a struct. The keys are declared once, as a table:
//
//   struct Link { Duration latency; std::optional<Duration> jitter; std::vector<std::string> between; };
//
//   bool read_yaml(const YamlNode& node, Link& link, YamlMistakes& mistakes) {
//     static const auto table = YamlTable<Link>("a link")
//                                   .required("latency", &Link::latency)
//                                   .optional("jitter", &Link::jitter)
//                                   .optional("between", &Link::between)
//                                   .optional("bandwidth", read_bandwidth);  // void(Link&, node, mistakes)
//     return table.read(node, link, mistakes);
//   }
//
// A type is readable when `bool read_yaml(const YamlNode&, T&, YamlMistakes&)` is found in its own namespace
// or here: that makes members of that type, and vectors, optionals and maps of it, readable too. All mistakes
// are added: unknown keys with the nearest right spelling, missing keys, wrong kinds. The result is false
// where any was.
namespace gnc::model {

// A value with the place it was written at, for mistakes that show only later.
template <class T>
struct Placed {
  T value{};
  YamlPlace place;
};

// ---- Values -------------------------------------------------------------------------------------

bool read_yaml(const YamlNode&, std::string&, YamlMistakes&);
bool read_yaml(const YamlNode&, bool&, YamlMistakes&);  // true, false
bool read_yaml(const YamlNode&, int&, YamlMistakes&);
bool read_yaml(const YamlNode&, std::int64_t&, YamlMistakes&);
bool read_yaml(const YamlNode&, std::uint64_t&, YamlMistakes&);
bool read_yaml(const YamlNode&, std::uint32_t&, YamlMistakes&);
bool read_yaml(const YamlNode&, double&, YamlMistakes&);
bool read_yaml(const YamlNode&, Duration&, YamlMistakes&);
bool read_yaml(const YamlNode&, Instant&, YamlMistakes&);

// The text of a scalar; else KEY_VALUE that says what is wanted ("a duration like 80ms").
std::optional<std::string_view> scalar_text(const YamlNode&, std::string_view wanted, YamlMistakes&);
// Whether the node is of that kind; else KEY_VALUE.
bool expect_sequence(const YamlNode&, YamlMistakes&);
bool expect_mapping(const YamlNode&, std::string_view what, YamlMistakes&);

// One of a closed set of words: the table maps each to its value.
template <class T>
bool read_word(const YamlNode& node, const std::vector<std::pair<std::string_view, T>>& words, T& into,
               YamlMistakes& mistakes) {
  const auto text = scalar_text(node, "a word", mistakes);
  if (!text) return false;
  std::vector<std::string_view> known;
  for (const auto& [word, value] : words) {
    if (word == *text) return into = value, true;
    known.push_back(word);
  }
  mistakes.add_unknown_reference(*text, node.place, "word", known);
  return false;
}

template <class T>
bool read_yaml(const YamlNode& node, Placed<T>& into, YamlMistakes& mistakes) {
  into.place = node.place;
  return read_yaml(node, into.value, mistakes);
}

template <class T>
bool read_yaml(const YamlNode& node, std::optional<T>& into, YamlMistakes& mistakes) {
  return read_yaml(node, into.emplace(), mistakes);
}

template <class T>
bool read_yaml(const YamlNode& node, std::vector<T>& into, YamlMistakes& mistakes) {
  if (!expect_sequence(node, mistakes)) return false;
  bool right = true;
  for (const YamlNode& item : node.items) right &= read_yaml(item, into.emplace_back(), mistakes);
  return right;
}

// A mapping whose keys are names that the author chooses.
template <class T>
bool read_yaml(const YamlNode& node, std::map<std::string, T>& into, YamlMistakes& mistakes) {
  if (!expect_mapping(node, "names and their values", mistakes)) return false;
  bool right = true;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    right &= read_yaml(node.items[i], into[node.keys[i].first], mistakes);
  }
  return right;
}

// ---- Tables -------------------------------------------------------------------------------------

struct YamlKey {
  std::string name;
  bool required = false;
};

// The values of the node's keys in the order of `keys`, nullptr for those that are not there; adds what is
// unknown or missing. Empty where the node is no mapping.
std::vector<const YamlNode*> match_keys(const YamlNode& node, const std::vector<YamlKey>& keys,
                                        std::string_view what, YamlMistakes& mistakes);

template <class T>
class YamlTable {
 public:
  using Reader = std::function<void(T&, const YamlNode&, YamlMistakes&)>;

  // `what` stands in mistakes: "a link".
  explicit YamlTable(std::string what) : what_(std::move(what)) {}

  YamlTable& required(std::string key, Reader reader) { return add(std::move(key), true, std::move(reader)); }
  YamlTable& optional(std::string key, Reader reader) {
    return add(std::move(key), false, std::move(reader));
  }
  template <class Member>
  YamlTable& required(std::string key, Member T::*member) {
    return add(std::move(key), true, into(member));
  }
  template <class Member>
  YamlTable& optional(std::string key, Member T::*member) {
    return add(std::move(key), false, into(member));
  }

  bool read(const YamlNode& node, T& target, YamlMistakes& mistakes) const {
    const std::size_t before = mistakes.errors().size();
    const auto values = match_keys(node, keys_, what_, mistakes);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != nullptr) readers_[i](target, *values[i], mistakes);
    }
    return mistakes.errors().size() == before;
  }

 private:
  template <class Member>
  static Reader into(Member T::*member) {
    return [member](T& target, const YamlNode& node, YamlMistakes& mistakes) {
      read_yaml(node, target.*member, mistakes);
    };
  }

  YamlTable& add(std::string key, bool required, Reader reader) {
    keys_.push_back({std::move(key), required});
    readers_.push_back(std::move(reader));
    return *this;
  }

  std::string what_;
  std::vector<YamlKey> keys_;
  std::vector<Reader> readers_;
};

}  // namespace gnc::model
