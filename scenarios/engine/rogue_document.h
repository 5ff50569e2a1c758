#pragma once

#include <string>

#include "gnc/v1/envelope.pb.h"

namespace gnc::scenarios {

// A declaration that is nothing but right: what is wrong with a rogue's envelope is to be the attack alone.
v1::CarriedDocument rogue_document(const std::string& reference);

}  // namespace gnc::scenarios
