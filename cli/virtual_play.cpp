#include "cli/virtual_play.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "cli/report_error.h"
#include "gnc/v1/errors.pb.h"
#include "model/yaml/yaml_table.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::cli {
namespace {

scenarios::VirtualOptions options_of(const scenarios::RunPlan& plan, const scenarios::RunFolder& folder,
                                     const VirtualArguments& arguments) {
  scenarios::VirtualOptions options;
  options.version = GNC_VERSION;
  options.world = scenarios::settings_of(plan.scenario, arguments.profile);
  options.world.real_signatures = arguments.signatures == "real";
  options.world.pki = folder.path() / "pki";
  options.until_event = arguments.until_event;
  options.until_time = arguments.until_time;
  return options;
}

}  // namespace

void add_virtual_options(CLI::App& command, VirtualArguments& arguments) {
  command.add_option("--until", arguments.until,
                     "Virtual world: stop there and show how the parties stand; the number of an event, or a "
                     "time since the start like 1.5s");
  command.add_option("--signatures", arguments.signatures, "Virtual world: what seals are made of")
      ->check(CLI::IsMember({"modelled", "real"}));
  command.add_option("--costs", arguments.costs,
                     "Virtual world: a file of service times, instead of the built-in ones");
}

std::vector<Error> read_virtual_arguments(VirtualArguments& arguments, std::string_view world) {
  std::vector<Error> mistakes;
  if (world == "live") {
    if (!arguments.until.empty() || !arguments.costs.empty() || arguments.signatures != "modelled") {
      mistakes.push_back({v1::USAGE,
                          "--until, --costs and --signatures are for the virtual world",
                          {},
                          "Add --world virtual."});
    }
    return mistakes;
  }
  if (world == "both" && !arguments.until.empty()) {
    mistakes.push_back(
        {v1::USAGE, "--until is for the virtual world alone", "--until", "Add --world virtual."});
  }
  if (!arguments.costs.empty()) {
    auto profile = scenarios::read_cost_profile(arguments.costs);
    if (profile) {
      arguments.profile = std::move(*profile);
    } else {
      mistakes = std::move(profile.error());
    }
  }
  if (arguments.until.empty()) return mistakes;
  std::uint64_t event = 0;
  const char* end = arguments.until.data() + arguments.until.size();
  const auto read = std::from_chars(arguments.until.data(), end, event);
  if (read.ec == std::errc{} && read.ptr == end) {
    arguments.until_event = event;
  } else if (const auto time = model::parse_duration(arguments.until)) {
    arguments.until_time = *time;
  } else {
    mistakes.push_back({v1::USAGE, fmt::format("--until is \"{}\"", arguments.until), "--until",
                        "Give the number of an event, or a time since the start like 1.5s."});
  }
  return mistakes;
}

Result<scenarios::RunReport> play_virtual(const scenarios::RunPlan& plan, scenarios::RunFolder& folder,
                                          const VirtualArguments& arguments, bool keep_going, bool quiet) {
  scenarios::VirtualOptions options = options_of(plan, folder, arguments);
  options.keep_going = keep_going;
  const auto began = std::chrono::steady_clock::now();
  auto outcome = scenarios::play_virtual(plan, &folder, options);
  if (!outcome) return tl::unexpected(outcome.error());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  if (!quiet) {
    fmt::print(stderr, "{:.1f} s of virtual time and {} events in {:.2f} s: {:.0f} exchanges a second\n",
               outcome->report.took_seconds, outcome->events, took.count(),
               static_cast<double>(outcome->report.exchange.submitted) / took.count());
  }
  return std::move(outcome->report);
}

int show_state(const scenarios::RunPlan& plan, scenarios::RunFolder& folder,
               const VirtualArguments& arguments) {
  const auto outcome = scenarios::play_virtual(plan, &folder, options_of(plan, folder, arguments));
  if (!outcome) return report_error(outcome.error());
  fmt::print("{}", outcome->state.value_or(""));
  return held;
}

}  // namespace gnc::cli
