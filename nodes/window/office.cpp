#include "nodes/window/office.h"

#include <algorithm>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/window.pb.h"
#include "model/agreement/business_time.h"
#include "proto/types/error.h"

namespace gnc::window {
namespace {

constexpr std::string_view office_note = "office";
constexpr Duration one_day = Duration::from_seconds(24 * 3600);
// 1970-01-05T00:00:00Z.
constexpr Instant some_monday{4 * one_day.microseconds};

}  // namespace

Duration OpeningHours::first_opening() const {
  const auto first = std::ranges::find(days, true);
  return one_day * (first - days.begin()) + opens;
}

Office::Office(const std::optional<OpeningHours>& hours, std::uint32_t officers, double business_clock)
    : hours_(hours), business_clock_(business_clock), free_at_(officers) {}

void Office::begin(Instant now) {
  if (began_ != Instant{}) return;
  began_ = now;
  changed_ = true;
}

Duration Office::passed(Instant now) const {
  return {static_cast<std::int64_t>(static_cast<double>((now - began_).microseconds) * business_clock_)};
}

Duration Office::scaled(Duration business) const { return model::scaled(business, business_clock_); }

// Without haste, business has the time of the clock on the wall. What goes faster has a week of its own.
Instant Office::to_business(Instant now) const {
  if (business_clock_ == 1) return now;
  return some_monday + hours_->first_opening() - hours_->utc_offset + passed(now);
}

Instant Office::from_business(Instant at) const {
  if (business_clock_ == 1) return at;
  return began_ + scaled(at - (some_monday + hours_->first_opening() - hours_->utc_offset));
}

Instant Office::end_of_work(Instant from, Duration work) const {
  Instant at = from + hours_->utc_offset;
  for (;;) {
    const std::int64_t days = at.microseconds / one_day.microseconds;
    const Instant midnight{days * one_day.microseconds};
    const Instant opens = std::max(at, midnight + hours_->opens), closes = midnight + hours_->closes;
    // 1970 began on a Thursday.
    if (hours_->days[static_cast<std::size_t>((days + 3) % 7)] && opens < closes) {
      if (work <= closes - opens) return opens + work - hours_->utc_offset;
      work = work - (closes - opens);
    }
    at = midnight + one_day;
  }
}

Instant Office::done(Instant from, Duration work) {
  Instant start = from;
  const auto free = std::ranges::min_element(free_at_);
  if (free != free_at_.end()) start = std::max(start, *free);
  Instant end = start + scaled(work);
  if (hours_) end = std::max(start, from_business(end_of_work(to_business(start), work)));
  if (free != free_at_.end()) {
    *free = end;
    changed_ = true;
  }
  return end;
}

std::vector<nodes::NoteRecord> Office::notes() {
  if (!changed_) return {};
  changed_ = false;
  v1::WindowOffice note;
  note.set_began(began_.microseconds);
  for (const Instant& each : free_at_) note.add_free_at(each.microseconds);
  return {{std::string(office_note), note.SerializeAsString()}};
}

bool Office::is_own(const nodes::NoteRecord& note) { return note.name == office_note; }

Result<void> Office::recall(const nodes::NoteRecord& note) {
  v1::WindowOffice read;
  if (!note.bytes || !read.ParseFromString(*note.bytes))
    return failure(v1::STORE_FAILED, fmt::format("the note {} cannot be read", note.name));
  began_ = Instant{read.began()};
  // There may be fewer officers now, or more.
  const std::size_t known = std::min(free_at_.size(), static_cast<std::size_t>(read.free_at_size()));
  for (std::size_t i = 0; i < known; ++i) free_at_[i] = Instant{read.free_at(static_cast<int>(i))};
  return {};
}

}  // namespace gnc::window
