#include "scenarios/virtual/promise_watch.h"

#include <fmt/format.h>

#include <algorithm>

namespace gnc::scenarios {

std::vector<std::string> PromiseWatch::judge(std::uint64_t event, const ExchangeLedger& ledger,
                                             FactBook& facts, const std::map<PartyName, Instant>& withdrawn) {
  std::vector<std::string> broken;
  std::vector<Uuid> touched = facts.take_changed();
  for (std::string& what : facts.take_contradictions()) {
    broken.push_back(fmt::format("event {}: {}", event, what));
  }
  if (touched.empty() && seen_.empty()) return broken;
  const std::size_t known = out_of_order_.size();
  judge_order(facts);
  breaches_.insert(breaches_.end(), out_of_order_.begin() + static_cast<std::ptrdiff_t>(known),
                   out_of_order_.end());
  touched.insert(touched.end(), seen_.begin(), seen_.end());
  seen_.clear();
  std::ranges::sort(touched);
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (const Uuid& id : touched) {
    const RecordedExchange* fact = facts.find(id);
    judge_.judge(id, ledger.exchanges().find(id), fact, breaches_);
    if (fact == nullptr || !fact->at_gateway || withdrawn.empty()) continue;
    const auto sender = PartyName::from_text(fact->passage->sender);
    const auto since = sender ? withdrawn.find(*sender) : withdrawn.end();
    if (since != withdrawn.end() && fact->admitted_at > since->second) {
      broken.push_back(fmt::format("event {}: exchange {} was admitted after {}'s certificate was withdrawn",
                                   event, id.text(), fact->passage->sender));
    }
  }
  for (const Breach& breach : breaches_) {
    broken.push_back(fmt::format("event {}: exchange {} {}", event, breach.exchange.text(), breach.what));
  }
  breaches_.clear();
  return broken;
}

void PromiseWatch::judge_order(FactBook& facts) {
  if (!facts.has_arrived()) return;
  for (const Uuid& id : facts.take_arrived()) {
    ++arrivals_;
    const RecordedExchange* fact = facts.find(id);
    if (fact == nullptr || !fact->passage) continue;
    const RecordedOrder& order = facts.order(id);
    // Whoever arrives before others of its conversation are admitted is in order with them.
    if (facts.in_conversation(order.conversation) < 2) continue;
    judge_.judge_order(id, fact->passage->recipient, order, out_of_order_);
  }
}

}  // namespace gnc::scenarios
