#include "scenarios/engine/live_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <unordered_map>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/environment.h"
#include "scenarios/engine/live_world.h"
#include "scenarios/engine/progress_line.h"
#include "scenarios/engine/promises.h"
#include "scenarios/engine/stop_signals.h"
#include "scenarios/engine/store_record.h"

namespace gnc::scenarios {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr Duration start_patience = Duration::from_seconds(20);
constexpr Duration stop_patience = Duration::from_seconds(15);
// A pipe that holds this much gets no more: what is due waits as an index, not as bytes.
constexpr std::size_t most_bytes_on_the_way = 16u << 20;
constexpr int most_items_in_a_command = 256;
constexpr std::size_t most_bytes_in_a_command = 1u << 20;
// Later than this for 1 in 100, the generator and not the system is what the latencies show.
constexpr double most_lag_ms = 50;

Instant now() {
  return {
      std::chrono::duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

double seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

class LiveRun {
 public:
  LiveRun(const RunPlan& plan, RunFolder& folder, const LiveOptions& options)
      : plan_(plan), folder_(folder), options_(options), progress_(options.progress), signals_(queue_) {}

  Result<RunReport> play() {
    if (auto started = start_world(); !started) return tl::unexpected(started.error());
    const Clock::time_point began = Clock::now();
    world_->begin_costs();
    const bool steps_held = play_steps();
    if (steps_held || options_.keep_going) play_workloads();
    settle();
    const Clock::duration took = Clock::now() - began;
    world_->end_costs();
    world_->stop(stop_patience, [this](const Happening& happening) { take_events(happening); });
    if (failure_) return tl::unexpected(*failure_);
    return account(seconds(took));
  }

 private:
  // ---- The world --------------------------------------------------------------------------------

  Result<void> start_world() {
    if (auto written = folder_.write_scenario(plan_.scenario.text); !written) return written;
    auto world = LiveWorld::create(plan_, folder_, options_.program, queue_);
    if (!world) return tl::unexpected(world.error());
    world_ = std::move(*world);
    if (auto started = world_->start(); !started) return started;
    const bool ready = pump_until(deadline_in(start_patience), [this] { return world_->is_ready(); });
    if (failure_) return tl::unexpected(*failure_);
    if (ready || interrupted_) return {};
    return failure(v1::PROCESS_FAILED,
                   fmt::format("the processes were not ready within {}", duration_text(start_patience)),
                   (folder_.path() / "logs").string());
  }

  static Clock::time_point deadline_in(Duration duration) {
    return Clock::now() + microseconds(duration.microseconds);
  }

  // Handles what happens until the condition holds (true), or the deadline comes, the run is interrupted or
  // the world fails (false, where the condition does not hold then).
  template <class Condition>
  bool pump_until(Clock::time_point deadline, Condition condition) {
    while (!condition()) {
      if (interrupted_ || failure_ || Clock::now() >= deadline) return false;
      Clock::time_point wake = std::min(deadline, Clock::now() + std::chrono::milliseconds(100));
      if (!outbox_.empty()) wake = std::min(wake, Clock::now() + std::chrono::milliseconds(2));
      for (const Happening& happening : queue_.take(wake)) handle(happening);
      send_outbox();
      if (progress_.due()) progress_.show(progress_text());
    }
    return true;
  }

  void handle(const Happening& happening) {
    if (std::holds_alternative<StopAsked>(happening)) {
      interrupted_ = true;
      return;
    }
    if (const auto* end = std::get_if<ProcessEnded>(&happening)) {
      progress_.say(fmt::format("{} {}", end->role == ProcessRole::gateway ? "the gateway" : "the node host",
                                end->exit.words()));
    }
    const std::uint64_t readied = world_->times_ready();
    if (auto handled = world_->handle(happening); !handled && !failure_) failure_ = handled.error();
    take_events(happening);
    // A node host that was started anew has forgotten what it was told and had not recorded.
    if (world_->times_ready() > readied && readied > 0) repeat_commands();
  }

  void take_events(const Happening& happening) {
    const auto* reported = std::get_if<Reported>(&happening);
    if (reported == nullptr) return;
    for (const v1::Report& report : reported->reports) {
      for (const v1::Event& event : report.events()) {
        folder_.record(event);
        ledger_.apply(event);
      }
      if (report.has_quiet() && report.quiet().token() == quiet_asked_) quiet_ = true;
      if (report.has_fault() && !failure_) {
        failure_ = Error{report.fault().code(),
                         "the node host: " + report.fault().detail(),
                         folder_.log("nodes").string(),
                         {}};
      }
    }
  }

  void repeat_commands() {
    const auto open = ledger_.unacknowledged();
    outbox_.assign(open.begin(), open.end());
    send_outbox();
    if (quiet_asked_ != 0 && !quiet_) ask_quiet();
  }

  void ask_quiet() {
    v1::Command command;
    command.mutable_await_quiet()->set_token(++quiet_asked_);
    world_->send(command);
  }

  // ---- Lodging ----------------------------------------------------------------------------------

  BatchIndex open_batch(const PlannedLodgements& planned) {
    const BatchIndex index = ledger_.open_batch(planned.name, planned.answer_due);
    batches_.push_back(&planned);
    return index;
  }

  void lodge(BatchIndex batch, std::size_t document, Instant intended) {
    const std::string& name = batches_[batch]->documents[document].name;
    std::string reference = name;
    if (const std::uint64_t uses = ++uses_[name]; uses > 1) reference += fmt::format("#{}", uses);
    const LodgementIndex index = ledger_.plan({std::move(reference), name, batch, intended, {}});
    documents_.push_back(static_cast<std::uint32_t>(document));
    ledger_.mark_sent(index, now());
    outbox_.push_back(index);
  }

  // Hands on what is due, in commands of lodgements of one kind.
  void send_outbox() {
    while (!outbox_.empty() && world_->is_ready() && world_->bytes_to_send() < most_bytes_on_the_way) {
      const BatchIndex batch = ledger_.lodgement(outbox_.front()).batch;
      const PlannedLodgements& planned = *batches_[batch];
      v1::Command command;
      v1::Lodge& lodge = *command.mutable_lodge();
      lodge.set_at(planned.at.text());
      lodge.set_to(planned.to.text());
      lodge.set_agreement(planned.agreement);
      lodge.set_message(planned.message);
      lodge.set_priority(planned.priority);
      lodge.set_life_ms(static_cast<std::uint64_t>(planned.life.microseconds / 1000));
      std::size_t bytes = 0;
      while (!outbox_.empty() && lodge.items_size() < most_items_in_a_command &&
             bytes < most_bytes_in_a_command) {
        const LodgementIndex index = outbox_.front();
        const Lodgement& lodgement = ledger_.lodgement(index);
        if (lodgement.batch != batch) break;
        const SourceDocument& document = planned.documents[documents_[index]];
        v1::Lodge::Item& item = *lodge.add_items();
        item.set_reference(lodgement.reference);
        item.set_document(document.bytes);
        item.set_form_hint(document.form_hint);
        item.set_intended_at(lodgement.intended.microseconds);
        bytes += document.bytes.size();
        outbox_.pop_front();
      }
      world_->send(command);
    }
  }

  // ---- Steps ------------------------------------------------------------------------------------

  bool play_steps() {
    std::size_t lodge_number = 0;
    bool all_held = true;
    for (const Step& step : plan_.scenario.steps) {
      if (interrupted_ || failure_) return false;
      const auto* lodge = std::get_if<LodgeStep>(&step.action);
      const PlannedLodgements* planned = lodge == nullptr ? nullptr : &plan_.lodgements[lodge_number++];
      StepRow row;
      row.where = fmt::format("{}:{}", plan_.scenario.file.string(), step.place.line);
      const Clock::time_point began = Clock::now();
      if (!all_held && !options_.keep_going) {
        row.step = step_words(step, planned);
        row.detail = "not played, since a step before did not hold";
      } else {
        play_step(step, planned, row);
      }
      row.took_ms = seconds(Clock::now() - began) * 1e3;
      all_held = all_held && row.held;
      if (!interrupted_ || row.held) steps_.push_back(std::move(row));
    }
    return all_held;
  }

  static std::string step_words(const Step& step, const PlannedLodgements* planned) {
    if (planned != nullptr) {
      return fmt::format("lodge {} at {} to {}", planned->name, planned->at.text(), planned->to.text());
    }
    if (const auto* await = std::get_if<AwaitStep>(&step.action)) {
      return fmt::format("await at {} that it receives {} within {}", await->at->text(), await->lodgement,
                         duration_text(await->within));
    }
    return fmt::format("pause {}", duration_text(std::get<PauseStep>(step.action).length));
  }

  void play_step(const Step& step, const PlannedLodgements* planned, StepRow& row) {
    row.step = step_words(step, planned);
    if (planned != nullptr) {
      const BatchIndex batch = open_batch(*planned);
      by_name_[planned->name] = batch;
      const Instant intended = now();
      for (std::size_t i = 0; i < planned->documents.size(); ++i) lodge(batch, i, intended);
      send_outbox();
      row.held = true;
      row.detail = fmt::format("{} documents", planned->documents.size());
    } else if (const auto* await = std::get_if<AwaitStep>(&step.action)) {
      const BatchIndex batch = by_name_.at(await->lodgement);
      row.held =
          pump_until(deadline_in(await->within), [&] { return ledger_.standing(batch).all_settled(); });
      const auto standing = ledger_.standing(batch);
      row.detail = fmt::format("{} of {} received", standing.delivered, standing.planned);
      if (const auto other = standing.settled - standing.delivered; other > 0) {
        row.detail += fmt::format(", {} refused or at another end", other);
      }
    } else {
      pump_until(deadline_in(std::get<PauseStep>(step.action).length), [] { return false; });
      row.held = !interrupted_;
    }
  }

  // ---- Workloads --------------------------------------------------------------------------------

  struct RunningWorkload {
    const PlannedWorkload* planned;
    BatchIndex batch;
    std::uint64_t begun = 0;
  };

  // Every arrival has its intended time from the schedule; what is due is lodged, whatever the system does.
  void play_workloads() {
    std::vector<RunningWorkload> running;
    for (const PlannedWorkload& workload : plan_.workloads) {
      running.push_back({&workload, open_batch(workload.lodgements), 0});
    }
    const Instant start = now();
    const Clock::time_point steady_start = Clock::now();
    while (!running.empty() && !interrupted_ && !failure_) {
      const Duration elapsed{std::chrono::duration_cast<microseconds>(Clock::now() - steady_start).count()};
      Duration next = Duration::from_seconds(3600);
      for (RunningWorkload& workload : running) {
        const Schedule& schedule = workload.planned->schedule;
        const std::size_t documents = workload.planned->lodgements.documents.size();
        for (const std::uint64_t due = schedule.due(elapsed); workload.begun < due; ++workload.begun) {
          lodge(workload.batch, workload.begun % documents, start + schedule.intended(workload.begun));
        }
        if (workload.begun < schedule.count()) next = std::min(next, schedule.intended(workload.begun));
      }
      std::erase_if(running, [](const RunningWorkload& workload) {
        return workload.begun == workload.planned->schedule.count();
      });
      send_outbox();
      if (!running.empty()) {
        pump_until(steady_start + microseconds(next.microseconds), [] { return false; });
      }
    }
  }

  // Until every exchange is at its end, or patience is.
  void settle() {
    if (interrupted_ || failure_) return;
    const Clock::time_point deadline = deadline_in(plan_.scenario.settle);
    const auto all_heard_of = [this] { return outbox_.empty() && world_->is_ready(); };
    if (!pump_until(deadline, all_heard_of)) return;
    ask_quiet();
    pump_until(deadline, [this] { return quiet_; });
  }

  std::string progress_text() const {
    const ExchangeLedger::Histograms& latency = ledger_.from_intended();
    return fmt::format(
        "{} lodged, {} admitted, {} delivered, {} at their end; delivered p50 {:.1f} ms, p99 {:.1f} ms",
        ledger_.sent(), latency.admitted.count(), latency.delivered.count(), ledger_.ended(),
        static_cast<double>(latency.delivered.value_at(0.5)) / 1e3,
        static_cast<double>(latency.delivered.value_at(0.99)) / 1e3);
  }

  // ---- The account ------------------------------------------------------------------------------

  Result<RunReport> account(double took_seconds) {
    auto recorded = read_stores(world_->gateway_database(), world_->node_database());
    if (!recorded) return tl::unexpected(recorded.error());
    for (const auto& [id, fact] : *recorded) {
      if (fact.at_gateway) ledger_.learn_end(id, fact.end);
    }
    PromiseCheck check = check_promises(ledger_, *recorded, *plan_.book);
    if (std::filesystem::exists(world_->gateway_database())) {
      check.promises.push_back(
          audit_promise(trust::verify_audit_log(world_->gateway_database(), world_->trust_folder(), now())));
    }
    RunReport report;
    report.scenario = plan_.scenario.name;
    report.world = "live";
    report.version = options_.version;
    report.seed = plan_.scenario.seed;
    report.started_at = started_at_;
    report.took_seconds = took_seconds;
    report.interrupted = interrupted_;
    report.exchange = ledger_.counts();
    report.exchange.lost = check.lost;
    report.exchange.delivered_twice = check.delivered_twice;
    report.answers = ledger_.answers();
    report.refusals = ledger_.refusals();
    report.latency = stages(ledger_.from_intended());
    report.service = stages(ledger_.from_sent());
    report.lag = LatencySummary::of(ledger_.lag());
    for (const PlannedWorkload& workload : plan_.workloads) {
      if (workload.rate) report.rate_asked += workload.rate->each_second;
    }
    report.rate_got = took_seconds > 0 ? static_cast<double>(ledger_.ended()) / took_seconds : 0;
    report.valid = report.rate_asked == 0 || report.lag.p99 <= most_lag_ms;
    report.processes = world_->process_rows();
    report.links = world_->link_rows();
    report.steps = std::move(steps_);
    report.promises = std::move(check.promises);
    report.environment = describe_environment();
    for (const Expectation& expectation : plan_.scenario.expectations) {
      const auto value = expectation.measure->of(report);
      report.expectations.push_back(
          {expectation.text, value && compare(*value, expectation.comparison, expectation.bound), value,
           fmt::format("{}:{}", plan_.scenario.file.string(), expectation.place.line)});
    }
    auto written = folder_.write_latencies(ledger_);
    if (written) written = folder_.write_report(report);
    if (!written) return tl::unexpected(written.error());
    return report;
  }

  static StageLatencies stages(const ExchangeLedger::Histograms& histograms) {
    return {LatencySummary::of(histograms.admitted), LatencySummary::of(histograms.delivered),
            LatencySummary::of(histograms.processed)};
  }

  const RunPlan& plan_;
  RunFolder& folder_;
  const LiveOptions& options_;
  const std::string started_at_ = time_text();
  ProgressLine progress_;
  HappeningQueue queue_;
  StopSignals signals_;
  ExchangeLedger ledger_;
  // After the queue, into which its threads push until they end.
  std::unique_ptr<LiveWorld> world_;
  std::vector<const PlannedLodgements*> batches_;
  std::vector<std::uint32_t> documents_;  // of each lodgement: which of its batch's documents
  std::unordered_map<std::string, std::uint64_t> uses_;
  std::map<std::string, BatchIndex> by_name_;
  std::deque<LodgementIndex> outbox_;
  std::vector<StepRow> steps_;
  std::uint64_t quiet_asked_ = 0;
  bool quiet_ = false;
  bool interrupted_ = false;
  std::optional<Error> failure_;
};

}  // namespace

Result<RunReport> play_live(const RunPlan& plan, RunFolder& folder, const LiveOptions& options) {
  return LiveRun(plan, folder, options).play();
}

}  // namespace gnc::scenarios
