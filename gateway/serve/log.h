#pragma once

#include <string_view>

namespace gnc::gateway {

// Plain lines on stderr, control characters escaped: one for each connection, refusal and stop, never one
// for an envelope.
void log_event(std::string_view line);
void log_failure(std::string_view line);
// For what a peer can cause at will: at most 50 lines a second, then only how many were left out.
void log_refusal(std::string_view line);
// From now on gRPC's own errors (failed handshakes, mostly) come as refusals do. For the whole process.
void take_over_grpc_log();

}  // namespace gnc::gateway
