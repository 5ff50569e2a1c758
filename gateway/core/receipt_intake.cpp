#include "gateway/core/receipt_intake.h"

#include <optional>

#include "gateway/core/delivery.h"
#include "gateway/core/exchange_states.h"
#include "gateway/core/invariant.h"
#include "proto/wire/receipt_bytes.h"

namespace gnc::gateway {
namespace {

constexpr std::size_t longest_detail = 1024;

std::optional<ExchangeState> state_of(v1::ReceiptKind kind) {
  switch (kind) {
    case v1::RECEIPT_KIND_DELIVERED:
      return ExchangeState::delivered;
    case v1::RECEIPT_KIND_PROCESSED:
      return ExchangeState::processed;
    case v1::RECEIPT_KIND_REFUSED:
      return ExchangeState::refused;
    default:
      return std::nullopt;  // only the gateway states the others
  }
}

std::optional<Error> batch_fault(const Party& peer, const IncomingBatch& batch) {
  if (!batch.opened) return batch.opened.error();
  const trust::OpenedBatch& opened = *batch.opened;
  const std::string& where = peer.name.text();
  if (opened.purpose != v1::SealStatement::PURPOSE_RECEIPTS) {
    return Error{
        v1::SEAL_MALFORMED, "The batch was sent as receipts, but is not sealed for them.", where, {}};
  }
  if (opened.signer != peer.name) {
    return Error{v1::SENDER_NOT_PEER, "The receipts were sealed by " + opened.signer.text() + ".", where, {}};
  }
  if (!opened.complete) {
    return Error{v1::SEAL_MALFORMED, "The batch of receipts is not complete.", where, {}};
  }
  return std::nullopt;
}

// Changes the exchange that the receipt is about. False where it states nothing new, or nothing that holds.
bool apply(Step& step, PartyIndex peer, PartyIndex audience, const wire::PlainReceipt& receipt) {
  Memory& memory = step.memory;
  const auto id = Uuid::from_bytes(receipt.exchange);
  const auto state = state_of(receipt.kind);
  if (!id || !state || receipt.issuer != memory.parties[peer].name.text()) return false;
  const Slot slot = memory.live.find(*id);
  if (slot == no_slot) return false;
  LiveExchange& exchange = memory.live[slot];
  if (exchange.recipient != peer || exchange.sender != audience ||
      receipt.envelope_digest != exchange.digest.view()) {
    return false;
  }
  if (is_terminal(exchange.state, exchange.answer_due) || !may_move(exchange.state, *state)) return false;
  if (exchange.place == Place::in_flight) note_progress(step, memory.parties[peer]);
  step.change(
      slot, *state, *state == ExchangeState::refused ? receipt.reason : v1::ERROR_CODE_UNSPECIFIED,
      *state == ExchangeState::refused ? printable(receipt.detail.substr(0, longest_detail)) : std::string());
  return true;
}

}  // namespace

bool take_receipts(Step& step, Session& session, IncomingBatch& batch) {
  Memory& memory = step.memory;
  const PartyIndex peer = session.party;
  if (auto error = batch_fault(memory.parties[peer], batch)) {
    step.end_session(session, std::move(*error));
    return false;
  }
  const trust::OpenedBatch& opened = *batch.opened;
  const auto audience_name = PartyName::from_text(opened.audience);
  const PartyIndex* audience = audience_name ? memory.parties.find(audience_name->text()) : nullptr;
  std::vector<std::uint64_t> accepted;
  wire::ReceiptReader reader;
  for (const trust::OpenedItem& item : opened.items) {
    const bool intact = audience != nullptr && item.fault == v1::ERROR_CODE_UNSPECIFIED;
    const auto receipt = intact ? reader.read(item.content) : std::nullopt;
    if (receipt && apply(step, peer, *audience, *receipt)) {
      accepted.push_back(item.index);
    } else {
      ++memory.counters.receipts_ignored;
    }
  }
  if (accepted.empty()) return true;
  const auto count = static_cast<std::uint32_t>(accepted.size());
  if (accepted.size() == opened.items.size()) {
    step.pass_receipts_on(*audience, std::move(batch.bytes), count);
    return true;
  }
  // The sender is shown no receipt that the gateway has not taken.
  auto extracted = trust::extract(batch.bytes, accepted);
  require(extracted.has_value(), "leaves of a batch that was opened as complete can be extracted");
  step.pass_receipts_on(*audience, std::move(*extracted), count);
  return true;
}

}  // namespace gnc::gateway
