#pragma once

#include <cstdint>

#include "proto/types/instant.h"
#include "proto/types/random.h"

namespace gnc {

// How long to wait after `failures` in a row: doubling from `base` to `ceiling`, and half of it by chance, so
// that those who failed together do not return together.
Duration backoff(std::uint32_t failures, Duration base, Duration ceiling, Random& jitter);

}  // namespace gnc
