#include "nodes/serve/stream_status.h"

#include <charconv>

#include "gnc/v1/errors.pb.h"

namespace gnc::nodes {

Error end_of_stream(const grpc::Status& status, const Error& handshake, const std::string& address) {
  const std::string& message = status.error_message();
  constexpr std::string_view prefix = "GNC-";
  if (message.starts_with(prefix)) {
    int number = 0;
    const char* first = message.data() + prefix.size();
    const auto [end, failed] = std::from_chars(first, message.data() + message.size(), number);
    if (failed == std::errc{} && v1::ErrorCode_IsValid(number)) {
      // "GNC-204 CERTIFICATE_REVOKED: the particulars"
      std::string detail(end, message.data() + message.size());
      if (const std::size_t colon = detail.find(": "); colon != std::string::npos) detail.erase(0, colon + 2);
      return {static_cast<v1::ErrorCode>(number), std::move(detail), address, {}};
    }
  }
  if (status.ok()) return {v1::GATEWAY_STOPPING, "the gateway ended the stream", address, {}};
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && handshake.code != v1::ERROR_CODE_UNSPECIFIED) {
    Error error = handshake;
    if (error.where.empty()) error.where = address;
    return error;
  }
  return {v1::GATEWAY_UNREACHABLE, message.empty() ? "the connection ended" : message, address, {}};
}

}  // namespace gnc::nodes
