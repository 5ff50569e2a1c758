#include "scenarios/engine/exchange_ledger.h"

#include <fmt/format.h>

#include <utility>

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

void note_decision(ExchangeTrack& track) {
  if (track.business_decisions < UINT8_MAX) ++track.business_decisions;
}

constexpr std::string_view rejected_code = "03";
// Past this many different refusals, those of one code are counted together.
constexpr std::size_t most_refusals = 2000;

}  // namespace

BatchIndex ExchangeLedger::open_batch(Batch batch) {
  batches_.push_back({std::move(batch), {}, false});
  return static_cast<BatchIndex>(batches_.size() - 1);
}

LodgementIndex ExchangeLedger::plan(const Lodgement& lodgement) {
  ++batches_[lodgement.batch].standing.planned;
  return lodgements_.add(lodgement);
}

void ExchangeLedger::mark_sent(LodgementIndex index, Instant at) {
  Row& row = lodgements_[index];
  if (row.fate != Fate::planned) return;
  row.fate = Fate::sent;
  row.sent = CompactDuration(at - row.intended);
  ++sent_;
  lag_.record((at - row.intended).microseconds);
}

void ExchangeLedger::apply(const v1::Event& event) {
  if (event.kind() == v1::EVENT_KIND_LODGEMENT_REFUSED) return refused_outright(event);
  const auto id = Uuid::from_bytes(event.exchange());
  if (!id) return;
  ExchangeTrack& track = exchanges_.at(*id);
  const Instant at{event.at()};
  if (event.kind() == v1::EVENT_KIND_LODGED) lodged(*id, track, event);
  if (const auto repeat = repeat_of(event)) return repeated(*repeat, *id, track, event);
  if (track.followed) sequences_.note(*id, event);
  if (come_to_stage(event.kind(), *id, track, at)) return;
  switch (event.kind()) {
    case v1::EVENT_KIND_BUSINESS_DECIDED:
      note_decision(track);
      return found_at_window(*id, track, event);
    case v1::EVENT_KIND_BUSINESS_FOLLOWED_UP:
      return found_at_window(*id, track, event);
    case v1::EVENT_KIND_PROCESSED:
      return processed(*id, track, event);
    case v1::EVENT_KIND_REFUSED:
      return ended_badly(*id, track, End::refused, event);
    case v1::EVENT_KIND_EXPIRED:
      return ended_badly(*id, track, End::expired, event);
    case v1::EVENT_KIND_DEAD_LETTERED:
      return ended_badly(*id, track, End::dead_lettered, event);
    case v1::EVENT_KIND_DUPLICATE_SUPPRESSED:
      ++duplicates_suppressed_;
      if (track.is_lodged()) ++duplicates_[track.lodgement];
      return;
    default:
      return;
  }
}

bool ExchangeLedger::apply_plain(const PlainEvent& event) {
  if (repeated_ != 0) return false;
  ExchangeTrack& track = exchanges_.at(event.exchange);
  if (track.followed) return false;
  switch (event.kind) {
    case v1::EVENT_KIND_LODGED: {
      if (event.reference.empty()) return false;
      const auto found = lodgements_.find(event.reference);
      if (!found) return true;
      // Here a batch's first exchange is followed, or it is found that one is repeated.
      if (track.is_lodged() || !batches_[lodgements_[*found].batch].followed) return false;
      lodged_as(*found, event.exchange, track, event.at);
      return true;
    }
    case v1::EVENT_KIND_BUSINESS_DECIDED:
      note_decision(track);
      return true;
    case v1::EVENT_KIND_SEALED:
    case v1::EVENT_KIND_SENT:
      return true;
    default:
      return come_to_stage(event.kind, event.exchange, track, event.at);
  }
}

bool ExchangeLedger::come_to_stage(v1::EventKind kind, const Uuid& id, ExchangeTrack& track, Instant at) {
  switch (kind) {
    case v1::EVENT_KIND_ADMITTED:
      admitted(id, track, at);
      return true;
    case v1::EVENT_KIND_DELIVERED:
      delivered(id, track, at);
      return true;
    case v1::EVENT_KIND_DELIVERED_RECEIPT:
      delivered_receipt(id, track, at);
      return true;
    default:
      return false;
  }
}

void ExchangeLedger::lodged(const Uuid& id, ExchangeTrack& track, const v1::Event& event) {
  if (!event.answers().empty()) {
    if (!track.is_answer) {
      track.is_answer = true;
      ++answers_.submitted;
      answers_.admitted += track.was_admitted;
      answers_.delivered += track.was_delivered;
    }
    early_.erase(id);
    if (const auto answered = Uuid::from_bytes(event.answers())) {
      track.followed = sequences_.follow_answer(id, *answered);
    }
    if (track.has_delivered_receipt) finish(id, track, End::delivered, Instant{event.at()});
    return;
  }
  if (event.reference().empty()) {
    if (!track.is_push) {
      track.is_push = true;
      ++pushes_.submitted;
      pushes_.admitted += track.was_admitted;
      pushes_.delivered += track.was_delivered;
    }
    early_.erase(id);
    if (track.has_delivered_receipt) finish(id, track, End::delivered, Instant{event.at()});
    return;
  }
  if (const auto found = lodgements_.find(event.reference())) {
    lodged_as(*found, id, track, Instant{event.at()});
  }
}

void ExchangeLedger::lodged_as(LodgementIndex index, const Uuid& id, ExchangeTrack& track, Instant at) {
  Row& row = lodgements_[index];
  if (track.is_lodged()) {
    if (index != track.lodgement && row.fate == Fate::sent) {
      row.fate = Fate::repeated;
      ++repeated_;
    }
    return;
  }
  if (row.fate == Fate::lodged) {
    ++lodged_twice_;
    return;
  }
  row.fate = Fate::lodged;
  track.lodgement = index;
  OpenBatch& batch = batch_of(track);
  const bool is_first = !std::exchange(batch.followed, true);
  // The flows of a trade are one workload.
  if (is_first && !(batch.batch.workload && sequences_.follows(batch.batch.name))) {
    const Instant sent = row.sent.known() ? row.intended + row.sent.value() : row.intended;
    track.followed = sequences_.follow(id, batch.batch.name, lodgements_.document(index), sent);
  }
  if (const auto early = early_.find(id); early != early_.end()) {
    const EarlyTimes& times = early->second;
    if (times.admitted) measure(&Histograms::admitted, &Row::admitted, index, *times.admitted);
    if (times.delivered) measure(&Histograms::delivered, &Row::delivered, index, *times.delivered);
    if (times.processed) measure(&Histograms::processed, &Row::processed, index, *times.processed);
    if (times.ended) row.ended = CompactDuration(*times.ended - row.intended);
    row.answer = times.answer;
    for (const auto& [found_at, findings] : times.findings) note_findings(index, found_at, findings);
    early_.erase(early);
  }
  if (track.was_delivered) ++batch.standing.delivered;
  if (track.settled) ++batch.standing.settled;
  if (track.end != End::none) {
    row.end = track.end;
    ++batch.standing.ended;
    ++ended_;
  } else if (track.has_delivered_receipt && !batch.batch.answer_due) {
    finish(id, track, End::delivered, at);
  }
}

std::optional<LodgementIndex> ExchangeLedger::repeat_of(const v1::Event& event) const {
  if (repeated_ == 0 || event.reference().empty()) return std::nullopt;
  const auto found = lodgements_.find(event.reference());
  return found && lodgements_[*found].fate == Fate::repeated ? found : std::nullopt;
}

void ExchangeLedger::repeated(LodgementIndex index, const Uuid& id, ExchangeTrack& track,
                              const v1::Event& event) {
  Row& row = lodgements_[index];
  if (event.kind() == v1::EVENT_KIND_REFUSED) return refused_outright(event);
  if (event.kind() == v1::EVENT_KIND_DUPLICATE_SUPPRESSED) {
    ++duplicates_suppressed_;
    ++duplicates_[index];
    return end_outright(row, Fate::suppressed, event);
  }
  // What was refused is no exchange, so that its id may become one later.
  if (event.kind() != v1::EVENT_KIND_ADMITTED || track.end != End::refused) return;
  lodgements_[track.lodgement].fate = Fate::refused_outright;
  track = {};
  track.lodgement = index;
  row.fate = Fate::lodged;
  admitted(id, track, Instant{event.at()});
}

void ExchangeLedger::end_outright(Row& row, Fate fate, const v1::Event& event) {
  row.fate = fate;
  row.ended = CompactDuration(Instant{event.at()} - row.intended);
  Standing& standing = batches_[row.batch].standing;
  ++standing.settled;
  ++standing.ended;
  ++ended_;
}

void ExchangeLedger::refused_outright(const v1::Event& event) {
  const auto found = lodgements_.find(event.reference());
  if (!found) return;
  Row& row = lodgements_[*found];
  if (row.fate == Fate::lodged || row.is_over()) return;
  end_outright(row, Fate::refused_outright, event);
  ++batches_[row.batch].standing.refused_outright;
  note_refusal(*found, event);
  note_bad_end(Uuid(), *found, event);
}

void ExchangeLedger::admitted(const Uuid& id, ExchangeTrack& track, Instant at) {
  take_back_refusal(track);
  become_admitted(track);
  if (track.has_admitted_receipt) return;
  track.has_admitted_receipt = true;
  if (track.is_lodged()) {
    measure(&Histograms::admitted, &Row::admitted, track.lodgement, at);
  } else if (!track.is_nodes_own()) {
    early_[id].admitted = at;
  }
}

void ExchangeLedger::delivered(const Uuid& id, ExchangeTrack& track, Instant at) {
  if (track.seen_delivered) return;
  take_back_refusal(track);
  track.seen_delivered = true;
  if (track.is_lodged()) {
    measure(&Histograms::delivered, &Row::delivered, track.lodgement, at);
    if (!track.was_delivered) ++batch_of(track).standing.delivered;
  } else if (!track.is_nodes_own()) {
    early_[id].delivered = at;
  }
  become_delivered(track);
  settle(track);
}

void ExchangeLedger::delivered_receipt(const Uuid& id, ExchangeTrack& track, Instant at) {
  track.has_delivered_receipt = true;
  if (track.is_nodes_own() || (track.is_lodged() && !batch_of(track).batch.answer_due)) {
    finish(id, track, End::delivered, at);
  }
}

void ExchangeLedger::processed(const Uuid& id, ExchangeTrack& track, const v1::Event& event) {
  const Instant at{event.at()};
  if (!track.ended_well) {
    track.ended_well = true;
    auto answer = LodgementTable::Answer::none;
    if (!event.function_code().empty()) {
      const bool rejects = event.function_code() == rejected_code;
      answer = rejects ? LodgementTable::Answer::rejects : LodgementTable::Answer::accepts;
      ++(rejects ? answers_.rejected : answers_.accepted);
    }
    if (track.is_lodged()) {
      measure(&Histograms::processed, &Row::processed, track.lodgement, at);
      lodgements_[track.lodgement].answer = answer;
    } else if (!track.is_nodes_own()) {
      early_[id].processed = at;
      early_[id].answer = answer;
    }
  }
  finish(id, track, End::processed, at);
}

void ExchangeLedger::found_at_window(const Uuid& id, const ExchangeTrack& track, const v1::Event& event) {
  if (!event.has_findings()) return;
  if (track.is_lodged()) {
    note_findings(track.lodgement, Instant{event.at()}, event.findings());
  } else if (!track.is_nodes_own()) {
    early_[id].findings.emplace_back(Instant{event.at()}, event.findings());
  }
}

void ExchangeLedger::note_findings(LodgementIndex index, Instant at, const v1::WindowFindings& findings) {
  Clearing& clearing = clearings_[index];
  if (findings.channel() != v1::RISK_CHANNEL_UNSPECIFIED) {
    clearing.channel = findings.channel();
    clearing.agencies = findings.agencies();
  }
  clearing.document_wanted |= findings.document_wanted();
  clearing.on_paper |= findings.on_paper();
  if (findings.keyed_fields() > 0) {
    clearing.keyed = CompactDuration(at - lodgements_[index].intended);
    clearing.keyed_fields = findings.keyed_fields();
    clearing.wrong_fields = findings.wrong_fields();
  }
  if (findings.match() != v1::MATCH_OUTCOME_UNSPECIFIED) {
    clearing.match = findings.match();
    clearing.late = findings.late();
    clearing.discrepancies.assign(findings.discrepancies().begin(), findings.discrepancies().end());
  }
  if (findings.released()) clearing.released = CompactDuration(at - lodgements_[index].intended);
}

const ExchangeLedger::Clearing* ExchangeLedger::clearing(LodgementIndex index) const {
  const auto found = clearings_.find(index);
  return found == clearings_.end() ? nullptr : &found->second;
}

void ExchangeLedger::ended_badly(const Uuid& id, ExchangeTrack& track, End end, const v1::Event& event) {
  track.ended_badly = true;
  if (event.reason() == v1::ENVELOPE_ALTERED && !track.was_admitted && !track.was_altered) {
    track.was_altered = true;
    ++altered_;
  }
  if (end == End::refused && track.is_lodged()) note_refusal(track.lodgement, event);
  finish(id, track, end, Instant{event.at()});
  note_bad_end(id, track.lodgement, event);
}

void ExchangeLedger::become_admitted(ExchangeTrack& track) {
  answers_.admitted += track.is_answer && !track.was_admitted;
  pushes_.admitted += track.is_push && !track.was_admitted;
  track.was_admitted = true;
}

void ExchangeLedger::become_delivered(ExchangeTrack& track) {
  answers_.delivered += track.is_answer && !track.was_delivered;
  pushes_.delivered += track.is_push && !track.was_delivered;
  track.was_delivered = true;
}

void ExchangeLedger::settle(ExchangeTrack& track) {
  if (track.settled) return;
  track.settled = true;
  if (track.is_lodged()) ++batch_of(track).standing.settled;
}

void ExchangeLedger::finish(const Uuid& id, ExchangeTrack& track, End end, Instant at) {
  settle(track);
  if (track.end != End::none) return;
  track.end = end;
  if (!track.is_lodged()) {
    if (!track.is_nodes_own()) early_[id].ended = at;
    return;
  }
  Row& row = lodgements_[track.lodgement];
  row.end = end;
  if (at != Instant{}) row.ended = CompactDuration(at - row.intended);
  ++batches_[row.batch].standing.ended;
  ++ended_;
}

// A gateway that refuses altered bytes says nothing about the envelope itself: as it was sealed, it may come
// later.
void ExchangeLedger::take_back_refusal(ExchangeTrack& track) {
  if (!track.was_altered || track.was_admitted || track.was_delivered) return;
  --altered_;
  track.end = End::none;
  track.was_altered = track.ended_badly = track.settled = false;
  if (!track.is_lodged()) return;
  Row& row = lodgements_[track.lodgement];
  row.end = End::none;
  row.ended = {};
  Standing& standing = batches_[row.batch].standing;
  --standing.settled;
  --standing.ended;
  --ended_;
}

void ExchangeLedger::learn_end(const Uuid& exchange, End end) {
  ExchangeTrack* track = exchanges_.find(exchange);
  if (track == nullptr) return;
  become_admitted(*track);
  if (end == End::delivered || end == End::processed) {
    if (!track->was_delivered && track->is_lodged()) ++batch_of(*track).standing.delivered;
    become_delivered(*track);
    settle(*track);
  }
  const bool terminal = end != End::none && (end != End::delivered || track->is_nodes_own() ||
                                             (track->is_lodged() && !batch_of(*track).batch.answer_due));
  // When it came to that end is not known.
  if (terminal) finish(exchange, *track, end, Instant{});
}

void ExchangeLedger::mark_lost(const Uuid& exchange) {
  const ExchangeTrack* track = exchanges_.find(exchange);
  if (track != nullptr && track->is_lodged()) lost_[track->lodgement] = 1;
}

void ExchangeLedger::mark_delivered_twice(const Uuid& exchange) {
  const ExchangeTrack* track = exchanges_.find(exchange);
  if (track != nullptr && track->is_lodged()) delivered_twice_[track->lodgement] = 1;
}

void ExchangeLedger::measure(HdrHistogram Histograms::*stage, CompactDuration LodgementTimes::*time,
                             LodgementIndex index, Instant at) {
  Row& row = lodgements_[index];
  const Duration taken = at - row.intended;
  row.*time = CompactDuration(taken);
  (from_intended_.*stage).record(taken.microseconds);
  if (row.sent.known()) (from_sent_.*stage).record((taken - row.sent.value()).microseconds);
}

void ExchangeLedger::note_refusal(LodgementIndex index, const v1::Event& event) {
  Row& row = lodgements_[index];
  if (row.refusal_noted) return;
  row.refusal_noted = true;
  const std::string& document = lodgements_.document(index);
  std::string pointer = pointer_words(event.pointer());
  auto found = refusals_.find({document, event.reason(), event.detail(), pointer});
  if (found == refusals_.end()) {
    const CatalogueEntry& entry = catalogue_entry(event.reason());
    RefusalRow made{entry.label, std::string(entry.name),   document, event.detail(), event.where(),
                    pointer,     std::string(entry.remedy), 0};
    if (refusals_.size() >= most_refusals) {
      made.document = "others";
      made.detail = made.where = made.pointer = "";
    }
    std::tuple key(made.document, static_cast<int>(event.reason()), made.detail, made.pointer);
    found = refusals_.try_emplace(std::move(key), std::move(made)).first;
  }
  ++found->second.count;
}

// The first exchange of each bad end is shown; where nobody followed it, by what is known of its way.
void ExchangeLedger::note_bad_end(const Uuid& id, LodgementIndex index, const v1::Event& event) {
  const std::string code = event.reason() == v1::ERROR_CODE_UNSPECIFIED
                               ? std::string(event_words(event.kind()))
                               : label(event.reason());
  if (!sequences_.wants_bad_end(code)) return;
  if (const SequenceRow* known = sequences_.followed(id)) return sequences_.add_bad_end(code, *known);
  SequenceRow outline;
  Instant lodged{event.at()};
  if (id != Uuid()) outline.exchange = id.text();
  if (index != no_lodgement) {
    const Row& row = lodgements_[index];
    const Batch& batch = batches_[row.batch].batch;
    const Duration lag = row.sent.known() ? row.sent.value() : Duration{};
    lodged = row.intended + lag;
    outline.document = lodgements_.document(index);
    outline.moments.push_back({0, batch.from, "", "lodged", ""});
    const auto add = [&](CompactDuration at, const std::string& party, const std::string& peer,
                         const char* what) {
      if (at.known()) outline.moments.push_back({(at.value() - lag).milliseconds(), party, peer, what, ""});
    };
    add(row.admitted, batch.from, "", "admitted");
    add(row.delivered, batch.to, batch.from, "delivered");
  }
  outline.moments.push_back(moment_of(event, lodged));
  sequences_.add_bad_end(code, std::move(outline));
}

std::vector<LodgementIndex> ExchangeLedger::unacknowledged() const {
  std::vector<LodgementIndex> open;
  for (LodgementIndex index = lodgements_.first(); index < lodgements_.size(); ++index) {
    if (lodgements_[index].fate == Fate::sent) open.push_back(index);
  }
  return open;
}

std::vector<RefusalRow> ExchangeLedger::refusals() const {
  std::vector<RefusalRow> rows;
  rows.reserve(refusals_.size());
  for (const auto& [key, row] : refusals_) rows.push_back(row);
  return rows;
}

}  // namespace gnc::scenarios
