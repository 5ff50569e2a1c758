#pragma once

#include "scenarios/engine/scenario_names.h"

namespace gnc::scenarios {

// A step's documents may hold values that were captured before it; a workload's are made before the run.
enum class DocumentsOf { step, workload };

// A text or list of texts (files and patterns), a template, or documents to be made up.
void read_documents(const ScenarioNames&, DocumentsOf, const model::YamlNode&, DocumentSource&,
                    model::YamlMistakes&);
std::vector<SectionDefinition> document_language();

// "1..20" or "5": the fewest and the most. Empty where it is neither.
std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_number_range(std::string_view text);
// "100ms..1s" or "500ms".
std::optional<std::pair<Duration, Duration>> parse_duration_range(std::string_view text);

template <class T>
typename KeyTable<T>::Reader documents_reader(const ScenarioNames& names, DocumentSource T::*member) {
  return [&names, member](T& target, const model::YamlNode& node, model::YamlMistakes& mistakes) {
    read_documents(names, DocumentsOf::step, node, target.*member, mistakes);
  };
}

// What everything that begins exchanges may say of them.
template <class T>
void add_choice(KeyTable<T>& table) {
  using Kind = KeyDefinition::Kind;
  const auto choice = [](std::string ExchangeChoice::*member) {
    return [member](T& target, const model::YamlNode& node, model::YamlMistakes& mistakes) {
      using model::read_yaml;
      read_yaml(node, target.choice.*member, mistakes);
    };
  };
  table
      .key({"flow", Kind::text, false, "the one there is", "The utility block, where several would do."},
           choice(&ExchangeChoice::flow))
      .key({"agreement", Kind::text, false, "the one there is", "The agreement, where several would do."},
           choice(&ExchangeChoice::agreement))
      .key({"message", Kind::text, false, "the block's first", "The block's message."},
           choice(&ExchangeChoice::message))
      .key({"priority",
            Kind::word,
            false,
            "as the utility block says; else normal",
            "What goes first where much waits.",
            {"urgent", "normal", "bulk"}},
           [](T& target, const model::YamlNode& node, model::YamlMistakes& mistakes) {
             model::read_word<std::string>(node,
                                           {{"urgent", "urgent"}, {"normal", "normal"}, {"bulk", "bulk"}},
                                           target.priority, mistakes);
           })
      .key({"life", Kind::duration, false, "1h",
            "How long after its making an envelope expires; the business clock divides it."},
           [](T& target, const model::YamlNode& node, model::YamlMistakes& mistakes) {
             using model::read_yaml;
             if (read_yaml(node, target.life, mistakes) && target.life == Duration{}) {
               mistakes.add_value(node, "a duration above zero");
             }
           });
}

// What travels beside the documents.
template <class T>
void add_files(KeyTable<T>& table) {
  table.key(
      {"files", KeyDefinition::Kind::texts, false, "none",
       "Files or patterns relative to the scenario: they go along with each document, as attachments that "
       "the block allows."},
      [](T& target, const model::YamlNode& node, model::YamlMistakes& mistakes) {
        using model::read_yaml;
        if (node.kind == model::YamlNode::Kind::sequence) {
          read_yaml(node, target.files, mistakes);
        } else {
          read_yaml(node, target.files.emplace_back(), mistakes);
        }
      });
}

// When the goods of what is lodged are there.
template <class T>
void add_goods(KeyTable<T>& table) {
  table.key({"goods-arrive", KeyDefinition::Kind::duration, false, "not known",
             "How long after the lodgement the goods arrive; the business clock divides it. Indicators "
             "count from there what was known before."},
            [](T& target, const model::YamlNode& node, model::YamlMistakes& mistakes) {
              using model::read_yaml;
              read_yaml(node, target.goods_arrive, mistakes);
            });
}

}  // namespace gnc::scenarios
