#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/result.h"

// What a run found: the content of its report.json (DIR/report.json, "schema": 1).
namespace gnc::scenarios {

class HdrHistogram;

// In milliseconds.
struct LatencySummary {
  double p50 = 0, p90 = 0, p95 = 0, p99 = 0, p999 = 0, max = 0;
  std::uint64_t count = 0;

  // Of a histogram of microseconds.
  static LatencySummary of(const HdrHistogram&);
  bool operator==(const LatencySummary&) const = default;
};

// Stages an exchange comes to, each counted from the same beginning.
struct StageLatencies {
  LatencySummary admitted, delivered, processed;
  bool operator==(const StageLatencies&) const = default;
};

// How often import and export declarations of one consignment differed in a field.
struct DiscrepancyRow {
  std::string field;
  std::uint64_t count = 0;
  bool operator==(const DiscrepancyRow&) const = default;
};

// What the indicators are worked out of. Of consignments: documents that were lodged, but for follow-ups to
// another (amendments, cancellations, queries) and attacks.
struct IndicatorCounts {
  double real_time_ms = 0;  // the time that real time is
  std::uint64_t consignments = 0, arrived = 0, arrived_in_real_time = 0, closed_well = 0, paperless = 0,
                paper_touches = 0, answered = 0, accepted_at_once = 0, timers_missed = 0;
  // Of those that a single window weighed.
  std::uint64_t green = 0, yellow = 0, red = 0, agencies_asked = 0, documents_wanted = 0, released = 0;
  // Of import declarations beside the export declaration of the same consignment.
  std::uint64_t compared = 0, matched = 0, stated_elements = 0, held_elements = 0;
  // Of what came on paper.
  std::uint64_t on_paper = 0, keyed_fields = 0, wrong_fields = 0;
  // Of those whose goods' arrival the scenario names.
  std::uint64_t goods_awaited = 0, usable_before_goods = 0;
  // Of import declarations that the administration of import matched with what its partners sent it: when
  // they were lodged, and later, when the partner's declaration came after them.
  std::uint64_t paired = 0, paired_with_discrepancy = 0, nothing_to_pair = 0, paired_late = 0,
                paired_late_with_discrepancy = 0;
  std::vector<DiscrepancyRow> discrepancies = {};  // by the name of the field
  // From the intended time to the last word at the sender; from delivery to release; from the intended time
  // to release; from the intended time until the recipient has it as data; from then until the goods arrive.
  LatencySummary closing = {}, clearance = {}, release = {}, usable = {}, lead = {};
  bool operator==(const IndicatorCounts&) const = default;
};

// One for each document that was lodged; each ends in exactly one of processed, delivered for good (where no
// answer is due), refused, expired and dead-lettered, or is still open.
struct ExchangeCounts {
  std::uint64_t submitted = 0, admitted = 0, delivered = 0, processed = 0, refused = 0, expired = 0,
                dead_lettered = 0, open = 0, duplicates_suppressed = 0, delivered_twice = 0, lost = 0;
  bool operator==(const ExchangeCounts&) const = default;
  ExchangeCounts& operator+=(const ExchangeCounts& more) {
    submitted += more.submitted;
    admitted += more.admitted;
    delivered += more.delivered;
    processed += more.processed;
    refused += more.refused;
    expired += more.expired;
    dead_lettered += more.dead_lettered;
    open += more.open;
    duplicates_suppressed += more.duplicates_suppressed;
    delivered_twice += more.delivered_twice;
    lost += more.lost;
    return *this;
  }
};

// The exchanges that carried the answers.
struct AnswerCounts {
  std::uint64_t submitted = 0, admitted = 0, delivered = 0, accepted = 0, rejected = 0;
  bool operator==(const AnswerCounts&) const = default;
};

// Those that nodes sent of their own accord: by a schedule, or since something changed.
struct PushCounts {
  std::uint64_t submitted = 0, admitted = 0, delivered = 0;
  bool operator==(const PushCounts&) const = default;
};

struct RefusalRow {
  std::string code;  // "GNC-101"
  std::string name;  // "DOCUMENT_NOT_WELL_FORMED"
  std::string document;
  std::string detail;
  std::string where;    // file:line:column, where it is known
  std::string pointer;  // of the element, "42A/67A/68A[2]/R144"
  std::string remedy;
  std::uint64_t count = 0;
  bool operator==(const RefusalRow&) const = default;
};

struct StepRow {
  std::string step;   // "await CN receives exports within 2 s"
  std::string where;  // file:line
  bool held = false;
  std::string detail;
  double took_ms = 0;
  bool operator==(const StepRow&) const = default;
};

struct PromiseRow {
  std::string promise;
  bool held = false;
  std::string detail;  // what was checked, or what broke it
  bool operator==(const PromiseRow&) const = default;
};

struct ExpectationRow {
  std::string expect;
  bool held = false;
  std::optional<double> value;
  std::string where;  // file:line
  bool operator==(const ExpectationRow&) const = default;
};

struct ThreadRow {
  std::string thread;
  std::uint64_t cpu_us = 0;
  bool operator==(const ThreadRow&) const = default;
};

struct ProcessRow {
  std::string process;
  std::uint64_t cpu_us = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::uint64_t restarts = 0;
  std::vector<ThreadRow> threads = {};  // "gnc-core", "gnc-store", "gnc-checkpoint", "others"
  bool operator==(const ProcessRow&) const = default;
};

struct LinkRow {
  std::string link;
  std::uint64_t bytes_up = 0, bytes_down = 0;
  std::uint64_t connections = 0;  // that reached the gateway
  bool operator==(const LinkRow&) const = default;
};

// The exchanges of a workload or lodgement, of a sender, of a recipient, of a phase, or of several of these
// together.
struct SliceRow {
  std::string kind;  // "workload", "from", "to", "phase", "selection"
  std::string name;
  ExchangeCounts exchange;
  StageLatencies latency;
  double rate_asked = 0, rate_got = 0;
  IndicatorCounts indicators = {};
  bool operator==(const SliceRow&) const = default;
};

// One second of the run. What was asked for, and the latencies, are of the exchanges intended in it; the
// other counts are of what happened in it, so that an outage and what was made up after it both show.
struct TimelineRow {
  std::uint64_t second = 0;  // since the beginning of the workloads, and where there are none, of the steps
  double asked = 0;          // starts that the schedules intended
  std::uint64_t sent = 0, admitted = 0, delivered = 0, ended = 0, refused = 0;
  double delivered_p50_ms = 0, delivered_p99_ms = 0, delivered_max_ms = 0;
  bool operator==(const TimelineRow&) const = default;
};

struct FaultRow {
  std::string fault;  // "cut NZ-gateway for 5 s"
  std::string name;   // of its phase, where it has one
  double from_s = 0;  // as TimelineRow::second counts
  std::optional<double> to_s;
  std::string outcome;  // "3 connections closed", "started again after 5.0 s"
  bool operator==(const FaultRow&) const = default;
};

// Whether the generator kept up: what it cost itself, and how late its starts were.
struct GeneratorReport {
  double cpu_share = 0;  // of one core, while the workloads ran
  std::uint64_t starts = 0, late = 0, dropped = 0;
  std::string verdict;  // "kept up", or why the latencies mean nothing
  bool operator==(const GeneratorReport&) const = default;
};

// An estimate with its interval, by batch means over the run or over repeated runs.
struct IntervalRow {
  std::string measure;
  double value = 0, low = 0, high = 0;
  double level = 0.95;
  std::uint64_t batches = 0;
  bool operator==(const IntervalRow&) const = default;
};

// One exchange's way, for the sequence diagram: the first of a step or workload, and each that ended badly
// first of its code.
struct SequenceRow {
  struct Moment {
    double at_ms = 0;  // since the exchange was lodged
    std::string party, peer, what, detail;
    bool operator==(const Moment&) const = default;
  };
  std::string of;  // "exports", "morning peak", "GNC-204"
  std::string document, exchange;
  std::vector<Moment> moments;
  bool operator==(const SequenceRow&) const = default;
};

// One item of a checklist, as it stood.
struct ChecklistItemRow {
  std::string item, title;
  std::string wants;  // "electronic.rate >= 95%", "profile has risk"
  bool held = false;
  std::optional<double> value;  // none of a profile's, and where nothing was measured
  double weight = 1;
  bool operator==(const ChecklistItemRow&) const = default;
};

// How much of a checklist an administration or a trader did in a period.
struct ConvergenceRow {
  std::string checklist, version;
  std::string role;   // "administration", "trader"
  std::string party;  // its name; of a trader, the workload or step
  std::uint64_t period = 1;
  std::uint64_t consignments = 0;
  double held = 0, weight = 0;  // of the items that held, and of all
  std::vector<ChecklistItemRow> items = {};
  bool operator==(const ConvergenceRow&) const = default;
};

// An administration that does customs' work by a profile.
struct ProfileRow {
  std::string party, profile, title;
  bool illustrative = true;  // its numbers are invented
  bool operator==(const ProfileRow&) const = default;
};

// How many conversations of an agreement stood in a state of its block when the run was over.
struct ConversationRow {
  std::string agreement, state;
  std::uint64_t count = 0;
  bool operator==(const ConversationRow&) const = default;
};

struct RunReport {
  std::string scenario, world, version;
  std::uint64_t seed = 0;
  std::string started_at;  // RFC 3339
  double took_seconds = 0;
  bool interrupted = false;
  std::string aborted;  // the expectation that ended the run; empty where none did
  // False where the generator was too late for the latencies to mean anything.
  bool valid = true;
  ExchangeCounts exchange;
  AnswerCounts answers;
  PushCounts pushes;
  std::vector<RefusalRow> refusals;
  StageLatencies latency;               // from the intended time
  StageLatencies service;               // from the time it was sent
  LatencySummary lag;                   // intended to sent
  double rate_asked = 0, rate_got = 0;  // exchanges a second
  std::vector<ProcessRow> processes;
  std::vector<LinkRow> links;
  std::vector<StepRow> steps;
  std::vector<PromiseRow> promises;
  std::vector<ExpectationRow> expectations;
  std::map<std::string, std::string> environment;
  std::vector<SliceRow> slices;
  std::vector<TimelineRow> timeline;
  std::vector<FaultRow> faults;
  GeneratorReport generator;
  double warm_up_s = 0;  // left out of latencies, rates and intervals
  std::string warm_up;   // "none", "given", "found by MSER-5"
  std::vector<IntervalRow> intervals;
  std::vector<SequenceRow> sequences;
  IndicatorCounts indicators;
  std::vector<ConvergenceRow> convergence;
  std::vector<ProfileRow> profiles;
  std::vector<ConversationRow> conversations;

  bool operator==(const RunReport&) const = default;

  // Processor time of all processes together for each exchange that reached its recipient.
  std::optional<double> cpu_us_per_exchange() const;
  // Steps, promises and expectations.
  bool all_held() const;
};

constexpr int report_schema = 1;

std::string to_json(const RunReport&);
// Fields that are not known are passed over.
Result<RunReport> report_from_json(std::string_view json);
// The JSON Schema of report.json (draft-07).
std::string report_schema_json();

// For people, on a terminal. Text from outside is made printable.
std::string report_table(const RunReport&);

}  // namespace gnc::scenarios
