#pragma once

#include <vector>

#include "proto/types/random.h"
#include "scenarios/engine/document_source.h"

namespace gnc::scenarios {

// Export declarations (WCO DEC, in XML) that are valid and add up, from one administration for another: the
// same for the same stream on every machine. How many items each has is drawn so that few have many.
std::vector<SourceDocument> generate_declarations(const GeneratedSource&, const PartyName& from,
                                                  const PartyName& to, Random stream);

}  // namespace gnc::scenarios
