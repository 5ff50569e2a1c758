#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/core/records.h"
#include "proto/types/instant.h"
#include "proto/types/result.h"

namespace gnc::window {

// When an office works, by the time of its place.
struct OpeningHours {
  std::array<bool, 7> days{true, true, true, true, true, false, false};  // from Monday
  Duration opens, closes;  // since midnight; opens before it closes
  Duration utc_offset;

  // Since midnight of some Monday there, and of the week's first opening.
  Duration first_opening() const;
};

// An administration's office: the hours that it keeps, and the officers who do what only people can. Pure:
// when something is done follows from what it was given to do.
class Office {
 public:
  // Without hours it is always open; without a number (0) there are as many officers as there is work.
  // Business time goes `business_clock` times as fast as the time that is handed in. `hours` must outlive it.
  Office(const std::optional<OpeningHours>& hours, std::uint32_t officers, double business_clock);

  // The first thing that happens here. Faster business time counts from there, where a week begins to work.
  void begin(Instant now);
  // Business time that has gone by since.
  Duration passed(Instant now) const;
  // So much of business time, as time is handed in.
  Duration scaled(Duration business) const;

  double business_clock() const { return business_clock_; }

  // When an officer who has that much to do from `from` on is done: whoever is free first does it, in the
  // hours of work.
  Instant done(Instant from, Duration work);

  // Of an office that has begun; to be noted when it has changed, and given back after a restart.
  std::vector<nodes::NoteRecord> notes();
  static bool is_own(const nodes::NoteRecord&);
  Result<void> recall(const nodes::NoteRecord&);

 private:
  Instant to_business(Instant now) const;
  Instant from_business(Instant at) const;
  Instant end_of_work(Instant from, Duration work) const;  // both by business time

  const std::optional<OpeningHours>& hours_;
  const double business_clock_;
  Instant began_;                 // zero: not yet
  std::vector<Instant> free_at_;  // of each officer
  bool changed_ = false;
};

}  // namespace gnc::window
