#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "proto/types/result.h"
#include "proto/types/uuid.h"

namespace gnc::scenarios {

struct TraceChoice {
  std::size_t most = 1000;       // the first so many exchanges that were lodged, each with its answer
  std::optional<Uuid> exchange;  // only this one, and its answer
};

// Traces of a run as OTLP in JSON (opentelemetry-proto 1, an ExportTraceServiceRequest in one line), for any
// viewer that takes it. A span for the sender's node, the gateway and the recipient's node of each envelope,
// joined by the trace context that the envelope carried. From the folder's `events` and the gateway's store.
Result<std::string> otlp_traces(const std::filesystem::path& run_folder, const TraceChoice&);

}  // namespace gnc::scenarios
