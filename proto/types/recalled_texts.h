#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/text_hash.h"

namespace gnc {

// Texts that were judged, such as serialised documents, and what came of it, so that the same bytes are not
// judged again: whoever sends in bulk often sends from templates. A text is kept when it comes for the second
// time, so that those which never come again cost no more than a hash. Bounded: of 16 kB at most each, the
// latest at each place, and all are forgotten when they have `most_bytes`.
class RecalledTexts {
 public:
  // What it was judged by. The same text under another key is another one.
  struct Key {
    std::size_t number = 0;
    std::string_view name = {};
  };

  // `places`: a power of two, from 4 on.
  RecalledTexts(std::size_t places, std::size_t most_bytes)
      : most_bytes_(most_bytes), hashes_(places), places_(places) {}

  // What a text hashes to under a key, for both that are asked about it.
  static std::uint64_t hash_of(Key key, std::string_view text) { return text_hash(text) + key.number; }

  // What was noted; null where the text is not recalled.
  const std::string* find(std::uint64_t hash, Key key, std::string_view text) const {
    for (std::size_t way = 0; way < ways; ++way) {
      const std::size_t at = place_of(hash, way);
      if (hashes_[at] != hash) continue;
      const Place& place = places_[at];
      if (place.number == key.number && place.name == key.name && place.text == text && !text.empty())
        return &place.note;
    }
    return nullptr;
  }

  // To be called for what was not found and is right.
  void remember(std::uint64_t hash, Key key, std::string_view text, std::string_view note) {
    if (text.size() > largest || text.empty()) return;
    for (std::size_t way = 0; way < ways; ++way) {
      const std::size_t at = place_of(hash, way);
      if (hashes_[at] == hash) return keep(places_[at], key, text, note);
    }
    const std::size_t at = place_to_take(hash);
    hashes_[at] = hash;
    Place& place = places_[at];
    if (place.text.empty()) return;
    bytes_ -= place.text.size();
    place = {};
  }

  void clear() {
    hashes_.assign(hashes_.size(), 0);
    places_.assign(places_.size(), {});
    bytes_ = 0;
  }
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t largest = std::size_t{16} << 10;
  static constexpr std::size_t ways = 4;  // places that a text may be at
  struct Place {
    std::size_t number = 0;
    std::string name = {}, text = {}, note = {};  // empty of what has come but once
  };

  std::size_t place_of(std::uint64_t hash, std::size_t way) const {
    return (hash + way) & (places_.size() - 1);
  }
  // One that nothing is at; else that of one that has come but once, where there is such a one.
  std::size_t place_to_take(std::uint64_t hash) const {
    std::size_t taken = place_of(hash, ways - 1);
    for (std::size_t way = ways; way-- > 0;) {
      const std::size_t at = place_of(hash, way);
      if (hashes_[at] == 0) return at;
      if (places_[at].text.empty()) taken = at;
    }
    return taken;
  }
  void keep(Place& place, Key key, std::string_view text, std::string_view note) {
    if (bytes_ + text.size() > most_bytes_) return clear();
    bytes_ += text.size() - place.text.size();
    place.number = key.number;
    place.name = key.name;
    place.text = text;
    place.note = note;
  }

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::vector<std::uint64_t>
      hashes_;  // of what is at each place; zero: nothing. Apart, since most are not it
  std::vector<Place> places_;
};

}  // namespace gnc
