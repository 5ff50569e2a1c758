#include "nodes/serve/report_bytes.h"

#include "nodes/core/event_bytes.h"
#include "proto/wire/wire_writer.h"

namespace gnc::nodes {
namespace {

template <std::size_t size>
std::string_view view(const std::array<std::uint8_t, size>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void append_trace(std::string& out, const TraceContext& trace, const std::optional<TraceContext>& cause) {
  std::string bytes(view(trace.trace));
  bytes += view(trace.span);
  if (cause) bytes += view(cause->span);
  wire::append_bytes_field(out, v1::Event::kTraceFieldNumber, bytes);
}

}  // namespace

void append_report(std::string& out, const v1::Report& report) {
  wire::append_varint(out, report.ByteSizeLong());
  report.AppendToString(&out);
}

void append_events(std::string& out, const PartyName& party, std::span<const NodeEvent> events, Instant at) {
  std::string report;
  std::string one;
  for (const NodeEvent& event : events) {
    one.clear();
    append_event(one, party, event, at);
    if (event.trace) append_trace(one, *event.trace, event.cause);
    wire::append_bytes_field(report, v1::Report::kEventsFieldNumber, one);
  }
  wire::append_varint(out, report.size());
  out += report;
}

}  // namespace gnc::nodes
