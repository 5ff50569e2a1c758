#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/types/result.h"

namespace gnc::scenarios {

// A CSV file (RFC 4180): a line of column names, then rows of as many fields. Fields with commas, quotes or
// line ends stand in quotes, quotes in them are doubled.
struct CsvTable {
  struct Row {
    int line = 1;  // where it begins
    std::vector<std::string> fields;
  };
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

// Every mistake with file:line:column. Lines end in LF or CRLF; empty lines are passed over.
tl::expected<CsvTable, std::vector<Error>> parse_csv(std::string_view text, const std::string& file);

}  // namespace gnc::scenarios
