#include "nodes/window/message_names.h"

#include <algorithm>
#include <set>

#include "model/agreement/definition_check.h"
#include "model/yaml/yaml_node.h"

namespace gnc::window {
namespace {

using model::YamlMistakes;
using model::YamlNode;

class MessageCheck {
 public:
  MessageCheck(const PartyName& party, const model::AgreementBook& book, YamlMistakes& mistakes)
      : mistakes_(mistakes) {
    for (const v1::Agreement& agreement : book.agreements()) {
      const auto* block = model::find_block(book.blocks(), agreement.block(), agreement.block_version());
      if (block == nullptr) continue;
      for (const v1::AgreementParty& member : agreement.parties()) {
        if (member.party() != party.text()) continue;
        for (const v1::BlockMessage& message : block->messages()) {
          if (message.to() == member.role()) coming_.insert(message.name());
          if (message.from() == member.role()) going_.insert(message.name());
        }
      }
    }
  }

  void run(const YamlNode& root) {
    if (coming_.empty() && going_.empty()) return;
    each(root.find("clears"), [this](const YamlNode& name) { expect(name, coming_, comes); });
    part(root.find("matching"), "with", [this](const YamlNode& name) { expect(name, coming_, comes); });
    part(root.find("paper"), "messages", [this](const YamlNode& name) { expect(name, coming_, comes); });
    each(root.find("pushes"), [this](const YamlNode& push) { named(push, going_, goes); });
    each(root.find("desks"), [this](const YamlNode& desk) {
      named(desk, coming_, comes);
      each(desk.find("rules"), [this](const YamlNode& rule) {
        each(rule.find("answers"), [this](const YamlNode& answer) { named(answer, going_, goes); });
      });
    });
  }

 private:
  static constexpr std::string_view comes = "message that comes to this party";
  static constexpr std::string_view goes = "message that this party sends";

  // Of a sequence, each; a single value is one of itself.
  template <class Visit>
  static void each(const YamlNode* node, const Visit& visit) {
    if (node == nullptr) return;
    if (node->kind != YamlNode::Kind::sequence) return visit(*node);
    for (const YamlNode& item : node->items) visit(item);
  }
  template <class Visit>
  static void part(const YamlNode* node, std::string_view key, const Visit& visit) {
    if (node != nullptr) each(node->find(key), visit);
  }

  void named(const YamlNode& of, const std::set<std::string>& known, std::string_view kind) {
    if (const YamlNode* name = of.find("message")) expect(*name, known, kind);
  }

  void expect(const YamlNode& name, const std::set<std::string>& known, std::string_view kind) {
    if (name.kind != YamlNode::Kind::scalar || known.contains(name.text)) return;
    mistakes_.add_unknown_reference(name.text, name.place, kind, {known.begin(), known.end()});
  }

  std::set<std::string> coming_, going_;
  YamlMistakes& mistakes_;
};

}  // namespace

std::vector<Error> unknown_messages(std::string_view profile, const std::string& file, const PartyName& party,
                                    const model::AgreementBook& book) {
  YamlMistakes ignored(file), mistakes(file);
  const auto root = model::parse_yaml(profile, ignored);
  if (root) MessageCheck(party, book, mistakes).run(*root);
  return mistakes.take();
}

}  // namespace gnc::window
