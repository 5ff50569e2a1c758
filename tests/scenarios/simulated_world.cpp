#include "tests/scenarios/simulated_world.h"

#include <functional>
#include <utility>

namespace gnc::scenarios {

void SimulatedWorld::send(const PartyName&, v1::Command command) {
  if (command.has_lodge()) lodges_.push_back(std::move(*command.mutable_lodge()));
  if (command.has_ask_document()) asked_.push_back(command.ask_document());
}

void SimulatedWorld::set_down(const std::string& party, bool down) {
  if (down) {
    down_.insert(party);
  } else {
    down_.erase(party);
  }
}

std::vector<std::string> SimulatedWorld::lodged() const {
  std::vector<std::string> references;
  for (const v1::Lodge& lodge : lodges_) {
    for (const v1::Lodge::Item& item : lodge.items()) references.push_back(item.reference());
  }
  return references;
}

Uuid SimulatedWorld::exchange_of(const std::string& reference) {
  return Uuid::from_parts(Instant{1'790'000'000'000'000}, 1, std::hash<std::string>()(reference));
}

v1::Event SimulatedWorld::happen(v1::EventKind kind, const std::string& reference, v1::ErrorCode reason) {
  v1::Event event;
  event.set_kind(kind);
  event.set_at(now_.microseconds);
  event.set_reference(reference);
  event.set_reason(reason);
  if (kind != v1::EVENT_KIND_LODGEMENT_REFUSED) {
    event.set_exchange(std::string(exchange_of(reference).view()));
  }
  ledger_.apply(event);
  return event;
}

}  // namespace gnc::scenarios
