#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/report/escaped_text.h"

namespace gnc::scenarios {

// Markup of a page. Text from outside gets in only through text(), which escapes it.
class Html {
 public:
  Html() = default;
  static Html text(std::string_view outside, std::size_t most_bytes = usual_bytes);
  // Markup of our own: a picture, a style sheet.
  static Html own(std::string markup);

  Html& operator+=(const Html& other);
  friend Html operator+(Html one, const Html& other) { return one += other; }

  bool empty() const { return markup_.empty(); }
  const std::string& markup() const { return markup_; }

 private:
  std::string markup_;
};

// <tag class="css_class">content</tag>; without a class where it is empty.
Html element(std::string_view tag, std::string_view css_class, const Html& content);
Html element(std::string_view tag, std::string_view css_class, std::string_view outside);
// A part of the page with a heading that can be linked to, and a line on what it shows.
Html section(std::string_view id, std::string_view heading, std::string_view lead, const Html& content);
// Shut, but open in print.
Html folded(std::string_view summary, const Html& content, bool open = false);
Html held_mark(bool held);

// A number of report.json, at `pointer` (RFC 6901): shown for people, and whole in the markup's value.
Html milliseconds(std::string_view pointer, double value);
// Zero stands for nothing measured.
Html milliseconds_or_none(std::string_view pointer, double value);
Html seconds(std::string_view pointer, double value);
Html count(std::string_view pointer, std::uint64_t value);
Html rate(std::string_view pointer, double value);
Html bytes(std::string_view pointer, std::uint64_t value);
Html bytes_or_none(std::string_view pointer, std::uint64_t value);
Html share(std::string_view pointer, double value);
Html number(std::string_view pointer, double value);
// Microseconds of processor time.
Html microseconds(std::string_view pointer, std::uint64_t value);

struct Column {
  std::string_view title;
  bool is_number = false;
};
// Each row has a cell for each column. Scrolls by itself where it is wider than the page.
Html table(const std::vector<Column>& columns, const std::vector<std::vector<Html>>& rows);
// The same where there may be hundreds of rows: those beyond `most` are folded away.
Html long_table(const std::vector<Column>& columns, std::vector<std::vector<Html>> rows, std::size_t most);

}  // namespace gnc::scenarios
