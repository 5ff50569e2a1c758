#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gnc/v1/errors.pb.h"
#include "proto/types/instant.h"
#include "proto/types/result.h"
#include "proto/types/uuid.h"

namespace gnc::gateway {

// An exchange that the gateway has given up, as an operator reads it.
struct DeadLetter {
  Uuid id;
  std::string sender, recipient, agreement, message;
  Instant given_up_at;
  Instant expires_at;
  std::uint32_t attempts = 0;
  v1::ErrorCode reason{};
  std::string detail;
};

struct DeadLetters {
  std::uint64_t count = 0;
  std::vector<DeadLetter> latest;  // the latest first
};

// Those on record in a gateway's store, `most` of them in full. Reads only, also while the gateway runs.
// FILE_UNREADABLE where the folder holds no gateway's store.
Result<DeadLetters> dead_letters_in(const std::filesystem::path& store, std::size_t most);

}  // namespace gnc::gateway
