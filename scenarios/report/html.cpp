#include "scenarios/report/html.h"

#include <fmt/format.h>

#include "scenarios/engine/number_text.h"

namespace gnc::scenarios {
namespace {

template <class Value>
Html measured(std::string_view pointer, Value value, std::string_view shown) {
  return Html::own(fmt::format(R"(<data{} value="{}" data-of="{}">{}</data>)",
                               value == Value{} ? R"( class="zero")" : "", value, html_escaped(pointer),
                               html_escaped(shown)));
}

}  // namespace

Html Html::text(std::string_view outside, std::size_t most_bytes) {
  return own(html_escaped(outside, most_bytes));
}

Html Html::own(std::string markup) {
  Html html;
  html.markup_ = std::move(markup);
  return html;
}

Html& Html::operator+=(const Html& other) {
  markup_ += other.markup_;
  return *this;
}

Html element(std::string_view tag, std::string_view css_class, const Html& content) {
  if (css_class.empty()) return Html::own(fmt::format("<{}>{}</{}>\n", tag, content.markup(), tag));
  return Html::own(fmt::format(R"(<{} class="{}">{}</{}>)", tag, css_class, content.markup(), tag) + "\n");
}

Html element(std::string_view tag, std::string_view css_class, std::string_view outside) {
  return element(tag, css_class, Html::text(outside));
}

Html section(std::string_view id, std::string_view heading, std::string_view lead, const Html& content) {
  return Html::own(fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}{}</section>\n", id,
                               html_escaped(heading), lead.empty() ? "" : element("p", "lead", lead).markup(),
                               content.markup()));
}

Html folded(std::string_view summary, const Html& content, bool open) {
  return Html::own(fmt::format("<details{}><summary>{}</summary>\n{}</details>\n", open ? " open" : "",
                               html_escaped(summary), content.markup()));
}

Html held_mark(bool held) {
  return Html::own(held ? R"(<span class="mark good">✓ held</span>)"
                        : R"(<span class="mark bad">✗ not held</span>)");
}

Html milliseconds(std::string_view pointer, double value) {
  return measured(pointer, value, milliseconds_text(value));
}
Html milliseconds_or_none(std::string_view pointer, double value) {
  return measured(pointer, value, value == 0 ? "–" : milliseconds_text(value));
}
Html seconds(std::string_view pointer, double value) {
  return measured(pointer, value, milliseconds_text(value * 1e3));
}
Html count(std::string_view pointer, std::uint64_t value) {
  return measured(pointer, value, count_text(value));
}
Html rate(std::string_view pointer, double value) { return measured(pointer, value, rate_text(value)); }
Html bytes(std::string_view pointer, std::uint64_t value) {
  return measured(pointer, value, bytes_text(value));
}
Html bytes_or_none(std::string_view pointer, std::uint64_t value) {
  return measured(pointer, value, value == 0 ? "–" : bytes_text(value));
}
Html share(std::string_view pointer, double value) { return measured(pointer, value, share_text(value)); }
Html number(std::string_view pointer, double value) { return measured(pointer, value, number_text(value)); }
Html microseconds(std::string_view pointer, std::uint64_t value) {
  return measured(pointer, value, milliseconds_text(static_cast<double>(value) / 1e3));
}

Html table(const std::vector<Column>& columns, const std::vector<std::vector<Html>>& rows) {
  std::string markup = "<div class=\"table\"><table><thead><tr>";
  for (const Column& column : columns) {
    markup += fmt::format(R"(<th scope="col"{}>{}</th>)", column.is_number ? R"( class="number")" : "",
                          html_escaped(column.title));
  }
  markup += "</tr></thead><tbody>\n";
  for (const auto& row : rows) {
    markup += "<tr>";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      markup += columns[i].is_number ? R"(<td class="number">)" : "<td>";
      markup += row[i].markup();
      markup += "</td>";
    }
    markup += "</tr>\n";
  }
  return Html::own(markup + "</tbody></table></div>\n");
}

Html long_table(const std::vector<Column>& columns, std::vector<std::vector<Html>> rows, std::size_t most) {
  if (rows.size() <= most) return table(columns, rows);
  const auto first_more = rows.begin() + static_cast<std::ptrdiff_t>(most);
  const std::vector<std::vector<Html>> more(first_more, rows.end());
  rows.erase(first_more, rows.end());
  return table(columns, rows) +
         element("div", "long", folded(fmt::format("{} more rows", more.size()), table(columns, more)));
}

}  // namespace gnc::scenarios
