#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "proto/sqlite/database.h"

namespace gnc::sqlite {

// A row of an INSERT that is being bound. Bind by position from 1; what is bound is not copied, and what is
// not is NULL.
class BoundRow {
 public:
  BoundRow(Statement& statement, int first) : statement_(statement), first_(first) {}

  BoundRow& bind(int position, std::int64_t value) {
    statement_.bind(first_ + position, value);
    return *this;
  }
  BoundRow& bind(int position, std::string_view text) {
    statement_.bind(first_ + position, text);
    return *this;
  }
  BoundRow& bind_blob(int position, std::string_view bytes) {
    statement_.bind_blob(first_ + position, bytes);
    return *this;
  }

 private:
  Statement& statement_;
  int first_;
};

// An INSERT that takes many rows at once where there are many: SQLite then begins and ends a statement and
// finds its place in each tree once for all of them, which is a quarter of what single rows cost.
class Insertion {
 public:
  static constexpr std::size_t rows_at_once = 16;

  // None yet: to be assigned before it is used.
  Insertion() = default;

  // `into`: all up to VALUES, with the columns by name, such as "INSERT INTO lodged(key, id)"; `then`: what
  // follows the values. `database` must outlive it.
  static Result<Insertion> prepare(const Database& database, std::string_view into,
                                   std::string_view then = {});

  // Inserts a row for each of the records, in their order. `bind` is called with a record and a BoundRow,
  // and gives back a Result<void>.
  template <class Records, class Bind>
  Result<void> run(const Records& records, const Bind& bind) {
    std::size_t left = records.size();
    auto record = records.begin();
    while (left > 0) {
      const std::size_t rows = left < rows_at_once ? 1 : rows_at_once;
      Statement& statement = rows == 1 ? one_ : many_;
      for (std::size_t row = 0; row < rows; ++row, ++record) {
        Result<void> bound = bind(*record, BoundRow(statement, static_cast<int>(row) * columns_));
        if (bound) continue;
        statement.reset();
        return bound;
      }
      if (auto done = statement.run(); !done) return done;
      left -= rows;
    }
    return {};
  }

 private:
  Insertion(Statement one, Statement many, int columns)
      : one_(std::move(one)), many_(std::move(many)), columns_(columns) {}

  Statement one_, many_;
  int columns_ = 0;
};

// An INSERT of Insertion::prepare().
template <class Insertions>
struct InsertionText {
  Insertion Insertions::*member;
  std::string_view into;
  std::string_view then = {};
};

template <class Insertions>
Result<void> prepare_all(const Database& database, Insertions& insertions,
                         std::initializer_list<InsertionText<Insertions>> texts) {
  for (const auto& text : texts) {
    auto prepared = Insertion::prepare(database, text.into, text.then);
    if (!prepared) return tl::unexpected(prepared.error());
    insertions.*text.member = std::move(*prepared);
  }
  return {};
}

}  // namespace gnc::sqlite
