#include "proto/sqlite/insertion.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace gnc::sqlite {
namespace {

Result<Statement> prepare_rows(const Database& database, std::string_view into, int columns, std::size_t rows,
                               std::string_view then) {
  std::string row = "(?";
  for (int column = 1; column < columns; ++column) row += ",?";
  row += ')';
  std::string values = row;
  for (std::size_t more = 1; more < rows; ++more) values += ',' + row;
  return database.prepare(fmt::format("{} VALUES {} {}", into, values, then));
}

}  // namespace

Result<Insertion> Insertion::prepare(const Database& database, std::string_view into, std::string_view then) {
  const int columns = 1 + static_cast<int>(std::ranges::count(into, ','));
  auto one = prepare_rows(database, into, columns, 1, then);
  if (!one) return tl::unexpected(one.error());
  auto many = prepare_rows(database, into, columns, rows_at_once, then);
  if (!many) return tl::unexpected(many.error());
  return Insertion(std::move(*one), std::move(*many), columns);
}

}  // namespace gnc::sqlite
