#include "scenarios/engine/step_exchanges.h"

#include <fmt/format.h>

#include <utility>

#include "proto/types/error.h"

namespace gnc::scenarios {
namespace {

using End = ExchangeTrack::End;

End end_of(v1::EventKind kind) {
  switch (kind) {
    case v1::EVENT_KIND_PROCESSED:
      return End::processed;
    case v1::EVENT_KIND_REFUSED:
    case v1::EVENT_KIND_LODGEMENT_REFUSED:
      return End::refused;
    case v1::EVENT_KIND_EXPIRED:
      return End::expired;
    case v1::EVENT_KIND_DEAD_LETTERED:
      return End::dead_lettered;
    default:
      return End::none;
  }
}

// Kinds that say something of an exchange that has begun.
bool is_progress(v1::EventKind kind) {
  return kind == v1::EVENT_KIND_DELIVERED || kind == v1::EVENT_KIND_DELIVERED_RECEIPT ||
         end_of(kind) != End::none;
}

}  // namespace

std::string_view end_word(End end) {
  switch (end) {
    case End::none:
      return {};
    case End::processed:
      return "processed";
    case End::delivered:
      return "delivered";
    case End::refused:
      return "refused";
    case End::expired:
      return "expired";
    case End::dead_lettered:
      return "dead-lettered";
    case End::suppressed:
      return "suppressed";
  }
  return {};
}

std::string standing_words(const StepExchange& exchange) {
  if (!exchange.has_ended()) return exchange.delivered ? "received, and not at its end" : "on its way";
  std::string words(end_word(exchange.end));
  if (exchange.code != v1::ERROR_CODE_UNSPECIFIED) {
    words += fmt::format(" by {}", catalogue_entry(exchange.code).label);
  }
  return words;
}

void StepExchanges::add(const std::string& lodgement, StepExchange exchange) {
  StepExchange& added = exchanges_.emplace_back(std::move(exchange));
  groups_[lodgement].push_back(&added);
  by_reference_[added.reference] = &added;
}

void StepExchanges::apply(const v1::Event& event) {
  if (event.kind() == v1::EVENT_KIND_LODGED) return lodged(event);
  if (event.kind() == v1::EVENT_KIND_LODGEMENT_REFUSED) {
    const auto found = by_reference_.find(event.reference());
    if (found != by_reference_.end()) apply_to(*found->second, event);
    return;
  }
  if (apply_to_repeat(event) || !is_progress(event.kind())) return;
  const auto id = Uuid::from_bytes(event.exchange());
  if (!id) return;
  const auto known = by_id_.find(*id);
  if (known == by_id_.end()) {
    early_[*id].push_back(event);
  } else if (!known->second.is_answer) {
    apply_to(*known->second.exchange, event);
  } else if (event.kind() == v1::EVENT_KIND_DELIVERED) {
    known->second.exchange->answered = true;
  }
}

void StepExchanges::lodged(const v1::Event& event) {
  const auto id = Uuid::from_bytes(event.exchange());
  if (!id) return;
  const auto found = by_reference_.find(event.reference());
  if (const auto known = by_id_.find(*id); known != by_id_.end()) {
    if (found == by_reference_.end() || known->second.exchange == found->second) return;
    found->second->exchange = *id;
    found->second->repeats = true;
    return;
  }
  if (const auto answered = Uuid::from_bytes(event.answers())) {
    const auto known = by_id_.find(*answered);
    if (known == by_id_.end()) {
      early_[*answered].push_back(event);
    } else {
      known->second.exchange->answer = *id;
      learn(*id, *known->second.exchange, true);
    }
    return;
  }
  if (found == by_reference_.end() || found->second->exchange) return;
  found->second->exchange = *id;
  learn(*id, *found->second, false);
}

void StepExchanges::learn(const Uuid& id, StepExchange& exchange, bool is_answer) {
  by_id_.emplace(id, Known{&exchange, is_answer});
  const auto early = early_.find(id);
  if (early == early_.end()) return;
  const std::vector<v1::Event> events = std::move(early->second);
  early_.erase(early);
  for (const v1::Event& event : events) apply(event);
}

// True where the event is about one that repeats the id of another.
bool StepExchanges::apply_to_repeat(const v1::Event& event) {
  const auto found = by_reference_.find(event.reference());
  if (found == by_reference_.end() || !found->second->repeats) return false;
  StepExchange& exchange = *found->second;
  if (event.kind() == v1::EVENT_KIND_DUPLICATE_SUPPRESSED) {
    exchange.end = End::suppressed;
  } else if (event.kind() == v1::EVENT_KIND_REFUSED) {
    apply_to(exchange, event);
  } else if (event.kind() == v1::EVENT_KIND_ADMITTED) {
    // The id has become an exchange with this one.
    exchange.repeats = false;
    by_id_.insert_or_assign(*exchange.exchange, Known{&exchange, false});
  }
  return true;
}

void StepExchanges::apply_to(StepExchange& exchange, const v1::Event& event) {
  if (event.kind() == v1::EVENT_KIND_DELIVERED) {
    exchange.delivered = true;
    return;
  }
  if (event.kind() == v1::EVENT_KIND_PROCESSED && !event.function_code().empty()) exchange.answered = true;
  End end = end_of(event.kind());
  if (event.kind() == v1::EVENT_KIND_DELIVERED_RECEIPT && !exchange.answer_due) end = End::delivered;
  if (end == End::none || exchange.has_ended()) return;
  exchange.end = end;
  exchange.code = event.reason();
  exchange.detail = event.detail();
}

}  // namespace gnc::scenarios
