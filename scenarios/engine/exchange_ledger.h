#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gnc/v1/event.pb.h"
#include "proto/types/instant.h"
#include "proto/types/uuid.h"
#include "scenarios/engine/hdr_histogram.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

using LodgementIndex = std::uint32_t;
using BatchIndex = std::uint32_t;

// One document that the run lodges, and what became of it.
struct Lodgement {
  std::string reference;  // unique in the run
  std::string document;   // the file's name, for people
  BatchIndex batch = 0;
  Instant intended;
  Instant sent;
};

// What is known of one exchange: by the events, and of its fate also by the gateway's store.
struct ExchangeTrack {
  enum class End : std::uint8_t { none, processed, delivered, refused, expired, dead_lettered };

  std::optional<LodgementIndex> lodgement;  // empty for an answer, or until its lodging is reported
  bool is_answer = false;
  Instant admitted, delivered, processed;  // when it was seen; zero: not seen
  bool was_admitted = false;
  bool was_delivered = false;
  bool has_delivered_receipt = false;
  bool settled = false;
  std::uint8_t business_decisions = 0;
  // Ends that were seen: both kinds at once break a promise.
  bool ended_well = false;
  bool ended_badly = false;
  End end = End::none;
};

// Follows every exchange of a run from the events that the processes report. One thread.
class ExchangeLedger {
 public:
  // A set of lodgements of one kind. `answer_due`: delivered is not their end.
  BatchIndex open_batch(std::string name, bool answer_due);
  LodgementIndex plan(Lodgement);
  void mark_sent(LodgementIndex, Instant at);

  void apply(const v1::Event&);
  // The gateway's store has it in this state: counts where no event told of it.
  void learn_end(const Uuid& exchange, ExchangeTrack::End);

  std::size_t lodged() const { return lodgements_.size(); }
  const Lodgement& lodgement(LodgementIndex index) const { return lodgements_[index]; }
  // Those that were sent and of which the node has said neither yes nor no.
  std::vector<LodgementIndex> unacknowledged() const;

  // How a batch stands.
  struct Standing {
    std::uint64_t planned = 0, refused_at_window = 0, delivered = 0, ended = 0;
    // All have reached the recipient, or will not.
    std::uint64_t settled = 0;
    bool all_settled() const { return settled == planned; }
  };
  Standing standing(BatchIndex) const;
  std::uint64_t sent() const { return sent_; }
  std::uint64_t ended() const { return ended_; }
  // Lodgements that a node took in twice, as two exchanges.
  std::uint64_t lodged_twice() const { return lodged_twice_; }
  bool all_ended() const { return ended_ == lodgements_.size(); }

  ExchangeCounts counts() const;
  AnswerCounts answers() const;
  std::vector<RefusalRow> refusals() const;
  const std::unordered_map<Uuid, ExchangeTrack, UuidHash>& exchanges() const { return exchanges_; }

  struct Histograms {
    HdrHistogram admitted, delivered, processed;
  };
  const Histograms& from_intended() const { return from_intended_; }
  const Histograms& from_sent() const { return from_sent_; }
  const HdrHistogram& lag() const { return lag_; }

 private:
  struct Batch {
    std::string name;
    bool answer_due = false;
    Standing standing;
  };
  struct Refusal {
    v1::ErrorCode code{};
    std::string detail;
    std::string where;
    std::string pointer;
  };
  enum class Fate : std::uint8_t { planned, sent, lodged, refused_at_window };

  void lodged(ExchangeTrack&, const v1::Event&);
  void refused_at_window(const v1::Event&);
  void admitted(ExchangeTrack&, Instant at);
  void delivered(ExchangeTrack&, Instant at);
  void settle(ExchangeTrack&);
  void finish(ExchangeTrack&, ExchangeTrack::End);
  void measure(HdrHistogram Histograms::*stage, LodgementIndex, Instant at);
  void note_refusal(LodgementIndex, const v1::Event&);
  Batch& batch_of(const ExchangeTrack& track) { return batches_[lodgements_[*track.lodgement].batch]; }

  std::vector<Batch> batches_;
  std::deque<Lodgement> lodgements_;  // a deque: by_reference_ views their text
  std::vector<Fate> fates_;
  std::unordered_map<std::string_view, LodgementIndex> by_reference_;
  std::unordered_map<Uuid, ExchangeTrack, UuidHash> exchanges_;
  std::unordered_map<LodgementIndex, Refusal> refusals_;
  std::uint64_t sent_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t lodged_twice_ = 0;
  std::uint64_t duplicates_suppressed_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t rejected_ = 0;
  Histograms from_intended_;
  Histograms from_sent_;
  HdrHistogram lag_;
};

}  // namespace gnc::scenarios
