#include "scenarios/engine/expectation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/instant_text.h"
#include "model/yaml/spelling.h"
#include "scenarios/engine/quantity.h"

namespace gnc::scenarios {
namespace {

using Unit = Measure::Unit;

constexpr std::pair<std::string_view, Comparison> comparisons[] = {
    {"==", Comparison::equal},    {"!=", Comparison::not_equal}, {"<=", Comparison::at_most},
    {">=", Comparison::at_least}, {"<", Comparison::less},       {">", Comparison::greater}};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<double> bound_of(std::string_view text, Unit unit) {
  switch (unit) {
    case Unit::milliseconds: {
      const auto duration = model::parse_duration(text);
      if (!duration) return std::nullopt;
      return duration->milliseconds();
    }
    case Unit::rate: {
      const auto rate = parse_rate_or_none(text);
      return rate ? rate->each_second : parse_number(text);
    }
    case Unit::bytes:
      return parse_bytes(text);
    case Unit::count:
    case Unit::number:
      return text.ends_with('%') ? std::nullopt : parse_number(text);
    case Unit::share:
      return parse_number(text);
  }
  return std::nullopt;
}

// What a value of the unit is, and how one is written.
std::pair<std::string_view, std::string_view> unit_words(Unit unit) {
  switch (unit) {
    case Unit::milliseconds:
      return {"a duration", "Write a duration: 500ms, 2s."};
    case Unit::rate:
      return {"a rate", "Write a rate: 200/s, 30/min."};
    case Unit::bytes:
      return {"a size", "Write a size: 800B, 64kB, 256MB."};
    case Unit::share:
      return {"a share", "Write a share: 99%, 0.99."};
    case Unit::count:
    case Unit::number:
      break;
  }
  return {"a number", "Write a number: 0, 250."};
}

tl::unexpected<Error> compares_nothing(std::string_view text) {
  return failure(v1::KEY_VALUE, fmt::format("\"{}\" compares nothing", text), {},
                 "Write a measure, a comparison (== != < <= > >=) and a value: delivery.p99 < 500ms.");
}

Result<Selection> parse_selection(std::string_view text, const Measure& measure) {
  Selection selection;
  const std::vector<std::string_view> allowed = measure.keys();
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const std::string_view part = trimmed(text.substr(begin, comma - begin));
    begin = comma + 1;
    const std::size_t equals = part.find('=');
    const std::string_view key = trimmed(part.substr(0, equals));
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : trimmed(part.substr(equals + 1));
    if (key.empty() || value.empty()) {
      return failure(v1::KEY_VALUE, fmt::format("\"{}\" selects nothing", part), {},
                     "Write key=value between the brackets: [workload=morning peak, to=CN].");
    }
    const auto& known = Selection::known_keys();
    if (std::ranges::find(known, key) == known.end()) {
      return failure(v1::REFERENCE_UNKNOWN, fmt::format("nothing can be selected by \"{}\"", key), {},
                     model::spelling_hint(key, known));
    }
    if (std::ranges::find(allowed, key) == allowed.end()) {
      return failure(v1::KEY_VALUE, fmt::format("{} cannot be selected by {}", measure.name, key), {},
                     allowed.empty() ? "It is of the whole run: leave the brackets out."
                                     : fmt::format("Select by {}.", fmt::join(allowed, ", ")));
    }
    if (!selection.add(key, value)) {
      return failure(v1::KEY_VALUE, fmt::format("{} is selected twice", key), {}, "Keep one of the two.");
    }
  }
  if (!selection.value("code").empty() && selection.parts().size() > 1) {
    return failure(v1::KEY_VALUE, "refusals by code are counted for the whole run", {},
                   "Leave the other keys out.");
  }
  return selection;
}

Result<const Measure*> find_measure(std::string_view name) {
  std::vector<std::string_view> known;
  for (const Measure& measure : measures()) {
    if (measure.name == name) return &measure;
    known.push_back(measure.name);
  }
  return failure(v1::REFERENCE_UNKNOWN, fmt::format("there is no measure \"{}\"", name), {},
                 model::spelling_hint(name, known));
}

}  // namespace

bool compare(double value, Comparison comparison, double bound) {
  switch (comparison) {
    case Comparison::equal:
      return value == bound;
    case Comparison::not_equal:
      return value != bound;
    case Comparison::less:
      return value < bound;
    case Comparison::at_most:
      return value <= bound;
    case Comparison::greater:
      return value > bound;
    case Comparison::at_least:
      return value >= bound;
  }
  return false;
}

Result<Expectation> parse_expectation(std::string_view text) {
  Expectation expectation;
  expectation.text = text;
  const std::size_t bracket = text.find('[');
  std::size_t behind = 0;
  if (bracket != std::string_view::npos) {
    behind = text.find(']', bracket);
    if (behind == std::string_view::npos) {
      return failure(v1::KEY_VALUE, "the bracket is not closed", {}, "Write ] after what is selected.");
    }
  }
  const std::size_t sign = text.find_first_of("=!<>", behind);
  const std::pair<std::string_view, Comparison>* found = nullptr;
  for (const auto& candidate : comparisons) {
    if (sign != std::string_view::npos && text.substr(sign).starts_with(candidate.first)) {
      found = &candidate;
      break;
    }
  }
  if (found == nullptr) return compares_nothing(text);
  expectation.comparison = found->second;
  const auto measure = find_measure(trimmed(text.substr(0, std::min(bracket, sign))));
  if (!measure) return tl::unexpected(measure.error());
  expectation.measure = *measure;
  if (bracket != std::string_view::npos) {
    if (!trimmed(text.substr(behind + 1, sign - behind - 1)).empty()) return compares_nothing(text);
    auto selection = parse_selection(text.substr(bracket + 1, behind - bracket - 1), **measure);
    if (!selection) return tl::unexpected(selection.error());
    expectation.selection = std::move(*selection);
  }
  const std::string_view value = trimmed(text.substr(sign + found->first.size()));
  const auto bound = bound_of(value, expectation.measure->unit);
  if (!bound) {
    const auto [what, remedy] = unit_words(expectation.measure->unit);
    return failure(v1::KEY_VALUE, fmt::format("\"{}\" is not {}", value, what), {}, std::string(remedy));
  }
  expectation.bound = *bound;
  return expectation;
}

std::vector<Selection> selections_of(const std::vector<Expectation>& expectations) {
  std::vector<Selection> all;
  for (const Expectation& expectation : expectations) {
    const Selection& selection = expectation.selection;
    const bool of_exchanges = expectation.measure->scope == Measure::Scope::exchanges ||
                              expectation.measure->scope == Measure::Scope::refusals;
    if (!of_exchanges || selection.empty() || !selection.value("code").empty()) continue;
    if (std::ranges::find(all, selection) == all.end()) all.push_back(selection);
  }
  return all;
}

}  // namespace gnc::scenarios
