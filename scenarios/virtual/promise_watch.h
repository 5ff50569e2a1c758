#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scenarios/engine/promises.h"
#include "scenarios/virtual/fact_book.h"

namespace gnc::scenarios {

// Judges the promises while a virtual run goes on: after each event, whatever that event touched.
class PromiseWatch {
 public:
  explicit PromiseWatch(const model::AgreementBook& book) : judge_(book) {}

  // Something was seen of this exchange.
  void saw(const Uuid& exchange) { seen_.push_back(exchange); }

  // What event number `event` has broken, in words; empty as long as everything holds. `withdrawn`: since
  // when parties' certificates do not hold.
  std::vector<std::string> judge(std::uint64_t event, const ExchangeLedger&, FactBook&,
                                 const std::map<PartyName, Instant>& withdrawn);

 private:
  PromiseJudge judge_;
  std::vector<Uuid> seen_;
  std::vector<Breach> breaches_;
};

// The order in conversations, of all that has arrived.
PromiseRow order_of_arrivals(const FactBook&, const model::AgreementBook&);

}  // namespace gnc::scenarios
