#include "nodes/window/office_yaml.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "nodes/window/rules_yaml.h"

namespace gnc::window {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlTable;

namespace {

constexpr std::uint32_t most_officers = 100'000;

std::optional<int> two_digits(std::string_view text) {
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.size() != 2 || read.ec != std::errc() || read.ptr != text.data() + 2) return std::nullopt;
  return number;
}

// "08:30"
std::optional<Duration> clock_time(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = two_digits(text.substr(0, 2)), minute = two_digits(text.substr(3));
  if (!hour || !minute || *minute > 59 || *hour > 24 || (*hour == 24 && *minute > 0)) return std::nullopt;
  return Duration::from_seconds((*hour * 60 + *minute) * 60);
}

void read_clock_time(const YamlNode& node, Duration& into, YamlMistakes& mistakes) {
  constexpr std::string_view wanted = "a time of the day like \"08:30\"";
  const auto text = model::scalar_text(node, wanted, mistakes);
  if (!text) return;
  const auto time = clock_time(*text);
  if (!time) return mistakes.add_value(node, wanted);
  into = *time;
}

// "+12:00"
void read_offset(const YamlNode& node, Duration& into, YamlMistakes& mistakes) {
  constexpr std::string_view wanted = "a difference to UTC like \"+12:00\"";
  const auto text = model::scalar_text(node, wanted, mistakes);
  if (!text) return;
  const auto time = text->empty() ? std::nullopt : clock_time(text->substr(1));
  if (!time || (text->front() != '+' && text->front() != '-') || *time > Duration::from_seconds(14 * 3600))
    return mistakes.add_value(node, wanted);
  into = text->front() == '-' ? *time * -1 : *time;
}

void read_days(const YamlNode& node, std::array<bool, 7>& into, YamlMistakes& mistakes) {
  using Days = std::vector<std::pair<std::string_view, std::size_t>>;
  static const Days names{{"mon", 0}, {"tue", 1}, {"wed", 2}, {"thu", 3}, {"fri", 4}, {"sat", 5}, {"sun", 6}};
  if (!model::expect_sequence(node, mistakes)) return;
  if (node.items.empty()) return mistakes.add_value(node, "one day of the week at least");
  into = {};
  for (const YamlNode& item : node.items) {
    std::size_t day = 0;
    if (model::read_word(item, names, day, mistakes)) into[day] = true;
  }
}

bool read_yaml(const YamlNode& node, PaperShare& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<PaperShare>("a change of the share of paper")
          .required("after", &PaperShare::after)
          .required("share", [](PaperShare& share, const YamlNode& value, YamlMistakes& wrong) {
            read_share(value, share.per_cent, wrong);
          });
  return table.read(node, into, mistakes);
}

void read_changes(PaperProfile& paper, const YamlNode& node, YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  for (const YamlNode& item : node.items) {
    PaperShare& change = paper.changes.emplace_back();
    const Duration before =
        paper.changes.size() < 2 ? Duration{} : paper.changes[paper.changes.size() - 2].after;
    if (read_yaml(item, change, mistakes) && change.after < before)
      mistakes.add(v1::KEY_VALUE, item.place, "the changes of the share are not in the order of time");
  }
}

}  // namespace

bool read_yaml(const YamlNode& node, TimeSpread& into, YamlMistakes& mistakes) {
  if (node.kind != YamlNode::Kind::mapping) {
    Duration always;
    if (!model::read_yaml(node, always, mistakes)) return false;
    into = TimeSpread::always(always);
    return true;
  }
  struct Written {
    Duration least, most;
    std::optional<Duration> median, p95;
  };
  static const auto table = YamlTable<Written>("a spread of times")
                                .required("least", &Written::least)
                                .optional("median", &Written::median)
                                .optional("p95", &Written::p95)
                                .required("most", &Written::most);
  Written written;
  if (!table.read(node, written, mistakes)) return false;
  // What is not said lies in between, as if all times were as frequent.
  const Duration median = written.median.value_or((written.least + written.most) / 2);
  const Duration p95 = written.p95.value_or(median + (written.most - median) * 9 / 10);
  into = {written.least, median, p95, written.most};
  if (into.least <= into.median && into.median <= into.p95 && into.p95 <= into.most) return true;
  mistakes.add(v1::KEY_VALUE, node.place, "the times do not rise from least to most",
               "Write them so that least, median, p95 and most rise.");
  return false;
}

bool read_yaml(const YamlNode& node, OpeningHours& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<OpeningHours>("the opening hours")
          .optional("days", [](OpeningHours& hours, const YamlNode& value,
                               YamlMistakes& wrong) { read_days(value, hours.days, wrong); })
          .required("from", [](OpeningHours& hours, const YamlNode& value,
                               YamlMistakes& wrong) { read_clock_time(value, hours.opens, wrong); })
          .required("until", [](OpeningHours& hours, const YamlNode& value,
                                YamlMistakes& wrong) { read_clock_time(value, hours.closes, wrong); })
          .optional("utc offset", [](OpeningHours& hours, const YamlNode& value, YamlMistakes& wrong) {
            read_offset(value, hours.utc_offset, wrong);
          });
  if (!table.read(node, into, mistakes)) return false;
  if (into.opens < into.closes) return true;
  mistakes.add(v1::KEY_VALUE, node.place, "the office closes before it opens");
  return false;
}

bool read_yaml(const YamlNode& node, PaperProfile& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<PaperProfile>("paper")
          .required("share", [](PaperProfile& paper, const YamlNode& value,
                                YamlMistakes& wrong) { read_share(value, paper.per_cent, wrong); })
          .optional("changes", read_changes)
          .optional("messages", &PaperProfile::messages)
          .optional("post", &PaperProfile::post)
          .optional("keying", &PaperProfile::keying)
          .optional("errors", [](PaperProfile& paper, const YamlNode& value,
                                 YamlMistakes& wrong) { read_share(value, paper.errors, wrong); })
          .optional("seed", &PaperProfile::seed);
  return table.read(node, into, mistakes);
}

bool read_officers(const YamlNode& node, std::uint32_t& into, YamlMistakes& mistakes) {
  if (!model::read_yaml(node, into, mistakes)) return false;
  if (into > 0 && into <= most_officers) return true;
  mistakes.add_value(node, fmt::format("a number of officers from 1 to {}", most_officers));
  return false;
}

}  // namespace gnc::window
