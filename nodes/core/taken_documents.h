#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/types/text_hash.h"

namespace gnc::nodes {

// Serialised documents that were found right, so that the same bytes are not judged again: whoever lodges in
// bulk often lodges from templates. A document is kept when it comes for the second time, so that those which
// never come again cost no more than a hash. Bounded: the latest at each of 128 places, of 16 kB at most.
class TakenDocuments {
 public:
  // The document's type; null where it is not remembered.
  const std::string* find(std::string_view document, std::string_view form_hint) const {
    const Place& place = places_[place_of(hash_of(document))];
    if (place.document != document || place.document.empty() || place.form_hint != form_hint) return nullptr;
    return &place.type;
  }
  // To be called for what was not found and is right.
  void remember(std::string_view document, std::string_view form_hint, std::string_view type) {
    if (document.size() > largest) return;
    const std::size_t hash = hash_of(document);
    Place& place = places_[place_of(hash)];
    if (place.hash != hash) {
      place.hash = hash;
      place.document.clear();
      return;
    }
    place.document = document;
    place.form_hint = form_hint;
    place.type = type;
  }

 private:
  static constexpr std::size_t largest = 16 << 10;
  struct Place {
    std::size_t hash = 0;
    std::string document, form_hint, type;
  };
  static std::size_t hash_of(std::string_view document) { return text_hash(document); }
  std::size_t place_of(std::size_t hash) const { return hash % places_.size(); }

  std::array<Place, 128> places_;
};

}  // namespace gnc::nodes
