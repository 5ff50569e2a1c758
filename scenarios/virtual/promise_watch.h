#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scenarios/engine/promises.h"
#include "scenarios/virtual/fact_book.h"

namespace gnc::scenarios {

// Judges the promises while a virtual run goes on: after each event, whatever that event touched; or of them
// only what cannot be judged when it is over.
class PromiseWatch {
 public:
  explicit PromiseWatch(const model::AgreementBook& book) : judge_(book) {}

  // Something was seen of this exchange.
  void saw(const Uuid& exchange) { seen_.push_back(exchange); }

  // What event number `event` has broken, in words; empty as long as everything holds. `withdrawn`: since
  // when parties' certificates do not hold.
  std::vector<std::string> judge(std::uint64_t event, const ExchangeLedger&, FactBook&,
                                 const std::map<PartyName, Instant>& withdrawn);

  // Of all promises only the order in conversations, of what has arrived since it was last judged; and how it
  // fared. Of a conversation that is forgotten nothing comes any more that came before.
  void judge_order(FactBook&);
  void forget_conversation(const Uuid& conversation) { judge_.forget_conversation(conversation); }
  PromiseRow order() const { return order_promise(arrivals_, out_of_order_); }

 private:
  PromiseJudge judge_;
  std::vector<Uuid> seen_;
  std::vector<Breach> breaches_;
  std::uint64_t arrivals_ = 0;
  std::vector<Breach> out_of_order_;
};

}  // namespace gnc::scenarios
