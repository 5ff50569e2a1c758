#include "scenarios/engine/live_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/abort_watch.h"
#include "scenarios/engine/environment.h"
#include "scenarios/engine/fault_injector.h"
#include "scenarios/engine/injection_pause.h"
#include "scenarios/engine/live_world.h"
#include "scenarios/engine/lodger.h"
#include "scenarios/engine/promises.h"
#include "scenarios/engine/run_account.h"
#include "scenarios/engine/run_cast.h"
#include "scenarios/engine/run_clock.h"
#include "scenarios/engine/run_measures.h"
#include "scenarios/engine/run_watch.h"
#include "scenarios/engine/step_player.h"
#include "scenarios/engine/stop_signals.h"
#include "scenarios/engine/store_record.h"
#include "scenarios/engine/workload_player.h"
#include "scenarios/report/report_files.h"

namespace gnc::scenarios {
namespace {

constexpr Duration start_patience = Duration::from_seconds(20);
constexpr Duration stop_patience = Duration::from_seconds(15);
// A pipe that holds this much gets no more.
constexpr std::size_t most_bytes_on_the_way = 16u << 20;
// How long the run waits for something to happen before it looks round; less while nodes take nothing.
constexpr Duration longest_wait = Duration::from_milliseconds(100);
constexpr Duration wait_for_nodes = Duration::from_milliseconds(2);

class LiveRun final : private World {
 public:
  LiveRun(const RunPlan& plan, RunFolder& folder, const LiveOptions& options)
      : plan_(plan),
        folder_(folder),
        options_(options),
        signals_(queue_),
        watch_(plan, ledger_, options.progress, clock_.now()),
        lodger_(ledger_, *this),
        steps_(plan, ledger_, lodger_, *this, options.keep_going),
        workloads_(plan, ledger_, lodger_),
        abort_(plan.scenario.expectations),
        faults_(plan, lodger_) {
    if (options_.audience == nullptr) return;
    watch_.tell([this](const LiveFigures& figures) {
      options_.audience->stands({figures, fault_rows(), origin(), now(), pause_.is_on()});
    });
  }

  Result<RunReport> play() {
    if (!options_.metrics.empty()) {
      if (auto served = watch_.serve_metrics(options_.metrics); !served)
        return tl::unexpected(served.error());
    }
    if (options_.audience != nullptr) options_.audience->began(started_at_);
    if (auto started = start_world(); !started) return tl::unexpected(started.error());
    began_ = now();
    world_->begin_costs();
    if (plan_.workloads.empty()) faults_.start_clock(began_);
    play_to_its_end(steps_);
    if (steps_.all_held() || options_.keep_going) {
      const Instant from = now();
      const Duration used = own_cpu_time();
      if (!plan_.workloads.empty()) faults_.start_clock(from);
      play_to_its_end(workloads_);
      generator_cpu_ = own_cpu_time() - used;
      generator_time_ = now() - from;
      // The world is to be right again when the exchanges come to their ends.
      while (!is_over() && !faults_.done()) take_what_happens({});
    }
    settle();
    ended_ = now();
    watch_.conclude(standing());
    world_->end_costs();
    world_->stop(stop_patience, [this](const Happening& happening) { take_reports(happening); });
    if (failure_) return tl::unexpected(*failure_);
    return account();
  }

 private:
  // ---- The world as players see it --------------------------------------------------------------

  Instant now() const override { return clock_.now(); }
  bool takes_commands(const PartyName& party) const override {
    return world_->is_ready(party) && world_->bytes_to_send(party) < most_bytes_on_the_way;
  }
  void send(const PartyName& party, v1::Command command) override { world_->send(party, command); }
  void submit(const PartyName& party, BarePeer::Submission submission) override {
    if (BarePeer* peer = world_->bare_peer(party)) return peer->submit(std::move(submission), now());
    if (!failure_) {
      failure_ =
          Error{v1::REFERENCE_UNKNOWN, fmt::format("{} is no bare administration", party.text()), {}, {}};
    }
  }
  void begin(const Fault& fault) override { faults_.begin(fault, now()); }

  // ---- The loop ---------------------------------------------------------------------------------

  Result<void> start_world() {
    if (auto written = folder_.write_scenario(plan_.scenario.text); !written) return written;
    auto world = LiveWorld::create(plan_, folder_, options_.program, queue_);
    if (!world) return tl::unexpected(world.error());
    world_ = std::move(*world);
    faults_.attach(*world_);
    if (auto started = world_->start(); !started) return started;
    const bool ready = wait_until(now() + start_patience, [this] { return world_->is_ready(); });
    if (failure_) return tl::unexpected(*failure_);
    if (ready && !interrupted_) return wait_for_external_parties();
    if (interrupted_) return {};
    return failure(v1::PROCESS_FAILED,
                   fmt::format("the processes were not ready within {}", duration_text(start_patience)),
                   (folder_.path() / "logs").string());
  }

  // Tells where their systems find the world, and waits until all have connected.
  Result<void> wait_for_external_parties() {
    std::vector<ExternalPlace> places;
    for (const auto& [party, external] : plan_.scenario.topology.external)
      places.push_back(world_->external_place(party));
    if (places.empty()) return {};
    if (auto written = folder_.write_external(external_json(places)); !written) return written;
    // Whoever is to start that system must know, whether progress is shown or not.
    for (const ExternalPlace& place : places) fmt::print(stderr, "{}", external_text(place));
    const Instant from = now();
    for (const ExternalPlace& place : places) {
      waiting_for_ = place.party.text();
      wait_until(from + place.within, [&] { return world_->has_connected(place.party); });
      if (failure_) return tl::unexpected(*failure_);
      if (interrupted_) return {};
      if (!world_->has_connected(place.party)) {
        return failure(v1::EXTERNAL_PARTY_ABSENT,
                       fmt::format("{} did not connect to {} within {}", place.party.text(), place.gateway,
                                   duration_text(place.within)),
                       folder_.log("gateway").string());
      }
    }
    waiting_for_.clear();
    return {};
  }

  void play_to_its_end(Player& player) {
    while (!is_over()) {
      if (!pause_.is_on()) player.advance(now());
      lodger_.send_due();
      if (player.done()) return;
      take_what_happens(pause_.is_on() ? std::nullopt : player.wake());
    }
  }

  // True as soon as the condition holds; false where the deadline comes first, or the run is over.
  template <class Condition>
  bool wait_until(Instant deadline, Condition condition) {
    while (!condition()) {
      if (is_over() || now() >= deadline) return false;
      take_what_happens(deadline);
    }
    return true;
  }

  bool is_over() const { return interrupted_ || failure_.has_value() || abort_.broken().has_value(); }

  // Waits for something to happen, at the longest until `wake`.
  void take_what_happens(std::optional<Instant> wake) {
    Instant until = now() + (lodger_.waiting() > 0 ? wait_for_nodes : longest_wait);
    if (wake) until = std::min(until, *wake);
    if (const auto fault = faults_.wake()) until = std::min(until, *fault);
    for (const Happening& happening : queue_.take(clock_.steady(until))) handle(happening);
    if (options_.audience != nullptr) fulfil(options_.audience->wishes());
    world_->advance(now());
    faults_.advance(now());
    if (auto failed = faults_.take_failure(); failed && !failure_) failure_ = std::move(failed);
    lodger_.send_due();
    look_for_broken_expectations();
    show();
  }

  void look_for_broken_expectations() {
    if (!abort_.due(workloads_.began(), now())) return;
    abort_.look(
        *workloads_.began(), now(), [this] { return account_so_far(facts(now()), so_far_); },
        [this] { return now(); });
    if (abort_.broken()) watch_.trouble(fmt::format("the run ends: {} does not hold", aborted_by()));
  }
  std::string aborted_by() const {
    return abort_.broken() ? plan_.scenario.expectations[abort_.broken()->number].text : std::string();
  }

  void handle(const Happening& happening) {
    if (std::holds_alternative<StopAsked>(happening)) {
      interrupted_ = true;
      return;
    }
    if (const auto* end = std::get_if<ProcessEnded>(&happening)) {
      watch_.trouble(fmt::format("{} {}", end->process, end->exit.words()));
    }
    const std::uint64_t readied = world_->times_ready();
    if (auto handled = world_->handle(happening); !handled && !failure_) failure_ = handled.error();
    take_reports(happening);
    // A node host that was started anew has forgotten what it was told and had not recorded.
    if (world_->times_ready() > readied && readied > 0) {
      lodger_.repeat_unacknowledged();
      steps_.repeat_questions();
    }
  }

  void fulfil(const LiveWishes& wishes) {
    if (wishes.paused) pause(*wishes.paused);
    for (const Fault& fault : wishes.faults) break_something(fault);
    interrupted_ = interrupted_ || wishes.end;
  }

  // The plan's times move on by as much: what was not lodged meanwhile is neither late nor made up for.
  void pause(bool paused) {
    if (paused == pause_.is_on()) return;
    if (paused) {
      pause_.begin(now());
      return faults_.hold();
    }
    const Duration by = pause_.end(now());
    workloads_.postpone(by, now());
    faults_.go_on_after(by);
  }

  void break_something(const Fault& fault) {
    if (began_ == Instant{}) return watch_.trouble(words(fault) + ": not done, for the processes start");
    faults_.begin(fault, now());
  }

  void take_reports(const Happening& happening) {
    const auto* reported = std::get_if<Reported>(&happening);
    if (reported == nullptr) return;
    for (const v1::Report& report : reported->reports) {
      for (const v1::Event& event : report.events()) {
        folder_.record(event);
        if (options_.audience != nullptr) options_.audience->happened(event);
        if (const auto seen = seen_for_external(event)) {
          ledger_.apply(*seen);
          steps_.heard(*seen);
        }
        ledger_.apply(event);
        steps_.heard(event);
      }
      if (report.has_document()) steps_.heard(report.document());
      if (report.has_fault()) fault_reported(reported->process, report.fault());
    }
  }

  // No node of the run's reports what an external party receives and answers: its receipts say the one, and
  // who gets its answer the other.
  std::optional<v1::Event> seen_for_external(const v1::Event& event) const {
    const bool receipt = event.kind() == v1::EVENT_KIND_DELIVERED_RECEIPT;
    const bool answer = event.kind() == v1::EVENT_KIND_DELIVERED && !event.answers().empty();
    if (!receipt && !answer) return std::nullopt;
    const auto peer = PartyName::from_text(event.peer());
    if (!peer || !plan_.scenario.topology.external.contains(*peer)) return std::nullopt;
    v1::Event seen = event;
    seen.set_kind(receipt ? v1::EVENT_KIND_DELIVERED : v1::EVENT_KIND_LODGED);
    seen.set_party(event.peer());
    seen.set_peer(event.party());
    return seen;
  }

  // What an external party has is on its own record alone: its signed receipts are taken for it.
  void believe_external_parties(RecordedExchanges& recorded) const {
    for (auto& [id, fact] : recorded) {
      const auto recipient = fact.passage ? PartyName::from_text(fact.passage->recipient) : std::nullopt;
      if (!recipient || !plan_.scenario.topology.external.contains(*recipient)) continue;
      using End = ExchangeTrack::End;
      if (fact.end == End::delivered || fact.end == End::processed) ++fact.times_received;
      if (fact.end == End::processed) ++fact.decisions;
    }
  }

  void fault_reported(const std::string& process, const v1::Fault& fault) {
    const std::string words = process + ": " + fault.detail();
    if (faults_.brought_about(process)) return watch_.trouble(words);
    if (!failure_) failure_ = Error{fault.code(), words, folder_.log(process).string(), {}};
  }

  // Until every exchange is at its end, or patience is.
  void settle() {
    const Instant deadline = now() + plan_.scenario.settle;
    const auto all_heard_of = [this] { return lodger_.waiting() == 0 && world_->is_ready(); };
    if (!wait_until(deadline, all_heard_of)) return;
    world_->ask_quiet();
    wait_until(deadline, [this] {
      return world_->is_quiet() && world_->bare_peers_are_quiet() && faults_.attacks_answered();
    });
  }

  void show() {
    if (watch_.due()) watch_.look(standing());
  }

  RunWatch::Standing standing() {
    std::function<RunReport()> account;
    if (began_ != Instant{}) account = [this] { return account_so_far(facts(now()), so_far_); };
    return {now(), doing(), workloads_.began(), faults_.in_force(), std::move(account)};
  }

  std::string doing() const {
    if (!world_->is_ready()) return "processes start";
    if (!waiting_for_.empty()) return fmt::format("until {} connects", waiting_for_);
    if (pause_.is_on()) return "the injection is paused";
    if (!steps_.done()) return steps_.doing();
    return workloads_.began() && !workloads_.done() ? "workloads" : "until all is settled";
  }

  // ---- The account ------------------------------------------------------------------------------

  // What the seconds of the report count from.
  Instant origin() const { return workloads_.began().value_or(began_); }

  std::vector<FaultRow> fault_rows() const {
    std::vector<FaultRow> rows = faults_.rows(origin());
    for (FaultRow& pause : pause_.rows(origin())) rows.push_back(std::move(pause));
    return rows;
  }

  RunFacts facts(Instant until) const {
    return {plan_,
            ledger_,
            began_,
            origin(),
            until,
            options_.version,
            started_at_,
            interrupted_,
            aborted_by(),
            generator_cpu_,
            generator_time_,
            world_->process_rows(),
            world_->link_rows(),
            steps_.rows(),
            fault_rows()};
  }

  Result<RunReport> account() {
    auto recorded = read_stores(world_->gateway_database(), world_->node_databases());
    if (!recorded) return tl::unexpected(recorded.error());
    for (const auto& [id, times] : world_->received_by_bare_peers()) (*recorded)[id].times_received += times;
    believe_external_parties(*recorded);
    for (const auto& [id, fact] : *recorded) {
      if (fact.at_gateway) ledger_.learn_end(id, fact.end);
    }
    PromiseCheck check = check_promises(ledger_, *recorded, *plan_.book);
    for (const Uuid& lost : check.lost_exchanges) ledger_.mark_lost(lost);
    for (const Uuid& twice : check.twice_delivered_exchanges) ledger_.mark_delivered_twice(twice);
    if (std::filesystem::exists(world_->gateway_database())) {
      check.promises.push_back(
          audit_promise(trust::verify_audit_log(world_->gateway_database(), world_->trust_folder(), now())));
    }
    RunFacts run = facts(ended_);
    StandingConversations standing(*plan_.book, ended_);
    if (auto read = read_conversations(world_->gateway_database(), standing); !read)
      return tl::unexpected(read.error());
    run.conversations = standing.rows();
    RunReport report = account_of(run);
    report.exchange.lost = check.lost;
    report.exchange.delivered_twice = check.delivered_twice;
    report.promises = std::move(check.promises);
    report.environment = describe_environment();
    report.expectations = judge_expectations(plan_.scenario, report);
    if (const auto& broken = abort_.broken()) {
      report.expectations[broken->number].held = false;
      report.expectations[broken->number].value = broken->value;
    }
    auto written = folder_.write_latencies(latency_csv(ledger_, measure_settings(run)));
    if (written) written = folder_.write_latency_log(latency_log(ledger_, measure_settings(run)));
    if (written) written = folder_.write_report(report);
    if (written) written = write_report_files(folder_.path(), report);
    if (written) written = write_cast(folder_.path(), cast_of(plan_, run.origin));
    if (!written) return tl::unexpected(written.error());
    return report;
  }

  const RunPlan& plan_;
  RunFolder& folder_;
  const LiveOptions& options_;
  const std::string started_at_ = time_text();
  const RunClock clock_;
  HappeningQueue queue_;
  StopSignals signals_;
  ExchangeLedger ledger_;
  MeasuresSoFar so_far_{ledger_};
  RunWatch watch_;
  // After the queue, into which its threads push until they end.
  std::unique_ptr<LiveWorld> world_;
  Lodger lodger_;
  StepPlayer steps_;
  WorkloadPlayer workloads_;
  AbortWatch abort_;
  FaultInjector faults_;
  InjectionPause pause_;
  Instant began_, ended_;
  Duration generator_cpu_{}, generator_time_{};
  bool interrupted_ = false;
  std::string waiting_for_;  // the external party that is to connect
  std::optional<Error> failure_;
};

}  // namespace

Result<void> check_for_live_world(const Scenario& scenario) {
  const auto& workloads = scenario.workloads;
  const auto trade = std::ranges::find_if(
      workloads, [](const Workload& one) { return std::holds_alternative<Trade>(one.model); });
  if (trade == workloads.end()) return {};
  return failure(
      v1::KEY_VALUE,
      fmt::format("the workload {} is a trade of {} administrations, which the live world does not play",
                  trade->name, scenario.topology.administrations.size()),
      fmt::format("{}:{}:{}", scenario.file.string(), trade->place.line, trade->place.column),
      "Play it with --world virtual.");
}

Result<RunReport> play_live(const RunPlan& plan, RunFolder& folder, const LiveOptions& options) {
  if (auto playable = check_for_live_world(plan.scenario); !playable) return tl::unexpected(playable.error());
  return LiveRun(plan, folder, options).play();
}

}  // namespace gnc::scenarios
