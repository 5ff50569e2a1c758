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

// One for each document that was lodged; each ends in exactly one of processed, delivered for good (where no
// answer is due), refused, expired and dead-lettered, or is still open.
struct ExchangeCounts {
  std::uint64_t submitted = 0, admitted = 0, delivered = 0, processed = 0, refused = 0, expired = 0,
                dead_lettered = 0, open = 0, duplicates_suppressed = 0, delivered_twice = 0, lost = 0;
  bool operator==(const ExchangeCounts&) const = default;
};

// The exchanges that carried the answers.
struct AnswerCounts {
  std::uint64_t submitted = 0, admitted = 0, delivered = 0, accepted = 0, rejected = 0;
  bool operator==(const AnswerCounts&) const = default;
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

struct ProcessRow {
  std::string process;
  std::uint64_t cpu_us = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::uint64_t restarts = 0;
  bool operator==(const ProcessRow&) const = default;
};

struct LinkRow {
  std::string link;
  std::uint64_t bytes_up = 0, bytes_down = 0;
  bool operator==(const LinkRow&) const = default;
};

struct RunReport {
  std::string scenario, world, version;
  std::uint64_t seed = 0;
  std::string started_at;  // RFC 3339
  double took_seconds = 0;
  bool interrupted = false;
  // False where the generator was too late for the latencies to mean anything.
  bool valid = true;
  ExchangeCounts exchange;
  AnswerCounts answers;
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

  bool operator==(const RunReport&) const = default;

  // Processor time of all processes together for each exchange that reached its recipient.
  std::optional<double> cpu_us_per_exchange() const;
  // Steps, promises and expectations.
  bool all_held() const;
};

constexpr int report_schema = 1;

std::string to_json(const RunReport&);
Result<RunReport> report_from_json(std::string_view json);

// For people, on a terminal. Text from outside is made printable.
std::string report_table(const RunReport&);

}  // namespace gnc::scenarios
