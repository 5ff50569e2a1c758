#include "proto/sqlite/names.h"

#include <algorithm>

#include <fmt/format.h>

namespace gnc::sqlite {

Result<Names> Names::load(const Database& database, std::string_view table, std::string_view first,
                          std::string_view second) {
  const std::string columns = second.empty() ? std::string(first) : fmt::format("{}, {}", first, second);
  auto all = database.prepare(fmt::format("SELECT number, {} FROM {}", columns, table));
  if (!all) return tl::unexpected(all.error());
  auto insert = database.prepare(
      fmt::format("INSERT INTO {}(number, {}) VALUES(?,?{})", table, columns, second.empty() ? "" : ",?"));
  if (!insert) return tl::unexpected(insert.error());
  Names names(std::move(*all), std::move(*insert), !second.empty());
  if (auto loaded = names.reload(); !loaded) return tl::unexpected(loaded.error());
  return names;
}

Result<void> Names::reload() {
  numbers_.clear();
  last_ = {};
  last_number_ = most_ = 0;
  while (true) {
    const auto row = all_.step();
    if (!row || !*row) {
      all_.reset();
      if (!row) return tl::unexpected(row.error());
      return {};
    }
    const std::int64_t number = all_.integer(0);
    numbers_[{std::string(all_.text(1)), pairs_ ? std::string(all_.text(2)) : std::string()}] = number;
    most_ = std::max(most_, number);
  }
}

std::optional<std::int64_t> Names::find(std::string_view first, std::string_view second) const {
  const auto found = numbers_.find({std::string(first), std::string(second)});
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::int64_t> Names::number(std::string_view first, std::string_view second) {
  if (last_number_ != 0 && last_.first == first && last_.second == second) return last_number_;
  Key key{first, second};
  auto found = numbers_.find(key);
  if (found == numbers_.end()) {
    insert_.bind(1, most_ + 1).bind(2, first);
    if (pairs_) insert_.bind(3, second);
    if (auto done = insert_.run(); !done) return tl::unexpected(done.error());
    found = numbers_.emplace(key, ++most_).first;
  }
  last_ = std::move(key);
  last_number_ = found->second;
  return last_number_;
}

}  // namespace gnc::sqlite
