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

// The lodgements of a run, 40 bytes each: a text that many share is kept once, and of a reference that begins
// with its document's name only the rest. Those that came first can be forgotten; the others keep their
// numbers.
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
    std::uint32_t rest = 0;  // of its reference: its place in rests_
    std::uint16_t batch = 0;
    Fate fate : 3 = Fate::planned;
    bool reference_is_rest : 1 = false;  // it does not begin with the document's name
    bool refusal_noted : 1 = false;
    ExchangeTrack::End end : 3 = ExchangeTrack::End::none;
    Answer answer : 2 = Answer::none;
    // Of its exchange nothing more will be heard; and whether that had reached its recipient.
    bool let_go : 1 = false;
    bool arrived : 1 = false;

    bool is_over() const {
      return fate == Fate::refused_outright || fate == Fate::suppressed || end != ExchangeTrack::End::none;
    }
  };
  static_assert(sizeof(Row) == 40);

  // Of a reference, the first 65,535 bytes are kept.
  LodgementIndex add(const Lodgement&);
  // Forgets the first that is there; only where there is one.
  void forget_first();

  // Numbers go from first() to size(): all that there ever were.
  std::size_t size() const { return first_ + rows_.size(); }
  LodgementIndex first() const { return first_; }
  Row& operator[](LodgementIndex index) { return rows_[index - first_]; }
  const Row& operator[](LodgementIndex index) const { return rows_[index - first_]; }
  const std::deque<Row>& rows() const { return rows_; }
  // So many were there at once.
  std::size_t most() const { return most_; }

  std::optional<LodgementIndex> find(std::string_view reference) const;
  Lodgement lodgement(LodgementIndex) const;
  const std::string& document(LodgementIndex index) const { return documents_[(*this)[index].document]; }

 private:
  std::uint32_t document_number(const std::string& name);
  std::string_view rest(const Row&) const;
  std::string reference(const Row&) const;
  // `hash` is of the reference, so that few references have to be looked at.
  struct Slot {
    std::uint32_t index = UINT32_MAX;
    std::uint32_t hash = 0;
  };
  std::size_t slot_of(std::string_view reference, std::uint32_t hash) const;
  void leave_slot(LodgementIndex);
  void grow();

  std::deque<Row> rows_;
  LodgementIndex first_ = 0;
  std::size_t most_ = 0;
  std::deque<std::string> documents_;
  std::unordered_map<std::string_view, std::uint32_t> document_numbers_;  // views documents_
  // Each preceded by two bytes with its length. Places in it are counted from the first that there ever was,
  // as 32 bits that start again at zero.
  std::string rests_;
  std::uint32_t rests_first_ = 0;    // the place of its first byte
  std::size_t rests_forgotten_ = 0;  // bytes at its beginning
  std::vector<Slot> slots_;          // a power of two; open addressing
};

}  // namespace gnc::scenarios
