#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scenarios/engine/compact_duration.h"
#include "scenarios/engine/exchange_track.h"

namespace gnc::scenarios {

using BatchIndex = std::uint32_t;

// One document that the run lodges.
struct Lodgement {
  std::string reference;  // unique in the run
  std::string document;   // the file's name, for people
  BatchIndex batch = 0;
  Instant intended;
  Instant sent;  // the intended time until it was sent
};

// When what happened to a lodgement, each counted from its intended time.
struct LodgementTimes {
  Instant intended;
  CompactDuration sent, admitted, delivered, processed, ended;
};

// All lodgements of a run, 40 bytes each: a text that many share is kept once, and of a reference that begins
// with its document's name only the rest.
class LodgementTable {
 public:
  // Without an exchange of its own: refused outright, at the window or because its id is another's; repeated,
  // under the id of one before it, until the gateway has said what it makes of that; suppressed as a
  // duplicate.
  enum class Fate : std::uint8_t { planned, sent, lodged, refused_outright, repeated, suppressed };
  // The first that its sender got.
  enum class Answer : std::uint8_t { none, accepts, rejects };
  struct Row : LodgementTimes {
    std::uint32_t document = 0;
    std::uint32_t rest = 0;  // of its reference: where in rests_
    std::uint16_t batch = 0;
    Fate fate = Fate::planned;
    bool reference_is_rest : 1 = false;  // it does not begin with the document's name
    bool refusal_noted : 1 = false;
    ExchangeTrack::End end : 3 = ExchangeTrack::End::none;
    Answer answer : 2 = Answer::none;

    bool is_over() const {
      return fate == Fate::refused_outright || fate == Fate::suppressed || end != ExchangeTrack::End::none;
    }
  };
  static_assert(sizeof(Row) == 40);

  // Of a reference, the first 65,535 bytes are kept.
  LodgementIndex add(const Lodgement&);
  std::size_t size() const { return rows_.size(); }
  Row& operator[](LodgementIndex index) { return rows_[index]; }
  const Row& operator[](LodgementIndex index) const { return rows_[index]; }
  const std::deque<Row>& rows() const { return rows_; }

  std::optional<LodgementIndex> find(std::string_view reference) const;
  Lodgement lodgement(LodgementIndex) const;
  const std::string& document(LodgementIndex index) const { return documents_[rows_[index].document]; }

 private:
  std::uint32_t document_number(const std::string& name);
  std::string_view rest(const Row&) const;
  std::string reference(const Row&) const;
  std::size_t slot_of(std::string_view reference) const;
  void grow();

  std::deque<Row> rows_;
  std::deque<std::string> documents_;
  std::unordered_map<std::string_view, std::uint32_t> document_numbers_;  // views documents_
  std::string rests_;  // each preceded by two bytes with its length
  std::vector<std::uint32_t> slots_;
};

}  // namespace gnc::scenarios
