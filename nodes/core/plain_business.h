#pragma once

#include <vector>

#include "model/document/document.h"
#include "nodes/core/business.h"

namespace gnc::nodes {

// The RES that says of a document that it is accepted, or by its faults why it is not.
v1::MetaData plain_answer(const v1::MetaData& lodged, const std::vector<model::Fault>& faults,
                          const Uuid& answer_id, Instant now);

// Checks the document by the data model and answers RES: function code 01 where it conforms, 03 with an
// Error and its pointer for each fault where it does not. A cancellation that conforms is answered with its
// date.
class PlainBusiness : public Business {
 public:
  Decision decide(const ReceivedDocument& document, Instant now) override;
};

}  // namespace gnc::nodes
