#include "nodes/core/event_bytes.h"

#include "proto/wire/wire_writer.h"

namespace gnc::nodes {

void append_event(std::string& out, const PartyName& party, const NodeEvent& event, Instant at) {
  using v1::Event;
  const wire::FieldWriter fields(out);
  const NodeEventWords* words = event.words.get();
  fields.number(Event::kKindFieldNumber, static_cast<std::uint64_t>(event.kind));
  fields.time(Event::kAtFieldNumber, event.at.value_or(at));
  fields.text(Event::kPartyFieldNumber, party.text());
  if (event.exchange) fields.text(Event::kExchangeFieldNumber, event.exchange->view());
  if (event.peer) fields.text(Event::kPeerFieldNumber, event.peer->text());
  fields.text(Event::kReferenceFieldNumber, event.reference);
  if (words != nullptr) {
    fields.number(Event::kReasonFieldNumber, static_cast<std::uint64_t>(words->reason));
    fields.text(Event::kDetailFieldNumber, words->detail);
    for (const v1::PointerStep& step : words->pointer) {
      wire::append_bytes_field(out, Event::kPointerFieldNumber, step.SerializeAsString());
    }
  }
  fields.number(Event::kSizeFieldNumber, event.size);
  if (event.answers) fields.text(Event::kAnswersFieldNumber, event.answers->view());
  fields.time(Event::kIntendedAtFieldNumber, event.intended_at);
  if (words == nullptr) return;
  fields.text(Event::kFunctionCodeFieldNumber, words->function_code);
  fields.text(Event::kWhereFieldNumber, words->where);
  if (words->findings) {
    wire::append_bytes_field(out, Event::kFindingsFieldNumber, words->findings->SerializeAsString());
  }
}

}  // namespace gnc::nodes
