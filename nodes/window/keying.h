#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "nodes/window/decimal.h"
#include "proto/types/random.h"

namespace gnc::window {

// A document as an officer has keyed it off paper.
struct Keyed {
  v1::MetaData document;
  std::uint32_t fields = 0;        // that were keyed
  std::vector<std::string> wrong;  // of these, paths of those with another value than the paper
};

// Keys every element of the declaration that has a value, but for what the form itself says: its function and
// type, and the numbering. `errors`: how many fields in a hundred come out wrong.
Keyed keyed(const v1::MetaData& paper, const Decimal& errors, Random random);

// A slip of the fingers: one digit for another, and where there is none, two letters the wrong way round, or
// one for the next. The same text where there is nothing to mistake.
std::string mistyped(std::string text, Random random);

}  // namespace gnc::window
