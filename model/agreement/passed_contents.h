#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/text_hash.h"

namespace gnc::model {

// Serialised documents that the rules of an agreement have let pass, so that the same bytes are not walked
// again: whoever sends in bulk often sends from templates. A document is kept when it passes for the second
// time, so that those which never come again cost no more than a hash. Bounded: when `most_bytes` are kept,
// all are forgotten. Of one agreement book.
class PassedContents {
 public:
  explicit PassedContents(std::size_t most_bytes = std::size_t{8} << 20) : most_bytes_(most_bytes) {}

  bool contains(std::size_t agreement, std::string_view document_type, std::string_view content) const {
    const std::uint64_t hash = hash_of(agreement, content);
    for (std::size_t i = 0; i < ways; ++i) {
      const Place& place = places_[place_of(hash, i)];
      if (place.hash == hash && place.agreement == agreement && place.document_type == document_type &&
          place.content == content && !content.empty()) {
        return true;
      }
    }
    return false;
  }

  // To be called for what is not contained and has passed.
  void remember(std::size_t agreement, std::string_view document_type, std::string_view content) {
    if (content.size() > largest || content.empty()) return;
    const std::uint64_t hash = hash_of(agreement, content);
    for (std::size_t i = 0; i < ways; ++i) {
      Place& place = places_[place_of(hash, i)];
      if (place.hash == hash) return keep(place, agreement, document_type, content);
    }
    Place& place = place_to_take(hash);
    bytes_ -= place.content.size();
    place = {.hash = hash};
  }

  void clear() {
    places_.assign(places_.size(), {});
    bytes_ = 0;
  }
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t largest = std::size_t{16} << 10;
  static constexpr std::size_t ways = 4;  // places that a document may be at
  struct Place {
    std::uint64_t hash = 0;
    std::size_t agreement = 0;
    std::string document_type = {};
    std::string content = {};  // empty of what has come but once
  };

  static std::uint64_t hash_of(std::size_t agreement, std::string_view content) {
    return text_hash(content) + agreement;
  }
  std::size_t place_of(std::uint64_t hash, std::size_t way) const {
    return (hash + way) & (places_.size() - 1);
  }
  // One that nothing is at; else that of one that has come but once, where there is such a one.
  Place& place_to_take(std::uint64_t hash) {
    std::size_t taken = ways - 1;
    for (std::size_t way = ways; way-- > 0;) {
      const Place& place = places_[place_of(hash, way)];
      if (place.hash == 0) return places_[place_of(hash, way)];
      if (place.content.empty()) taken = way;
    }
    return places_[place_of(hash, taken)];
  }
  void keep(Place& place, std::size_t agreement, std::string_view document_type, std::string_view content) {
    if (bytes_ + content.size() > most_bytes_) return clear();
    bytes_ += content.size() - place.content.size();
    place.agreement = agreement;
    place.document_type = document_type;
    place.content = content;
  }

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::vector<Place> places_{std::size_t{1} << 12};
};

}  // namespace gnc::model
