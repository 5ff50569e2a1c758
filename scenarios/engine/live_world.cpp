#include "scenarios/engine/live_world.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/control_stream.h"
#include "trust/pki/pki.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr const char* gateway_name = "gateway/hub";
// A process that never gets ready is not started again for ever.
constexpr std::uint64_t most_starts_without_ready = 3;

Instant now() {
  return {std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

// Where the process is gone, its last words say more than its status.
std::string last_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string last;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

ProcessCost sum(const ProcessCost& a, const ProcessCost& b) {
  return {a.cpu_us + b.cpu_us, std::max(a.peak_memory_bytes, b.peak_memory_bytes)};
}

// Splits output into lines, and keeps what is not a line yet.
class LineReader {
 public:
  template <class OnLine>
  void take(std::string_view bytes, OnLine on_line) {
    pending_ += bytes;
    for (std::size_t end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n')) {
      on_line(pending_.substr(0, end));
      pending_.erase(0, end + 1);
    }
    // No line that means anything is this long.
    if (pending_.size() > 64 * 1024) pending_.clear();
  }

 private:
  std::string pending_;
};

}  // namespace

Result<std::unique_ptr<LiveWorld>> LiveWorld::create(const RunPlan& plan, RunFolder& folder, fs::path program,
                                                     HappeningQueue& queue) {
  std::unique_ptr<LiveWorld> world(new LiveWorld(plan, folder, std::move(program), queue));
  if (auto made = world->make_identities(); !made) return tl::unexpected(made.error());
  if (auto made = world->make_links(); !made) return tl::unexpected(made.error());
  return world;
}

LiveWorld::LiveWorld(const RunPlan& plan, RunFolder& folder, fs::path program, HappeningQueue& queue)
    : plan_(plan), folder_(folder), program_(std::move(program)), queue_(queue) {}

LiveWorld::~LiveWorld() = default;

fs::path LiveWorld::gateway_database() const { return folder_.path() / "gateway" / "gateway.db"; }
fs::path LiveWorld::node_database() const { return folder_.path() / "nodes" / "node-host.db"; }
fs::path LiveWorld::trust_folder() const { return folder_.path() / "pki" / "trust"; }

Result<void> LiveWorld::make_identities() {
  const Instant from = now() - Duration::from_seconds(3600);
  const trust::Validity validity{from, from + Duration::from_seconds(30 * 24 * 3600)};
  auto pki = trust::Pki::create(folder_.path() / "pki", validity);
  if (!pki) return tl::unexpected(pki.error());
  std::vector<PartyName> parties = plan_.scenario.topology.administrations;
  parties.push_back(*PartyName::from_text(gateway_name));
  for (const PartyName& party : parties) {
    if (auto issued = pki->issue({party, validity}); !issued) return tl::unexpected(issued.error());
  }
  return pki->publish_lists(now(), validity.until);
}

Result<void> LiveWorld::make_links() {
  for (const PartyName& party : plan_.scenario.topology.administrations) {
    const std::string name = link_name(party);
    const auto port = links_.add(name, plan_.scenario.topology.link_of(party), plan_.scenario.seed);
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
                                     (folder_.path() / "gateway").string()};
  add_definitions(arguments);
  return arguments;
}

std::vector<std::string> LiveWorld::node_arguments() const {
  std::vector<std::string> arguments{"node"};
  for (const PartyName& party : plan_.scenario.topology.administrations) {
    const fs::path identity = folder_.path() / "pki" / "identities" / party.text();
    arguments.insert(arguments.end(),
                     {"--party", fmt::format("{},identity={},gateway=127.0.0.1:{}", party.text(),
                                             identity.string(), link_ports_.at(link_name(party)))});
  }
  arguments.insert(arguments.end(), {"--gateway-name", gateway_name, "--trust", trust_folder().string(),
                                     "--store", (folder_.path() / "nodes").string(), "--control"});
  if (const auto credit = plan_.scenario.processes.credit; credit != 0) {
    arguments.insert(arguments.end(), {"--credit", fmt::format("{}", credit)});
  }
  add_definitions(arguments);
  return arguments;
}

Result<void> LiveWorld::start() { return launch(gateway_); }

Result<void> LiveWorld::launch(Process& process) {
  const std::uint64_t start = ++process.starts;
  const ProcessRole role = process.role;
  ChildProcess::OnOutput on_output;
  if (role == ProcessRole::gateway) {
    on_output = [this, start, lines = std::make_shared<LineReader>()](std::string_view bytes) {
      lines->take(bytes, [&](std::string line) {
        queue_.push(LineSaid{ProcessRole::gateway, start, std::move(line)});
      });
    };
  } else {
    on_output = [this, start, reader = std::make_shared<ReportReader>()](std::string_view bytes) {
      auto reports = reader->take(bytes);
      if (!reports) return queue_.push(ReportUnreadable{start});
      if (!reports->empty()) queue_.push(Reported{start, std::move(*reports)});
    };
  }
  // The one before has ended; its threads with it.
  process.child.reset();
  auto child = ChildProcess::start(
      {process.name, program_, role == ProcessRole::gateway ? gateway_arguments() : node_arguments(),
       folder_.log(process.name)},
      std::move(on_output), [this, role, start](const ProcessExit& exit) {
        queue_.push(ProcessEnded{role, start, exit});
      });
  if (!child) return tl::unexpected(child.error());
  process.child = std::move(*child);
  process.running = true;
  note_processes();
  return {};
}

Result<void> LiveWorld::handle(const Happening& happening) {
  if (const auto* said = std::get_if<LineSaid>(&happening)) {
    if (said->start == process(said->role).starts) return gateway_said(said->line);
  } else if (const auto* reported = std::get_if<Reported>(&happening)) {
    if (!is_current(reported->start)) return {};
    for (const v1::Report& report : reported->reports) {
      if (!report.has_ready()) continue;
      ready_ = true;
      ++times_ready_;
      nodes_.restarts_before_ready = 0;
    }
  } else if (const auto* unreadable = std::get_if<ReportUnreadable>(&happening)) {
    if (is_current(unreadable->start)) {
      return failure(v1::PROCESS_FAILED, "the node host says what is no report",
                     folder_.log("nodes").string());
    }
  } else if (const auto* end = std::get_if<ProcessEnded>(&happening)) {
    return ended(process(end->role), *end);
  }
  return {};
}

Result<void> LiveWorld::gateway_said(const std::string& line) {
  constexpr std::string_view word = "ready ";
  if (!line.starts_with(word)) return {};
  const auto json = nlohmann::json::parse(line.substr(word.size()), nullptr, false);
  const std::string address = json.is_object() ? json.value("address", "") : "";
  const auto colon = address.rfind(':');
  const unsigned long port =
      colon == std::string::npos ? 0 : std::strtoul(address.c_str() + colon + 1, nullptr, 10);
  if (port == 0 || port > 65535) {
    return failure(v1::PROCESS_FAILED, fmt::format("the gateway says no address: {}", line),
                   folder_.log("gateway").string());
  }
  for (const auto& [name, listening] : link_ports_) links_.aim(name, static_cast<std::uint16_t>(port));
  gateway_.restarts_before_ready = 0;
  if (nodes_.starts == 0) return launch(nodes_);
  return {};
}

Result<void> LiveWorld::ended(Process& process, const ProcessEnded& end) {
  if (end.start != process.starts) return {};
  process.running = false;
  process.ended = sum(process.ended, end.exit.cost);
  if (process.role == ProcessRole::nodes) ready_ = false;
  note_processes();
  if (stopping_) return {};
  const fs::path log = folder_.log(process.name);
  const std::string words = last_line(log);
  const std::string what = fmt::format("the process {} {}{}{}", process.name, end.exit.words(),
                                       words.empty() ? "" : "; its last words: ", words);
  if (!plan_.scenario.processes.restart) return failure(v1::PROCESS_FAILED, what, log.string());
  if (++process.restarts_before_ready > most_starts_without_ready) {
    return failure(v1::PROCESS_FAILED, fmt::format("{} (started {} times)", what, process.starts),
                   log.string());
  }
  return launch(process);
}

void LiveWorld::send(const v1::Command& command) {
  if (nodes_.running) nodes_.child->write(frame_command(command));
}

std::size_t LiveWorld::bytes_to_send() const { return nodes_.running ? nodes_.child->bytes_to_write() : 0; }

void LiveWorld::note_processes() {
  std::vector<RunFolder::RunningProcess> rows;
  for (const Process* process : {&gateway_, &nodes_}) {
    if (process->running) rows.push_back({process->name, process->child->pid(), process->starts});
  }
  // For those who look on from outside; the run itself does not need it.
  (void)folder_.write_processes(rows);
}

ProcessCost LiveWorld::cost_until_now(const Process& process) const {
  return process.running ? sum(process.ended, process.child->cost()) : process.ended;
}

void LiveWorld::begin_costs() {
  for (Process* process : {&gateway_, &nodes_}) process->baseline = cost_until_now(*process);
}

void LiveWorld::end_costs() {
  for (Process* process : {&gateway_, &nodes_}) process->total = cost_until_now(*process);
}

std::vector<ProcessRow> LiveWorld::process_rows() const {
  std::vector<ProcessRow> rows;
  for (const Process* process : {&gateway_, &nodes_}) {
    const ProcessCost& total = process->total;
    rows.push_back({process->name, total.cpu_us - std::min(total.cpu_us, process->baseline.cpu_us),
                    total.peak_memory_bytes, process->starts > 0 ? process->starts - 1 : 0});
  }
  return rows;
}

std::vector<LinkRow> LiveWorld::link_rows() const {
  std::vector<LinkRow> rows;
  for (const auto& [name, port] : link_ports_) {
    const LinkTraffic traffic = links_.traffic(name);
    rows.push_back({name, traffic.bytes_up, traffic.bytes_down});
  }
  return rows;
}

void LiveWorld::stop(Duration patience, const OnHappening& on_happening) {
  stopping_ = true;
  if (nodes_.running) {
    nodes_.child->close_input();
    nodes_.child->signal(SIGTERM);
    wait_for_end(nodes_, patience, on_happening);
  }
  if (gateway_.running) {
    gateway_.child->signal(SIGTERM);
    wait_for_end(gateway_, patience, on_happening);
  }
}

void LiveWorld::wait_for_end(Process& process, Duration patience, const OnHappening& on_happening) {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(patience.microseconds);
  bool killed = false;
  while (process.running) {
    for (const Happening& happening : queue_.take(deadline)) {
      // A second Ctrl-C: no more patience.
      if (std::holds_alternative<StopAsked>(happening)) deadline = std::chrono::steady_clock::now();
      (void)handle(happening);
      on_happening(happening);
    }
    if (process.running && !killed && std::chrono::steady_clock::now() >= deadline) {
      process.child->signal(SIGKILL);
      killed = true;
      deadline += std::chrono::hours(1);
    }
  }
}

}  // namespace gnc::scenarios
