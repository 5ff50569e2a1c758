#include "scenarios/engine/promises.h"

#include <fmt/format.h>

#include <map>
#include <string>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

using End = ExchangeTrack::End;

// Counts what breaks a promise, and keeps the first case in words.
struct Breaches {
  std::uint64_t count = 0;
  std::string first;
  std::vector<Uuid> exchanges;

  void add(const Uuid& exchange, std::string_view what) {
    if (count++ == 0) first = fmt::format("exchange {} {}", exchange.text(), what);
    exchanges.push_back(exchange);
  }
  PromiseRow row(std::string promise, std::string checked) const {
    if (count == 0) return {std::move(promise), true, std::move(checked)};
    return {std::move(promise), false, fmt::format("{} broken; {}", count, first)};
  }
};

// Whether an agreement lets the message cross between the two at that time. Asks the definitions and not the
// gateway's own rules: a second opinion.
class Crossings {
 public:
  explicit Crossings(const model::AgreementBook& book) : book_(book) {
    for (v1::Agreement& agreement : book.agreements()) {
      std::string id = agreement.id();
      agreements_.emplace(std::move(id), std::move(agreement));
    }
  }

  bool allowed(const RecordedExchange& exchange) const {
    const auto found = agreements_.find(exchange.passage->agreement);
    if (found == agreements_.end()) return false;
    const v1::Agreement& agreement = found->second;
    if (exchange.admitted_at.microseconds < agreement.from()) return false;
    if (exchange.admitted_at.microseconds >= agreement.until()) return false;
    const v1::UtilityBlock* block = book_.block(agreement.block());
    if (block == nullptr) return false;
    const Passage& passage = *exchange.passage;
    for (const v1::BlockMessage& message : block->messages()) {
      if (message.name() == passage.message && has_role(agreement, message.from(), passage.sender) &&
          has_role(agreement, message.to(), passage.recipient)) {
        return true;
      }
    }
    return false;
  }

 private:
  static bool has_role(const v1::Agreement& agreement, std::string_view role, std::string_view party) {
    for (const v1::AgreementParty& member : agreement.parties()) {
      if (member.role() == role && member.party() == party) return true;
    }
    return false;
  }

  const model::AgreementBook& book_;
  std::map<std::string, v1::Agreement, std::less<>> agreements_;
};

bool reached_recipient(const RecordedExchange& exchange) {
  return exchange.end == End::delivered || exchange.end == End::processed;
}

}  // namespace

PromiseCheck check_promises(const ExchangeLedger& ledger, const RecordedExchanges& recorded,
                            const model::AgreementBook& book) {
  Breaches lost, twice, without_fact, both_ends, without_agreement;
  std::uint64_t admitted = 0, receipts = 0, decided = 0;
  const Crossings crossings(book);

  ledger.exchanges().each([&](const Uuid& id, const ExchangeTrack& track) {
    const auto found = recorded.find(id);
    const RecordedExchange* fact = found == recorded.end() ? nullptr : &found->second;
    const bool on_record = fact != nullptr && fact->at_gateway;
    if (track.was_admitted) {
      ++admitted;
      if (!on_record) lost.add(id, "was admitted and is not on record at the gateway");
    }
    if (track.has_admitted_receipt) {
      ++receipts;
      if (!on_record) without_fact.add(id, "has an admitted receipt and no record at the gateway");
    }
    if (track.has_delivered_receipt) {
      ++receipts;
      if (fact == nullptr || fact->times_received == 0) {
        without_fact.add(id, "has a delivered receipt and is in no inbox");
      }
    }
    if (track.ended_well) {
      ++receipts;
      if (fact == nullptr || fact->decisions == 0) {
        without_fact.add(id, "is said to be processed and has no business decision on record");
      }
    }
    if (track.ended_well && track.ended_badly) both_ends.add(id, "has both a good end and a bad one");
    if (track.business_decisions > 1) twice.add(id, "was decided on twice");
  });
  for (const auto& [id, fact] : recorded) {
    decided += fact.decisions;
    if (fact.decisions > 1) twice.add(id, "has two business decisions on record");
    if (fact.times_received > 1) twice.add(id, "is in two inboxes");
    if (!fact.at_gateway) {
      if (fact.times_received > 0)
        without_agreement.add(id, "was received and is not on record at the gateway");
      continue;
    }
    if (!crossings.allowed(fact)) {
      without_agreement.add(id, fmt::format("crossed from {} to {} as {} under {}, which does not allow it",
                                            fact.passage->sender, fact.passage->recipient,
                                            fact.passage->message, fact.passage->agreement));
    }
    if (reached_recipient(fact) && fact.times_received == 0) {
      lost.add(id, "is delivered by the gateway's record and in no inbox");
    }
  }

  PromiseCheck check;
  check.lost = lost.count;
  check.delivered_twice = twice.count;
  check.lost_exchanges = std::move(lost.exchanges);
  check.twice_delivered_exchanges = std::move(twice.exchanges);
  check.promises = {
      lost.row("What was admitted is never lost",
               fmt::format("{} admitted, all at an end or on record", admitted)),
      twice.row("No recipient's business sees an envelope twice", fmt::format("{} decisions", decided)),
      without_fact.row("There is no receipt without the durable fact it states",
                       fmt::format("{} receipts, each with its record", receipts)),
      both_ends.row("No exchange has both a positive and a negative end",
                    fmt::format("{} exchanges", ledger.exchanges().size())),
      without_agreement.row("Nothing crosses without an agreement in force",
                            fmt::format("{} exchanges on record", recorded.size())),
  };
  if (ledger.lodged_twice() > 0) {
    check.promises[1].held = false;
    check.promises[1].detail =
        fmt::format("{} documents were taken in twice, as two exchanges", ledger.lodged_twice());
  }
  return check;
}

PromiseRow audit_promise(const Result<trust::AuditReport>& audit) {
  PromiseRow row{"The gateway's audit log holds, entry by entry", false, {}};
  if (!audit) {
    row.detail = describe(audit.error());
  } else if (audit->finding) {
    row.detail = describe(audit->finding->error);
  } else {
    row.held = true;
    row.detail = fmt::format("{} entries under {} signed heads", audit->entries, audit->heads);
  }
  return row;
}

}  // namespace gnc::scenarios
