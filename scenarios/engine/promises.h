#pragma once

#include <cstdint>
#include <vector>

#include "model/agreement/agreement_book.h"
#include "proto/types/result.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/store_record.h"
#include "trust/audit/audit_verifier.h"

namespace gnc::scenarios {

// What the check of a run's promises found.
struct PromiseCheck {
  std::vector<PromiseRow> promises;
  std::uint64_t lost = 0;
  std::uint64_t delivered_twice = 0;
  std::vector<Uuid> lost_exchanges, twice_delivered_exchanges;
};

// What was seen (the events) against what is on record (the stores).
PromiseCheck check_promises(const ExchangeLedger&, const RecordedExchanges&, const model::AgreementBook&);

// What the verification of the gateway's audit log came to.
PromiseRow audit_promise(const Result<trust::AuditReport>&);

}  // namespace gnc::scenarios
