#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/live_exchanges.h"

namespace gnc::gateway {

// Receipts that one step makes or passes on, by audience and by position.
class ReceiptsInProgress {
 public:
  // One position: receipts of the gateway's own, to be sealed as one batch, or a recipient's batch as it
  // came.
  struct Record {
    std::vector<std::string> own;
    SharedText sealed;
    std::uint32_t count = 0;
  };
  struct Audience {
    std::uint64_t first_position = 0;
    std::vector<Record> records;
    std::optional<std::size_t> open;  // the record that takes the next of the gateway's own
  };

  // `last_position` is the audience's last in earlier steps. Gives the receipt's position.
  std::uint64_t add(PartyIndex audience, std::uint64_t last_position, std::string receipt);
  void pass_on(PartyIndex audience, std::uint64_t last_position, SharedText sealed, std::uint32_t count);

  std::map<PartyIndex, Audience>& audiences() { return audiences_; }

 private:
  Audience& audience(PartyIndex index, std::uint64_t last_position);

  std::map<PartyIndex, Audience> audiences_;
};

}  // namespace gnc::gateway
