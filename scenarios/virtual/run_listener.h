#pragma once

#include <memory>
#include <string>

#include "gnc/v1/event.pb.h"

namespace gnc::scenarios {

// Who wants to hear of a virtual run while it is played.
class RunListener {
 public:
  virtual ~RunListener() = default;
  virtual void happened(const v1::Event&) = 0;
  // A serialised SealedBatch became durable, at the node that sealed the envelopes or at the gateway that
  // sealed the receipts.
  virtual void sealed(const std::shared_ptr<const std::string>& batch) = 0;
};

}  // namespace gnc::scenarios
