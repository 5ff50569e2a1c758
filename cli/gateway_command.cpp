#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/fault_control.h"
#include "cli/report_error.h"
#include "cli/seed.h"
#include "gateway/serve/gateway.h"
#include "gateway/serve/log.h"
#include "model/agreement/agreement_book.h"
#include "nodes/serve/control_input.h"

namespace gnc::cli {
namespace {

struct GatewayArguments {
  std::string name;
  std::string listen;
  std::string metrics;
  std::filesystem::path identity, trust, store;
  std::vector<std::filesystem::path> blocks, agreements;
  double business_clock = 1;
  std::optional<std::uint64_t> seed;
  bool faults = false;
};

// Takes commands from standard input, as the scenario's faults give them.
class FaultInput {
 public:
  FaultInput(boost::asio::io_context& context, FaultControl& faults)
      : input_(context, ::dup(STDIN_FILENO)), faults_(faults) {
    read();
  }
  void stop() {
    boost::system::error_code ignored;
    input_.close(ignored);
  }

 private:
  void read() {
    input_.async_read_some(boost::asio::buffer(buffer_),
                           [this](boost::system::error_code error, std::size_t n) {
                             if (error) return;
                             const auto commands = commands_.take({buffer_.data(), n});
                             if (!commands) return static_cast<void>(report_error(commands.error()));
                             for (const v1::Command& command : *commands) faults_.take(command.inject());
                             read();
                           });
  }

  boost::asio::posix::stream_descriptor input_;
  FaultControl& faults_;
  nodes::ControlInput commands_;
  std::array<char, 4096> buffer_{};
};

// Every connection takes two descriptors; the usual soft limit of 1,024 is soon reached.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

using Definitions = tl::expected<std::shared_ptr<const model::AgreementBook>, std::vector<Error>>;

Definitions read_definitions(const GatewayArguments& arguments) {
  return model::AgreementBook::load(arguments.blocks, arguments.agreements, arguments.business_clock);
}

// Reads the definitions again whenever the operator asks (SIGHUP). With any mistake in them, those that are
// in force stay.
class DefinitionsAgain {
 public:
  DefinitionsAgain(boost::asio::io_context& io, const GatewayArguments& arguments, gateway::Gateway& gateway)
      : hangups_(io, SIGHUP), arguments_(arguments), gateway_(gateway) {
    wait();
  }

  void stop() { hangups_.cancel(); }

 private:
  void wait() {
    hangups_.async_wait([this](boost::system::error_code cancelled, int) {
      if (cancelled) return;
      const Definitions book = read_definitions(arguments_);
      if (book) gateway_.replace_agreements(*book);
      if (!book) {
        for (const Error& error : book.error()) report_error(error);
      }
      fmt::print("definitions {}\n", nlohmann::json{{"replaced", book.has_value()}}.dump());
      std::fflush(stdout);
      wait();
    });
  }

  boost::asio::signal_set hangups_;
  const GatewayArguments& arguments_;
  gateway::Gateway& gateway_;
};

int serve(const GatewayArguments& arguments) {
  // Batches are made on one thread and freed on another: an arena for each thread would keep their sum.
  ::mallopt(M_ARENA_MAX, 2);
  const auto name = PartyName::from_text(arguments.name);
  if (!name || !name->is_gateway()) {
    return report_error({v1::USAGE,
                         fmt::format("--name: '{}' is not a gateway's name", arguments.name),
                         {},
                         "Write gateway/hub."});
  }
  const Definitions book = read_definitions(arguments);
  if (!book) {
    for (const auto& error : book.error()) report_error(error);
    return input_wrong;
  }
  raise_descriptor_limit();
  gateway::take_over_grpc_log();

  // Signals are waited for before a thread is started, so that none is missed.
  boost::asio::io_context until_stopped;
  boost::asio::signal_set signals(until_stopped, SIGINT, SIGTERM);
  std::optional<Error> failed;
  std::unique_ptr<FaultControl> faults;
  std::optional<FaultInput> fault_input;
  std::optional<DefinitionsAgain> definitions_again;
  if (arguments.faults) {
    auto made = FaultControl::make();
    if (!made) return report_error(made.error());
    faults = std::move(*made);
    fault_input.emplace(until_stopped, *faults);
  }
  signals.async_wait([&](boost::system::error_code, int) {
    if (fault_input) fault_input->stop();
    if (definitions_again) definitions_again->stop();
  });

  gateway::GatewayOptions options{.core = {.name = *name, .parties = {}}};
  options.agreements = *book;
  options.identity = arguments.identity;
  options.trust = arguments.trust;
  options.store = arguments.store;
  options.listen = arguments.listen;
  options.metrics = arguments.metrics;
  options.seed = seed_or_chance(arguments.seed);
  // Before `ready` nobody knows the address; a line is written whole.
  if (faults) {
    options.on_connected = [](const PartyName& party) {
      fmt::print("connected {}\n", party.text());
      std::fflush(stdout);
    };
  }
  if (faults) options.clock = [&faults] { return faults->now(); };
  options.on_failure = [&](const Error& error) {
    boost::asio::post(until_stopped, [&, error] {
      failed = error;
      signals.cancel();
    });
  };
  auto started = gateway::Gateway::start(std::move(options));
  if (!started) return report_error(started.error());
  definitions_again.emplace(until_stopped, arguments, **started);
  nlohmann::ordered_json ready{{"address", (*started)->address()}};
  if (!arguments.metrics.empty()) ready["metrics"] = (*started)->metrics_address();
  fmt::print("ready {}\n", ready.dump());
  std::fflush(stdout);

  until_stopped.run();
  (*started)->stop();
  return failed ? report_error(*failed) : held;
}

}  // namespace

void add_gateway(CLI::App& app, int& status) {
  auto* command =
      app.add_subcommand("gateway", "Serve as a gateway between administrations until told to stop.");
  auto arguments = std::make_shared<GatewayArguments>();
  command->add_option("--name", arguments->name, "This gateway's party name (gateway/hub)")->required();
  command->add_option("--listen", arguments->listen, "HOST:PORT for nodes; port 0 takes a free one")
      ->default_val("127.0.0.1:7443");
  command->add_option("--identity", arguments->identity, "Folder with node.crt and node.key")->required();
  command->add_option("--trust", arguments->trust, "Folder with roots, issuers and revocation lists")
      ->required();
  command->add_option("--store", arguments->store, "Folder for gateway.db; created where there is none")
      ->required();
  command->add_option("--block", arguments->blocks, "Utility block (YAML)")->required();
  command->add_option("--agreement", arguments->agreements, "Agreement (YAML)")->required();
  command->add_option("--metrics", arguments->metrics, "HOST:PORT for metrics over HTTP; loopback is wise");
  command
      ->add_option("--business-clock", arguments->business_clock,
                   "Divide the agreements' times to answer by this")
      ->check(CLI::Range(1e-3, 1e9))
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "What waits are drawn from; left out: by chance");
  // For scenarios' faults alone, and therefore in no help.
  command->add_flag("--faults", arguments->faults)->group("");
  command->callback([arguments, &status] { status = serve(*arguments); });
}

}  // namespace gnc::cli
