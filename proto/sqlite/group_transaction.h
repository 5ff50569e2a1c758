#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "proto/sqlite/database.h"
#include "proto/sqlite/names.h"
#include "proto/sqlite/segments.h"

namespace gnc::sqlite {

// How every store writes: a group of steps in one transaction, with the content of its rows, and with the
// names that many rows share. One thread.
class GroupTransaction {
 public:
  // SQL that creates what party() and message() number: tables that every store has.
  static const std::string_view tables;

  // `database` must outlive it.
  static Result<GroupTransaction> prepare(const Database& database, ContentWriter content);

  // Calls `write`, which gives back a Result<void>. When run() has succeeded, all that it wrote is durable,
  // and none of it otherwise. `bytes`: what content() binds in all.
  template <class Write>
  Result<void> run(std::size_t bytes, const Write& write) {
    content_.begin_group(bytes);
    if (auto begun = begin_.run(); !begun) return begun;
    Result<void> done = write();
    if (done) done = commit();
    // A failed ROLLBACK changes nothing: the caller stops, and SQLite drops what was not committed.
    if (!done) static_cast<void>(roll_back());
    return done;
  }

  // For what is written within run().
  ContentWriter& content() { return content_; }
  Result<std::int64_t> party(std::string_view name) { return parties_.number(name); }
  Result<std::int64_t> message(std::string_view agreement, std::string_view name) {
    return messages_.number(agreement, name);
  }

  // Empty where no row is about the party.
  std::optional<std::int64_t> known_party(std::string_view name) const { return parties_.find(name); }

 private:
  struct Statements {
    Statement begin, commit, roll_back;
  };
  GroupTransaction(Statements to, ContentWriter content, Names parties, Names messages)
      : begin_(std::move(to.begin)),
        commit_(std::move(to.commit)),
        roll_back_(std::move(to.roll_back)),
        content_(std::move(content)),
        parties_(std::move(parties)),
        messages_(std::move(messages)) {}

  Result<void> commit();
  Result<void> roll_back();

  Statement begin_, commit_, roll_back_;
  ContentWriter content_;
  Names parties_;
  Names messages_;
};

}  // namespace gnc::sqlite
