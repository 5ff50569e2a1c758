#include <algorithm>
#include <array>
#include <csignal>
#include <iostream>
#include <map>
#include <optional>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/fault_control.h"
#include "cli/input_file.h"
#include "cli/report_error.h"
#include "cli/seed.h"
#include "gnc/v1/errors.pb.h"
#include "model/agreement/business_time.h"
#include "model/yaml/yaml_node.h"
#include "nodes/serve/control_input.h"
#include "nodes/serve/control_output.h"
#include "nodes/serve/node_host.h"
#include "nodes/window/message_names.h"
#include "nodes/window/profile_reader.h"
#include "nodes/window/window_business.h"
#include "proto/types/system_clock.h"

namespace gnc::cli {
namespace {

struct NodeOptions {
  std::vector<std::string> parties;
  std::string gateway_name = "gateway/hub";
  std::string trust;
  std::string store;
  std::vector<std::string> blocks;
  std::vector<std::string> agreements;
  std::vector<std::string> profiles;
  std::string events = "full";
  std::uint64_t life_seconds = 3600;
  std::uint32_t credit = 4096;
  double business_clock = 1;
  std::optional<std::uint64_t> seed;
  bool control = false;
  bool faults = false;
};

const std::map<std::string, nodes::EventDetail> details{{"full", nodes::EventDetail::full},
                                                        {"stages", nodes::EventDetail::stages},
                                                        {"none", nodes::EventDetail::none}};

// "NZ,identity=DIR,gateway=127.0.0.1:7000"
Result<nodes::HostParty> read_party(const std::string& text) {
  const auto wrong = [&](std::string detail) {
    return failure(v1::USAGE, std::move(detail), "--party " + text,
                   "Write --party NZ,identity=DIR,gateway=HOST:PORT.");
  };
  const std::size_t comma = text.find(',');
  const auto name = PartyName::from_text(text.substr(0, comma));
  if (!name) return wrong("it does not begin with a party's name");
  nodes::HostParty party{*name, {}, {}};
  for (std::size_t at = comma; at != std::string::npos;) {
    // A folder's name may hold a comma.
    const std::size_t next = std::min(text.find(",identity=", at + 1), text.find(",gateway=", at + 1));
    const std::string item = text.substr(at + 1, next == std::string::npos ? next : next - at - 1);
    at = next;
    const std::size_t equals = item.find('=');
    const std::string key = item.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : item.substr(equals + 1);
    if (key == "identity") {
      party.identity = value;
    } else if (key == "gateway") {
      party.gateway_address = value;
    } else {
      return wrong(fmt::format("\"{}\" is neither identity nor gateway", key));
    }
  }
  if (party.identity.empty()) return wrong("it names no identity");
  if (party.gateway_address.empty()) return wrong("it names no gateway");
  return party;
}

// "CN=FILE" for each party that does customs' work; the others check the data model alone.
Result<std::map<std::string, std::shared_ptr<const window::Profile>>> read_profiles(
    const NodeOptions& options, const std::vector<nodes::HostParty>& parties,
    const model::AgreementBook& book) {
  std::map<std::string, std::shared_ptr<const window::Profile>> profiles;
  for (const std::string& text : options.profiles) {
    const std::size_t equals = text.find('=');
    const std::string party = text.substr(0, equals);
    const bool known =
        std::ranges::any_of(parties, [&](const nodes::HostParty& each) { return each.name.text() == party; });
    if (equals == std::string::npos || !known) {
      return failure(v1::USAGE, fmt::format("\"{}\" is not a party of this host", party), "--profile " + text,
                     "Write --profile CN=FILE.");
    }
    const std::string file = text.substr(equals + 1);
    const auto input = read_input(file, model::YamlLimits{}.max_bytes);
    if (!input) return tl::unexpected(input.error());
    auto profile = window::parse_profile(input->bytes, file);
    if (!profile) {
      for (std::size_t i = 0; i + 1 < profile.error().size(); ++i) report_error(profile.error()[i]);
      return tl::unexpected(profile.error().back());
    }
    const auto unknown = window::unknown_messages(input->bytes, file, *PartyName::from_text(party), book);
    if (!unknown.empty()) {
      for (std::size_t i = 0; i + 1 < unknown.size(); ++i) report_error(unknown[i]);
      return tl::unexpected(unknown.back());
    }
    profiles[party] = std::make_shared<const window::Profile>(std::move(*profile));
  }
  return profiles;
}

Result<nodes::NodeHostConfig> read_config(const NodeOptions& options) {
  const auto gateway = PartyName::from_text(options.gateway_name);
  if (!gateway || !gateway->is_gateway()) {
    return failure(v1::USAGE, "it is not a gateway's name", "--gateway-name " + options.gateway_name,
                   "Write --gateway-name gateway/hub.");
  }
  nodes::NodeHostConfig config{.parties = {}, .gateway = *gateway, .agreements = nullptr};
  for (const std::string& text : options.parties) {
    auto party = read_party(text);
    if (!party) return tl::unexpected(party.error());
    config.parties.push_back(std::move(*party));
  }
  const std::vector<std::filesystem::path> blocks(options.blocks.begin(), options.blocks.end());
  const std::vector<std::filesystem::path> agreements(options.agreements.begin(), options.agreements.end());
  auto book = model::AgreementBook::load(blocks, agreements, options.business_clock);
  if (!book) {
    for (std::size_t i = 0; i + 1 < book.error().size(); ++i) report_error(book.error()[i]);
    return tl::unexpected(book.error().back());
  }
  config.agreements = std::move(*book);
  auto profiles = read_profiles(options, config.parties, *config.agreements);
  if (!profiles) return tl::unexpected(profiles.error());
  config.business = [profiles = std::move(*profiles), book = config.agreements](const PartyName& party) {
    const auto profile = profiles.find(party.text());
    return window::business_of(profile == profiles.end() ? nullptr : profile->second, *book, party);
  };
  config.trust = options.trust;
  config.store = options.store;
  config.events = details.at(options.events);
  config.delivery_credit = options.credit;
  config.default_life = model::scaled_life(
      Duration::from_seconds(static_cast<std::int64_t>(options.life_seconds)), options.business_clock);
  config.seed = seed_or_chance(options.seed);
  return config;
}

// What a host tells where nobody drives it: a line on standard output when it is ready, the rest on stderr.
class PlainOutput final : public nodes::HostListener {
 public:
  explicit PlainOutput(std::function<void()> failed) : failed_(std::move(failed)) {}

  void events(const PartyName& party, std::span<const nodes::NodeEvent> events, Instant) override {
    for (const nodes::NodeEvent& event : events) {
      if (event.kind == v1::EVENT_KIND_CONNECTED) {
        std::cerr << fmt::format("{}: connected to {}\n", party.text(), event.peer ? event.peer->text() : "");
      } else if (event.kind == v1::EVENT_KIND_DISCONNECTED && event.words &&
                 event.words->reason != v1::ERROR_CODE_UNSPECIFIED) {
        std::cerr << fmt::format("{}: {}\n", party.text(),
                                 describe({event.words->reason, event.words->detail, {}, {}}));
      }
    }
  }
  void ready(const std::vector<PartyName>& connected) override {
    nlohmann::json line = {{"connected", nlohmann::json::array()}};
    for (const PartyName& party : connected) line["connected"].push_back(party.text());
    std::cout << "ready " << line.dump() << std::endl;
  }
  void quiet(std::uint64_t) override {}
  void status(const v1::HostStatus&) override {}
  void document(const v1::Document&) override {}
  void fault(const Error& error, bool fatal) override {
    report_error(error);
    if (fatal) failed_();
  }

 private:
  const std::function<void()> failed_;
};

// File descriptors that end the process's wait.
struct Wakers {
  int signals = -1;
  int failure = -1;
};

Wakers make_wakers() {
  // Blocked before any thread is made, so that all of them leave signals to the descriptor.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return {signalfd(-1, &stop, SFD_CLOEXEC), eventfd(0, EFD_CLOEXEC)};
}

// `faults` may be null: then what a scenario's faults want is refused as any unknown command.
void carry_out(v1::Command command, nodes::NodeHost& host, FaultControl* faults) {
  if (faults == nullptr || !command.has_inject()) return host.command(std::move(command));
  const v1::Inject& inject = command.inject();
  faults->take(inject);
  if (!inject.has_slow_business()) return;
  const v1::Inject::SlowBusiness& slow = inject.slow_business();
  const Duration for_each{static_cast<std::int64_t>(slow.for_each_us())};
  if (const auto party = PartyName::from_text(slow.party())) host.pace_business(*party, for_each);
}

// Until a signal, a failure, or the end of the commands.
Result<void> serve(nodes::NodeHost& host, const Wakers& wakers, bool control, FaultControl* faults) {
  nodes::ControlInput input;
  std::array<char, 1 << 16> buffer;
  while (true) {
    std::array<pollfd, 3> waits{
        {{wakers.signals, POLLIN, 0}, {wakers.failure, POLLIN, 0}, {control ? STDIN_FILENO : -1, POLLIN, 0}}};
    if (poll(waits.data(), waits.size(), -1) < 0) continue;
    if (waits[0].revents != 0 || waits[1].revents != 0) return {};
    if (waits[2].revents == 0) continue;
    const ssize_t got = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {};
    auto commands = input.take({buffer.data(), static_cast<std::size_t>(got)});
    if (!commands) return tl::unexpected(commands.error());
    for (v1::Command& command : *commands) carry_out(std::move(command), host, faults);
  }
}

int run_node(const NodeOptions& options) {
  const Wakers wakers = make_wakers();
  auto config = read_config(options);
  if (!config) return report_error(config.error());
  const auto wake = [descriptor = wakers.failure] {
    const std::uint64_t one = 1;
    static_cast<void>(!write(descriptor, &one, sizeof one));
  };
  std::unique_ptr<FaultControl> faults;
  if (options.faults) {
    auto made = FaultControl::make();
    if (!made) return report_error(made.error());
    faults = std::move(*made);
    config->clock = [&faults] { return faults->now(); };
    config->event_clock = system_now;
  }
  std::unique_ptr<nodes::HostListener> listener;
  const nodes::ControlOutput* output = nullptr;
  if (options.control) {
    auto made = std::make_unique<nodes::ControlOutput>(STDOUT_FILENO, wake);
    output = made.get();
    listener = std::move(made);
  } else {
    listener = std::make_unique<PlainOutput>(wake);
    config->events = nodes::EventDetail::none;
  }
  Result<void> served;
  {
    auto host = nodes::NodeHost::start(std::move(*config), *listener);
    if (!host) {
      if (options.control) listener->fault(host.error(), false);
      return report_error(host.error());
    }
    served = serve(**host, wakers, options.control, faults.get());
  }
  if (!served) return report_error(served.error());
  return output != nullptr && output->host_failed() ? environment_wrong : held;
}

}  // namespace

constexpr std::string_view words_on_external_nodes =
    "A system of somebody else's, in any language, is a node where it keeps the contract: proto/gnc/v1\n"
    "(exchange.proto and what it imports) and docs/protocol.md. It dials the gateway over mutual TLS with a\n"
    "certificate of its party (gncsim pki), and needs nothing else of gncsim.\n"
    "\n"
    "1. Try it by itself: gncsim conform 127.0.0.1:7443 --party NZ writes a certificate, the trust folder, "
    "a\n"
    "   block and an agreement for it, waits for it, and says of each requirement whether it is met. A "
    "system\n"
    "   that only receives is tried with --recipient-only.\n"
    "2. Let it take part in a scenario: topology: {administrations: [NZ, CN], external: {CN: {port: "
    "7450}}}.\n"
    "   gncsim run writes external.json into the run's folder, which says where to dial and with what, and\n"
    "   waits until it has connected.\n"
    "3. Or let it dial a gateway of your own (gncsim gateway), step by step: docs/nodes.md.\n"
    "\n"
    "Where it does not connect, gncsim diagnose says which step fails. tests/external/node is such a system "
    "in\n"
    "Node.js.\n";

void add_node(CLI::App& app, int& status) {
  auto options = std::make_shared<NodeOptions>();
  CLI::App* command =
      app.add_subcommand("node", "Run the nodes of some parties: one process of a live world.");
  command->add_option("--party", options->parties, "NAME,identity=DIR,gateway=HOST:PORT; once for each party")
      ->required()
      ->allow_extra_args(false);
  command->add_option("--gateway-name", options->gateway_name, "The gateway's party name")
      ->capture_default_str();
  command->add_option("--trust", options->trust, "Folder of roots, issuers and CRLs")->required();
  command->add_option("--store", options->store, "Folder of node-host.db")->required();
  command->add_option("--block", options->blocks, "Utility blocks")->required()->check(CLI::ExistingFile);
  command->add_option("--agreement", options->agreements, "Agreements")->required()->check(CLI::ExistingFile);
  command
      ->add_option("--profile", options->profiles,
                   "PARTY=FILE: does customs' work as the profile says; once for each such party")
      ->allow_extra_args(false);
  command->add_option("--events", options->events, "How much to tell: full, stages, none")
      ->check(CLI::IsMember({"full", "stages", "none"}))
      ->capture_default_str();
  command
      ->add_option("--life", options->life_seconds,
                   "Seconds that an envelope lives where its lodging says nothing")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{366 * 24 * 3600}))
      ->capture_default_str();
  command
      ->add_option(
          "--credit", options->credit,
          "Envelopes that the gateway may have under way to each administration; the fewer, the sooner "
          "an urgent one overtakes")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command
      ->add_option("--business-clock", options->business_clock,
                   "Divide business durations (--life down to 10 s, the agreements' times) by this")
      ->check(CLI::Range(1e-3, 1e9))
      ->capture_default_str();
  command->add_option(
      "--seed", options->seed,
      "What waits and identifiers are drawn from; another at each start; left out: by chance");
  command->add_flag("--control", options->control,
                    "Take gnc.v1.Command on stdin, give gnc.v1.Report on stdout");
  command->add_flag_callback(
      "--external",
      [] {
        fmt::print("{}", words_on_external_nodes);
        throw CLI::Success();
      },
      "Say how a system of somebody else's takes a node's place, and end");
  // For scenarios' faults alone, and therefore in no help.
  command->add_flag("--faults", options->faults)->group("");
  command->callback([options, &status] { status = run_node(*options); });
}

}  // namespace gnc::cli
