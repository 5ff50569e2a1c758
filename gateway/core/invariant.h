#pragma once

#include <stdexcept>

namespace gnc::gateway {

// A broken invariant stops the process, in release builds too: nobody catches this.
inline void require(bool holds, const char* invariant) {
  if (!holds) [[unlikely]]
    throw std::logic_error(invariant);
}

}  // namespace gnc::gateway
