#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "proto/types/uuid.h"

namespace gnc {

// The ids on record, as far as they are recent: says of most new ids at once that they are surely new, so
// that only the others need a look into a store. Its memory is bounded, however many ids there are: the older
// half is forgotten when it is full, and of an id from before then it no longer knows. Ids that rise with
// time, as UUIDv7 do, are therefore hardly ever looked for in vain.
class RecentIds {
 public:
  // `salt` keeps a peer from choosing ids that collide. At most `places` ids of 16 bytes are held, three
  // quarters of it in use; a power of two.
  explicit RecentIds(std::uint64_t salt = 0, std::size_t places = std::size_t{1} << 18)
      : salt_(salt), most_places_(places) {}

  // False where it was there before, or is from before what is remembered.
  bool insert(const Uuid& id) {
    if (id.time() <= forgotten_up_to_) return false;
    if (!ids_.empty() && ids_[find(id)] == id) return false;
    if ((size_ + 1) * 4 > ids_.size() * 3) {
      make_room();
      if (id.time() <= forgotten_up_to_) return false;
    }
    ids_[find(id)] = id;
    ++size_;
    return true;
  }

  // False: the id was never inserted. True: it was, or it is too old to tell.
  bool may_contain(const Uuid& id) const {
    return id.time() <= forgotten_up_to_ || (!ids_.empty() && ids_[find(id)] == id);
  }

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return ids_.size() * sizeof(Uuid); }

 private:
  static constexpr std::size_t first_places = 16;

  std::size_t find(const Uuid& id) const {
    std::uint64_t hash = id.tail() ^ salt_;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
    hash ^= hash >> 31;
    const std::size_t mask = ids_.size() - 1;
    std::size_t at = static_cast<std::size_t>(hash) & mask;
    while (ids_[at] != Uuid{} && ids_[at] != id) at = (at + 1) & mask;
    return at;
  }

  void make_room() {
    if (ids_.size() < most_places_) return place_again(std::max(first_places, ids_.size() * 2));
    std::vector<Instant> times;
    times.reserve(size_);
    for (const Uuid& id : ids_) {
      if (id != Uuid{}) times.push_back(id.time());
    }
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    forgotten_up_to_ = std::max(forgotten_up_to_, *middle);
    place_again(ids_.size());
  }

  void place_again(std::size_t places) {
    std::vector<Uuid> old(places);
    old.swap(ids_);
    size_ = 0;
    for (const Uuid& id : old) {
      if (id == Uuid{} || id.time() <= forgotten_up_to_) continue;
      ids_[find(id)] = id;
      ++size_;
    }
  }

  std::uint64_t salt_;
  std::size_t most_places_;
  std::vector<Uuid> ids_;  // a power of two of them; Uuid{} is empty
  std::size_t size_ = 0;
  Instant forgotten_up_to_{INT64_MIN};
};

}  // namespace gnc
