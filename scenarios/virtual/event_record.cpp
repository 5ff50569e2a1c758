#include "scenarios/virtual/event_record.h"

namespace gnc::scenarios {

void describe_event(const PartyName& party, const nodes::NodeEvent& event, Instant at, v1::Event& into) {
  into.Clear();
  into.set_kind(event.kind);
  into.set_at(event.at.value_or(at).microseconds);
  into.set_party(party.text());
  if (event.exchange) into.set_exchange(event.exchange->view().data(), event.exchange->view().size());
  if (event.peer) into.set_peer(event.peer->text());
  into.set_reference(event.reference);
  into.set_size(event.size);
  if (event.answers) into.set_answers(event.answers->view().data(), event.answers->view().size());
  into.set_intended_at(event.intended_at.microseconds);
  if (!event.words) return;
  into.set_reason(event.words->reason);
  into.set_detail(event.words->detail);
  for (const v1::PointerStep& step : event.words->pointer) *into.add_pointer() = step;
  into.set_function_code(event.words->function_code);
  into.set_where(event.words->where);
  if (event.words->findings) *into.mutable_findings() = *event.words->findings;
}

}  // namespace gnc::scenarios
