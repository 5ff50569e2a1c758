#include "scenarios/engine/content_check.h"

#include <fmt/format.h>

#include <regex>

#include "gnc/v1/errors.pb.h"
#include "proto/types/error.h"

namespace gnc::scenarios {
namespace {

Result<bool> matches_whole(const std::string& value, const std::string& pattern) {
  try {
    return std::regex_match(value, std::regex(pattern, std::regex::ECMAScript));
  } catch (const std::regex_error& error) {
    return failure(v1::KEY_VALUE, fmt::format("\"{}\" is no regular expression: {}", pattern, error.what()));
  }
}

}  // namespace

std::string in_quotes(std::string_view value) {
  constexpr std::size_t longest = 80;
  if (value.size() <= longest) return fmt::format("\"{}\"", printable(value));
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0) == 0x80) --end;
  return fmt::format("\"{}…\"", printable(value.substr(0, end)));
}

Result<std::optional<std::string>> mismatch(const ContentCheck& check, const v1::MetaData& document) {
  using Mismatch = std::optional<std::string>;
  if (!check.path) return Mismatch();
  const std::string& path = check.path->text();
  if (check.exists) {
    const bool there = check.path->is_in(document);
    if (there == *check.exists) return Mismatch();
    return Mismatch(there ? fmt::format("{} is there, and should not be", path)
                          : fmt::format("there is no {}", path));
  }
  if (!check.equals && !check.matches) return Mismatch();
  const std::vector<std::string> values = check.path->values(document);
  const std::string wanted = check.equals ? in_quotes(*check.equals) : fmt::format("like {}", *check.matches);
  if (values.empty()) return Mismatch(fmt::format("there is no {}, where it should be {}", path, wanted));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Result<bool> right = true;
    if (check.equals) {
      right = values[i] == *check.equals;
    } else {
      right = matches_whole(values[i], *check.matches);
    }
    if (!right) return tl::unexpected(right.error());
    if (*right) continue;
    const std::string which = values.size() > 1 ? fmt::format(" ({} of {})", i + 1, values.size()) : "";
    return Mismatch(fmt::format("{}{} is {}, not {}", path, which, in_quotes(values[i]), wanted));
  }
  return Mismatch();
}

std::optional<std::string> end_mismatch(const ExpectStep& step, const StepExchange& exchange) {
  const std::string label = exchange.code == v1::ERROR_CODE_UNSPECIFIED
                                ? std::string()
                                : std::string(catalogue_entry(exchange.code).label);
  const bool end_right = !step.end || *step.end == end_word(exchange.end);
  const bool code_right =
      !step.code || *step.code == label ||
      (!label.empty() && *step.code == std::string_view(catalogue_entry(exchange.code).name));
  if (end_right && code_right) return std::nullopt;
  std::string wanted = step.end.value_or("ended");
  if (step.code) wanted += fmt::format(" by {}", *step.code);
  std::string found = standing_words(exchange);
  if (!exchange.detail.empty()) found += fmt::format(" ({})", printable(exchange.detail));
  return fmt::format("it is {}, not {}", found, wanted);
}

}  // namespace gnc::scenarios
