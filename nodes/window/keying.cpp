#include "nodes/window/keying.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "model/document/plan.h"
#include "nodes/window/chance.h"

namespace gnc::window {
namespace {

using google::protobuf::Message;

constexpr std::string_view numbering = "SequenceNumeric";
// Of the declaration itself: what says which form it is.
constexpr std::array<std::string_view, 2> of_the_form{"FunctionCode", "TypeCode"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

Message& mutable_occurrence(Message& message, const model::FieldPlan& field, int index) {
  return field.repeated ? *field.reflection->MutableRepeatedMessage(&message, field.field, index)
                        : *field.reflection->MutableMessage(&message, field.field);
}

class Keyboard {
 public:
  Keyboard(const Decimal& errors, Random random, Keyed& into)
      : errors_(errors), random_(random), into_(into) {}

  void type(Message& message, const model::ClassPlan& plan, const std::string& at) {
    for (const model::FieldPlan& field : plan.fields) {
      if (field.xml_name == numbering) continue;
      if (at.empty() && std::ranges::find(of_the_form, field.xml_name) != of_the_form.end()) continue;
      const int count = model::occurrences(message, field);
      for (int i = 0; i < count; ++i) {
        std::string path = at + std::string(field.xml_name);
        if (field.repeated) path += fmt::format("[{}]", i + 1);
        Message& element = mutable_occurrence(message, field, i);
        if (field.leaf == nullptr) {
          type(element, *field.child, path + "/");
        } else if (std::string& value = *model::mutable_leaf_value(element, field.leaf->kind);
                   !value.empty()) {
          type(value, std::move(path));
        }
      }
    }
  }

 private:
  void type(std::string& value, std::string path) {
    ++into_.fields;
    // Drawn for each field, so that a rate does not change which fields another rate finds.
    const std::uint64_t draw = random_.next(), slip = random_.next();
    if (!is_sampled(errors_, draw)) return;
    std::string typed = mistyped(value, Random(slip));
    if (typed == value) return;
    value = std::move(typed);
    into_.wrong.push_back(std::move(path));
  }

  const Decimal& errors_;
  Random random_;
  Keyed& into_;
};

}  // namespace

Keyed keyed(const v1::MetaData& paper, const Decimal& errors, Random random) {
  Keyed made{.document = paper, .fields = 0, .wrong = {}};
  Keyboard keyboard(errors, random, made);
  for (const model::FieldPlan& field : model::document_plan().fields) {
    if (field.xml_name != "Declaration" || model::occurrences(made.document, field) == 0) continue;
    keyboard.type(mutable_occurrence(made.document, field, 0), *field.child, {});
  }
  return made;
}

std::string mistyped(std::string text, Random random) {
  std::vector<std::size_t> digits, pairs, letters;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) digits.push_back(i);
    if (is_letter(text[i])) letters.push_back(i);
    if (i > 0 && is_letter(text[i]) && is_letter(text[i - 1]) && text[i] != text[i - 1]) pairs.push_back(i);
  }
  const auto one_of = [&random](const std::vector<std::size_t>& places) {
    return places[random.below(places.size())];
  };
  if (!digits.empty()) {
    char& digit = text[one_of(digits)];
    digit = static_cast<char>('0' + (static_cast<std::uint64_t>(digit - '0') + 1 + random.below(9)) % 10);
  } else if (!pairs.empty()) {
    const std::size_t at = one_of(pairs);
    std::swap(text[at - 1], text[at]);
  } else if (!letters.empty()) {
    char& letter = text[one_of(letters)];
    letter = letter == 'Z' || letter == 'z' ? static_cast<char>(letter - 1) : static_cast<char>(letter + 1);
  }
  return text;
}

}  // namespace gnc::window
