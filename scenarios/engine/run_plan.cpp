#include "scenarios/engine/run_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <type_traits>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/business_time.h"
#include "model/agreement/definition_check.h"
#include "model/yaml/spelling.h"
#include "nodes/window/profile.h"
#include "scenarios/engine/checklist.h"
#include "scenarios/engine/declaration_generator.h"
#include "scenarios/engine/file_pattern.h"
#include "scenarios/engine/follow_up.h"
#include "scenarios/engine/terms.h"
#include "scenarios/engine/trade_flows.h"

namespace gnc::scenarios {
namespace {

// Makes the plan, collecting what is wrong.
class Planner {
 public:
  Planner(Scenario scenario, const std::optional<std::string>& documents)
      : scenario_(scenario), random_(scenario.seed) {
    plan_.scenario = std::move(scenario);
    if (documents) replacement_ = FileSource{{*documents}};
  }

  tl::expected<RunPlan, std::vector<Error>> plan() {
    ReadTerms read = read_terms(scenario_);
    mistakes_ = std::move(read.mistakes);
    plan_.block_files = std::move(read.terms.block_files);
    plan_.agreement_files = std::move(read.terms.agreement_files);
    plan_.profile_files = std::move(read.terms.profile_files);
    plan_.profiles = std::move(read.terms.profiles);
    plan_.book = std::move(read.terms.book);
    if (plan_.book) agreements_ = plan_.book->agreements();
    plan_checklists();
    check_conversations();
    plan_steps(scenario_.steps, "step ", plan_.steps);
    for (const Workload& workload : scenario_.workloads) plan_workload(workload);
    if (!mistakes_.empty()) return tl::unexpected(std::move(mistakes_));
    plan_faults();
    plan_.selections = selections_of(scenario_.expectations);
    return std::move(plan_);
  }

 private:
  void plan_checklists() {
    if (scenario_.checklist && !scenario_.checklist->file.empty())
      plan_.checklists.common = read(scenario_.checklist->file, scenario_.file, scenario_.checklist->place);
    for (const auto& [party, profile] : plan_.profiles) {
      if (!profile->checklist) continue;
      auto own = read(profile->checklist->name, plan_.profile_files.at(party), profile->checklist->place);
      if (own) plan_.checklists.own.emplace(party, std::move(own));
    }
    if (scenario_.checklist && mistakes_.empty() && plan_.checklists.empty()) {
      mistakes_.push_back({v1::KEY_MISSING, "there is no checklist to look at, period by period",
                           where(scenario_.checklist->section_place),
                           "Name its file here, or in the profile of an administration."});
    }
  }

  // What an expectation says of conversations must be of an agreement here, and of its block.
  void check_conversations() {
    if (!plan_.book) return;
    std::set<std::string> agreements, states;
    for (const v1::Agreement& agreement : agreements_) agreements.insert(agreement.id());
    for (const v1::UtilityBlock& block : plan_.book->blocks()) {
      for (const v1::ConversationState& state : block.states()) states.insert(state.name());
    }
    for (const Expectation& expectation : scenario_.expectations) {
      if (expectation.measure == nullptr || expectation.measure->scope != Measure::Scope::conversations)
        continue;
      for (const auto& [key, value] : expectation.selection.parts()) {
        const std::set<std::string>& known = key == "state" ? states : agreements;
        if (known.contains(value)) continue;
        mistakes_.push_back({v1::REFERENCE_UNKNOWN, fmt::format("there is no {} {}", key, value),
                             where(expectation.place),
                             model::spelling_hint(value, {known.begin(), known.end()})});
      }
    }
  }

  std::shared_ptr<const Checklist> read(const std::string& name, const std::filesystem::path& by,
                                        model::YamlPlace place) {
    auto read = read_checklist(name, by, place);
    if (read) return std::make_shared<const Checklist>(std::move(*read));
    std::ranges::move(read.error(), std::back_inserter(mistakes_));
    return nullptr;
  }

  void plan_steps(const std::vector<Step>& steps, const std::string& prefix, std::vector<PlannedStep>& into) {
    std::size_t number = 0;
    for (const Step& step : steps) {
      PlannedStep& planned = into.emplace_back();
      planned.step = step;
      planned.name = fmt::format("{}{}", prefix, ++number);
      if (const auto* lodge = std::get_if<LodgeStep>(&step.action)) {
        plan_step(*lodge, planned);
      } else if (const auto* submit = std::get_if<SubmitStep>(&step.action)) {
        plan_step(*submit, planned);
        check_ids(*submit, planned);
      } else if (const auto* follow_up = std::get_if<FollowUpStep>(&step.action)) {
        plan_follow_up(*follow_up, planned);
      } else if (const auto* parallel = std::get_if<ParallelStep>(&step.action)) {
        plan_steps(parallel->steps, planned.name + ".", planned.parallel);
      }
    }
  }

  template <class Written>
  void plan_step(const Written& written, PlannedStep& planned) {
    if (!written.as.empty()) planned.name = written.as;
    planned.lodgements = plan_lodgements(planned.name, written.at, written.to, written, planned.step.place);
    if (!planned.lodgements) return;
    if constexpr (std::is_same_v<Written, LodgeStep>) planned.lodgements->in = written.in;
    remember(planned.name, *planned.lodgements);
  }

  // Each document bears the id of one of the earlier submission's.
  void check_ids(const SubmitStep& submit, const PlannedStep& planned) {
    if (!planned.lodgements) return;
    const std::size_t documents = planned.lodgements->documents.size();
    submitted_[planned.name] = documents;
    const auto earlier = submitted_.find(submit.same_id_as);
    if (earlier == submitted_.end() || documents <= earlier->second) return;
    mistakes_.push_back({v1::KEY_VALUE,
                         fmt::format("{} documents are to bear the ids of {}, which has {}", documents,
                                     submit.same_id_as, earlier->second),
                         where(planned.step.place), "Submit no more documents than that has."});
  }

  // Without the documents, which may be many.
  void remember(const std::string& name, const PlannedLodgements& planned) {
    lodged_.insert_or_assign(name, PlannedLodgements{name,
                                                     planned.at,
                                                     planned.to,
                                                     planned.agreement,
                                                     planned.message,
                                                     planned.priority,
                                                     planned.life,
                                                     false,
                                                     {}});
  }

  void plan_follow_up(const FollowUpStep& written, PlannedStep& planned) {
    if (!written.as.empty()) planned.name = written.as;
    const auto of = lodged_.find(written.lodgement);
    if (of == lodged_.end()) return;  // said where it was to be lodged
    // What follows an amendment is about the declaration, as the amendment is.
    const PlannedLodgements first = of->second;
    remember(planned.name, first);
    const v1::UtilityBlock* block = nullptr;
    for (const v1::Agreement& agreement : plan_.book->agreements()) {
      if (agreement.id() != first.agreement) continue;
      block = model::find_block(plan_.book->blocks(), agreement.block(), agreement.block_version());
    }
    const v1::BlockMessage* message =
        block == nullptr ? nullptr : follow_up_message(*block, first.message, written.kind);
    if (message == nullptr) {
      mistakes_.push_back({v1::REFERENCE_UNKNOWN,
                           fmt::format("under {} no message {} {}", first.agreement,
                                       follow_up_key(written.kind), first.message),
                           where(planned.step.place),
                           fmt::format("Give the utility block a message with {}: {}.",
                                       follow_up_key(written.kind), first.message)});
      return;
    }
    planned.lodgements = first;
    planned.lodgements->is_follow_up = true;
    planned.lodgements->name = planned.name;
    planned.lodgements->message = message->name();
    planned.lodgements->answer_due = message->answer_due();
  }

  void plan_workload(const Workload& workload) {
    if (const auto* trade = std::get_if<Trade>(&workload.model)) return plan_trade(workload, *trade);
    auto lodgements = plan_lodgements(workload.name, workload.from, workload.to, workload, workload.place);
    if (!lodgements) return;
    lodgements->conversations = workload.conversations;
    PlannedWorkload planned{std::move(*lodgements), workload.start, Schedule::burst(0), {}, {}};
    if (const auto* burst = std::get_if<Burst>(&workload.model)) {
      planned.schedule = Schedule::burst(burst->count);
    } else if (const auto* arrivals = std::get_if<Arrivals>(&workload.model)) {
      planned.schedule = Schedule::of(*arrivals, random_.child("arrivals of " + workload.name));
      planned.rate = planned.schedule.mean_rate();
    } else {
      planned.users = std::get<Users>(workload.model);
    }
    plan_.workloads.push_back(std::move(planned));
  }

  // How often such a flow hands over, that it is never too much at once.
  static Duration interval_of(const Trade& trade, std::uint64_t count, std::uint32_t residue,
                              const DayRhythm& rhythm) {
    Duration every = trade.every;
    for (std::int64_t parts = 2; every > shortest_interval; ++parts) {
      const std::uint64_t most = count <= trade.at_once ? count : rhythm.most_in(count, residue, every);
      if (most <= trade.at_once) break;
      parts = std::max(parts, static_cast<std::int64_t>(most / trade.at_once));
      every = std::max(Duration{trade.every.microseconds / parts}, shortest_interval);
    }
    return every;
  }

  // All flows begin the same kind of exchange, each under the agreement that its two have.
  void plan_trade(const Workload& workload, const Trade& trade) {
    const Random stream = random_.child("trade of " + workload.name);
    const Topology& topology = scenario_.topology;
    PlannedTrade planned{trade.length, trade.exchanges, {}};
    DocumentSet documents;
    std::vector<std::filesystem::path> files;
    if (!find_attachments(workload.files, files, workload.place)) return;
    std::string sender;
    const Instant begins = scenario_.virtual_world.start + workload.start;
    for (TradeFlow& flow : trade_flows(trade, topology.world, stream)) {
      // Made-up declarations are their sender's.
      const bool generated = std::holds_alternative<GeneratedSource>(workload.documents);
      if (documents.size() == 0 || (generated && sender != flow.from.text())) {
        auto found = find_documents(workload.name, workload.documents, flow.from, flow.to, workload.place);
        if (!found) return;
        documents = std::move(*found);
        sender = flow.from.text();
      }
      auto lodgements = choose_lodgements(workload.name, flow.from, flow.to, workload, workload.place);
      if (!lodgements) return;
      lodgements->documents = documents;
      lodgements->files = files;
      const auto place = std::ranges::find(topology.world, flow.from, &WorldPlace::name);
      const Duration utc = place == topology.world.end() ? Duration{} : place->utc;
      Random random = stream.child(flow.from.text() + " to " + flow.to.text());
      const auto residue = static_cast<std::uint32_t>(random.next() >> 32);
      const auto moment = random.below(static_cast<std::uint64_t>(trade.every.microseconds));
      DayRhythm rhythm(trade.rhythm, begins, utc, trade.length);
      const Duration every = interval_of(trade, flow.count, residue, rhythm);
      planned.flows.push_back({std::move(*lodgements), rhythm, flow.count, residue, every,
                               Duration{static_cast<std::int64_t>(moment) % every.microseconds}});
    }
    if (planned.flows.empty()) return;
    const Rate rate{static_cast<double>(trade.exchanges) * 1e6 /
                    static_cast<double>(trade.length.microseconds)};
    plan_.workloads.push_back(
        {planned.flows.front().lodgements, workload.start, Schedule::burst(0), {}, rate, std::move(planned)});
  }

  void plan_faults() {
    plan_.faults = scenario_.faults;
    std::ranges::stable_sort(plan_.faults, {}, &TimedFault::at);
    plan_.phases = scenario_.phases;
    for (const TimedFault& fault : plan_.faults) {
      if (fault.fault.name.empty()) continue;
      Phase phase{fault.at, {}};
      if (fault.fault.length) phase.to = fault.at + *fault.fault.length;
      plan_.phases[fault.fault.name] = phase;
    }
  }

  std::string where(model::YamlPlace place) const {
    return fmt::format("{}:{}:{}", scenario_.file.string(), place.line, place.column);
  }

  template <class Written>
  std::optional<PlannedLodgements> plan_lodgements(std::string name, const std::optional<PartyName>& from,
                                                   const std::optional<PartyName>& to, const Written& written,
                                                   model::YamlPlace place) {
    // Where a party was not read right, that is said already; the documents may still be wrong.
    auto documents = find_documents(name, written.documents, from, to, place);
    if (!from || !to || !plan_.book) return std::nullopt;
    auto planned = choose_lodgements(std::move(name), *from, *to, written, place);
    if (!planned || !documents) return std::nullopt;
    planned->documents = std::move(*documents);
    if constexpr (requires { written.files; }) {
      if (!find_attachments(written.files, planned->files, place)) return std::nullopt;
    }
    return planned;
  }

  bool find_attachments(const std::vector<std::string>& patterns, std::vector<std::filesystem::path>& into,
                        model::YamlPlace place) {
    bool right = true;
    for (const std::string& pattern : patterns) {
      auto found = find_files(pattern, scenario_.folder());
      if (!found) {
        Error error = found.error();
        error.where = where(place);
        mistakes_.push_back(std::move(error));
        right = false;
        continue;
      }
      for (const auto& file : *found) into.push_back(std::filesystem::absolute(file));
    }
    return right;
  }

  // Without their documents.
  template <class Written>
  std::optional<PlannedLodgements> choose_lodgements(std::string name, const PartyName& from,
                                                     const PartyName& to, const Written& written,
                                                     model::YamlPlace place) {
    if (!plan_.book) return std::nullopt;
    PlannedLodgements planned{std::move(name), from, to, {}, {}, written.priority, network_time(written.life),
                              false,           {}};
    if constexpr (requires { written.goods_arrive; }) {
      if (written.goods_arrive)
        planned.goods_arrive = model::scaled(*written.goods_arrive, scenario_.business_clock);
    }
    constexpr bool submitted = std::is_same_v<Written, SubmitStep>;
    if (!choose(written.choice, submitted, planned, place)) return std::nullopt;
    return planned;
  }

  // Business time by the network's clock. What says nothing is left to the node, where time is real.
  Duration network_time(Duration life) const {
    if (scenario_.business_clock == 1) return life;
    constexpr Duration standard_life = Duration::from_seconds(3600);
    const double business = static_cast<double>((life == Duration{} ? standard_life : life).microseconds);
    return {std::max<std::int64_t>(1000, std::llround(business / scenario_.business_clock))};
  }

  // A message that the one may send to the other.
  struct Candidate {
    std::string agreement, flow, message;
    bool answer_due = false;
    bool is_later = false;  // no conversation begins with it
  };

  std::vector<Candidate> candidates(const PartyName& from, const PartyName& to) const {
    std::vector<Candidate> all;
    for (const v1::Agreement& agreement : agreements_) {
      const v1::UtilityBlock* block =
          model::find_block(plan_.book->blocks(), agreement.block(), agreement.block_version());
      if (block == nullptr) continue;
      const auto has_role = [&agreement](std::string_view role, const PartyName& party) {
        for (const v1::AgreementParty& member : agreement.parties()) {
          if (member.role() == role && member.party() == party.text()) return true;
        }
        return false;
      };
      for (const v1::BlockMessage& message : block->messages()) {
        if (has_role(message.from(), from) && has_role(message.to(), to)) {
          all.push_back({agreement.id(), block->id(), message.name(), message.answer_due(),
                         !model::begins_conversation(*block, message)});
        }
      }
    }
    return all;
  }

  bool choose(const ExchangeChoice& choice, bool submitted, PlannedLodgements& planned,
              model::YamlPlace place) {
    std::vector<Candidate> fit;
    for (Candidate& candidate : candidates(planned.at, planned.to)) {
      // What begins no conversation is sent only where it is asked for by name.
      if (!choice.flow.empty() && choice.flow != candidate.flow) continue;
      if (!choice.agreement.empty() && choice.agreement != candidate.agreement) continue;
      if (choice.message.empty() ? candidate.is_later : choice.message != candidate.message) continue;
      fit.push_back(std::move(candidate));
    }
    if (fit.empty() && submitted && !choice.agreement.empty() && !choice.message.empty()) {
      // What no node would let pass is what a submission is for.
      planned.agreement = choice.agreement;
      planned.message = choice.message;
      return true;
    }
    if (fit.empty()) {
      mistakes_.push_back({v1::REFERENCE_UNKNOWN,
                           fmt::format("no agreement of the scenario lets {} send {} to {}",
                                       planned.at.text(), asked_for(choice), planned.to.text()),
                           where(place), "Add such an agreement, or correct the parties and the message."});
      return false;
    }
    if (fit.size() > 1) {
      mistakes_.push_back({v1::KEY_MISSING,
                           fmt::format("{} may send {} to {} as {} under {} and as {} under {}",
                                       planned.at.text(), asked_for(choice), planned.to.text(),
                                       fit[0].message, fit[0].agreement, fit[1].message, fit[1].agreement),
                           where(place), "Say which: add agreement, flow or message."});
      return false;
    }
    planned.agreement = fit[0].agreement;
    planned.message = fit[0].message;
    planned.answer_due = fit[0].answer_due;
    return true;
  }

  static std::string asked_for(const ExchangeChoice& choice) {
    if (!choice.message.empty()) return choice.message;
    return choice.flow.empty() ? "anything" : choice.flow;
  }

  std::optional<std::vector<SourceDocument>> find_documents(const std::string& name,
                                                            const DocumentSource& written,
                                                            const std::optional<PartyName>& from,
                                                            const std::optional<PartyName>& to,
                                                            model::YamlPlace place) {
    if (const auto* generated = std::get_if<GeneratedSource>(&written); generated && !replacement_) {
      if (!from || !to) return std::nullopt;
      return generate_declarations(*generated, *from, *to, random_.child("documents of " + name));
    }
    const auto* files = std::get_if<FileSource>(&written);
    if (!replacement_ && files != nullptr && files->patterns.empty()) return std::nullopt;
    auto documents = replacement_ ? load_documents(*replacement_, {}, "--documents")
                                  : load_documents(written, scenario_.folder(), where(place));
    if (documents) return std::move(*documents);
    for (Error& error : documents.error()) {
      // One mistaken pattern on the command line is one mistake, however many steps it stands in for.
      if (replacement_ && !mistakes_.empty() && mistakes_.back().where == error.where) continue;
      mistakes_.push_back(std::move(error));
    }
    return std::nullopt;
  }

  const Scenario scenario_;
  RunPlan plan_;
  std::vector<v1::Agreement> agreements_;  // of the book
  Random random_;
  std::optional<DocumentSource> replacement_;
  std::map<std::string, PlannedLodgements> lodged_;  // by the steps so far, without documents
  std::map<std::string, std::size_t> submitted_;     // by submit steps: how many documents
  std::vector<Error> mistakes_;
};

}  // namespace

tl::expected<RunPlan, std::vector<Error>> plan_run(Scenario scenario,
                                                   const std::optional<std::string>& documents) {
  return Planner(std::move(scenario), documents).plan();
}

std::vector<Error> check_references(const Scenario& scenario) {
  auto plan = Planner(scenario, std::nullopt).plan();
  if (plan) return {};
  return std::move(plan.error());
}

Duration length_of_workloads(const RunPlan& plan) {
  Duration longest;
  for (const PlannedWorkload& workload : plan.workloads) {
    const Duration length = workload.trade   ? workload.trade->length
                            : workload.users ? workload.users->length
                                             : workload.schedule.length();
    longest = std::max(longest, workload.start + length);
  }
  return longest;
}

}  // namespace gnc::scenarios
