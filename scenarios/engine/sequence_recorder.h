#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gnc/v1/event.pb.h"
#include "proto/types/instant.h"
#include "proto/types/uuid.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// Keeps the moments of a few exchanges for the sequence diagrams: one of each step or workload, and the first
// of each bad end.
class SequenceRecorder {
 public:
  // Another sequence is kept only while there are fewer.
  static constexpr std::size_t most_sequences = 64;
  static constexpr std::size_t most_moments = 64;

  // From here on the exchange's events are its moments, counted from `lodged`. False where there is no room.
  bool follow(const Uuid& exchange, std::string of, std::string document, Instant lodged);
  // Whether one of that step or workload is followed.
  bool follows(std::string_view of) const;
  // The answer's events are moments of the exchange that it answers. False where that is not followed.
  bool follow_answer(const Uuid& answer, const Uuid& exchange);
  void note(const Uuid& exchange, const v1::Event&);

  // Whether an exchange that ended so is wanted: it is the first.
  bool wants_bad_end(const std::string& code) const;
  // An exchange of which only the outline is known.
  void add_bad_end(const std::string& code, SequenceRow);
  // One that is followed: what is known of it.
  const SequenceRow* followed(const Uuid& exchange) const;

  // Those of steps and workloads in the order of their coming, then the bad ends by code.
  std::vector<SequenceRow> rows() const;

 private:
  struct Followed {
    SequenceRow row;
    Instant lodged;
  };
  struct Part {
    std::size_t number = 0;  // in followed_
    bool is_answer = false;
  };
  std::vector<Followed> followed_;
  std::unordered_map<Uuid, Part, UuidHash> by_exchange_;
  std::map<std::string, SequenceRow> bad_ends_;
};

// What an event is to a reader of the diagram: "admitted", "delivered receipt".
std::string_view event_words(v1::EventKind);
SequenceRow::Moment moment_of(const v1::Event&, Instant lodged);

}  // namespace gnc::scenarios
