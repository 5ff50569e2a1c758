#include "scenarios/virtual/virtual_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/business_time.h"
#include "model/yaml/instant_text.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/promises.h"
#include "scenarios/engine/quantity.h"
#include "scenarios/engine/run_account.h"
#include "scenarios/engine/run_cast.h"
#include "scenarios/engine/run_measures.h"
#include "scenarios/engine/step_player.h"
#include "scenarios/engine/workload_player.h"
#include "scenarios/engine/world.h"
#include "scenarios/report/report_files.h"
#include "scenarios/virtual/event_record.h"
#include "scenarios/virtual/letting_go.h"
#include "scenarios/virtual/promise_watch.h"
#include "scenarios/virtual/virtual_faults.h"

namespace gnc::scenarios {
namespace {

constexpr Duration start_patience = Duration::from_seconds(20);
constexpr Duration watch_on = Duration::from_seconds(60);

class VirtualRun final : World, NodeListener {
 public:
  VirtualRun(const RunPlan& plan, RunFolder* folder, const VirtualOptions& options)
      : plan_(plan),
        folder_(folder),
        options_(options),
        watch_(*plan.book),
        record_(folder),
        lodger_(ledger_, *this),
        steps_(plan, ledger_, lodger_, *this, options.keep_going),
        workloads_(plan, ledger_, lodger_),
        letting_go_(extent_of(plan, options), plan, options.world, ledger_, lodger_, watch_) {}

  Result<VirtualOutcome> play() {
    auto world = VirtualWorld::create(plan_, options_.world, *this);
    if (!world) return tl::unexpected(world.error());
    world_ = std::move(*world);
    faults_.emplace(*world_, lodger_, Random(plan_.scenario.seed).child("faults"),
                    plan_.scenario.processes.restart);
    world_->on_other = [this](const VirtualEvent& event) { faults_->handle(event); };
    world_->on_report = [this](const v1::Report& report) { take(report); };
    for (VirtualProcess* process : world_->processes()) {
      if (process != &world_->gateway()) process->on_start = [this] { host_started(); };
    }
    if (looks_at_documents_) {
      for (Participant i = 0; i < world_->participants(); ++i) {
        if (world_->bare(i) == nullptr) world_->host_of(i).party(i).records.keep_documents();
      }
    }
    world_->gateway().on_meddling = [this](const std::vector<nodes::NodeEvent>& events, Instant at) {
      for (const nodes::NodeEvent& event : events) {
        // A bare administration tells of its own.
        if (event.peer && world_->bare(world_->participant(*event.peer)) != nullptr) continue;
        record(options_.world.gateway.name, event, at);
      }
    };
    if (options_.listener != nullptr) {
      world_->facts().on_sealed = [this](const auto& batch) { options_.listener->sealed(batch); };
    }
    world_->facts().expect_lives_up_to(longest_life(plan_, options_.world));
    world_->start();
    for (const TimedFault& fault : options_.more_faults) {
      faults_->schedule(VirtualTime::of(fault.at), fault.fault);
    }
    if (!pump_for(start_patience, [this] { return world_->is_ready(); }) && !stopped_) {
      return failure(v1::PROCESS_FAILED, fmt::format("not all administrations were connected within {}",
                                                     duration_text(start_patience)));
    }
    began_ = now();
    if (plan_.workloads.empty()) schedule_faults();
    play_to_its_end(steps_);
    if ((steps_.all_held() || options_.keep_going) && !plan_.workloads.empty()) {
      schedule_faults();
      workloads_.advance(now());
      letting_go_.begin(measure_settings(facts_of_run()));
      play_to_its_end(workloads_);
    }
    settle();
    return account();
  }

 private:
  // ---- The world as players see it --------------------------------------------------------------

  Instant now() const override { return world_->simulation().clock(); }
  bool takes_commands(const PartyName& party) const override {
    return world_->takes_lodgements(world_->participant(party));
  }
  void send(const PartyName& party, v1::Command command) override {
    if (command.has_ask_document()) return tell_document(party, command.ask_document());
    if (!command.has_lodge()) return;
    Simulation& simulation = world_->simulation();
    simulation.occupy(simulation.costs.machine.exchange *
                      static_cast<std::uint64_t>(command.lodge().items_size()));
    world_->lodge(world_->participant(party), std::move(*command.mutable_lodge()));
  }

  // At once: to look costs nothing here.
  void tell_document(const PartyName& party, const v1::AskDocument& question) {
    const Participant participant = world_->participant(party);
    if (VirtualBarePeer* bare = world_->bare(participant)) return bare->peer().tell_document(question);
    const auto found = world_->host_of(participant)
                           .party(participant)
                           .records.document(*Uuid::from_bytes(question.exchange()));
    v1::Document told;
    told.set_token(question.token());
    if (found) {
      told.set_bytes(found->original().empty() ? found->structured() : found->original());
      told.set_form(found->original().empty()
                        ? "pb"
                        : found->original_media_type().substr(found->original_media_type().find('/') + 1));
    } else {
      told.set_reason(v1::EXCHANGE_UNKNOWN);
      told.set_detail(fmt::format("{} has no such exchange on record", party.text()));
    }
    steps_.heard(told);
    told_document_ = true;
  }

  void submit(const PartyName& party, BarePeer::Submission submission) override {
    world_->bare(world_->participant(party))->peer().submit(std::move(submission), now());
  }
  void begin(const Fault& fault) override { faults_->schedule(world_->simulation().now, fault); }

  // A host that starts again has forgotten what it was told and had not recorded.
  void host_started() { lodger_.repeat_unacknowledged(); }

  // ---- Time -------------------------------------------------------------------------------------

  static constexpr VirtualTime never{INT64_MAX / 2};

  // The next event happens, unless it is later than `until`: then it is `until`. False where the run is to
  // stop.
  bool let_happen(VirtualTime until) {
    Simulation& simulation = world_->simulation();
    if (simulation.queue.empty() || simulation.queue.first().at > until) {
      if (stops_at(until)) return false;
      simulation.now = std::max(simulation.now, until);
      return true;
    }
    if (stops_at(simulation.queue.first().at)) return false;
    world_->happen();
    faults_->go_on();
    lodger_.send_due();
    if (options_.watch) {
      judge();
    } else {
      world_->facts().drop_changes();
      watch_.judge_order(world_->facts());
      if (letting_go_.due(simulation.now)) let_go();
    }
    return !stopped_;
  }

  bool stops_at(VirtualTime next) {
    const bool there = (options_.until_event && world_->simulation().events >= *options_.until_event) ||
                       (options_.until_time && next > VirtualTime::of(*options_.until_time));
    if (!there) return stopped_;
    outcome_.state = world_->state_text();
    return stopped_ = true;
  }

  void play_to_its_end(Player& player) {
    while (!stopped_) {
      player.advance(now());
      lodger_.send_due();
      if (player.done()) return;
      if (std::exchange(told_document_, false)) continue;
      const auto wake = player.wake();
      if (!let_happen(wake ? world_->simulation().time_of(*wake) : never)) return;
    }
  }

  // True as soon as the condition holds; false where the time is over first, or the run is to stop.
  template <class Condition>
  bool pump_for(Duration length, Condition condition) {
    const VirtualTime deadline = world_->simulation().now + VirtualTime::of(length);
    while (!condition()) {
      if (world_->simulation().now >= deadline || !let_happen(deadline)) return false;
    }
    return true;
  }

  void judge() {
    auto broken = watch_.judge(world_->simulation().events, ledger_, world_->facts(), faults_->withdrawn());
    if (broken.empty()) return;
    stopped_ = true;
    std::ranges::move(broken, std::back_inserter(outcome_.breaches));
  }

  // ---- What happens -----------------------------------------------------------------------------

  void happened(Participant participant, const std::vector<nodes::NodeEvent>& events, Instant at) override {
    for (const nodes::NodeEvent& event : events) {
      record(world_->name(participant), event, at);
      letting_go_.happened(*world_, participant, event);
    }
  }

  void record(const PartyName& party, const nodes::NodeEvent& event, Instant at) {
    record_.add(party, event, at);
    if (!heard_plainly(event, at)) hear(record_.whole());
    if (options_.watch && event.exchange) watch_.saw(*event.exchange);
  }

  bool heard_plainly(const nodes::NodeEvent& event, Instant at) {
    if (event.words || event.answers || !event.exchange || options_.listener != nullptr || !steps_.done()) {
      return false;
    }
    return ledger_.apply_plain({event.kind, event.at.value_or(at), *event.exchange, event.reference});
  }

  void hear(const v1::Event& event) {
    if (options_.listener != nullptr) options_.listener->happened(event);
    ledger_.apply(event);
    if (!steps_.done()) steps_.heard(event);
  }

  // What a bare administration reports.
  void take(const v1::Report& report) {
    for (const v1::Event& event : report.events()) {
      record_.add(event);
      hear(event);
      if (event.reason() == v1::ENVELOPE_ALTERED) ++altered_by_rogues_;
      const auto exchange = Uuid::from_bytes(event.exchange());
      if (!exchange) continue;
      if (event.kind() == v1::EVENT_KIND_DELIVERED) ++world_->facts().change(*exchange).times_received;
      if (options_.watch) watch_.saw(*exchange);
    }
    if (!report.has_document()) return;
    steps_.heard(report.document());
    told_document_ = true;
  }

  void let_go() {
    if (letting_go_.phases_changed(*faults_)) {
      letting_go_.know_phases(*faults_, measure_settings(facts_of_run()));
    }
    letting_go_.let_go(*world_, *faults_);
  }

  void schedule_faults() {
    origin_ = world_->simulation().now;
    for (const TimedFault& fault : plan_.faults) {
      faults_->schedule(origin_ + VirtualTime::of(fault.at), fault.fault);
    }
  }

  void settle() {
    if (stopped_) return;
    // Of what was altered on its way a sender hears no more until it submits it again.
    pump_for(plan_.scenario.settle, [this] {
      return faults_->pending() == 0 && lodger_.waiting() == 0 &&
             world_->is_quiet(ledger_.altered() - altered_by_rogues_);
    });
    // What comes late must not break anything either.
    if (options_.watch && !stopped_) pump_for(watch_on, [] { return false; });
  }

  // What was delivered is complete: its business saw it with all that goes along.
  void look_for_missing_attachments() {
    for (const PlannedWorkload& workload : plan_.workloads) {
      const PlannedLodgements& planned = workload.lodgements;
      const Participant recipient = world_->participant(planned.to);
      if (planned.files.empty() || workload.trade || world_->bare(recipient) != nullptr) continue;
      for (BatchIndex batch = 0; batch < ledger_.batches(); ++batch) {
        const std::uint64_t delivered = ledger_.standing(batch).delivered;
        if (ledger_.batch(batch).name != planned.name || delivered == 0) continue;
        for (const auto& file : planned.files) {
          const auto& found = world_->attachments().find(file.string());
          if (!found) continue;
          if (world_->host_of(recipient).party(recipient).payloads.has(planned.to, found->digest)) continue;
          outcome_.breaches.push_back(
              fmt::format("of \"{}\", {} were delivered to {}, which does not have {}", planned.name,
                          delivered, planned.to.text(), file.string()));
        }
      }
    }
  }

  // ---- The account ------------------------------------------------------------------------------

  // What should have come to its end by now: that is the other half of what a run promises.
  void look_for_what_never_ended() {
    std::vector<std::string>& left = outcome_.never_ended;
    for (Participant i = 0; i < world_->participants(); ++i) {
      if (world_->bare(i) != nullptr) continue;
      const std::string& name = world_->name(i).text();
      const NodeProcess::PartyView party = world_->host_of(i).party(i);
      if (party.core == nullptr) left.push_back(fmt::format("the node of {} is down", name));
      // Nobody takes anything from a party whose certificate is withdrawn.
      if (faults_->withdrawn().contains(world_->name(i))) continue;
      for (const nodes::OutgoingRecord& open : party.records.restore().open) {
        left.push_back(fmt::format("{} waits for the end of {} to {}, which is in state {}", name,
                                   open.id.text(), open.recipient.text(), static_cast<int>(open.state)));
      }
    }
    for (BatchIndex batch = 0; batch < ledger_.batches(); ++batch) {
      const std::string& name = ledger_.batch(batch).name;
      const auto standing = ledger_.standing(batch);
      if (std::ranges::find(options_.must_be_delivered, name) != options_.must_be_delivered.end() &&
          standing.delivered < standing.planned) {
        left.push_back(
            fmt::format("of \"{}\", {} of {} were delivered", name, standing.delivered, standing.planned));
      }
    }
    for (const gateway::ExchangeRecord& live : world_->gateway().records().restore().live) {
      left.push_back(fmt::format("exchange {} from {} to {} is open at the gateway", live.id.text(),
                                 live.sender.text(), live.recipient.text()));
    }
  }

  std::vector<ConversationRow> standing_conversations() const {
    StandingConversations standing(*plan_.book, now());
    world_->gateway().records().each_conversation(
        [&](const std::string& agreement, const model::ConversationPlace& place) {
          standing.add(agreement, place);
        });
    return standing.rows();
  }

  // As they are by now.
  RunFacts facts_of_run() const {
    std::vector<ProcessRow> processes;
    for (const VirtualProcess* process : world_->processes()) processes.push_back(process->row());
    return {plan_,
            ledger_,
            began_,
            workloads_.began().value_or(began_),
            now(),
            options_.version,
            model::instant_text(options_.world.start),
            outcome_.state.has_value(),
            {},
            {},
            {},
            std::move(processes),
            world_->network().rows(),
            steps_.rows(),
            faults_->rows(origin_),
            "virtual",
            letting_go_.finished()};
  }

  Result<VirtualOutcome> account() {
    if (!stopped_) look_for_what_never_ended();
    if (options_.watch) look_for_missing_attachments();
    const bool asked_to_stop = options_.until_event || options_.until_time;
    if (asked_to_stop && !outcome_.state) {
      outcome_.state = "the run was over before it came so far\n" + world_->state_text();
    }
    const RecordedExchanges recorded = world_->facts().all();
    for (const auto& [id, fact] : recorded) {
      if (fact.at_gateway) ledger_.learn_end(id, fact.end);
    }
    PromiseCheck check = check_promises(ledger_, recorded, letting_go_.take_promises());
    if (const auto& again = world_->facts().came_again(); !again.empty()) {
      check.promises[1].held = false;
      check.promises[1].detail = fmt::format("{} came again after their end; exchange {}", again.size(),
                                             std::ranges::min(again).text());
    }
    for (const Uuid& lost : check.lost_exchanges) ledger_.mark_lost(lost);
    for (const Uuid& twice : check.twice_delivered_exchanges) ledger_.mark_delivered_twice(twice);
    for (const VirtualProcess* process : world_->processes()) {
      outcome_.work.emplace(process->name(), process->work());
    }
    RunFacts run = facts_of_run();
    run.conversations = standing_conversations();
    RunReport& report = outcome_.report;
    report = account_of(run);
    report.exchange.lost = check.lost;
    report.exchange.delivered_twice = check.delivered_twice;
    report.promises = std::move(check.promises);
    report.promises.push_back(watch_.order());
    outcome_.most_exchanges = ledger_.exchanges().most();
    outcome_.most_lodgements = ledger_.lodgements().most();
    outcome_.events = world_->simulation().events;
    outcome_.length = {world_->simulation().now.nanoseconds / 1000};
    // To the nearest, as the seconds that count from it are.
    outcome_.faults_from = {(origin_.nanoseconds + 500) / 1000};
    outcome_.recorded = record_.digest().events();
    outcome_.digest = record_.digest().value();
    // Nothing of the machine: the report, too, is the same wherever it is made.
    report.environment = {
        {"signatures",
         options_.world.real_signatures ? "real" : "modelled: they cost time and no arithmetic"},
        {"costs", options_.world.costs.name},
        {"events", std::to_string(outcome_.events)},
        {"digest of the record", fmt::format("{:016x}", outcome_.digest)}};
    report.expectations = judge_expectations(plan_.scenario, report);
    if (auto written = write(run); !written) return tl::unexpected(written.error());
    return std::move(outcome_);
  }

  Result<void> write(const RunFacts& run) {
    if (folder_ == nullptr) return {};
    auto written = folder_->write_scenario(plan_.scenario.text);
    if (written)
      written = folder_->write_latencies(latency_csv(ledger_, measure_settings(run), run.finished));
    if (written)
      written = folder_->write_latency_log(latency_log(ledger_, measure_settings(run), run.finished));
    if (written) written = folder_->write_report(outcome_.report);
    if (written) written = write_report_files(folder_->path(), outcome_.report);
    return written ? write_cast(folder_->path(), cast_of(plan_, run.origin)) : written;
  }

  // A run that is watched or shown in its course keeps all.
  static LettingGo::Extent extent_of(const RunPlan& plan, const VirtualOptions& options) {
    const bool keeps = options.watch || options.until_event || options.until_time || options.keep_all;
    return keeps ? LettingGo::Extent::nothing : LettingGo::extent_of(plan);
  }

  const RunPlan& plan_;
  RunFolder* const folder_;
  const VirtualOptions& options_;
  const bool looks_at_documents_ = looks_at_documents(plan_.steps);
  ExchangeLedger ledger_;
  PromiseWatch watch_;
  EventRecord record_;
  std::unique_ptr<VirtualWorld> world_;
  std::optional<VirtualFaults> faults_;
  Lodger lodger_;
  StepPlayer steps_;
  WorkloadPlayer workloads_;
  LettingGo letting_go_;
  Instant began_;
  VirtualTime origin_;  // of the faults' times
  std::uint64_t altered_by_rogues_ = 0;
  bool told_document_ = false;  // what the player asked for is there
  bool stopped_ = false;
  VirtualOutcome outcome_;
};

}  // namespace

WorldSettings settings_of(const Scenario& scenario, CostProfile costs) {
  const VirtualSettings& asked = scenario.virtual_world;
  WorldSettings settings;
  settings.costs = std::move(costs);
  const auto take = [](const auto& value, auto& into) {
    if (value) into = *value;
  };
  settings.start = asked.start;
  if (scenario.processes.credit != 0) settings.node.delivery_credit = scenario.processes.credit;
  take(asked.submission_credit, settings.gateway.submission_credit);
  take(asked.frame_envelopes, settings.gateway.delivery_frame_envelopes);
  take(asked.attempts, settings.gateway.max_attempts);
  take(asked.queue_limit, settings.gateway.recipient_queue_limit);
  take(asked.receipt_timeout, settings.gateway.receipt_timeout);
  take(asked.delivery_credit, settings.node.delivery_credit);
  take(asked.batch_envelopes, settings.node.batch_envelopes);
  settings.node.default_life = model::scaled_life(settings.node.default_life, scenario.business_clock);
  take(asked.default_life, settings.node.default_life);
  if (asked.commit_time) {
    settings.costs.disk.commit = static_cast<std::uint64_t>(asked.commit_time->microseconds) * 1000;
  }
  return settings;
}

Result<void> check_for_virtual_world(const Scenario& scenario) {
  const auto refuse = [&scenario](std::string what, model::YamlPlace place) {
    std::string where = scenario.file.string();
    if (place.line != 0) where += fmt::format(":{}:{}", place.line, place.column);
    return failure(v1::KEY_VALUE, std::move(what), std::move(where), "Play this scenario live.");
  };
  if (!scenario.topology.external.empty()) {
    return refuse("the virtual world has no place for a system from outside",
                  scenario.topology.external_place);
  }
  return {};
}

Result<void> check_for_virtual_world(const RunPlan& plan) { return check_for_virtual_world(plan.scenario); }

Result<VirtualOutcome> play_virtual(const RunPlan& plan, RunFolder* folder, const VirtualOptions& options) {
  if (auto playable = check_for_virtual_world(plan); !playable) return tl::unexpected(playable.error());
  auto book = plan.book;
  for (const TimedFault& fault : options.more_faults) {
    const auto* deed = std::get_if<Deed>(&fault.fault.what);
    const auto* lapse = deed == nullptr ? nullptr : std::get_if<LapseAgreement>(deed);
    if (lapse != nullptr) book = book->lapsing(lapse->agreement, options.world.start + fault.at);
  }
  if (book == plan.book) return VirtualRun(plan, folder, options).play();
  RunPlan with_lapses = plan;
  with_lapses.book = std::move(book);
  return VirtualRun(with_lapses, folder, options).play();
}

}  // namespace gnc::scenarios
