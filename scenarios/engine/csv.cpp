#include "scenarios/engine/csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& file) : text_(text), file_(file) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = line_begin_ = 3;
  }

  tl::expected<CsvTable, std::vector<Error>> read() {
    CsvTable table;
    bool header = true;
    while (at_ < text_.size()) {
      const int line = line_;
      std::vector<std::string> fields = read_row();
      if (fields.size() == 1 && fields.front().empty()) continue;
      if (header) {
        check_columns(fields);
        table.columns = std::move(fields);
        header = false;
      } else if (fields.size() != table.columns.size()) {
        add(v1::KEY_VALUE, line, 1,
            fmt::format("the row has {} fields, the header {}", fields.size(), table.columns.size()),
            "Give each row a field for each column; put fields with commas in quotes.");
      } else {
        table.rows.push_back({line, std::move(fields)});
      }
    }
    if (header) add(v1::KEY_MISSING, 1, 1, "the file has no header", "Begin with a line of column names.");
    if (!header && table.rows.empty() && mistakes_.empty()) {
      add(v1::KEY_MISSING, line_, 1, "the file has no rows", "Add a line for each document.");
    }
    if (!mistakes_.empty()) return tl::unexpected(std::move(mistakes_));
    return table;
  }

 private:
  void add(v1::ErrorCode code, int line, std::size_t column, std::string detail, std::string remedy) {
    mistakes_.push_back(
        {code, std::move(detail), fmt::format("{}:{}:{}", file_, line, column), std::move(remedy)});
  }

  void check_columns(const std::vector<std::string>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].empty() || columns[i].find_first_of("${}\n\r") != std::string::npos) {
        add(v1::KEY_VALUE, 1, 1, fmt::format("column {} has no name that ${{…}} could take", i + 1),
            "Name each column, without $, { and }.");
      } else if (std::find(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(i), columns[i]) !=
                 columns.begin() + static_cast<std::ptrdiff_t>(i)) {
        add(v1::KEY_VALUE, 1, 1, fmt::format("there are two columns {}", columns[i]),
            "Give each column a name of its own.");
      }
    }
  }

  std::vector<std::string> read_row() {
    std::vector<std::string> fields;
    for (;;) {
      fields.push_back(at_ < text_.size() && text_[at_] == '"' ? read_quoted() : read_plain());
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      end_line();
      return fields;
    }
  }

  std::string read_plain() {
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string field(text_.substr(at_, end - at_));
    if (const std::size_t quote = field.find('"'); quote != std::string::npos) {
      add(v1::KEY_VALUE, line_, at_ + quote - line_begin_ + 1,
          "a quote inside a field that has none around it",
          "Put the field in quotes, and double those in it.");
    }
    at_ = end;
    return field;
  }

  std::string read_quoted() {
    const int line = line_;
    const std::size_t column = at_ - line_begin_ + 1;
    std::string field;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\n') begin_line();
      if (c != '"') {
        field += c;
      } else if (at_ < text_.size() && text_[at_] == '"') {
        field += '"';
        ++at_;
      } else {
        if (at_ < text_.size() && text_.find_first_of(",\r\n", at_) != at_) {
          add(v1::KEY_VALUE, line_, at_ - line_begin_ + 1, "text after the quote that ends a field",
              "Double the quotes that belong to the field.");
          at_ = std::min(text_.find_first_of(",\r\n", at_), text_.size());
        }
        return field;
      }
    }
    add(v1::KEY_VALUE, line, column, "the quotes are not closed", "Write \" where the field ends.");
    return field;
  }

  void end_line() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    begin_line();
  }
  void begin_line() {
    ++line_;
    line_begin_ = at_;
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0, line_begin_ = 0;
  int line_ = 1;
  std::vector<Error> mistakes_;
};

}  // namespace

tl::expected<CsvTable, std::vector<Error>> parse_csv(std::string_view text, const std::string& file) {
  return CsvReader(text, file).read();
}

}  // namespace gnc::scenarios
