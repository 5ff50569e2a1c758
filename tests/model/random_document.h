#pragma once

#include "gnc/v1/datamodel.pb.h"
#include "proto/types/random.h"

namespace gnc::test {

// A conformant declaration or response, every element of the contract possible in it: built by reflection
// from the field options. The same for the same seed.
v1::MetaData random_document(Random& random);

}  // namespace gnc::test
