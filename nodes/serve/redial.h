#pragma once

#include "proto/types/instant.h"

namespace gnc::nodes {

// A party's channel dials again by itself when it cannot connect: after the first of these at first, after
// the last at the most. The core says when to try again; the channel must not sleep through it.
inline constexpr Duration first_redial = Duration::from_milliseconds(100);
inline constexpr Duration longest_redial = Duration::from_milliseconds(1000);

}  // namespace gnc::nodes
