#include "scenarios/engine/promises.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/definition_check.h"

namespace gnc::scenarios {
namespace {

using End = ExchangeTrack::End;

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

  bool allowed(const RecordedExchange& exchange) {
    auto known = under_.find(exchange.passage);
    if (known == under_.end()) known = under_.emplace(exchange.passage, find(*exchange.passage)).first;
    const v1::Agreement* agreement = known->second;
    return agreement != nullptr && exchange.admitted_at.microseconds >= agreement->from() &&
           exchange.admitted_at.microseconds < agreement->until();
  }

 private:
  // The agreement that lets such a passage cross while it is in force; null where none does.
  const v1::Agreement* find(const Passage& passage) const {
    const auto found = agreements_.find(passage.agreement);
    if (found == agreements_.end()) return nullptr;
    const v1::Agreement& agreement = found->second;
    const v1::UtilityBlock* block =
        model::find_block(book_.blocks(), agreement.block(), agreement.block_version());
    if (block == nullptr) return nullptr;
    for (const v1::BlockMessage& message : block->messages()) {
      if (message.name() == passage.message && has_role(agreement, message.from(), passage.sender) &&
          has_role(agreement, message.to(), passage.recipient)) {
        return &agreement;
      }
    }
    return nullptr;
  }

  static bool has_role(const v1::Agreement& agreement, std::string_view role, std::string_view party) {
    for (const v1::AgreementParty& member : agreement.parties()) {
      if (member.role() == role && member.party() == party) return true;
    }
    return false;
  }

  const model::AgreementBook& book_;
  std::map<std::string, v1::Agreement, std::less<>> agreements_;
  // One passage is that of many exchanges.
  std::unordered_map<std::shared_ptr<const Passage>, const v1::Agreement*> under_;
};

bool reached_recipient(const RecordedExchange& exchange) {
  return exchange.end == End::delivered || exchange.end == End::processed;
}

// What was found broken of one promise: how often, and the first case by its id, so that the same run is
// always told in the same words.
struct Finding {
  std::uint64_t count = 0;
  const Breach* first = nullptr;

  void add(const Breach& breach) {
    if (count++ == 0 || breach.exchange < first->exchange) first = &breach;
  }
  PromiseRow row(std::string promise, std::string checked) const {
    if (count == 0) return {std::move(promise), true, std::move(checked)};
    return {std::move(promise), false,
            fmt::format("{} broken; exchange {} {}", count, first->exchange.text(), first->what)};
  }
};

// In the order of their ids, each once.
std::vector<Uuid> exchanges_of(Promise promise, const std::vector<Breach>& breaches) {
  std::vector<Uuid> exchanges;
  for (const Breach& breach : breaches) {
    if (breach.promise == promise) exchanges.push_back(breach.exchange);
  }
  std::ranges::sort(exchanges);
  exchanges.erase(std::unique(exchanges.begin(), exchanges.end()), exchanges.end());
  return exchanges;
}

}  // namespace

struct PromiseJudge::State {
  explicit State(const model::AgreementBook& book) : crossings(book) {}

  struct Latest {
    std::string recipient;
    std::uint64_t sequence = 0;
  };
  Crossings crossings;
  // The last of each conversation to arrive at each of its recipients, by its order of admission.
  std::unordered_map<Uuid, std::vector<Latest>, UuidHash> latest;
};

PromiseJudge::PromiseJudge(const model::AgreementBook& book) : state_(std::make_unique<State>(book)) {}
PromiseJudge::PromiseJudge(PromiseJudge&&) noexcept = default;
PromiseJudge::~PromiseJudge() = default;

void PromiseJudge::judge(const Uuid& id, const ExchangeTrack* track, const RecordedExchange* fact,
                         std::vector<Breach>& breaches) const {
  const auto breaks = [&](Promise promise, std::string what) {
    breaches.push_back({promise, id, std::move(what)});
  };
  const bool on_record = fact != nullptr && fact->at_gateway;
  if (track != nullptr) {
    if (track->was_admitted && !on_record) {
      breaks(Promise::never_lost, "was admitted and is not on record at the gateway");
    }
    if (track->has_admitted_receipt && !on_record) {
      breaks(Promise::no_receipt_without_fact, "has an admitted receipt and no record at the gateway");
    }
    if (track->has_delivered_receipt && (fact == nullptr || fact->times_received == 0)) {
      breaks(Promise::no_receipt_without_fact, "has a delivered receipt and is in no inbox");
    }
    if (track->ended_well && (fact == nullptr || fact->decisions == 0)) {
      breaks(Promise::no_receipt_without_fact,
             "is said to be processed and has no business decision on record");
    }
    if (track->ended_well && track->ended_badly) {
      breaks(Promise::one_end, "has both a good end and a bad one");
    }
    if (track->business_decisions > 1) breaks(Promise::once, "was decided on twice");
  }
  if (fact == nullptr) return;
  if (fact->decisions > 1) breaks(Promise::once, "has two business decisions on record");
  if (fact->times_received > 1) breaks(Promise::once, "is in two inboxes");
  if (fact->negative_end && (fact->positive_end || fact->end == End::processed)) {
    breaks(Promise::one_end, "is processed by what is on record, and has a negative terminal receipt there");
  }
  if (!on_record) {
    if (fact->times_received > 0) {
      breaks(Promise::nothing_without_agreement, "was received and is not on record at the gateway");
    }
    return;
  }
  if (!state_->crossings.allowed(*fact)) {
    breaks(Promise::nothing_without_agreement,
           fmt::format("crossed from {} to {} as {} under {}, which does not allow it", fact->passage->sender,
                       fact->passage->recipient, fact->passage->message, fact->passage->agreement));
  }
  if (reached_recipient(*fact) && fact->times_received == 0) {
    breaks(Promise::never_lost, "is delivered by the gateway's record and in no inbox");
  }
}

void PromiseJudge::judge_order(const Uuid& id, const std::string& recipient, const RecordedOrder& order,
                               std::vector<Breach>& breaches) {
  if (order.sequence == 0 || order.arrival == 0) return;
  std::vector<State::Latest>& all = state_->latest[order.conversation];
  auto latest = std::ranges::find(all, recipient, &State::Latest::recipient);
  if (latest == all.end()) latest = all.insert(latest, {recipient, 0});
  if (order.sequence < latest->sequence) {
    breaches.push_back({Promise::order, id, "arrived after one of its conversation that was admitted later"});
  }
  latest->sequence = std::max(latest->sequence, order.sequence);
}

void PromiseJudge::forget_conversation(const Uuid& conversation) { state_->latest.erase(conversation); }

void PromiseAccount::count(const ExchangeTrack* track, const RecordedExchange* fact) {
  if (track != nullptr) {
    ++seen_;
    admitted_ += track->was_admitted;
    receipts_ += track->has_admitted_receipt + track->has_delivered_receipt + track->ended_well;
  }
  if (fact != nullptr) {
    ++recorded_;
    decided_ += fact->decisions;
  }
}

void PromiseAccount::take(const Uuid& id, const ExchangeTrack* track, const RecordedExchange* fact) {
  judge_.judge(id, track, fact, breaches_);
  count(track, fact);
}

bool PromiseAccount::take_if_it_holds(const Uuid& id, const ExchangeTrack* track,
                                      const RecordedExchange* fact) {
  const std::size_t before = breaches_.size();
  judge_.judge(id, track, fact, breaches_);
  if (breaches_.size() > before) {
    breaches_.erase(breaches_.begin() + static_cast<std::ptrdiff_t>(before), breaches_.end());
    return false;
  }
  count(track, fact);
  return true;
}

PromiseCheck PromiseAccount::check(std::uint64_t lodged_twice) const {
  std::array<Finding, promise_count> found;
  for (const Breach& breach : breaches_) found[static_cast<std::size_t>(breach.promise)].add(breach);
  const auto of = [&found](Promise promise) -> const Finding& {
    return found[static_cast<std::size_t>(promise)];
  };
  PromiseCheck check;
  check.lost_exchanges = exchanges_of(Promise::never_lost, breaches_);
  check.twice_delivered_exchanges = exchanges_of(Promise::once, breaches_);
  check.lost = check.lost_exchanges.size();
  check.delivered_twice = check.twice_delivered_exchanges.size();
  check.promises = {
      of(Promise::never_lost)
          .row("What was admitted is never lost",
               fmt::format("{} admitted, all at an end or on record", admitted_)),
      of(Promise::once)
          .row("No recipient's business sees an envelope twice", fmt::format("{} decisions", decided_)),
      of(Promise::no_receipt_without_fact)
          .row("There is no receipt without the durable fact it states",
               fmt::format("{} receipts, each with its record", receipts_)),
      of(Promise::one_end)
          .row("No exchange has both a positive and a negative end", fmt::format("{} exchanges", seen_)),
      of(Promise::nothing_without_agreement)
          .row("Nothing crosses without an agreement in force",
               fmt::format("{} exchanges on record", recorded_)),
  };
  if (lodged_twice > 0) {
    check.promises[1].held = false;
    check.promises[1].detail =
        fmt::format("{} documents were taken in twice, as two exchanges", lodged_twice);
  }
  return check;
}

PromiseCheck check_promises(const ExchangeLedger& ledger, const RecordedExchanges& recorded,
                            PromiseAccount account) {
  ledger.exchanges().each([&](const Uuid& id, const ExchangeTrack& track) {
    const auto found = recorded.find(id);
    account.take(id, &track, found == recorded.end() ? nullptr : &found->second);
  });
  for (const auto& [id, fact] : recorded) {
    if (ledger.exchanges().find(id) == nullptr) account.take(id, nullptr, &fact);
  }
  return account.check(ledger.lodged_twice());
}

PromiseCheck check_promises(const ExchangeLedger& ledger, const RecordedExchanges& recorded,
                            const model::AgreementBook& book) {
  return check_promises(ledger, recorded, PromiseAccount(book));
}

PromiseRow order_promise(std::uint64_t arrivals, const std::vector<Breach>& breaches) {
  Finding found;
  for (const Breach& breach : breaches) {
    if (breach.promise == Promise::order) found.add(breach);
  }
  return found.row("In one conversation, order holds", fmt::format("{} arrivals", arrivals));
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
