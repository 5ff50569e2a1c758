#include "nodes/serve/node_host.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <sys/resource.h>

#include <fmt/format.h>

#include "nodes/core/plain_business.h"
#include "nodes/core/single_window.h"
#include "nodes/serve/core_thread.h"
#include "nodes/serve/gateway_link.h"
#include "nodes/serve/payload_courier.h"
#include "nodes/store/document_lookup.h"
#include "nodes/store/node_store.h"
#include "proto/sqlite/group_commit.h"
#include "proto/types/system_clock.h"
#include "trust/tls/identity_folder.h"
#include "trust/tls/trust_folder.h"

namespace gnc::nodes {
namespace {

constexpr std::size_t bytes_for_core = 32u << 20;
constexpr std::size_t bytes_for_disk = 64u << 20;
constexpr std::chrono::milliseconds stop_patience{2000};
constexpr std::chrono::milliseconds trust_interval{500};
// From when on a restart removes what an attachment had; what is wanted for longer is kept elsewhere.
constexpr std::chrono::hours payload_life{5 * 365 * 24};

std::uint64_t microseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_usec);
}

}  // namespace

class NodeHost::State {
 public:
  State(NodeHostConfig config, HostListener& listener, trust::TrustFolder trust,
        std::unique_ptr<NodeStore> store, std::unique_ptr<payload::PayloadFolder> payloads,
        std::vector<trust::IdentityFolder> identities)
      : config_(std::move(config)),
        listener_(listener),
        trust_(std::move(trust)),
        store_(std::move(store)),
        payloads_(std::move(payloads)),
        agreements_(*config_.agreements),
        identities_(std::move(identities)) {}

  ~State() {
    if (!core_) return;
    {
      const std::lock_guard guard(watch_mutex_);
      stopping_ = true;
    }
    watch_wake_.notify_one();
    watch_.join();
    for (const auto& courier : couriers_) courier->stop();
    for (const auto& link : links_) link->stop(stop_patience);
    core_->drain();
    commits_.reset();
  }

  Result<void> begin() {
    std::vector<std::unique_ptr<CoreThread::Party>> parties;
    const Random random(config_.seed);
    for (std::size_t i = 0; i < config_.parties.size(); ++i) {
      const PartyName& name = config_.parties[i].name;
      auto restored = store_->restore(name);
      if (!restored) return tl::unexpected(restored.error());
      signers_.push_back(trust::make_signer(identities_[i].identity()));
      businesses_.push_back(config_.business ? config_.business(name) : std::make_unique<PlainBusiness>());
      if (auto recalled = businesses_.back()->recall(restored->notes); !recalled) return recalled;
      NodeConfig node{.party = name, .gateway = config_.gateway};
      node.events = config_.events;
      node.default_life = config_.default_life;
      node.delivery_credit = config_.delivery_credit;
      parties.push_back(std::unique_ptr<CoreThread::Party>(new CoreThread::Party{
          name, NodeCore(std::move(node), agreements_, *store_, *signers_.back(), *businesses_.back(),
                         random.child(name.text()), *std::move(restored))}));
      links_.push_back(make_link(i));
      couriers_.push_back(make_courier(i));
    }
    commits_.emplace(
        bytes_for_disk,
        Commits::Handlers{.commit = [this](std::vector<PartyStep>& group) { return store_->commit(group); },
                          .committed = [this](std::vector<PartyStep>& group) { perform(group); },
                          .failed =
                              [this](const Error& error) {
                                core_->abandon();
                                listener_.fault(error, true);
                              }});
    core_.emplace(
        std::move(parties),
        CoreThread::Handlers{.clock = config_.clock,
                             .commit =
                                 [this](std::vector<PartyStep> steps) {
                                   for (PartyStep& step : steps) {
                                     const std::size_t bytes = content_bytes(step.effects.persist);
                                     commits_->push(std::move(step), bytes);
                                   }
                                 },
                             .answer = [this](const HostQuestion& question) { answer(question); },
                             .ready = [this](const auto& connected) { listener_.ready(connected); }},
        bytes_for_core, config_.ready_patience);
    core_->start();
    watch_ = std::thread([this] { watch_trust(); });
    return {};
  }

  void lodge(v1::Lodge lodge) {
    for (std::size_t i = 0; i < config_.parties.size(); ++i) {
      if (config_.parties[i].name.text() == lodge.at()) {
        if (has_files(lodge)) {
          couriers_[i]->send(std::move(lodge));
        } else {
          core_->push(i, LodgeRequested{std::move(lodge)}, 0, {});
        }
        return;
      }
    }
    listener_.fault(
        {v1::REFERENCE_UNKNOWN, fmt::format("\"{}\" is not a party of this node host", lodge.at()), {}, {}},
        false);
  }

  void pace_business(const PartyName& party, Duration for_each) {
    for (std::size_t i = 0; i < config_.parties.size(); ++i) {
      if (config_.parties[i].name == party) core_->push(i, BusinessPaced{for_each}, 0, {});
    }
  }

  // What still hands its files in is no exchange yet: the parties from this one on are asked for it first.
  void await_quiet(std::uint64_t token, std::size_t party) {
    if (party == couriers_.size()) return core_->push(TellQuiet{token});
    couriers_[party]->after_lodgements([this, token, party] { await_quiet(token, party + 1); });
  }
  void ask(HostQuestion question) { core_->push(question); }

  void ask_document(const v1::AskDocument& question) {
    v1::Document answer;
    answer.set_token(question.token());
    auto found = find_document(question);
    if (found) {
      const bool original = !found->original().empty();
      answer.set_bytes(std::move(original ? *found->mutable_original() : *found->mutable_structured()));
      answer.set_form(original ? form_of(found->original_media_type()) : "pb");
    } else {
      answer.set_reason(found.error().code);
      answer.set_detail(found.error().detail);
    }
    listener_.document(answer);
  }

  HostListener& listener() { return listener_; }

 private:
  using Commits = sqlite::GroupCommit<PartyStep>;

  static std::string form_of(std::string_view media_type) {
    return std::string(media_type.substr(media_type.find('/') + 1));
  }

  Result<v1::CarriedDocument> find_document(const v1::AskDocument& question) {
    const auto party = PartyName::from_text(question.party());
    const auto exchange = Uuid::from_bytes(question.exchange());
    if (!party || !exchange) {
      return failure(v1::USAGE, "the question names no party, or no exchange by its UUIDv7");
    }
    const std::lock_guard guard(documents_mutex_);
    if (!documents_) {
      auto opened = DocumentLookup::open(config_.store);
      if (!opened) return tl::unexpected(opened.error());
      documents_.emplace(std::move(*opened));
    }
    return documents_->find(*party, *exchange);
  }

  std::unique_ptr<GatewayLink> make_link(std::size_t party) {
    Stream::Surroundings around{
        .party = config_.parties[party].name,
        .gateway = config_.gateway,
        .address = config_.parties[party].gateway_address,
        .verifier = trust_.verifier(),
        .handshake_failure = {},
        .clock = config_.clock,
        .take =
            [this, party](Event event, std::size_t bytes, std::function<void()> resume) {
              std::vector<HeldBatch> held;
              if (auto* frame = std::get_if<FrameReceived>(&event)) held = couriers_[party]->divert(*frame);
              const bool goes_on = core_->push(party, std::move(event), bytes, std::move(resume));
              couriers_[party]->bring(std::move(held));
              return goes_on;
            },
        .sent =
            [this, party](std::vector<NodeEvent>& sent) {
              listener_.events(config_.parties[party].name, sent, config_.event_clock());
            },
        .gone = {}};
    return std::make_unique<GatewayLink>(identities_[party].identity(), std::move(around));
  }

  std::unique_ptr<PayloadCourier> make_courier(std::size_t party) {
    return std::make_unique<PayloadCourier>(
        *payloads_, identities_[party].identity(),
        PayloadCourier::Surroundings{
            .party = config_.parties[party].name,
            .gateway = config_.gateway,
            .address = config_.parties[party].gateway_address,
            .verifier = trust_.verifier(),
            .clock = config_.clock,
            .take = [this, party](Event event) { core_->push(party, std::move(event), 0, {}); },
            .default_life = config_.default_life,
            .seed = Random(config_.seed).child(config_.parties[party].name.text()).next()});
  }

  // All of the group is durable: now it may be seen.
  void perform(std::vector<PartyStep>& group) {
    const Instant now = config_.event_clock();
    std::vector<std::pair<std::size_t, StepCommitted>> steps;
    std::vector<bool> touched(links_.size(), false);
    std::size_t rounds = 0;
    for (PartyStep& step : group) {
      if (!step.effects.events.empty()) listener_.events(step.name, step.effects.events, now);
      for (Send& send : step.effects.send) links_[step.party]->perform(std::move(send));
      touched[step.party] = touched[step.party] || !step.effects.send.empty();
      if (!step.effects.persist.empty())
        steps.emplace_back(step.party, StepCommitted{step.effects.persist.step});
      if (step.last_of_round) ++rounds;
    }
    for (std::size_t i = 0; i < links_.size(); ++i) {
      if (touched[i]) links_[i]->flush();
    }
    core_->committed(steps, rounds);
  }

  void answer(const HostQuestion& question) {
    if (const auto* quiet = std::get_if<TellQuiet>(&question)) return listener_.quiet(quiet->token);
    v1::HostStatus status;
    status.set_token(std::get<TellStatus>(question).token);
    const std::vector<bool> connected = core_->connected();
    std::size_t i = 0;
    for (const auto& [party, counters] : core_->counters()) {
      v1::PartyStatus& told = *status.add_parties();
      told.set_party(party.text());
      told.set_connected(connected[i++]);
      told.set_lodged(counters.lodged);
      told.set_open(counters.open);
      told.set_received(counters.received);
      told.set_business_decisions(counters.business_decisions);
      told.set_duplicates_suppressed(counters.duplicates_suppressed);
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    status.set_cpu_us(microseconds(usage.ru_utime) + microseconds(usage.ru_stime));
    status.set_peak_memory_bytes(static_cast<std::uint64_t>(usage.ru_maxrss) * 1024);
    listener_.status(status);
  }

  void watch_trust() {
    std::unique_lock lock(watch_mutex_);
    while (!watch_wake_.wait_for(lock, trust_interval, [this] { return stopping_; })) {
      lock.unlock();
      const Result<bool> changed = trust_.refresh();
      if (!changed) listener_.fault(changed.error(), false);
      for (std::size_t i = 0; i < links_.size(); ++i) {
        watch_identity(i);
        // Also without a change: a certificate or a list may have run out.
        links_[i]->check_peer();
      }
      lock.lock();
    }
  }

  // Handshakes and seals go over to a new certificate together.
  void watch_identity(std::size_t party) {
    trust::IdentityFolder& folder = identities_[party];
    const Result<bool> renewed = folder.refresh(*trust_.verifier(), config_.clock());
    if (!renewed) return listener_.fault(renewed.error(), false);
    if (!*renewed) return;
    links_[party]->replace_identity(folder.identity());
    couriers_[party]->replace_identity(folder.identity());
    core_->push(party, IdentityReplaced{trust::make_signer(folder.identity())}, 0, {});
  }

  const NodeHostConfig config_;
  HostListener& listener_;
  trust::TrustFolder trust_;
  std::unique_ptr<NodeStore> store_;
  std::unique_ptr<payload::PayloadFolder> payloads_;
  const AgreementIndex agreements_;
  std::vector<trust::IdentityFolder> identities_;
  std::vector<std::unique_ptr<trust::Signer>> signers_;
  std::vector<std::unique_ptr<Business>> businesses_;
  std::vector<std::unique_ptr<GatewayLink>> links_;
  std::vector<std::unique_ptr<PayloadCourier>> couriers_;
  // Made in begin(), after everything that they use.
  std::optional<Commits> commits_;
  std::optional<CoreThread> core_;
  std::mutex documents_mutex_;
  std::optional<DocumentLookup> documents_;  // made when it is first asked for
  std::mutex watch_mutex_;
  std::condition_variable watch_wake_;
  bool stopping_ = false;
  std::thread watch_;
};

Result<std::unique_ptr<NodeHost>> NodeHost::start(NodeHostConfig config, HostListener& listener) {
  if (!config.clock) config.clock = system_now;
  if (!config.event_clock) config.event_clock = config.clock;
  std::vector<trust::IdentityFolder> identities;
  for (const HostParty& party : config.parties) {
    auto identity = trust::IdentityFolder::open(party.identity, party.name);
    if (!identity) return tl::unexpected(identity.error());
    identities.push_back(std::move(*identity));
  }
  auto trust = trust::TrustFolder::open(config.trust);
  if (!trust) return tl::unexpected(trust.error());
  auto store = NodeStore::open(config.store);
  if (!store) return tl::unexpected(store.error());
  auto payloads = payload::PayloadFolder::open(config.store / "payloads");
  if (!payloads) return tl::unexpected(payloads.error());
  (*payloads)->expire(std::filesystem::file_time_type::clock::now() - payload_life);
  auto state = std::make_unique<State>(std::move(config), listener, std::move(*trust), std::move(*store),
                                       std::move(*payloads), std::move(identities));
  if (auto begun = state->begin(); !begun) return tl::unexpected(begun.error());
  return std::unique_ptr<NodeHost>(new NodeHost(std::move(state)));
}

NodeHost::NodeHost(std::unique_ptr<State> state) : state_(std::move(state)) {}
NodeHost::~NodeHost() = default;

void NodeHost::lodge(v1::Lodge lodge) { state_->lodge(std::move(lodge)); }
void NodeHost::await_quiet(std::uint64_t token) { state_->await_quiet(token, 0); }
void NodeHost::ask_status(std::uint64_t token) { state_->ask(TellStatus{token}); }

void NodeHost::ask_document(const v1::AskDocument& question) { state_->ask_document(question); }
void NodeHost::pace_business(const PartyName& party, Duration for_each) {
  state_->pace_business(party, for_each);
}

void NodeHost::command(v1::Command command) {
  switch (command.command_case()) {
    case v1::Command::kLodge:
      return lodge(std::move(*command.mutable_lodge()));
    case v1::Command::kAwaitQuiet:
      return await_quiet(command.await_quiet().token());
    case v1::Command::kAskStatus:
      return ask_status(command.ask_status().token());
    case v1::Command::kAskDocument:
      return ask_document(command.ask_document());
    case v1::Command::kInject:
      // For the process, where it was started for that.
    case v1::Command::COMMAND_NOT_SET:
      state_->listener().fault({v1::USAGE, "a command of no kind that this host knows", {}, {}}, false);
  }
}

}  // namespace gnc::nodes
