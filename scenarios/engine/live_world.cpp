#include "scenarios/engine/live_world.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gnc/v1/errors.pb.h"
#include "proto/types/system_clock.h"
#include "scenarios/engine/start_seed.h"
#include "trust/pki/pki.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr const char* gateway_name = "gateway/hub";
// A process that never gets ready is not started again for ever.
constexpr std::uint64_t most_starts_without_ready = 3;

// Where the process is gone, its last words say more than its status.
std::string last_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string last;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace

Result<std::unique_ptr<LiveWorld>> LiveWorld::create(const RunPlan& plan, RunFolder& folder, fs::path program,
                                                     HappeningQueue& queue) {
  std::unique_ptr<LiveWorld> world(new LiveWorld(plan, folder, std::move(program), queue));
  world->make_processes();
  if (auto made = world->make_identities(); !made) return tl::unexpected(made.error());
  if (auto made = world->make_links(); !made) return tl::unexpected(made.error());
  return world;
}

LiveWorld::LiveWorld(const RunPlan& plan, RunFolder& folder, fs::path program, HappeningQueue& queue)
    : plan_(plan),
      folder_(folder),
      program_(std::move(program)),
      queue_(queue),
      validity_{system_now() - Duration::from_seconds(3600),
                system_now() + Duration::from_seconds(30 * 24 * 3600)} {}

LiveWorld::~LiveWorld() = default;

fs::path LiveWorld::gateway_database() const { return folder_.path() / "gateway" / "gateway.db"; }
fs::path LiveWorld::trust_folder() const { return folder_.path() / "pki" / "trust"; }

std::vector<fs::path> LiveWorld::node_databases() const {
  std::vector<fs::path> databases;
  for (const WorldProcess& process : processes_) {
    if (process.role() == WorldProcess::Role::nodes) {
      databases.push_back(folder_.path() / process.name() / "node-host.db");
    }
  }
  return databases;
}

void LiveWorld::make_processes() {
  processes_.emplace_back(WorldProcess::Role::gateway, "gateway", std::vector<PartyName>{});
  const Topology& topology = plan_.scenario.topology;
  std::vector<PartyName> parties;
  for (const PartyName& party : topology.administrations) {
    // The run itself speaks for a bare one, and an external one for itself.
    if (!topology.has_node(party)) continue;
    if (plan_.scenario.processes.node_each) {
      processes_.emplace_back(WorldProcess::Role::nodes, node_name(party), std::vector{party});
    } else {
      parties.push_back(party);
    }
  }
  if (!parties.empty()) processes_.emplace_back(WorldProcess::Role::nodes, "nodes", std::move(parties));
}

Result<void> LiveWorld::make_identities() {
  auto pki = trust::Pki::create(folder_.path() / "pki", validity_);
  if (!pki) return tl::unexpected(pki.error());
  std::vector<PartyName> parties = plan_.scenario.topology.administrations;
  parties.push_back(*PartyName::from_text(gateway_name));
  for (const PartyName& party : parties) {
    if (auto issued = pki->issue({party, validity_}); !issued) return tl::unexpected(issued.error());
  }
  pki_ = std::move(*pki);
  return pki_->publish_lists(system_now(), validity_.until);
}

Result<void> LiveWorld::make_links() {
  for (const PartyName& party : plan_.scenario.topology.administrations) {
    const std::string name = link_name(party);
    const auto external = plan_.scenario.topology.external.find(party);
    const std::uint16_t wanted =
        external == plan_.scenario.topology.external.end() ? 0 : external->second.port;
    const auto port = links_.add(name, plan_.scenario.topology.link_of(party), plan_.scenario.seed, wanted);
    if (!port) return tl::unexpected(port.error());
    link_ports_[name] = *port;
  }
  return {};
}

void LiveWorld::add_definitions(std::vector<std::string>& arguments) const {
  for (const fs::path& file : plan_.block_files)
    arguments.insert(arguments.end(), {"--block", file.string()});
  for (const fs::path& file : plan_.agreement_files) {
    arguments.insert(arguments.end(), {"--agreement", file.string()});
  }
  if (plan_.scenario.business_clock != 1) {
    arguments.insert(arguments.end(), {"--business-clock", fmt::format("{}", plan_.scenario.business_clock)});
  }
}

std::vector<std::string> LiveWorld::gateway_arguments() const {
  std::vector<std::string> arguments{"gateway",
                                     "--name",
                                     gateway_name,
                                     "--listen",
                                     "127.0.0.1:0",
                                     "--identity",
                                     (folder_.path() / "pki" / "identities" / "gateway-hub").string(),
                                     "--trust",
                                     trust_folder().string(),
                                     "--store",
                                     (folder_.path() / "gateway").string(),
                                     "--faults"};
  add_definitions(arguments);
  return arguments;
}

std::vector<std::string> LiveWorld::node_arguments(const WorldProcess& process) const {
  std::vector<std::string> arguments{"node"};
  for (const PartyName& party : process.parties()) {
    const fs::path identity = pki_->identity_folder(party);
    arguments.insert(arguments.end(),
                     {"--party", fmt::format("{},identity={},gateway=127.0.0.1:{}", party.text(),
                                             identity.string(), link_ports_.at(link_name(party)))});
    if (const auto profile = plan_.profile_files.find(party); profile != plan_.profile_files.end()) {
      arguments.insert(arguments.end(), {"--profile", party.text() + "=" + profile->second.string()});
    }
  }
  arguments.insert(arguments.end(),
                   {"--gateway-name", gateway_name, "--trust", trust_folder().string(), "--store",
                    (folder_.path() / process.name()).string(), "--control", "--faults"});
  if (const auto credit = plan_.scenario.processes.credit; credit != 0) {
    arguments.insert(arguments.end(), {"--credit", fmt::format("{}", credit)});
  }
  add_definitions(arguments);
  return arguments;
}

WorldProcess* LiveWorld::process(std::string_view name) {
  const auto found = std::ranges::find(processes_, name, &WorldProcess::name);
  return found == processes_.end() ? nullptr : &*found;
}

const WorldProcess* LiveWorld::host_of(const PartyName& party) const {
  const auto found =
      std::ranges::find_if(processes_, [&](const WorldProcess& one) { return one.speaks_for(party); });
  return found == processes_.end() ? nullptr : &*found;
}

WorldProcess* LiveWorld::host_of(const PartyName& party) {
  return const_cast<WorldProcess*>(std::as_const(*this).host_of(party));
}

Result<void> LiveWorld::start() { return launch(gateway()); }

Result<void> LiveWorld::launch(WorldProcess& process) {
  const bool is_gateway = process.role() == WorldProcess::Role::gateway;
  std::vector<std::string> arguments = is_gateway ? gateway_arguments() : node_arguments(process);
  const Random chance = Random(plan_.scenario.seed).child(process.name());
  arguments.insert(arguments.end(),
                   {"--seed", fmt::format("{}", seed_of_start(chance, process.starts() + 1))});
  auto started = process.start({program_, std::move(arguments), folder_.log(process.name())}, queue_);
  if (started) note_processes();
  return started;
}

Result<void> LiveWorld::handle(const Happening& happening) {
  if (const auto* said = std::get_if<LineSaid>(&happening)) {
    WorldProcess* from = process(said->process);
    if (from != nullptr && said->start == from->starts()) return gateway_said(*from, said->line);
  } else if (const auto* reports = std::get_if<Reported>(&happening)) {
    WorldProcess* from = process(reports->process);
    if (from != nullptr && reports->start == from->starts()) reported(*from, *reports);
  } else if (const auto* unreadable = std::get_if<ReportUnreadable>(&happening)) {
    const WorldProcess* from = process(unreadable->process);
    if (from != nullptr && unreadable->start == from->starts()) {
      return failure(v1::PROCESS_FAILED, fmt::format("the process {} says what is no report", from->name()),
                     folder_.log(from->name()).string());
    }
  } else if (const auto* end = std::get_if<ProcessEnded>(&happening)) {
    if (WorldProcess* from = process(end->process)) return ended(*from, *end);
  }
  return {};
}

ExternalPlace LiveWorld::external_place(const PartyName& party) const {
  return {.party = party,
          .gateway = fmt::format("127.0.0.1:{}", link_ports_.at(link_name(party))),
          .gateway_name = gateway_name,
          .identity = pki_->identity_folder(party),
          .trust = trust_folder(),
          .blocks = plan_.block_files,
          .agreements = plan_.agreement_files,
          .within = plan_.scenario.topology.external.at(party).within};
}

Result<void> LiveWorld::gateway_said(WorldProcess& said_by, const std::string& line) {
  constexpr std::string_view connected = "connected ";
  if (line.starts_with(connected)) {
    if (const auto party = PartyName::from_text(line.substr(connected.size()))) connected_.insert(*party);
    return {};
  }
  return gateway_ready(said_by, line);
}

Result<void> LiveWorld::gateway_ready(WorldProcess& said_by, const std::string& line) {
  constexpr std::string_view word = "ready ";
  if (!line.starts_with(word)) return {};
  const auto json = nlohmann::json::parse(line.substr(word.size()), nullptr, false);
  const std::string address = json.is_object() ? json.value("address", "") : "";
  const auto colon = address.rfind(':');
  const unsigned long port =
      colon == std::string::npos ? 0 : std::strtoul(address.c_str() + colon + 1, nullptr, 10);
  if (port == 0 || port > 65535) {
    return failure(v1::PROCESS_FAILED, fmt::format("the gateway says no address: {}", line),
                   folder_.log(said_by.name()).string());
  }
  gateway_port_ = static_cast<std::uint16_t>(port);
  for (const auto& [name, listening] : link_ports_) links_.aim(name, gateway_port_);
  said_by.note_ready();
  if (auto met = meet_bare_peers(); !met) return met;
  for (WorldProcess& process : processes_) {
    if (process.starts() > 0) continue;
    if (auto launched = launch(process); !launched) return launched;
  }
  return {};
}

Result<void> LiveWorld::meet_bare_peers() {
  for (const PartyName& party : plan_.scenario.topology.bare) {
    if (bare_peers_.contains(party)) continue;
    auto peer = ConnectedPeer::make({.party = party,
                                     .gateway = *PartyName::from_text(gateway_name),
                                     .address = fmt::format("127.0.0.1:{}", link_ports_.at(link_name(party))),
                                     .identity = pki_->identity_folder(party),
                                     .trust = trust_folder()},
                                    *plan_.book, queue_);
    if (!peer) return tl::unexpected(peer.error());
    bare_peers_.emplace(party, std::move(*peer));
  }
  return {};
}

void LiveWorld::advance(Instant now) {
  for (const auto& [party, peer] : bare_peers_) peer->advance(now);
}

bool LiveWorld::bare_peers_are_quiet() const {
  return std::ranges::all_of(bare_peers_, [](const auto& peer) { return peer.second->peer().is_quiet(); });
}

BarePeer* LiveWorld::bare_peer(const PartyName& party) {
  const auto found = bare_peers_.find(party);
  return found == bare_peers_.end() ? nullptr : &found->second->peer();
}

std::map<Uuid, std::uint32_t> LiveWorld::received_by_bare_peers() const {
  std::map<Uuid, std::uint32_t> all;
  for (const auto& [party, peer] : bare_peers_) {
    for (const auto& [id, times] : peer->peer().received()) all[id] += times;
  }
  return all;
}

void LiveWorld::reported(WorldProcess& by, const Reported& reported) {
  for (const v1::Report& report : reported.reports) {
    if (report.has_ready()) {
      by.note_ready();
      ++times_ready_;
      // It has forgotten that it was asked.
      if (not_quiet_.contains(by.name())) {
        v1::Command command;
        command.mutable_await_quiet()->set_token(quiet_token_);
        by.send(command);
      }
    }
    for (const v1::Event& event : report.events()) {
      if (event.kind() == v1::EVENT_KIND_LODGED) lodged_in_round_ = true;
    }
    if (report.has_quiet()) quiet_said(by, report.quiet().token());
  }
}

void LiveWorld::ask_quiet() {
  quiet_ = false;
  quiet_rounds_ = 0;
  begin_quiet_round();
}

void LiveWorld::begin_quiet_round() {
  ++quiet_rounds_;
  lodged_in_round_ = false;
  v1::Command command;
  command.mutable_await_quiet()->set_token(++quiet_token_);
  for (WorldProcess& process : processes_) {
    if (process.role() != WorldProcess::Role::nodes) continue;
    not_quiet_.insert(process.name());
    process.send(command);
  }
  if (not_quiet_.empty()) quiet_ = true;
}

void LiveWorld::quiet_said(const WorldProcess& by, std::uint64_t token) {
  if (token != quiet_token_ || not_quiet_.erase(by.name()) == 0 || !not_quiet_.empty()) return;
  // One host may have been quiet before an answer was asked of it by another: so all are asked again, until
  // nothing is begun while they are.
  const bool alone = processes_.size() <= 2;
  if (alone || (quiet_rounds_ > 1 && !lodged_in_round_)) {
    quiet_ = true;
  } else {
    begin_quiet_round();
  }
}

Result<void> LiveWorld::ended(WorldProcess& process, const ProcessEnded& end) {
  if (!process.note_end(end)) return {};
  if (process.role() == WorldProcess::Role::gateway) gateway_port_ = 0;
  note_processes();
  if (stopping_ || process.is_kept_away()) return {};
  if (process.end_is_expected()) return launch(process);
  const fs::path log = folder_.log(process.name());
  const std::string words = last_line(log);
  const std::string what = fmt::format("the process {} {}{}{}", process.name(), end.exit.words(),
                                       words.empty() ? "" : "; its last words: ", words);
  if (!plan_.scenario.processes.restart) return failure(v1::PROCESS_FAILED, what, log.string());
  if (process.starts_without_ready() > most_starts_without_ready) {
    return failure(v1::PROCESS_FAILED, fmt::format("{} (started {} times)", what, process.starts()),
                   log.string());
  }
  return launch(process);
}

void LiveWorld::kill(WorldProcess& process, bool keep_away) {
  process.expect_end();
  process.keep_away(keep_away);
  process.signal(SIGKILL);
}

Result<void> LiveWorld::let_return(WorldProcess& process) {
  if (!process.is_kept_away()) return {};
  process.keep_away(false);
  // Where its end has not been heard of yet, that starts it.
  return process.is_running() || stopping_ ? Result<void>() : launch(process);
}

void LiveWorld::restart(WorldProcess& process) {
  process.expect_end();
  process.close_input();
  process.signal(SIGTERM);
}

bool LiveWorld::is_ready() const {
  return std::ranges::all_of(processes_, [](const WorldProcess& process) { return process.is_ready(); });
}

bool LiveWorld::is_ready(const PartyName& party) const {
  const WorldProcess* host = host_of(party);
  return host == nullptr ? bare_peers_.contains(party) : host->is_ready();
}

void LiveWorld::send(const PartyName& party, const v1::Command& command) {
  if (WorldProcess* host = host_of(party)) return host->send(command);
  BarePeer* peer = bare_peer(party);
  if (peer != nullptr && command.has_ask_document()) peer->tell_document(command.ask_document());
}

void LiveWorld::send_to_all(const v1::Command& command) {
  for (WorldProcess& process : processes_) {
    if (process.role() == WorldProcess::Role::nodes) process.send(command);
  }
}

std::size_t LiveWorld::bytes_to_send(const PartyName& party) const {
  const WorldProcess* host = host_of(party);
  return host == nullptr ? 0 : host->bytes_to_send();
}

void LiveWorld::note_processes() {
  std::vector<RunFolder::RunningProcess> rows;
  for (const WorldProcess& process : processes_) {
    if (process.is_running()) rows.push_back({process.name(), process.pid(), process.starts()});
  }
  // For those who look on from outside; the run itself does not need it.
  (void)folder_.write_processes(rows);
}

void LiveWorld::begin_costs() {
  for (WorldProcess& process : processes_) process.begin_cost();
}

void LiveWorld::end_costs() {
  for (WorldProcess& process : processes_) process.end_cost();
}

std::vector<ProcessRow> LiveWorld::process_rows() const {
  std::vector<ProcessRow> rows;
  for (const WorldProcess& process : processes_) rows.push_back(process.row());
  return rows;
}

std::vector<LinkRow> LiveWorld::link_rows() const {
  std::vector<LinkRow> rows;
  for (const auto& [name, port] : link_ports_) {
    const LinkTraffic traffic = links_.traffic(name);
    rows.push_back({name, traffic.bytes_up, traffic.bytes_down, traffic.connections});
  }
  return rows;
}

void LiveWorld::stop(Duration patience, const OnHappening& on_happening) {
  stopping_ = true;
  for (const auto& [party, peer] : bare_peers_) peer->stop();
  // The nodes at once, and then the gateway.
  for (WorldProcess& process : processes_) {
    // One that is frozen would not hear.
    process.signal(SIGCONT);
    if (process.role() != WorldProcess::Role::nodes) continue;
    process.close_input();
    process.signal(SIGTERM);
  }
  for (WorldProcess& process : processes_) {
    if (process.role() == WorldProcess::Role::nodes) wait_for_end(process, patience, on_happening);
  }
  gateway().signal(SIGTERM);
  wait_for_end(gateway(), patience, on_happening);
}

void LiveWorld::wait_for_end(WorldProcess& process, Duration patience, const OnHappening& on_happening) {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(patience.microseconds);
  bool killed = false;
  while (process.is_running()) {
    for (const Happening& happening : queue_.take(deadline)) {
      // A second Ctrl-C: no more patience.
      if (std::holds_alternative<StopAsked>(happening)) deadline = std::chrono::steady_clock::now();
      (void)handle(happening);
      on_happening(happening);
    }
    if (process.is_running() && !killed && std::chrono::steady_clock::now() >= deadline) {
      process.signal(SIGKILL);
      killed = true;
      deadline += std::chrono::hours(1);
    }
  }
}

}  // namespace gnc::scenarios
