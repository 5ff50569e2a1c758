#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "proto/sqlite/database.h"

namespace gnc::sqlite {

// Names that many rows share, each once in a table of its own: NUMBER and one or two texts. Rows have the
// number. One thread.
class Names {
 public:
  // `table` has the columns number (its key), `first` and, unless empty, `second`. `database` must outlive
  // it.
  static Result<Names> load(const Database& database, std::string_view table, std::string_view first,
                            std::string_view second = {});

  // The name's number, given now where it has none; then in the transaction that is under way.
  Result<std::int64_t> number(std::string_view first, std::string_view second = {});
  std::optional<std::int64_t> find(std::string_view first, std::string_view second = {}) const;
  // After a transaction was rolled back: what it numbered has no number any more.
  Result<void> reload();

 private:
  using Key = std::pair<std::string, std::string>;
  Names(Statement all, Statement insert, bool pairs)
      : all_(std::move(all)), insert_(std::move(insert)), pairs_(pairs) {}

  Statement all_;
  Statement insert_;
  bool pairs_;
  std::map<Key, std::int64_t> numbers_;
  // Neighbouring rows mostly have the same.
  Key last_;
  std::int64_t last_number_ = 0;
  std::int64_t most_ = 0;
};

}  // namespace gnc::sqlite
