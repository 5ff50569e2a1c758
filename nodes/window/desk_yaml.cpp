#include "nodes/window/desk_yaml.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "nodes/window/agencies_yaml.h"
#include "nodes/window/desk_text.h"
#include "nodes/window/profile.h"
#include "nodes/window/rules_yaml.h"

namespace gnc::window {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlTable;

namespace {

// One value, or a list of them, for each column.
void read_test(const YamlNode& node, EntryTest& into, YamlMistakes& mistakes) {
  if (!model::expect_mapping(node, "columns and their values", mistakes)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    std::vector<std::string>& values = into[node.keys[i].first];
    if (node.items[i].kind == YamlNode::Kind::sequence) {
      model::read_yaml(node.items[i], values, mistakes);
    } else {
      model::read_yaml(node.items[i], values.emplace_back(), mistakes);
    }
  }
}

// `root`: "Response" or "Declaration". The path, tried out on an empty document.
std::optional<model::WcoPath> read_path(const std::string& text, const model::YamlPlace& place,
                                        std::string_view type, YamlMistakes& mistakes) {
  auto path = model::WcoPath::parse(with_occurrence(text, 1));
  if (!path) {
    mistakes.add(path.error().code, place, path.error().detail, path.error().remedy);
    return std::nullopt;
  }
  v1::MetaData empty;
  if (type == "RES") empty.add_response();
  Result<void> tried = path->set(empty, "1");
  if (path->document_type() != type) {
    tried = failure(v1::KEY_VALUE, fmt::format("{} is no element of a {}", text, type));
  }
  if (!tried) {
    mistakes.add(tried.error().code, place, tried.error().detail, tried.error().remedy);
    return std::nullopt;
  }
  return std::move(*path);
}

void read_writes(const YamlNode& node, std::string_view type, std::vector<Writing>& into,
                 YamlMistakes& mistakes) {
  if (!model::expect_mapping(node, "paths and texts", mistakes)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    auto path = read_path(node.keys[i].first, node.keys[i].second, type, mistakes);
    std::string text;
    if (model::read_yaml(node.items[i], text, mistakes) && path) {
      into.push_back({std::move(*path), std::move(text)});
    }
  }
}

void expect_function(const YamlNode& node, std::string& into, YamlMistakes& mistakes) {
  if (!model::read_yaml(node, into, mistakes)) return;
  const bool digits =
      into.size() == 2 && std::ranges::all_of(into, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) mistakes.add_value(node, "a function code of two digits like \"01\"");
}

}  // namespace

bool read_yaml(const YamlNode& node, Register& into, YamlMistakes& mistakes) {
  const std::size_t before = mistakes.errors().size();
  static const auto table =
      YamlTable<Register>("a register")
          .required("name", &Register::name)
          .required("key", &Register::key)
          .required("entries", &Register::entries)
          .optional("changes", [](Register& list, const YamlNode& value, YamlMistakes& wrong) {
            if (!model::expect_sequence(value, wrong)) return;
            for (const YamlNode& item : value.items) {
              if (!model::expect_mapping(item, "after and what changes", wrong)) continue;
              RegisterChange& change = list.changes.emplace_back();
              for (std::size_t i = 0; i < item.items.size(); ++i) {
                if (item.keys[i].first == "after") {
                  model::read_yaml(item.items[i], change.after, wrong);
                } else {
                  model::read_yaml(item.items[i], change.to[item.keys[i].first], wrong);
                }
              }
              if (item.find("after") == nullptr) {
                wrong.add(v1::KEY_MISSING, item.place, "a change lacks the key \"after\"",
                          "Say after what time it is so.");
              }
            }
          });
  if (!table.read(node, into, mistakes)) return false;
  const auto has_key = [&](const RegisterEntry& entry) { return entry.contains(into.key); };
  const auto check = [&](std::string_view list, const auto& entries, const auto& entry_of) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (has_key(entry_of(entries[i]))) continue;
      mistakes.add(v1::KEY_MISSING, node.find(list)->items[i].place,
                   fmt::format("an entry without its \"{}\"", into.key), "Add the column that is the key.");
    }
  };
  check("entries", into.entries, [](const RegisterEntry& entry) -> const RegisterEntry& { return entry; });
  check("changes", into.changes,
        [](const RegisterChange& change) -> const RegisterEntry& { return change.to; });
  std::ranges::stable_sort(into.changes, {}, &RegisterChange::after);
  std::set<std::string> seen;
  for (const RegisterEntry& entry : into.entries) {
    const auto found = entry.find(into.key);
    if (found != entry.end() && !seen.insert(found->second).second) {
      mistakes.add(v1::KEY_VALUE, node.find("entries")->place,
                   fmt::format("{} \"{}\" is there twice", into.key, found->second), "Enter each once.");
    }
  }
  return mistakes.errors().size() == before;
}

bool read_yaml(const YamlNode& node, LookUp& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<LookUp>("a look-up").required("in", &LookUp::in).required("by", &LookUp::by);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, DeskAnswer& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<DeskAnswer>("an answer")
          .optional("message", &DeskAnswer::message)
          .optional("after", &DeskAnswer::after)
          .required("function", [](DeskAnswer& answer, const YamlNode& value,
                                   YamlMistakes& wrong) { expect_function(value, answer.function, wrong); })
          .optional("writes", [](DeskAnswer& answer, const YamlNode& value, YamlMistakes& wrong) {
            read_writes(value, "RES", answer.writes, wrong);
          });
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, DeskRule& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<DeskRule>("a desk's rule")
          .required("name", &DeskRule::name)
          .optional("when", &DeskRule::when)
          .optional("faulty", &DeskRule::faulty)
          .optional("known", &DeskRule::known)
          .optional("permitted", &DeskRule::permitted)
          .optional("entry", [](DeskRule& rule, const YamlNode& value,
                                YamlMistakes& wrong) { read_test(value, rule.entry, wrong); })
          .required("answers", &DeskRule::answers);
  return table.read(node, into, mistakes);
}

namespace {

void read_permits(const YamlNode& node, Agency& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<Agency>("a desk's permits")
                                .required("papers", &Agency::papers)
                                .required("given", &Agency::permits);
  table.read(node, into, mistakes);
}

}  // namespace

bool read_yaml(const YamlNode& node, Desk& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<Desk>("a desk")
                                .required("message", &Desk::message)
                                .optional("looks up", &Desk::look_up)
                                .optional("permits",
                                          [](Desk& desk, const YamlNode& value, YamlMistakes& wrong) {
                                            read_permits(value, desk.permits.emplace(), wrong);
                                          })
                                .optional("replaces", &Desk::replaces)
                                .required("rules", &Desk::rules);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, PushRule& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<PushRule>("a push")
          .required("message", &PushRule::message)
          .required("from", &PushRule::from)
          .optional("on change", &PushRule::on_change)
          .optional("entries", [](PushRule& rule, const YamlNode& value,
                                  YamlMistakes& wrong) { read_test(value, rule.entries, wrong); })
          .optional("writes", [](PushRule& rule, const YamlNode& value,
                                 YamlMistakes& wrong) { read_writes(value, "DEC", rule.writes, wrong); })
          .optional("each", [](PushRule& rule, const YamlNode& value, YamlMistakes& wrong) {
            if (!model::expect_mapping(value, "paths and texts", wrong)) return;
            for (std::size_t i = 0; i < value.items.size(); ++i) {
              std::string text;
              const auto& [path, place] = value.keys[i];
              if (!read_path(path, place, "DEC", wrong)) continue;
              if (model::read_yaml(value.items[i], text, wrong)) rule.each.emplace_back(path, text);
            }
          });
  return table.read(node, into, mistakes);
}

namespace {

// Where the part is written, or the nearest place to it.
model::YamlPlace place_in(const YamlNode& root, std::string_view list, std::size_t number,
                          std::string_view key) {
  const YamlNode& node = root.find(list)->items[number];
  const YamlNode* found = node.find(key);
  return found == nullptr ? node.place : found->place;
}

class DesksCheck {
 public:
  DesksCheck(const Profile& profile, const YamlNode& root, YamlMistakes& mistakes)
      : profile_(profile), root_(root), mistakes_(mistakes) {
    for (const Register& each : profile.registers) registers_.push_back(each.name);
  }

  void run() {
    std::set<std::string> desks;
    for (std::size_t i = 0; i < profile_.desks.size(); ++i) {
      const Desk& desk = profile_.desks[i];
      if (!desks.insert(desk.message).second) {
        mistakes_.add(v1::KEY_VALUE, place_in(root_, "desks", i, "message"),
                      fmt::format("a second desk for {}", desk.message), "Give one all the rules.");
      }
      check(desk, i);
      for (const std::string& replaced : desk.replaces) {
        if (std::ranges::find(profile_.desks, replaced, &Desk::message) != profile_.desks.end()) continue;
        std::vector<std::string_view> known;
        for (const Desk& each : profile_.desks) known.push_back(each.message);
        mistakes_.add_unknown_reference(replaced, place_in(root_, "desks", i, "replaces"), "desk", known);
      }
    }
    for (std::size_t i = 0; i < profile_.pushes.size(); ++i) {
      const PushRule& push = profile_.pushes[i];
      const Register* from = find(push.from, place_in(root_, "pushes", i, "from"));
      if (from == nullptr) continue;
      check_columns(push.entries, *from, place_in(root_, "pushes", i, "entries"));
      for (const auto& [path, text] : push.each) check_text(text, from, place_in(root_, "pushes", i, "each"));
      for (const Writing& writing : push.writes)
        check_text(writing.text, from, place_in(root_, "pushes", i, "writes"));
    }
  }

 private:
  void check(const Desk& desk, std::size_t number) {
    const auto place = place_in(root_, "desks", number, "rules");
    const Register* in = nullptr;
    if (desk.look_up) {
      in = find(desk.look_up->in, place_in(root_, "desks", number, "looks up"));
      if (in == nullptr) return;
    }
    for (const DeskRule& rule : desk.rules) {
      if (!desk.permits && rule.permitted) {
        mistakes_.add(v1::KEY_VALUE, place,
                      fmt::format("\"{}\" asks for permits, and the desk wants none", rule.name),
                      "Say in permits: which papers it wants, and what was given.");
        continue;
      }
      if (in == nullptr && (rule.known || !rule.entry.empty())) {
        mistakes_.add(v1::KEY_VALUE, place,
                      fmt::format("\"{}\" asks for an entry, and nothing is looked up", rule.name),
                      "Say in looks up: where it is found.");
        continue;
      }
      if (in != nullptr) check_columns(rule.entry, *in, place);
      for (const DeskAnswer& answer : rule.answers) {
        for (const Writing& writing : answer.writes)
          check_text(writing.text, in, place, desk.permits.has_value());
      }
    }
  }

  const Register* find(const std::string& name, const model::YamlPlace& place) {
    const auto found = std::ranges::find(profile_.registers, name, &Register::name);
    if (found != profile_.registers.end()) return &*found;
    mistakes_.add_unknown_reference(name, place, "register", registers_);
    return nullptr;
  }

  static std::vector<std::string_view> columns(const std::vector<std::string>& names) {
    return {names.begin(), names.end()};
  }

  std::vector<std::string> columns_of(const Register& list) {
    std::set<std::string> names;
    for (const RegisterEntry& entry : list.entries) {
      for (const auto& [column, value] : entry) names.insert(column);
    }
    for (const RegisterChange& change : list.changes) {
      for (const auto& [column, value] : change.to) names.insert(column);
    }
    return {names.begin(), names.end()};
  }

  void check_columns(const EntryTest& test, const Register& list, const model::YamlPlace& place) {
    const auto known = columns_of(list);
    for (const auto& [column, values] : test) {
      if (std::ranges::find(known, column) == known.end())
        mistakes_.add_unknown_reference(column, place, "column", columns(known));
    }
  }

  void check_text(const std::string& text, const Register* list, const model::YamlPlace& place,
                  bool with_permits = false) {
    const auto known = list == nullptr ? std::vector<std::string>{} : columns_of(*list);
    for (const std::string& name : names_in(text)) {
      if (name == "now" || name == "today" || (with_permits && name == lacking_name)) continue;
      if (name.find('/') != std::string::npos) {
        if (const auto path = model::WcoPath::parse(name); !path)
          mistakes_.add(path.error().code, place, path.error().detail, path.error().remedy);
      } else if (std::ranges::find(known, name) == known.end()) {
        mistakes_.add_unknown_reference(name, place, "column", columns(known));
      }
    }
  }

  const Profile& profile_;
  const YamlNode& root_;
  YamlMistakes& mistakes_;
  std::vector<std::string_view> registers_;
};

}  // namespace

void check_desks(const Profile& profile, const YamlNode& root, YamlMistakes& mistakes) {
  DesksCheck(profile, root, mistakes).run();
}

}  // namespace gnc::window
