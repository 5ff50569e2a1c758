#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "proto/types/uuid.h"
#include "scenarios/virtual/event_queue.h"

namespace gnc::scenarios {

// The ids of exchanges that were let go of, for at least as long as a copy could still be taken for a new
// one: until it has expired. Eight bytes of each are kept, of which 62 bits are chance. Ids rise with time,
// so that a new one is mostly newer than all of them; a table to look others up in is made when the first is.
class LetGoIds {
 public:
  explicit LetGoIds(Duration longest_life) : life_(VirtualTime::of(longest_life)) {}

  void add(const Uuid& id, VirtualTime now) {
    if (now - since_ > life_) {
      older_ = std::move(newer_);
      newer_ = {};
      since_ = now;
    }
    newest_ = std::max(newest_, id.time());
    newer_.add(id.tail());
  }
  bool contains(const Uuid& id) {
    return id.time() <= newest_ && (newer_.contains(id.tail()) || older_.contains(id.tail()));
  }
  std::size_t size() const { return newer_.size() + older_.size(); }

 private:
  class Tails {
   public:
    void add(std::uint64_t tail) { added_.push_back(tail); }
    bool contains(std::uint64_t tail) {
      for (const std::uint64_t each : std::exchange(added_, {})) insert(each);
      return !places_.empty() && places_[find(tail)] == tail;
    }
    std::size_t size() const { return size_ + added_.size(); }

   private:
    void insert(std::uint64_t tail) {
      if ((size_ + 1) * 4 > places_.size() * 3) grow();
      std::uint64_t& place = places_[find(tail)];
      size_ += place == 0;
      place = tail;
    }
    std::size_t find(std::uint64_t tail) const {
      const std::size_t mask = places_.size() - 1;
      std::size_t at = (tail * 0x9e3779b97f4a7c15u >> 20) & mask;
      while (places_[at] != 0 && places_[at] != tail) at = (at + 1) & mask;
      return at;
    }
    void grow() {
      const std::vector<std::uint64_t> old = std::move(places_);
      places_.assign(old.empty() ? 1024 : old.size() * 2, 0);
      for (const std::uint64_t tail : old) {
        if (tail != 0) places_[find(tail)] = tail;
      }
    }

    std::vector<std::uint64_t> added_;   // since something was looked for
    std::vector<std::uint64_t> places_;  // a power of two; 0 is empty, which no tail of a UUID is
    std::size_t size_ = 0;
  };

  VirtualTime life_;
  VirtualTime since_;  // newer_ began
  Instant newest_{INT64_MIN};
  Tails newer_, older_;
};

}  // namespace gnc::scenarios
