#pragma once

#include <tl/expected.hpp>

#include "proto/types/error.h"

namespace gnc {

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(v1::ErrorCode code, std::string detail, std::string where = {},
                                     std::string remedy = {}) {
  return tl::unexpected<Error>(Error{code, std::move(detail), std::move(where), std::move(remedy)});
}

}  // namespace gnc
