#include "gateway/serve/failure_status.h"

#include "gnc/v1/errors.pb.h"

namespace gnc::gateway {
namespace {

grpc::StatusCode status_code(v1::ErrorCode code) {
  switch (code) {
    case v1::SENDER_NOT_PEER:
      return grpc::StatusCode::PERMISSION_DENIED;
    case v1::FRAME_TOO_LARGE:
    case v1::FRAME_INFLATES_TOO_LARGE:
    case v1::TOO_MANY_STREAMS:
    case v1::CREDIT_EXCEEDED:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case v1::FRAME_MALFORMED:
    case v1::HELLO_EXPECTED:
    case v1::SEAL_MALFORMED:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case v1::PROTOCOL_VERSION:
      return grpc::StatusCode::FAILED_PRECONDITION;
    case v1::PEER_REPLACED:
      return grpc::StatusCode::ABORTED;
    case v1::PEER_SILENT:
      return grpc::StatusCode::DEADLINE_EXCEEDED;
    case v1::GATEWAY_STOPPING:
      return grpc::StatusCode::UNAVAILABLE;
    case v1::STORE_FAILED:
      return grpc::StatusCode::INTERNAL;
    default:
      break;
  }
  return code >= 200 && code < 300 ? grpc::StatusCode::UNAUTHENTICATED
                                   : grpc::StatusCode::FAILED_PRECONDITION;
}

// Trailing metadata has a bound of 8 kB, and an escaped byte takes three.
constexpr std::size_t longest_message = 1024;

}  // namespace

grpc::Status failure_status(const Error& error) {
  auto of_peer = error;
  of_peer.where.clear();
  auto message = describe(of_peer);
  if (message.size() > longest_message) message.resize(longest_message);
  return {status_code(error.code), message};
}

}  // namespace gnc::gateway
