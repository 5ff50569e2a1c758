#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/types/uuid.h"

namespace gnc {

// W3C Trace Context: which trace something belongs to, and the span in it that caused it.
struct TraceContext {
  std::array<std::uint8_t, 16> trace{};
  std::array<std::uint8_t, 8> span{};

  // The trace of a conversation in which nobody has begun one: both ids are random enough in their ends.
  static TraceContext of_conversation(const Uuid& conversation, const Uuid& envelope);
  // The same trace, in the span of this envelope.
  TraceContext continued_by(const Uuid& envelope) const;

  // "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01". Empty where it is no traceparent, as the
  // recommendation has it: then a new trace begins.
  static std::optional<TraceContext> parse(std::string_view traceparent);
  // Always sampled: every exchange of a run is on record.
  std::string traceparent() const;
  std::string trace_text() const;
  std::string span_text() const;

  bool operator==(const TraceContext&) const = default;
};

}  // namespace gnc
