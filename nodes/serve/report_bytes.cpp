#include "nodes/serve/report_bytes.h"

#include "proto/wire/wire_reader.h"

namespace gnc::nodes {
namespace {

void append_text(std::string& out, int field, std::string_view text) {
  if (!text.empty()) wire::append_bytes_field(out, static_cast<std::uint32_t>(field), text);
}

void append_number(std::string& out, int field, std::uint64_t value) {
  if (value != 0) wire::append_varint_field(out, static_cast<std::uint32_t>(field), value);
}

void append_fixed(std::string& out, int field, std::int64_t value) {
  if (value == 0) return;
  wire::append_fixed64_field(out, static_cast<std::uint32_t>(field), static_cast<std::uint64_t>(value));
}

template <std::size_t size>
std::string_view view(const std::array<std::uint8_t, size>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void append_trace(std::string& out, const TraceContext& trace, const std::optional<TraceContext>& cause) {
  std::string bytes(view(trace.trace));
  bytes += view(trace.span);
  if (cause) bytes += view(cause->span);
  append_text(out, v1::Event::kTraceFieldNumber, bytes);
}

void append_event(std::string& out, const PartyName& party, const NodeEvent& event, Instant at) {
  append_number(out, v1::Event::kKindFieldNumber, static_cast<std::uint64_t>(event.kind));
  append_fixed(out, v1::Event::kAtFieldNumber, event.at.value_or(at).microseconds);
  append_text(out, v1::Event::kPartyFieldNumber, party.text());
  if (event.exchange) append_text(out, v1::Event::kExchangeFieldNumber, event.exchange->view());
  if (event.peer) append_text(out, v1::Event::kPeerFieldNumber, event.peer->text());
  append_text(out, v1::Event::kReferenceFieldNumber, event.reference);
  append_number(out, v1::Event::kSizeFieldNumber, event.size);
  if (event.answers) append_text(out, v1::Event::kAnswersFieldNumber, event.answers->view());
  append_fixed(out, v1::Event::kIntendedAtFieldNumber, event.intended_at.microseconds);
  if (event.trace) append_trace(out, *event.trace, event.cause);
  if (!event.words) return;
  append_number(out, v1::Event::kReasonFieldNumber, static_cast<std::uint64_t>(event.words->reason));
  append_text(out, v1::Event::kDetailFieldNumber, event.words->detail);
  for (const v1::PointerStep& step : event.words->pointer) {
    wire::append_bytes_field(out, v1::Event::kPointerFieldNumber, step.SerializeAsString());
  }
  append_text(out, v1::Event::kFunctionCodeFieldNumber, event.words->function_code);
  append_text(out, v1::Event::kWhereFieldNumber, event.words->where);
  if (event.words->findings)
    wire::append_bytes_field(out, v1::Event::kFindingsFieldNumber,
                             event.words->findings->SerializeAsString());
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
    wire::append_bytes_field(report, v1::Report::kEventsFieldNumber, one);
  }
  wire::append_varint(out, report.size());
  out += report;
}

}  // namespace gnc::nodes
