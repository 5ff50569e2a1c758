#include "nodes/core/event_bytes.h"

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

}  // namespace

void append_event(std::string& out, const PartyName& party, const NodeEvent& event, Instant at) {
  const NodeEventWords* words = event.words.get();
  append_number(out, v1::Event::kKindFieldNumber, static_cast<std::uint64_t>(event.kind));
  append_fixed(out, v1::Event::kAtFieldNumber, event.at.value_or(at).microseconds);
  append_text(out, v1::Event::kPartyFieldNumber, party.text());
  if (event.exchange) append_text(out, v1::Event::kExchangeFieldNumber, event.exchange->view());
  if (event.peer) append_text(out, v1::Event::kPeerFieldNumber, event.peer->text());
  append_text(out, v1::Event::kReferenceFieldNumber, event.reference);
  if (words != nullptr) {
    append_number(out, v1::Event::kReasonFieldNumber, static_cast<std::uint64_t>(words->reason));
    append_text(out, v1::Event::kDetailFieldNumber, words->detail);
    for (const v1::PointerStep& step : words->pointer) {
      wire::append_bytes_field(out, v1::Event::kPointerFieldNumber, step.SerializeAsString());
    }
  }
  append_number(out, v1::Event::kSizeFieldNumber, event.size);
  if (event.answers) append_text(out, v1::Event::kAnswersFieldNumber, event.answers->view());
  append_fixed(out, v1::Event::kIntendedAtFieldNumber, event.intended_at.microseconds);
  if (words == nullptr) return;
  append_text(out, v1::Event::kFunctionCodeFieldNumber, words->function_code);
  append_text(out, v1::Event::kWhereFieldNumber, words->where);
  if (words->findings) {
    wire::append_bytes_field(out, v1::Event::kFindingsFieldNumber, words->findings->SerializeAsString());
  }
}

}  // namespace gnc::nodes
