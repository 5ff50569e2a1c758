#pragma once

#include "nodes/core/business.h"

namespace gnc::nodes {

// Checks the document by the data model and answers RES: function code 01 where it conforms, 03 with an
// Error and its pointer for each fault where it does not. A cancellation that conforms is answered with its
// date.
class PlainBusiness : public Business {
 public:
  Decision decide(const ReceivedDocument& document, Instant now) override;
};

}  // namespace gnc::nodes
