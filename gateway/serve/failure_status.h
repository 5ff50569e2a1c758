#pragma once

#include <grpcpp/support/status.h>

#include "proto/types/error.h"

namespace gnc::gateway {

// The status that ends a stream: its message starts with the catalogue's label ("GNC-204 …").
grpc::Status failure_status(const Error& error);

}  // namespace gnc::gateway
