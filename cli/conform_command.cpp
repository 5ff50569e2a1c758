#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "gateway/serve/log.h"
#include "gnc/v1/errors.pb.h"
#include "scenarios/conformance/conformance.h"

namespace gnc::cli {
namespace {

struct ConformArguments {
  std::string address;
  std::string party = "NZ";
  std::filesystem::path folder = "conformance";
  std::string format = "text";
  int wait_seconds = 60;
  bool list = false;
  bool recipient_only = false;
};

void tell_place(const scenarios::ConformancePlace& place) {
  fmt::print(stderr,
             "conform: listens on {} as {}; waits for the node of {}\n"
             "  identity   {}\n  trust      {}\n  block      {}\n  agreement  {}\n",
             place.address, place.gateway.text(), place.party.text(), place.identity.string(),
             place.trust.string(), place.block.string(), place.agreement.string());
}

int conform(const ConformArguments& arguments) {
  if (arguments.list) {
    fmt::print("{}", scenarios::requirements_markdown());
    return held;
  }
  if (arguments.address.empty()) {
    return report_error(
        {v1::USAGE, "conform: HOST:PORT is missing", {}, "Write gncsim conform 127.0.0.1:7443."});
  }
  const auto party = PartyName::from_text(arguments.party);
  if (!party || party->is_gateway()) {
    return report_error({v1::USAGE,
                         fmt::format("--party: '{}' is no party's name", arguments.party),
                         {},
                         "Write NZ or NZ/health."});
  }
  gateway::take_over_grpc_log();
  scenarios::ConformanceOptions options{
      .address = arguments.address,
      .party = *party,
      .folder = arguments.folder,
      .listening = tell_place,
      .begun = [] { fmt::print(stderr, "conform: the node is here; this takes about half a minute\n"); }};
  options.patience.first_stream = Duration::from_seconds(arguments.wait_seconds);
  const auto findings = scenarios::try_conformance(options);
  if (!findings) return report_error(findings.error());
  const auto text = arguments.format == "json"    ? scenarios::findings_json
                    : arguments.format == "junit" ? scenarios::findings_junit
                                                  : scenarios::findings_text;
  fmt::print("{}", text(*findings, party->text()));
  return findings->hold(arguments.recipient_only) ? held : not_held;
}

}  // namespace

void add_conform(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<ConformArguments>();
  CLI::App* command = app.add_subcommand(
      "conform", "Try whether a node of others keeps the contract, as the gateway that it connects to");
  command->add_option("HOST:PORT", arguments->address,
                      "Where to listen for the node; port 0 takes a free one");
  command->add_option("--party", arguments->party, "The party that the node is")->capture_default_str();
  command
      ->add_option(
          "--out", arguments->folder,
          "Folder for the node's certificate, trust, block and agreement; used again where they are there")
      ->capture_default_str();
  command->add_option("--wait", arguments->wait_seconds, "Seconds until the node must have connected")
      ->check(CLI::Range(1, 24 * 3600))
      ->capture_default_str();
  command->add_option("--format", arguments->format, "text, json or junit")
      ->check(CLI::IsMember({"text", "json", "junit"}))
      ->capture_default_str();
  command->add_flag("--recipient-only", arguments->recipient_only,
                    "The node submits nothing: what is asked about submissions need not be reached");
  command->add_flag("--list", arguments->list, "Print the requirements, as docs/conformance.md has them");
  command->footer(
      "Says where it listens and what the node needs on standard error, and in DIR/conform.json.\n"
      "Exit status: 0 every requirement passed (with --recipient-only, of those that a recipient can meet), "
      "1 one "
      "failed\n"
      "or was not reached, 2 the command line, 3 the "
      "port or a "
      "file.");
  command->callback([arguments, &status] { status = conform(*arguments); });
}

}  // namespace gnc::cli
