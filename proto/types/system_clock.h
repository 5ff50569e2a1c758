#pragma once

#include <chrono>

#include "proto/types/instant.h"

namespace gnc {

// The system's time of day, which may be set back. For shells: a core is told what time it is.
inline Instant system_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

}  // namespace gnc
