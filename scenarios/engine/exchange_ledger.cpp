#include "scenarios/engine/exchange_ledger.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

using End = ExchangeTrack::End;

// "42A/67A/68A[2]/R144".
std::string pointer_words(const google::protobuf::RepeatedPtrField<v1::PointerStep>& pointer) {
  std::string text;
  for (const v1::PointerStep& step : pointer) {
    if (!text.empty()) text += '/';
    text += step.tag().empty() ? step.document_section() : step.tag();
    if (step.sequence() != 0) text += fmt::format("[{}]", step.sequence());
  }
  return text;
}

constexpr std::string_view rejected_code = "03";

}  // namespace

BatchIndex ExchangeLedger::open_batch(std::string name, bool answer_due) {
  batches_.push_back({std::move(name), answer_due, {}});
  return static_cast<BatchIndex>(batches_.size() - 1);
}

LodgementIndex ExchangeLedger::plan(Lodgement lodgement) {
  const auto index = static_cast<LodgementIndex>(lodgements_.size());
  ++batches_[lodgement.batch].standing.planned;
  lodgements_.push_back(std::move(lodgement));
  fates_.push_back(Fate::planned);
  by_reference_[lodgements_.back().reference] = index;
  return index;
}

void ExchangeLedger::mark_sent(LodgementIndex index, Instant at) {
  if (fates_[index] != Fate::planned) return;
  fates_[index] = Fate::sent;
  lodgements_[index].sent = at;
  ++sent_;
  lag_.record((at - lodgements_[index].intended).microseconds);
}

void ExchangeLedger::apply(const v1::Event& event) {
  if (event.kind() == v1::EVENT_KIND_LODGEMENT_REFUSED) return refused_at_window(event);
  const auto id = Uuid::from_bytes(event.exchange());
  if (!id) return;
  ExchangeTrack& track = exchanges_[*id];
  const Instant at{event.at()};
  switch (event.kind()) {
    case v1::EVENT_KIND_LODGED:
      return lodged(track, event);
    case v1::EVENT_KIND_ADMITTED:
      return admitted(track, at);
    case v1::EVENT_KIND_DELIVERED:
      return delivered(track, at);
    case v1::EVENT_KIND_DELIVERED_RECEIPT:
      track.has_delivered_receipt = true;
      if (track.is_answer || (track.lodgement && !batch_of(track).answer_due)) finish(track, End::delivered);
      return;
    case v1::EVENT_KIND_BUSINESS_DECIDED:
      if (track.business_decisions < UINT8_MAX) ++track.business_decisions;
      return;
    case v1::EVENT_KIND_PROCESSED:
      track.ended_well = true;
      if (track.processed == Instant{}) {
        track.processed = at;
        if (track.lodgement) measure(&Histograms::processed, *track.lodgement, at);
        if (!event.function_code().empty())
          ++(event.function_code() == rejected_code ? rejected_ : accepted_);
      }
      return finish(track, End::processed);
    case v1::EVENT_KIND_REFUSED:
      track.ended_badly = true;
      if (track.lodgement) note_refusal(*track.lodgement, event);
      return finish(track, End::refused);
    case v1::EVENT_KIND_EXPIRED:
      track.ended_badly = true;
      return finish(track, End::expired);
    case v1::EVENT_KIND_DEAD_LETTERED:
      track.ended_badly = true;
      return finish(track, End::dead_lettered);
    case v1::EVENT_KIND_DUPLICATE_SUPPRESSED:
      ++duplicates_suppressed_;
      return;
    default:
      return;
  }
}

void ExchangeLedger::lodged(ExchangeTrack& track, const v1::Event& event) {
  if (!event.answers().empty()) {
    track.is_answer = true;
    if (track.has_delivered_receipt) finish(track, End::delivered);
    return;
  }
  const auto found = by_reference_.find(event.reference());
  if (found == by_reference_.end() || track.lodgement) return;
  const LodgementIndex index = found->second;
  if (fates_[index] == Fate::lodged) {
    ++lodged_twice_;
    return;
  }
  fates_[index] = Fate::lodged;
  track.lodgement = index;
  // Where a process died between two reports, its later events may have come first.
  if (track.admitted != Instant{}) measure(&Histograms::admitted, index, track.admitted);
  if (track.delivered != Instant{}) measure(&Histograms::delivered, index, track.delivered);
  if (track.processed != Instant{}) measure(&Histograms::processed, index, track.processed);
  Standing& standing = batch_of(track).standing;
  if (track.was_delivered) ++standing.delivered;
  if (track.settled) ++standing.settled;
  if (track.end != End::none) {
    ++standing.ended;
    ++ended_;
  } else if (track.has_delivered_receipt && !batch_of(track).answer_due) {
    finish(track, End::delivered);
  }
}

void ExchangeLedger::refused_at_window(const v1::Event& event) {
  const auto found = by_reference_.find(event.reference());
  if (found == by_reference_.end()) return;
  const LodgementIndex index = found->second;
  if (fates_[index] == Fate::lodged || fates_[index] == Fate::refused_at_window) return;
  fates_[index] = Fate::refused_at_window;
  Standing& standing = batches_[lodgements_[index].batch].standing;
  ++standing.refused_at_window;
  ++standing.settled;
  ++standing.ended;
  ++ended_;
  note_refusal(index, event);
}

void ExchangeLedger::admitted(ExchangeTrack& track, Instant at) {
  track.was_admitted = true;
  if (track.admitted != Instant{}) return;
  track.admitted = at;
  if (track.lodgement) measure(&Histograms::admitted, *track.lodgement, at);
}

void ExchangeLedger::delivered(ExchangeTrack& track, Instant at) {
  if (track.delivered != Instant{}) return;
  track.delivered = at;
  if (track.lodgement) measure(&Histograms::delivered, *track.lodgement, at);
  if (!track.was_delivered && track.lodgement) ++batch_of(track).standing.delivered;
  track.was_delivered = true;
  settle(track);
}

void ExchangeLedger::settle(ExchangeTrack& track) {
  if (track.settled) return;
  track.settled = true;
  if (track.lodgement) ++batch_of(track).standing.settled;
}

void ExchangeLedger::finish(ExchangeTrack& track, End end) {
  settle(track);
  if (track.end != End::none) return;
  track.end = end;
  if (!track.lodgement) return;
  ++batch_of(track).standing.ended;
  ++ended_;
}

void ExchangeLedger::learn_end(const Uuid& exchange, End end) {
  const auto found = exchanges_.find(exchange);
  if (found == exchanges_.end()) return;
  ExchangeTrack& track = found->second;
  track.was_admitted = true;
  if (end == End::delivered || end == End::processed) {
    if (!track.was_delivered && track.lodgement) ++batch_of(track).standing.delivered;
    track.was_delivered = true;
    settle(track);
  }
  const bool terminal = end != End::none && (end != End::delivered || track.is_answer ||
                                             (track.lodgement && !batch_of(track).answer_due));
  if (terminal) finish(track, end);
}

void ExchangeLedger::measure(HdrHistogram Histograms::*stage, LodgementIndex index, Instant at) {
  const Lodgement& lodgement = lodgements_[index];
  (from_intended_.*stage).record((at - lodgement.intended).microseconds);
  (from_sent_.*stage).record((at - lodgement.sent).microseconds);
}

void ExchangeLedger::note_refusal(LodgementIndex index, const v1::Event& event) {
  refusals_.try_emplace(
      index, Refusal{event.reason(), event.detail(), event.where(), pointer_words(event.pointer())});
}

std::vector<LodgementIndex> ExchangeLedger::unacknowledged() const {
  std::vector<LodgementIndex> open;
  for (LodgementIndex index = 0; index < fates_.size(); ++index) {
    if (fates_[index] == Fate::sent) open.push_back(index);
  }
  return open;
}

ExchangeLedger::Standing ExchangeLedger::standing(BatchIndex batch) const { return batches_[batch].standing; }

ExchangeCounts ExchangeLedger::counts() const {
  ExchangeCounts counts;
  counts.submitted = sent_;
  for (const Batch& batch : batches_) counts.refused += batch.standing.refused_at_window;
  std::uint64_t ended_delivered = 0;
  for (const auto& [id, track] : exchanges_) {
    if (track.business_decisions > 1) ++counts.delivered_twice;
    if (!track.lodgement) continue;
    counts.admitted += track.was_admitted;
    counts.delivered += track.was_delivered;
    counts.processed += track.end == End::processed;
    counts.refused += track.end == End::refused;
    counts.expired += track.end == End::expired;
    counts.dead_lettered += track.end == End::dead_lettered;
    ended_delivered += track.end == End::delivered;
  }
  counts.duplicates_suppressed = duplicates_suppressed_;
  counts.open = counts.submitted -
                (counts.processed + counts.refused + counts.expired + counts.dead_lettered + ended_delivered);
  return counts;
}

AnswerCounts ExchangeLedger::answers() const {
  AnswerCounts counts;
  for (const auto& [id, track] : exchanges_) {
    if (!track.is_answer) continue;
    ++counts.submitted;
    counts.admitted += track.was_admitted;
    counts.delivered += track.was_delivered;
  }
  counts.accepted = accepted_;
  counts.rejected = rejected_;
  return counts;
}

std::vector<RefusalRow> ExchangeLedger::refusals() const {
  // The same refusal of the same document is one row, by document.
  std::map<std::tuple<std::string_view, v1::ErrorCode, std::string_view, std::string_view>, RefusalRow> rows;
  for (const auto& [index, refusal] : refusals_) {
    const std::string& document = lodgements_[index].document;
    const auto [row, first] = rows.try_emplace({document, refusal.code, refusal.detail, refusal.pointer});
    if (first) {
      const CatalogueEntry& entry = catalogue_entry(refusal.code);
      row->second = {entry.label,     std::string(entry.name),   document, refusal.detail, refusal.where,
                     refusal.pointer, std::string(entry.remedy), 0};
    }
    ++row->second.count;
  }
  std::vector<RefusalRow> refusals;
  refusals.reserve(rows.size());
  for (auto& [key, row] : rows) refusals.push_back(std::move(row));
  return refusals;
}

}  // namespace gnc::scenarios
