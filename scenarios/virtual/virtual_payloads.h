#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include "gnc/v1/errors.pb.h"
#include "proto/payload/payload_folder.h"
#include "proto/types/digest.h"
#include "proto/types/party_name.h"

// What brings the payloads of attachments through the virtual world, beside the streams, as gnc.v1.Payloads
// does in the live one: sizes and digests, and no content.
namespace gnc::scenarios {

// Of one transfer, which its number names. From the node: what it offers, or asks for.
struct PayloadOffer {
  std::string recipient;
  Digest digest;
  std::uint64_t size = 0;
};
struct PayloadRequest {
  Digest digest;
  std::uint64_t offset = 0;
};
// Either way.
struct PayloadPiece {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  bool last = false;
};
// From the gateway: what of an offer is there, or why no more comes of the transfer.
struct PayloadAnswer {
  std::uint64_t here = 0;
  bool complete = false;
  v1::ErrorCode fault{};
  std::string detail = {};
};
struct PayloadMessage {
  std::uint64_t transfer = 0;
  std::variant<PayloadOffer, PayloadRequest, PayloadPiece, PayloadAnswer> content;
};

// The payloads at one place, by whom they are for. They outlast their process, but for the end of what was
// not durable.
class PayloadPlaces {
 public:
  bool has(const PartyName& owner, const Digest& digest) const {
    const auto found = places_.find({owner, digest});
    return found != places_.end() && found->second.here == found->second.size;
  }
  std::uint64_t here(const PartyName& owner, const Digest& digest) const {
    const auto found = places_.find({owner, digest});
    return found == places_.end() ? 0 : found->second.here;
  }
  void begin(const PartyName& owner, const Digest& digest, std::uint64_t size) {
    places_[{owner, digest}].size = size;
  }
  // What does not follow what is here is of an attempt that was given up.
  void append(const PartyName& owner, const Digest& digest, const PayloadPiece& piece) {
    Place& place = places_[{owner, digest}];
    if (piece.offset == place.here) place.here = std::min(place.size, place.here + piece.bytes);
  }
  void process_died() {
    for (auto& [key, place] : places_) {
      if (place.here != place.size) place.here -= place.here % payload::durable_every;
    }
  }

 private:
  struct Place {
    std::uint64_t size = 0, here = 0;
  };
  std::map<std::pair<PartyName, Digest>, Place> places_;
};

}  // namespace gnc::scenarios
