#pragma once

#include <string>
#include <vector>

#include "gateway/core/memory.h"
#include "gateway/core/receipts_in_progress.h"
#include "gnc/v1/receipt.pb.h"

namespace gnc::gateway {

// One step in the making: what it wants recorded and sent, and the ways to change an exchange, each of which
// keeps memory, transaction and counters in agreement.
class Step {
 public:
  Step(Memory& of, Instant at);

  Memory& memory;
  const Instant now;
  Transaction persist;
  std::vector<Send> send;
  std::vector<OperatorReply> replies;

  // Moves an exchange as ExchangeState's diagram has it; out of the queue or flight, and to its end.
  void change(Slot slot, ExchangeState to, v1::ErrorCode reason = {}, std::string detail = {});
  // The gateway's own receipt for the sender, of a change that was just made.
  std::uint64_t give_receipt(PartyIndex audience, std::string_view exchange, v1::ReceiptKind kind,
                             std::string_view digest, v1::ErrorCode reason = {},
                             const std::string& detail = {});
  void pass_receipts_on(PartyIndex audience, SharedText sealed, std::uint32_t count);

  // Something is to be sent to this party at the end of the step.
  void touch(PartyIndex index);

  // Ends a stream. Nothing more is sent on it.
  void end_session(Session& session, Error reason);
  // A stream has ended: what was in flight is to be sent again. A counted loss is one failed attempt of each
  // of those, and delays the next.
  void lose_session(Session& session, bool counted);

  // Seals, logs and sends what the step has made.
  Effects finish();

 private:
  void take_out_of_flight(Slot slot);
  void count_failed_attempts(PartyIndex index, const std::vector<Slot>& lost);
  void seal_receipts();
  void send_to(PartyIndex index);
  void send_receipts(PartyIndex index);
  Instant next_wake();

  ReceiptsInProgress receipts_;
  std::vector<PartyIndex> touched_;
  std::vector<PartyIndex> audiences_;        // of persist.receipts, one for each
  std::vector<std::vector<Digest>> leaves_;  // of the same, as far as they are sealed here
};

}  // namespace gnc::gateway
