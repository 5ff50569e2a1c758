#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "gnc/v1/event.pb.h"
#include "proto/types/instant.h"
#include "proto/types/uuid.h"
#include "scenarios/engine/exchange_track.h"
#include "scenarios/engine/hdr_histogram.h"
#include "scenarios/engine/lodgement_table.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/sequence_recorder.h"

namespace gnc::scenarios {

// Follows every exchange of a run from the events that the processes report, in about 120 bytes each, until
// it is forgotten. One thread.
class ExchangeLedger {
 public:
  // A set of lodgements of one kind: those of a step, or of a workload.
  struct Batch {
    std::string name;
    std::string from, to;     // the parties
    bool answer_due = false;  // delivered is not their end
    bool workload = false;
    // Neither a follow-up to another, nor an attack: what indicators count.
    bool consignments = true;
    std::optional<Duration> goods_arrive = {};  // after the intended time
  };
  // What a single window found about a lodged document.
  struct Clearing {
    v1::RiskChannel channel = v1::RISK_CHANNEL_UNSPECIFIED;
    std::uint32_t agencies = 0;
    bool document_wanted = false;
    CompactDuration released;  // from the intended time
    bool on_paper = false;
    CompactDuration keyed;  // from the intended time; of paper
    std::uint32_t keyed_fields = 0, wrong_fields = 0;
    v1::MatchOutcome match = v1::MATCH_OUTCOME_UNSPECIFIED;
    bool late = false;                       // it is a partner's, and an import declaration had waited for it
    std::vector<std::string> discrepancies;  // by field
  };
  // At most 65,536 of them.
  BatchIndex open_batch(Batch);
  LodgementIndex plan(const Lodgement&);
  void mark_sent(LodgementIndex, Instant at);

  void apply(const v1::Event&);
  // What most events come to, without their words.
  struct PlainEvent {
    v1::EventKind kind{};
    Instant at;
    Uuid exchange;
    std::string_view reference;
  };
  // The same as `apply` of the whole event. False, and nothing is done, where that is wanted.
  bool apply_plain(const PlainEvent&);
  // The gateway's store has it in this state: counts where no event told of it.
  void learn_end(const Uuid& exchange, ExchangeTrack::End);
  // For a run so long that its memory would grow with it: nothing will be heard of the exchange any more.
  // Counted it stays.
  void forget(const Uuid& exchange);
  // The first lodgement that is there, whose exchange is forgotten or never was.
  void forget_first_lodgement();
  // The check of the promises found these.
  void mark_lost(const Uuid& exchange);
  void mark_delivered_twice(const Uuid& exchange);

  std::size_t lodged() const { return lodgements_.size(); }
  Lodgement lodgement(LodgementIndex index) const { return lodgements_.lodgement(index); }
  // Those that were sent and of which the node has said neither yes nor no.
  std::vector<LodgementIndex> unacknowledged() const;

  // How a batch stands.
  struct Standing {
    std::uint64_t planned = 0, refused_outright = 0, delivered = 0, ended = 0;
    // All have reached the recipient, or will not.
    std::uint64_t settled = 0;
    bool all_settled() const { return settled == planned; }
  };
  Standing standing(BatchIndex index) const { return batches_[index].standing; }
  const Batch& batch(BatchIndex index) const { return batches_[index].batch; }
  std::size_t batches() const { return batches_.size(); }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t ended() const { return ended_; }
  // Lodgements that a node took in twice, as two exchanges.
  std::uint64_t lodged_twice() const { return lodged_twice_; }
  bool all_ended() const { return ended_ == lodgements_.size(); }

  ExchangeCounts counts() const;
  // Those of so many groups, without what is forgotten: `groups_of` (a LodgementIndex) gives the numbers of
  // the groups that it is in, in a range that holds until it is called again.
  template <class GroupsOf>
  std::vector<ExchangeCounts> counts_by(std::size_t groups, GroupsOf&& groups_of) const;
  const AnswerCounts& answers() const { return answers_; }
  const PushCounts& pushes() const { return pushes_; }
  std::uint64_t duplicates_suppressed() const { return duplicates_suppressed_; }
  // Exchanges that are refused because their bytes were not those that were sealed.
  std::uint64_t altered() const { return altered_; }
  std::vector<RefusalRow> refusals() const;
  std::vector<SequenceRow> sequences() const { return sequences_.rows(); }
  const ExchangeTable& exchanges() const { return exchanges_; }
  const LodgementTable& lodgements() const { return lodgements_; }
  // Null where no single window said anything.
  const Clearing* clearing(LodgementIndex) const;

  // As they grow, with what a warm-up leaves out of the report.
  struct Histograms {
    HdrHistogram admitted, delivered, processed;
  };
  // What a lodgement counts for without its exchange, and what that adds to it.
  static void add_fate(ExchangeCounts&, const LodgementTable::Row&);
  static void add_track(ExchangeCounts&, const ExchangeTrack&);
  // What is rare, of one lodgement.
  void add_rare(ExchangeCounts&, LodgementIndex) const;

  const Histograms& from_intended() const { return from_intended_; }
  const Histograms& from_sent() const { return from_sent_; }
  const HdrHistogram& lag() const { return lag_; }

 private:
  struct OpenBatch {
    Batch batch;
    Standing standing;
    bool followed = false;
  };
  // What happened to an exchange before its lodging was reported, as where a process died between two
  // reports.
  struct EarlyTimes {
    std::optional<Instant> admitted, delivered, processed, ended;
    LodgementTable::Answer answer{};
    std::vector<std::pair<Instant, v1::WindowFindings>> findings;
  };
  using Fate = LodgementTable::Fate;
  using Row = LodgementTable::Row;

  void lodged(const Uuid&, ExchangeTrack&, const v1::Event&);
  void lodged_as(LodgementIndex, const Uuid&, ExchangeTrack&, Instant at);
  void refused_outright(const v1::Event&);
  void end_outright(Row&, Fate, const v1::Event&);
  // The lodgement that the event is about, where that repeats the id of another.
  std::optional<LodgementIndex> repeat_of(const v1::Event&) const;
  void repeated(LodgementIndex, const Uuid&, ExchangeTrack&, const v1::Event&);
  // Of the stages that need no more than a time; false where the event is of no such.
  bool come_to_stage(v1::EventKind, const Uuid&, ExchangeTrack&, Instant at);
  void admitted(const Uuid&, ExchangeTrack&, Instant at);
  void delivered(const Uuid&, ExchangeTrack&, Instant at);
  void delivered_receipt(const Uuid&, ExchangeTrack&, Instant at);
  void processed(const Uuid&, ExchangeTrack&, const v1::Event&);
  void found_at_window(const Uuid&, const ExchangeTrack&, const v1::Event&);
  void note_findings(LodgementIndex, Instant at, const v1::WindowFindings&);
  void ended_badly(const Uuid&, ExchangeTrack&, ExchangeTrack::End, const v1::Event&);
  void become_admitted(ExchangeTrack&);
  void become_delivered(ExchangeTrack&);
  void settle(ExchangeTrack&);
  void take_back_refusal(ExchangeTrack&);
  void finish(const Uuid&, ExchangeTrack&, ExchangeTrack::End, Instant at);
  void measure(HdrHistogram Histograms::*stage, CompactDuration LodgementTimes::*, LodgementIndex,
               Instant at);
  void note_refusal(LodgementIndex, const v1::Event&);
  void note_bad_end(const Uuid&, LodgementIndex, const v1::Event&);
  OpenBatch& batch_of(const ExchangeTrack& track) { return batches_[lodgements_[track.lodgement].batch]; }

  std::vector<OpenBatch> batches_;
  LodgementTable lodgements_;
  ExchangeTable exchanges_;
  ExchangeCounts forgotten_;
  std::unordered_map<Uuid, EarlyTimes, UuidHash> early_;
  // Rare ones; of a few exchanges each.
  std::unordered_map<LodgementIndex, std::uint32_t> duplicates_, lost_, delivered_twice_;
  std::unordered_map<LodgementIndex, Clearing> clearings_;  // of those that a single window dealt with
  // By document, code, detail and pointer; bounded.
  std::map<std::tuple<std::string, int, std::string, std::string>, RefusalRow> refusals_;
  SequenceRecorder sequences_;
  std::uint64_t sent_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t lodged_twice_ = 0;
  std::uint64_t duplicates_suppressed_ = 0;
  std::uint64_t altered_ = 0;
  std::uint64_t repeated_ = 0;
  AnswerCounts answers_;
  PushCounts pushes_;
  Histograms from_intended_;
  Histograms from_sent_;
  HdrHistogram lag_;
};

template <class GroupsOf>
std::vector<ExchangeCounts> ExchangeLedger::counts_by(std::size_t groups, GroupsOf&& groups_of) const {
  std::vector<ExchangeCounts> counts(groups);
  for (LodgementIndex index = lodgements_.first(); index < lodgements_.size(); ++index) {
    for (const std::uint32_t group : groups_of(index)) add_fate(counts[group], lodgements_[index]);
  }
  exchanges_.each([&](const Uuid&, const ExchangeTrack& track) {
    if (!track.is_lodged()) return;
    for (const std::uint32_t group : groups_of(track.lodgement)) add_track(counts[group], track);
  });
  const auto add = [&](const auto& rare, std::uint64_t ExchangeCounts::*sum) {
    for (const auto& [index, count] : rare) {
      for (const std::uint32_t group : groups_of(index)) counts[group].*sum += count;
    }
  };
  add(duplicates_, &ExchangeCounts::duplicates_suppressed);
  add(lost_, &ExchangeCounts::lost);
  add(delivered_twice_, &ExchangeCounts::delivered_twice);
  return counts;
}

}  // namespace gnc::scenarios
