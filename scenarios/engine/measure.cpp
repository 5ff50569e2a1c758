#include "scenarios/engine/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "scenarios/engine/convergence.h"
#include "scenarios/engine/indicator.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {
namespace {

using Unit = Measure::Unit;
using Scope = Measure::Scope;
using Value = std::optional<double>;

const SliceRow* slice_of(const RunReport& report, const Selection& selection) {
  const auto& parts = selection.parts();
  const bool one = parts.size() == 1;
  const std::string kind = one ? parts.front().first : "selection";
  const std::string name = one ? parts.front().second : selection.text();
  for (const SliceRow& slice : report.slices) {
    if (slice.kind == kind && slice.name == name) return &slice;
  }
  return nullptr;
}

const ExchangeCounts* counts_of(const RunReport& report, const Selection& selection) {
  if (selection.empty()) return &report.exchange;
  const SliceRow* slice = slice_of(report, selection);
  return slice == nullptr ? nullptr : &slice->exchange;
}

const StageLatencies* latencies_of(const RunReport& report, const Selection& selection) {
  if (selection.empty()) return &report.latency;
  const SliceRow* slice = slice_of(report, selection);
  return slice == nullptr ? nullptr : &slice->latency;
}

Value refused(const RunReport& report, const Selection& selection) {
  const std::string_view code = selection.value("code");
  if (code.empty()) {
    const ExchangeCounts* counts = counts_of(report, selection);
    return counts == nullptr ? Value() : static_cast<double>(counts->refused);
  }
  std::uint64_t count = 0;
  for (const RefusalRow& row : report.refusals) {
    if (row.code == code) count += row.count;
  }
  return static_cast<double>(count);
}

struct Point {
  const char* name;
  double LatencySummary::*value;
};
constexpr Point points[] = {{"p50", &LatencySummary::p50},   {"p90", &LatencySummary::p90},
                            {"p95", &LatencySummary::p95},   {"p99", &LatencySummary::p99},
                            {"p999", &LatencySummary::p999}, {"p99.9", &LatencySummary::p999},
                            {"max", &LatencySummary::max}};

Value point_of(const LatencySummary& latency, double LatencySummary::*point) {
  if (latency.count == 0) return std::nullopt;
  return latency.*point;
}

class Measures {
 public:
  std::vector<Measure> take() {
    add_counts();
    add_answers();
    add_latencies();
    add_rates();
    add_generator();
    add_costs();
    add_indicators();
    add_convergence();
    add_conversations();
    return std::move(all_);
  }

 private:
  void add(std::string name, std::string meaning, Unit unit, Scope scope,
           std::function<Value(const RunReport&, const Selection&)> of, bool while_running = true) {
    all_.push_back({std::move(name), std::move(meaning), unit, scope, while_running, std::move(of)});
  }

  // A count, by its full name and by its short one.
  void add_count(const std::string& name, const std::string& meaning, std::uint64_t ExchangeCounts::*member,
                 bool while_running = true) {
    const auto of = [member](const RunReport& report, const Selection& selection) -> Value {
      const ExchangeCounts* counts = counts_of(report, selection);
      if (counts == nullptr) return std::nullopt;
      return static_cast<double>(counts->*member);
    };
    add("exchange." + name, meaning, Unit::count, Scope::exchanges, of, while_running);
    add(name, meaning, Unit::count, Scope::exchanges, of, while_running);
  }

  void add_share(const std::string& name, const std::string& meaning, std::uint64_t ExchangeCounts::*member) {
    add("share." + name, meaning, Unit::share, Scope::exchanges,
        [member](const RunReport& report, const Selection& selection) -> Value {
          const ExchangeCounts* counts = counts_of(report, selection);
          if (counts == nullptr || counts->submitted == 0) return std::nullopt;
          return static_cast<double>(counts->*member) / static_cast<double>(counts->submitted);
        });
  }

  void add_counts() {
    using C = ExchangeCounts;
    add_count("submitted", "documents that were lodged", &C::submitted);
    add_count("admitted", "recorded by the gateway", &C::admitted);
    add_count("delivered", "verified and recorded by the recipient", &C::delivered);
    add_count("processed", "dealt with by the recipient's business", &C::processed);
    const char* meaning =
        "refused, at the window, the gateway or the recipient; [code=GNC-204] for one reason";
    add("exchange.refused", meaning, Unit::count, Scope::refusals, refused);
    add("refused", meaning, Unit::count, Scope::refusals, refused);
    add_count("expired", "not delivered or answered in time", &C::expired);
    add_count("dead_lettered", "given up by the gateway", &C::dead_lettered);
    add_count("open", "not at their end when the run ended", &C::open, false);
    add_count("duplicates_suppressed", "envelopes that came again and were not dealt with again",
              &C::duplicates_suppressed);
    add_count("delivered_twice", "exchanges that a business saw twice", &C::delivered_twice, false);
    add_count("lost", "admitted, and then neither at an end nor on record", &C::lost, false);
    add_share("delivered", "delivered, of those lodged", &C::delivered);
    add_share("processed", "processed, of those lodged", &C::processed);
    add_share("refused", "refused, of those lodged", &C::refused);
    add_share("expired", "expired, of those lodged", &C::expired);
  }

  void add_answers() {
    const auto count = [this](const char* name, const char* meaning, std::uint64_t AnswerCounts::*member) {
      add(name, meaning, Unit::count, Scope::run,
          [member](const RunReport& report, const Selection&) -> Value {
            return static_cast<double>(report.answers.*member);
          });
    };
    count("answers.submitted", "answers that recipients sent", &AnswerCounts::submitted);
    count("answers.delivered", "answers that came to those who had lodged", &AnswerCounts::delivered);
    count("answers.accepted", "answers that accept", &AnswerCounts::accepted);
    count("answers.rejected", "answers that reject", &AnswerCounts::rejected);
    const auto pushes = [this](const char* name, const char* meaning, std::uint64_t PushCounts::*member) {
      add(name, meaning, Unit::count, Scope::run,
          [member](const RunReport& report, const Selection&) -> Value {
            return static_cast<double>(report.pushes.*member);
          });
    };
    pushes("pushes.submitted", "what nodes sent of their own accord, by a schedule, a change, or a case",
           &PushCounts::submitted);
    pushes("pushes.delivered", "what of it came to its recipients", &PushCounts::delivered);
    add("share.accepted", "answers that accept, of those that accept or reject", Unit::share, Scope::run,
        [](const RunReport& report, const Selection&) -> Value {
          const std::uint64_t all = report.answers.accepted + report.answers.rejected;
          if (all == 0) return std::nullopt;
          return static_cast<double>(report.answers.accepted) / static_cast<double>(all);
        });
  }

  void add_latencies() {
    struct Stage {
      const char* name;
      const char* meaning;
      LatencySummary StageLatencies::*stage;
    };
    constexpr Stage stages[] = {
        {"admission", "until the sender has the gateway's receipt", &StageLatencies::admitted},
        {"delivery", "until the recipient has it on record", &StageLatencies::delivered},
        {"processing", "until the sender has the answer", &StageLatencies::processed}};
    for (const Stage& stage : stages) {
      for (const Point& point : points) {
        add(fmt::format("{}.{}", stage.name, point.name), fmt::format("intended {}", stage.meaning),
            Unit::milliseconds, Scope::exchanges,
            [of = stage.stage, at = point.value](const RunReport& report, const Selection& selection) {
              const StageLatencies* latencies = latencies_of(report, selection);
              return latencies == nullptr ? Value() : point_of(latencies->*of, at);
            });
      }
    }
    for (const Stage& stage : stages) {
      for (const Point& point : points) {
        add(fmt::format("service.{}.{}", stage.name, point.name), fmt::format("sent {}", stage.meaning),
            Unit::milliseconds, Scope::run,
            [of = stage.stage, at = point.value](const RunReport& report, const Selection&) {
              return point_of(report.service.*of, at);
            });
      }
    }
    add("delivery.longest_gap", "the longest time in which something was lodged and nothing delivered",
        Unit::milliseconds, Scope::run, longest_gap, false);
  }

  static Value longest_gap(const RunReport& report, const Selection&) {
    if (report.timeline.empty()) return std::nullopt;
    std::uint64_t longest = 0, gap = 0;
    bool waiting = false;
    for (const TimelineRow& row : report.timeline) {
      waiting = waiting || row.sent > 0;
      gap = row.delivered > 0 || !waiting ? 0 : gap + 1;
      if (row.delivered > 0) waiting = false;
      longest = std::max(longest, gap);
    }
    return static_cast<double>(longest) * 1000;
  }

  void add_rates() {
    const auto rate = [this](const char* name, const char* meaning, double RunReport::*whole,
                             double SliceRow::*part) {
      add(name, meaning, Unit::rate, Scope::exchanges,
          [whole, part](const RunReport& report, const Selection& selection) -> Value {
            if (selection.empty()) return report.*whole;
            const SliceRow* slice = slice_of(report, selection);
            if (slice == nullptr) return std::nullopt;
            return slice->*part;
          });
    };
    rate("rate.asked", "exchanges a second that the workloads asked for", &RunReport::rate_asked,
         &SliceRow::rate_asked);
    rate("rate.got", "exchanges a second that came to their end", &RunReport::rate_got, &SliceRow::rate_got);
    add("faults.begun", "faults that began", Unit::count, Scope::run,
        [](const RunReport& report, const Selection&) -> Value {
          return static_cast<double>(report.faults.size());
        });
  }

  void add_generator() {
    for (const char* name : {"lag.p99", "generator.lag"}) {
      add(name, "intended until sent by the generator, at p99", Unit::milliseconds, Scope::run,
          [](const RunReport& report, const Selection&) {
            return point_of(report.lag, &LatencySummary::p99);
          });
    }
    add("lag.max", "intended until sent by the generator", Unit::milliseconds, Scope::run,
        [](const RunReport& report, const Selection&) { return point_of(report.lag, &LatencySummary::max); });
    const auto count = [this](const char* name, const char* meaning, std::uint64_t GeneratorReport::*member) {
      add(name, meaning, Unit::count, Scope::run,
          [member](const RunReport& report, const Selection&) -> Value {
            return static_cast<double>(report.generator.*member);
          });
    };
    count("generator.starts", "lodgements that the workloads meant to begin", &GeneratorReport::starts);
    count("generator.late", "of these, begun late", &GeneratorReport::late);
    count("generator.dropped", "of these, never begun", &GeneratorReport::dropped);
    add("generator.cpu", "the generator's own share of a core while the workloads ran", Unit::share,
        Scope::run,
        [](const RunReport& report, const Selection&) -> Value { return report.generator.cpu_share; });
  }

  void add_costs() {
    add(
        "cost.cpu_us_per_exchange", "processor time in microseconds for each exchange delivered",
        Unit::number, Scope::process,
        [](const RunReport& report, const Selection& selection) -> Value {
          const std::string_view process = selection.value("process");
          if (process.empty()) return report.cpu_us_per_exchange();
          if (report.exchange.delivered == 0) return std::nullopt;
          for (const ProcessRow& row : report.processes) {
            if (row.process != process) continue;
            return static_cast<double>(row.cpu_us) / static_cast<double>(report.exchange.delivered);
          }
          return std::nullopt;
        },
        false);
    add(
        "cost.peak_memory", "the most memory that a process held; of several, the largest", Unit::bytes,
        Scope::process,
        [](const RunReport& report, const Selection& selection) {
          return largest(report, selection, &ProcessRow::peak_memory_bytes);
        },
        false);
    add(
        "cost.restarts", "how often processes were started again", Unit::count, Scope::process,
        [](const RunReport& report, const Selection& selection) -> Value {
          return total(report.processes, &ProcessRow::process, selection.value("process"),
                       &ProcessRow::restarts);
        },
        false);
    add("cost.bytes", "bytes over links, both ways", Unit::bytes, Scope::link, bytes, false);
    add(
        "cost.connections", "connections over links that reached the gateway, the first and each again",
        Unit::count, Scope::link,
        [](const RunReport& report, const Selection& selection) -> Value {
          return total(report.links, &LinkRow::link, selection.value("link"), &LinkRow::connections);
        },
        false);
    add(
        "cost.bytes_per_exchange", "bytes over all links for each exchange delivered", Unit::bytes,
        Scope::run,
        [](const RunReport& report, const Selection& selection) -> Value {
          if (report.exchange.delivered == 0) return std::nullopt;
          return *bytes(report, selection) / static_cast<double>(report.exchange.delivered);
        },
        false);
  }

  void add_indicators() {
    for (const Indicator& indicator : indicators()) {
      add(
          std::string(indicator.name), std::string(indicator.title), indicator.unit, Scope::exchanges,
          [&indicator](const RunReport& report, const Selection& selection) -> Value {
            if (selection.empty()) return indicator.of(report.latency, report.indicators);
            const SliceRow* slice = slice_of(report, selection);
            return slice == nullptr ? Value() : indicator.of(slice->latency, slice->indicators);
          },
          false);
    }
  }

  // In the last period, or the first, that there is of what is selected.
  static Value convergence(const RunReport& report, const Selection& selection, bool last) {
    const std::string_view trader = selection.value("workload"), administration = selection.value("to");
    if (!trader.empty() && !administration.empty()) return std::nullopt;
    std::vector<const ConvergenceRow*> rows;
    for (const ConvergenceRow& row : report.convergence) {
      if (!trader.empty() && (row.role != "trader" || row.party != trader)) continue;
      if (!administration.empty() && (row.role != "administration" || row.party != administration)) continue;
      if (!rows.empty() && row.period != rows.front()->period) {
        if ((row.period > rows.front()->period) != last) continue;
        rows.clear();
      }
      rows.push_back(&row);
    }
    return convergence_share(rows);
  }

  void add_convergence() {
    for (const bool last : {true, false}) {
      add(
          last ? "convergence" : "convergence.first",
          fmt::format("how much of the checklist's weight was held in the {} period; of an administration "
                      "by to, of a trader by workload",
                      last ? "last" : "first"),
          Unit::share, Scope::parties,
          [last](const RunReport& report, const Selection& selection) {
            return convergence(report, selection, last);
          },
          false);
    }
  }

  void add_conversations() {
    add(
        "conversations",
        "conversations that stood in a state of their block when the run was over; by agreement and state",
        Unit::count, Scope::conversations,
        [](const RunReport& report, const Selection& selection) -> Value {
          const std::string_view agreement = selection.value("agreement"), state = selection.value("state");
          std::uint64_t count = 0;
          for (const ConversationRow& row : report.conversations) {
            if (!agreement.empty() && row.agreement != agreement) continue;
            if (state.empty() || row.state == state) count += row.count;
          }
          return static_cast<double>(count);
        },
        false);
  }

  static Value largest(const RunReport& report, const Selection& selection,
                       std::uint64_t ProcessRow::*member) {
    const std::string_view process = selection.value("process");
    Value most;
    for (const ProcessRow& row : report.processes) {
      if (!process.empty() && row.process != process) continue;
      most = std::max(most.value_or(0), static_cast<double>(row.*member));
    }
    return most;
  }

  // Of all rows where none is chosen by its name.
  template <class Row>
  static Value total(const std::vector<Row>& rows, std::string Row::*name, std::string_view chosen, auto of) {
    std::uint64_t sum = 0;
    for (const Row& row : rows) {
      if (chosen.empty() || row.*name == chosen) sum += std::invoke(of, row);
    }
    return static_cast<double>(sum);
  }

  static Value bytes(const RunReport& report, const Selection& selection) {
    return total(report.links, &LinkRow::link, selection.value("link"),
                 [](const LinkRow& row) { return row.bytes_up + row.bytes_down; });
  }

  std::vector<Measure> all_;
};

}  // namespace

const std::vector<std::string_view>& Selection::known_keys() {
  static const std::vector<std::string_view> keys{"workload", "from", "to",        "phase", "process",
                                                  "link",     "code", "agreement", "state"};
  return keys;
}

bool Selection::add(std::string_view key, std::string_view value) {
  if (!this->value(key).empty()) return false;
  parts_.emplace_back(key, value);
  const auto& order = known_keys();
  std::ranges::sort(parts_, {}, [&order](const auto& part) { return std::ranges::find(order, part.first); });
  return true;
}

std::string_view Selection::value(std::string_view key) const {
  for (const auto& [name, value] : parts_) {
    if (name == key) return value;
  }
  return {};
}

std::string Selection::text() const {
  std::string text;
  for (const auto& [key, value] : parts_) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", key, value);
  }
  return text;
}

std::vector<std::string_view> Measure::keys() const {
  switch (scope) {
    case Scope::run:
      return {};
    case Scope::exchanges:
      return {"workload", "from", "to", "phase"};
    case Scope::process:
      return {"process"};
    case Scope::link:
      return {"link"};
    case Scope::parties:
      return {"workload", "to"};
    case Scope::conversations:
      return {"agreement", "state"};
    case Scope::refusals:
      return {"workload", "from", "to", "phase", "code"};
  }
  return {};
}

const std::vector<Measure>& measures() {
  static const std::vector<Measure> all = Measures().take();
  return all;
}

}  // namespace gnc::scenarios
