#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/agreement/agreement_book.h"
#include "proto/types/result.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/store_record.h"
#include "trust/audit/audit_verifier.h"

namespace gnc::scenarios {

// What DESIGN calls the promises, as far as they are about exchanges.
enum class Promise : std::uint8_t {
  never_lost,
  once,
  no_receipt_without_fact,
  one_end,
  nothing_without_agreement,
  order,
};
inline constexpr std::size_t promise_count = 6;

struct Breach {
  Promise promise{};
  Uuid exchange;
  std::string what;  // "was admitted and is not on record at the gateway"
};

// Holds what was seen of exchanges against what is on record. What it asks for holds at every moment of a
// run, not only at its end: so a world that can look at all stores at once judges after every event.
class PromiseJudge {
 public:
  explicit PromiseJudge(const model::AgreementBook&);
  PromiseJudge(PromiseJudge&&) noexcept;
  ~PromiseJudge();

  // Adds what this exchange breaks. Null: nothing was seen of it, or nothing is on record.
  void judge(const Uuid&, const ExchangeTrack*, const RecordedExchange*, std::vector<Breach>&) const;
  // The same for the order in conversations. Exchanges are to come in the order of their arrival at each
  // recipient, and but once.
  void judge_order(const Uuid&, const std::string& recipient, const RecordedOrder&, std::vector<Breach>&);
  // Whatever comes in this conversation from now on comes after all that was judged.
  void forget_conversation(const Uuid&);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What the check of a run's promises found.
struct PromiseCheck {
  std::vector<PromiseRow> promises;
  std::uint64_t lost = 0;
  std::uint64_t delivered_twice = 0;
  std::vector<Uuid> lost_exchanges, twice_delivered_exchanges;
};

// The check, exchange by exchange, so that those of a long run need not all be there at once.
class PromiseAccount {
 public:
  explicit PromiseAccount(const model::AgreementBook& book) : judge_(book) {}

  // What was seen of an exchange and what is on record of it; one of them may be null. To be called once for
  // each.
  void take(const Uuid&, const ExchangeTrack*, const RecordedExchange*);
  // The same where it breaks nothing; false, and nothing taken, where it does.
  bool take_if_it_holds(const Uuid&, const ExchangeTrack*, const RecordedExchange*);
  PromiseCheck check(std::uint64_t lodged_twice) const;

 private:
  void count(const ExchangeTrack*, const RecordedExchange*);

  PromiseJudge judge_;
  std::vector<Breach> breaches_;
  std::uint64_t admitted_ = 0, receipts_ = 0, decided_ = 0, seen_ = 0, recorded_ = 0;
};

// What was seen (the events) against what is on record (the stores), without the order in conversations.
PromiseCheck check_promises(const ExchangeLedger&, const RecordedExchanges&, const model::AgreementBook&);
// The same where a part of them is in the account already, and forgotten.
PromiseCheck check_promises(const ExchangeLedger&, const RecordedExchanges&, PromiseAccount);
// Judged by judge_order() in the course of a run.
PromiseRow order_promise(std::uint64_t arrivals, const std::vector<Breach>&);

// What the verification of the gateway's audit log came to.
PromiseRow audit_promise(const Result<trust::AuditReport>&);

}  // namespace gnc::scenarios
