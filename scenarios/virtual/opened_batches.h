#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trust/seal/sealed_batch.h"

namespace gnc::scenarios {

// A sealed batch on its way. Nobody can change it: whoever tampers with it sends another one.
using SealedBytes = std::shared_ptr<const std::string>;

// What sealing and opening batches has shown, for as long as these very objects are about: a batch that
// several parties open is read once, and its leaves are hashed by who seals it. A copy with the same bytes is
// another object and not known here. Bounded: the latest at each place.
class OpenedBatches {
 public:
  struct Opened {
    std::optional<trust::OpenedBatch> batch;  // empty until it is opened for the first time
    std::string certificate;                  // that sealed it, as far as it was opened
    std::vector<Digest> leaves = {};          // as far as it was not
  };

  // Null where that very object is not known.
  const Opened* find(const SealedBytes& bytes) const {
    const Place& place = places_[place_of(bytes)];
    // By owner: as long as the place refers to an object, no other has its owner, not even when it is gone.
    const bool same = !place.bytes.owner_before(bytes) && !bytes.owner_before(place.bytes);
    return same && bytes != nullptr ? &place.opened : nullptr;
  }
  void remember(const SealedBytes& bytes, Opened opened) {
    places_[place_of(bytes)] = {bytes, std::move(opened)};
  }

 private:
  struct Place {
    std::weak_ptr<const std::string> bytes;
    Opened opened;
  };
  static std::size_t place_of(const SealedBytes& bytes) {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes.get());
    return static_cast<std::size_t>(address * 0x9e3779b97f4a7c15u >> 54);
  }

  std::vector<Place> places_{std::size_t{1} << 10};
};

}  // namespace gnc::scenarios
