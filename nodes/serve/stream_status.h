#pragma once

#include <grpcpp/support/status.h>

#include "proto/types/error.h"

namespace gnc::nodes {

// What a stream's end means: the catalogue code at the start of the gateway's message ("GNC-204 …"), or else
// GATEWAY_UNREACHABLE with what gRPC says. `handshake` is the refusal of the gateway's certificate, if any.
Error end_of_stream(const grpc::Status& status, const Error& handshake, const std::string& address);

}  // namespace gnc::nodes
