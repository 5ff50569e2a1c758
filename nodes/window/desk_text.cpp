#include "nodes/window/desk_text.h"

#include <fmt/format.h>

#include "model/document/wco_path.h"
#include "nodes/core/response_parts.h"

namespace gnc::window {
namespace {

constexpr std::string_view opening = "${";
constexpr std::string_view each_occurrence = "[each]";

// Calls `plain` with what stands as it is, and `name` with what stands in ${…}.
template <class Plain, class Name>
void parts(std::string_view text, const Plain& plain, const Name& name) {
  while (!text.empty()) {
    const std::size_t at = text.find(opening);
    if (at == std::string_view::npos) return plain(text);
    if (at > 0 && text[at - 1] == '$') {
      plain(text.substr(0, at - 1));
      plain(opening);
      text.remove_prefix(at + opening.size());
      continue;
    }
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) return plain(text);
    plain(text.substr(0, at));
    name(text.substr(at + opening.size(), end - at - opening.size()));
    text.remove_prefix(end + 1);
  }
}

std::string value_of(std::string_view name, const DeskValues& values) {
  if (name == "now" || name == "today") {
    v1::DateTime date;
    nodes::set_date(date, values.now);
    return name == "now" ? date.value() : date.value().substr(0, 8);
  }
  if (name.find('/') != std::string_view::npos) {
    const auto path = model::WcoPath::parse(name);
    if (!path || values.document == nullptr) return {};
    const auto found = path->values(*values.document);
    return found.empty() ? std::string() : found.front();
  }
  const auto found = values.entry.find(std::string(name));
  return found == values.entry.end() ? std::string() : found->second;
}

}  // namespace

std::string filled(std::string_view text, const DeskValues& values) {
  std::string made;
  parts(
      text, [&made](std::string_view plain) { made += plain; },
      [&](std::string_view name) { made += value_of(name, values); });
  return made;
}

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  parts(
      text, [](std::string_view) {}, [&names](std::string_view name) { names.emplace_back(name); });
  return names;
}

std::string with_occurrence(std::string_view path, std::size_t number) {
  std::string text(path);
  if (const std::size_t at = text.find(each_occurrence); at != std::string::npos) {
    text.replace(at, each_occurrence.size(), fmt::format("[{}]", number));
  }
  return text;
}

}  // namespace gnc::window
