#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "gateway/core/audit_log.h"
#include "gateway/core/gateway_core.h"
#include "gateway/core/live_exchanges.h"
#include "gateway/core/parties.h"
#include "gateway/core/settling.h"
#include "gateway/core/timers.h"
#include "proto/types/recalled_texts.h"

namespace gnc::gateway {

// All that the core knows from one step to the next.
struct Memory {
  // Takes up what there was before a restart.
  Memory(GatewayConfig config, std::shared_ptr<const model::AgreementBook> agreements,
         const ExchangeLookup& records, trust::Signer& key, Random random, RestoredState restored);

  GatewayConfig config;
  std::shared_ptr<const model::AgreementBook> book;
  RecalledTexts passed{1u << 12, 8u << 20};  // documents that rules of the book have let cross
  const ExchangeLookup& lookup;
  trust::Signer* signer;
  std::shared_ptr<trust::Signer> replaced_signer;  // keeps the present one, where it is not the first

  std::uint64_t next_step;
  std::uint64_t next_batch;
  std::uint64_t next_sequence;
  bool started = false;  // the log says that the gateway has started

  Parties parties;
  std::map<SessionId, Session> sessions;
  LiveExchanges live;
  RecentIds known;
  Settling settling;
  Timers timers;
  AuditLog audit;
  GatewayCounters counters;

  PartyIndex meet(const PartyName& name) { return parties.meet(name, *book); }
  // Keeps an exchange that is on record: in the recipient's queue, or until its answer comes.
  Slot keep(const ExchangeRecord& record);
  void set_timer(Slot slot);
  bool is_valid(const Timer& timer) const;
  // Moves what is waited for, but no expiry, by this much.
  void shift_waits(Duration by);
  void count_refusal(v1::ErrorCode code);
};

}  // namespace gnc::gateway
