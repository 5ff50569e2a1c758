#include "scenarios/engine/story_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/refusal_code.h"

namespace gnc::scenarios {

using model::YamlMistakes;
using model::YamlNode;
using Kind = KeyDefinition::Kind;

std::string event_kind_name(v1::EventKind kind) {
  constexpr std::string_view prefix = "EVENT_KIND_";
  std::string name = v1::EventKind_Name(kind);
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

namespace {

constexpr std::uint32_t most_answers = 6;

std::vector<std::pair<std::string, v1::EventKind>> event_kinds() {
  std::vector<std::pair<std::string, v1::EventKind>> kinds;
  for (int number = v1::EventKind_MIN; number <= v1::EventKind_MAX; ++number) {
    if (!v1::EventKind_IsValid(number) || number == v1::EVENT_KIND_UNSPECIFIED) continue;
    const auto kind = static_cast<v1::EventKind>(number);
    kinds.emplace_back(event_kind_name(kind), kind);
  }
  return kinds;
}

// "en", "fr", "pt-BR".
bool is_language(std::string_view tag) {
  const std::size_t first = std::min(tag.find('-'), tag.size());
  const auto letters = [](std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0; });
  };
  return first >= 2 && first <= 3 && letters(tag.substr(0, first)) &&
         (first == tag.size() || (tag.size() > first + 1 && letters(tag.substr(first + 1))));
}

}  // namespace

void read_wording(const YamlNode& node, Wording& into, YamlMistakes& mistakes) {
  if (!model::expect_mapping(node, "a text by language, like {en: Look here, fr: Regardez ici}", mistakes)) {
    return;
  }
  if (node.items.empty()) mistakes.add_value(node, "a text by language, like {en: Look here}");
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& [language, place] = node.keys[i];
    if (!is_language(language)) {
      mistakes.add(v1::KEY_VALUE, place, fmt::format("\"{}\" is no language", language),
                   "Write its tag, like en, fr or pt-BR.");
    }
    if (const auto text = model::scalar_text(node.items[i], "a text", mistakes)) into[language] = *text;
  }
}

namespace {

template <class T>
typename KeyTable<T>::Reader wording_reader(Wording T::*member) {
  return [member](T& target, const YamlNode& node, YamlMistakes& mistakes) {
    read_wording(node, target.*member, mistakes);
  };
}

struct WrittenMoment {
  StoryMoment moment;
  bool start = false, end = false;
};

KeyTable<WrittenMoment> moment_table(const ScenarioNames* names) {
  KeyTable<WrittenMoment> table("a moment of the story");
  KeyDefinition event{"event", Kind::word, false, "none", "The event that is waited for."};
  for (const auto& [name, kind] : event_kinds()) event.words.push_back(name);
  table
      .key(std::move(event),
           [](WrittenMoment& written, const YamlNode& node, YamlMistakes& mistakes) {
             const auto kinds = event_kinds();
             std::vector<std::pair<std::string_view, v1::EventKind>> words(kinds.begin(), kinds.end());
             model::read_word<v1::EventKind>(node, words, written.moment.event, mistakes);
             written.moment.kind = StoryMoment::Kind::event;
           })
      .key({"at", Kind::party, false, "anyone", "Who sees the event."},
           [names](WrittenMoment& written, const YamlNode& node, YamlMistakes& mistakes) {
             const auto name = names->party(node, ScenarioNames::Need::any, mistakes);
             if (name) written.moment.at = name->text();
           })
      .key({"peer", Kind::text, false, "anyone", "The other party of the event, or gateway."},
           [names](WrittenMoment& written, const YamlNode& node, YamlMistakes& mistakes) {
             if (node.text == "gateway" || names->party(node, ScenarioNames::Need::any, mistakes)) {
               written.moment.peer = node.text;
             }
           })
      .key({"reference", Kind::text, false, "any", "A part of the document's name."},
           [](WrittenMoment& written, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_yaml(node, written.moment.reference, mistakes);
           })
      .key({"code", Kind::text, false, "any", "The code of a refusal."},
           [](WrittenMoment& written, const YamlNode& node, YamlMistakes& mistakes) {
             const auto code = refusal_code(node.text);
             if (!code) {
               mistakes.add_unknown_reference(node.text, node.place, "code of the catalogue",
                                              views(refusal_code_spellings()));
             }
             written.moment.code = code.value_or("");
           })
      .key({"nth", Kind::whole_number, false, "1", "Which of such events, counted from 1."},
           [](WrittenMoment& written, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, written.moment.nth, mistakes)) return;
             if (written.moment.nth == 0) mistakes.add_value(node, "a number from 1");
           })
      .key({"time", Kind::duration, false, "none", "A time since the start of the run."},
           [](WrittenMoment& written, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_yaml(node, written.moment.time, mistakes);
             written.moment.kind = StoryMoment::Kind::time;
           })
      .key({"start", Kind::yes_or_no, false, "false", "Before anything happens."}, &WrittenMoment::start)
      .key({"end", Kind::yes_or_no, false, "false", "When the run is over."}, &WrittenMoment::end);
  return table;
}

void read_moment(const ScenarioNames& names, const YamlNode& node, StoryMoment& into,
                 YamlMistakes& mistakes) {
  WrittenMoment written;
  if (!moment_table(&names).read(node, written, mistakes)) return;
  const bool by_event = node.find("event") != nullptr, by_time = node.find("time") != nullptr;
  if (int{by_event} + int{by_time} + int{written.start} + int{written.end} != 1) {
    mistakes.add(v1::KEY_VALUE, node.place, "a moment is given by one of event, time, start and end",
                 "Keep one of them.");
    return;
  }
  for (const char* key : {"at", "peer", "reference", "code", "nth"}) {
    if (by_event || node.find(key) == nullptr) continue;
    mistakes.add(v1::KEY_VALUE, node.find(key)->place, fmt::format("{} says which event is meant", key),
                 "Add event, or leave it out.");
  }
  into = std::move(written.moment);
  if (written.start) into.kind = StoryMoment::Kind::start;
  if (written.end) into.kind = StoryMoment::Kind::end;
}

KeyTable<StoryAnswer> answer_table() {
  KeyTable<StoryAnswer> table("an answer");
  table
      .key({"text", Kind::values_by_name, true, "", "What it says, by language."},
           wording_reader<StoryAnswer>(&StoryAnswer::text))
      .key({"right", Kind::yes_or_no, false, "false", "Whether it is right."}, &StoryAnswer::right)
      .key({"because", Kind::values_by_name, false, "nothing", "What is said of it when it was chosen."},
           wording_reader<StoryAnswer>(&StoryAnswer::because));
  return table;
}

void read_answers(const YamlNode& node, std::vector<StoryAnswer>& into, YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  const auto table = answer_table();
  for (const YamlNode& item : node.items) {
    StoryAnswer answer;
    if (table.read(item, answer, mistakes)) into.push_back(std::move(answer));
  }
  if (node.items.size() < 2 || node.items.size() > most_answers) {
    mistakes.add(v1::KEY_VALUE, node.place, fmt::format("{} answers to choose from", node.items.size()),
                 fmt::format("Write from 2 to {} answers.", most_answers));
  } else if (into.size() == node.items.size() &&
             std::ranges::none_of(into, [](const StoryAnswer& answer) { return answer.right; })) {
    mistakes.add(v1::KEY_VALUE, node.place, "no answer is right", "Add right: true to one.");
  }
}

KeyTable<StoryQuestion> question_table() {
  KeyTable<StoryQuestion> table("a question");
  table
      .key({"question", Kind::values_by_name, true, "", "What is asked, by language."},
           wording_reader<StoryQuestion>(&StoryQuestion::question))
      .key({"answers", Kind::sections, true, "", "What can be chosen, two to six.", {}, "an answer"},
           [](StoryQuestion& question, const YamlNode& node, YamlMistakes& mistakes) {
             read_answers(node, question.answers, mistakes);
           });
  return table;
}

void read_point(const ScenarioNames& names, const YamlNode& node, std::string& into, YamlMistakes& mistakes) {
  const auto text = model::scalar_text(node, "a party, a link, gateway or exchange", mistakes);
  if (!text || names.administrations().empty()) return;
  std::vector<std::string> known{"exchange", "gateway"};
  for (const PartyName& party : names.administrations()) known.push_back(party.text());
  for (std::string& link : names.link_names()) known.push_back(std::move(link));
  if (std::ranges::find(known, *text) == known.end()) {
    return mistakes.add_unknown_reference(*text, node.place, "party or link", views(known));
  }
  into = *text;
}

KeyTable<StoryStep> story_table(const ScenarioNames* names) {
  KeyTable<StoryStep> table("a step of the story");
  table
      .key({"when", Kind::section, true, "", "Where the page stops.", {}, "a moment of the story"},
           [names](StoryStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             read_moment(*names, node, step.when, mistakes);
           })
      .key({"point", Kind::text, false, "nothing",
            "What is pointed at: a party, a link, gateway, or exchange for that of the event."},
           [names](StoryStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             read_point(*names, node, step.point, mistakes);
           })
      .key({"say", Kind::values_by_name, false, "nothing", "What is said, by language."},
           wording_reader<StoryStep>(&StoryStep::say))
      .key({"ask", Kind::section, false, "nothing", "A question to those who watch.", {}, "a question"},
           [](StoryStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             question_table().read(node, step.ask.emplace(), mistakes);
           });
  return table;
}

}  // namespace

void read_story(const ScenarioNames& names, const YamlNode& node, std::vector<StoryStep>& into,
                YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  const auto table = story_table(&names);
  for (const YamlNode& item : node.items) {
    StoryStep step;
    step.place = item.place;
    if (!table.read(item, step, mistakes)) continue;
    if (step.say.empty() && !step.ask) {
      mistakes.add(v1::KEY_MISSING, item.place, "this step of the story neither says nor asks anything",
                   "Add say or ask.");
    }
    into.push_back(std::move(step));
  }
}

std::vector<SectionDefinition> story_language() {
  return {story_table(nullptr).definition(), moment_table(nullptr).definition(),
          question_table().definition(), answer_table().definition()};
}

}  // namespace gnc::scenarios
