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
  for (const Uuid& id : facts.take_arrived()) {
    const RecordedExchange* fact = facts.find(id);
    if (fact == nullptr || !fact->passage) continue;
    judge_.judge_order(id, fact->passage->recipient, facts.order(id), breaches_);
  }
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

namespace {

// Those in which more than one exchange arrived, sorted.
std::vector<Uuid> shared_conversations(const FactBook& facts) {
  std::vector<Uuid> all;
  all.reserve(facts.orders().size());
  for (const auto& [id, order] : facts.orders()) {
    if (order.arrival != 0) all.push_back(order.conversation);
  }
  std::ranges::sort(all);
  std::vector<Uuid> shared;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i] == all[i - 1] && (shared.empty() || shared.back() != all[i])) shared.push_back(all[i]);
  }
  return shared;
}

}  // namespace

PromiseRow order_of_arrivals(const FactBook& facts, const model::AgreementBook& book) {
  // One by itself is in order.
  const std::vector<Uuid> shared = shared_conversations(facts);
  std::vector<std::pair<std::uint64_t, Uuid>> arrived;
  std::uint64_t arrivals = 0;
  for (const auto& [id, order] : facts.orders()) {
    if (order.arrival == 0) continue;
    ++arrivals;
    if (std::ranges::binary_search(shared, order.conversation)) arrived.emplace_back(order.arrival, id);
  }
  std::ranges::sort(arrived);
  PromiseJudge judge(book);
  std::vector<Breach> breaches;
  for (const auto& [arrival, id] : arrived) {
    const RecordedExchange* fact = facts.find(id);
    if (fact == nullptr || !fact->passage) continue;
    judge.judge_order(id, fact->passage->recipient, facts.order(id), breaches);
  }
  return order_promise(arrivals, breaches);
}

}  // namespace gnc::scenarios
