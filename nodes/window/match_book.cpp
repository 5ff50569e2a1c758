#include "nodes/window/match_book.h"

#include <algorithm>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/window.pb.h"
#include "proto/types/error.h"

namespace gnc::window {
namespace {

constexpr std::string_view partner_notes = "match/partner/";
constexpr std::string_view waiting_notes = "match/waiting/";
constexpr std::string_view cancellation = "1";

}  // namespace

const MatchBook::Statement* MatchBook::Shelf::find(const std::vector<std::string>& keys) const {
  for (const std::string& key : keys) {
    const auto found = by_key.find(key);
    if (found != by_key.end()) return &by_id.at(found->second);
  }
  return nullptr;
}

void MatchBook::Shelf::put(Statement statement) {
  drop(statement.id);
  by_age.emplace(statement.at, statement.id);
  for (const std::string& key : statement.keys) by_key.emplace(key, statement.id);
  by_id.insert_or_assign(statement.id, std::move(statement));
}

void MatchBook::Shelf::drop(const std::string& id) {
  const auto found = by_id.find(id);
  if (found == by_id.end()) return;
  const auto [begin, end] = by_age.equal_range(found->second.at);
  const auto aged = std::find_if(begin, end, [&](const auto& entry) { return entry.second == id; });
  if (aged != end) by_age.erase(aged);
  for (const std::string& key : found->second.keys) {
    const auto [first, last] = by_key.equal_range(key);
    const auto named = std::find_if(first, last, [&](const auto& entry) { return entry.second == id; });
    if (named != last) by_key.erase(named);
  }
  by_id.erase(found);
}

bool MatchBook::concerns(const v1::MetaData& declaration) const {
  return all_hold_somewhere(matching_.when, declaration);
}

MatchBook::Statement MatchBook::statement_of(const v1::MetaData& document, Instant now) const {
  Statement statement;
  statement.at = now;
  for (std::size_t i = 0; i < matching_.by.size(); ++i) {
    matching_.by[i].each(document, std::nullopt, [&](std::string_view value, const ElementPath::Places&) {
      if (!value.empty()) statement.keys.push_back(fmt::format("{}/{}", matching_.by[i].text(), value));
    });
  }
  for (const MatchField& field : matching_.compare) statement.values[field.name] = values_of(field, document);
  return statement;
}

MatchResult MatchBook::compared(const Statement& declared, const Statement& partner) const {
  MatchResult result;
  bool any = false;
  for (const MatchField& field : matching_.compare) {
    const auto ours = declared.values.find(field.name), theirs = partner.values.find(field.name);
    if (ours == declared.values.end() || theirs == partner.values.end()) continue;
    any |= compare_values(field, ours->second, theirs->second, result.discrepancies);
  }
  // Two that state nothing in common are a pair that says nothing.
  if (!any) return {};
  result.partner = partner.sender;
  result.outcome = result.discrepancies.empty() ? MatchOutcome::matched : MatchOutcome::discrepancy;
  return result;
}

MatchResult MatchBook::match(const v1::MetaData& declaration, const std::string& number, Instant now) {
  forget_old(now);
  Statement declared = statement_of(declaration, now);
  declared.id = number;
  MatchResult result;
  if (const Statement* partner = partners_.find(declared.keys)) result = compared(declared, *partner);
  drop(waiting_, number);
  if (result.outcome == MatchOutcome::nothing_found && !declared.keys.empty())
    put(waiting_, std::move(declared));
  return result;
}

void MatchBook::withdraw(const std::string& number) { drop(waiting_, number); }

std::vector<MatchBook::Late> MatchBook::take(const v1::MetaData& sent, const Uuid& id,
                                             std::string_view sender, Instant now) {
  forget_old(now);
  Statement partner = statement_of(sent, now);
  partner.id = id.text();
  partner.sender = sender;
  std::vector<Late> late;
  if (partner.keys.empty()) return late;
  if (const Statement* earlier = partners_.find(partner.keys)) {
    if (earlier->sender != sender) return late;
    drop(partners_, earlier->id);
  }
  if (sent.declaration().function_code().value() == cancellation) return late;
  while (const Statement* waits = waiting_.find(partner.keys)) {
    late.push_back({waits->id, compared(*waits, partner)});
    drop(waiting_, waits->id);
  }
  std::erase_if(late, [](const Late& each) { return each.result.outcome == MatchOutcome::nothing_found; });
  put(partners_, std::move(partner));
  return late;
}

std::string MatchBook::note_name(const Shelf& shelf, const std::string& id) const {
  return std::string(&shelf == &partners_ ? partner_notes : waiting_notes) + id;
}

void MatchBook::put(Shelf& shelf, Statement statement) {
  v1::WindowMatchStatement note;
  note.set_sender(statement.sender);
  note.set_at(statement.at.microseconds);
  for (const std::string& key : statement.keys) note.add_keys(key);
  for (const auto& [field, values] : statement.values) {
    v1::WindowMatchField& into = *note.add_fields();
    into.set_name(field);
    for (const MatchValue& value : values) {
      into.add_values(value.text);
      into.add_units(value.unit);
    }
  }
  changed_.push_back({note_name(shelf, statement.id), note.SerializeAsString()});
  shelf.put(std::move(statement));
}

// By value: it may be the shelf's own.
void MatchBook::drop(Shelf& shelf, std::string id) {
  if (!shelf.by_id.contains(id)) return;
  shelf.drop(id);
  changed_.push_back({note_name(shelf, id), std::nullopt});
}

void MatchBook::forget_old(Instant now) {
  for (Shelf* shelf : {&partners_, &waiting_}) {
    while (!shelf->by_age.empty() && shelf->by_age.begin()->first + matching_.kept < now)
      drop(*shelf, shelf->by_age.begin()->second);
  }
}

bool MatchBook::is_own(const nodes::NoteRecord& note) { return note.name.starts_with("match/"); }

Result<void> MatchBook::recall(const nodes::NoteRecord& note) {
  v1::WindowMatchStatement read;
  const bool partner = note.name.starts_with(partner_notes);
  if (!note.bytes || !read.ParseFromString(*note.bytes) ||
      (!partner && !note.name.starts_with(waiting_notes))) {
    return failure(v1::STORE_FAILED,
                   fmt::format("the note \"{}\" of the single window cannot be read", note.name));
  }
  Statement statement;
  statement.id = note.name.substr(partner ? partner_notes.size() : waiting_notes.size());
  statement.sender = read.sender();
  statement.at = Instant{read.at()};
  statement.keys.assign(read.keys().begin(), read.keys().end());
  for (const v1::WindowMatchField& field : read.fields()) {
    MatchValues& values = statement.values[field.name()];
    for (int i = 0; i < field.values_size(); ++i)
      values.push_back({field.values(i), i < field.units_size() ? field.units(i) : std::string()});
  }
  (partner ? partners_ : waiting_).put(std::move(statement));
  return {};
}

}  // namespace gnc::window
