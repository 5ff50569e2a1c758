#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/stop_signals.h"
#include "scenarios/virtual/fuzz.h"

namespace gnc::cli {
namespace {

struct FuzzArguments {
  std::string seeds = "1..500";
  std::string out = "fuzz";
  std::size_t shrink = 400;
  double minutes = 0;
  bool digests = false;
  bool quiet = false;
};

struct SeedRange {
  std::uint64_t first = 0, last = 0;
};

// "7" or "1..500".
std::optional<SeedRange> parse_seeds(std::string_view text) {
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return {};
    return value;
  };
  const std::size_t dots = text.find("..");
  const auto first = number(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : number(text.substr(dots + 2));
  if (!first || !last || *last < *first) return std::nullopt;
  return SeedRange{*first, *last};
}

// Makes the failing scenario small, writes it, and says what it breaks.
int show_failure(const FuzzArguments& arguments, std::uint64_t seed, const scenarios::FuzzResult& result) {
  fmt::print("seed {}: {}\n", seed, result.broken.front());
  const scenarios::FuzzCase smallest = scenarios::shrink(scenarios::FuzzCase::of(seed), arguments.shrink);
  const std::filesystem::path folder = std::filesystem::path(arguments.out) / fmt::format("seed-{}", seed);
  if (auto written = smallest.write(folder); !written) return report_error(written.error());
  const scenarios::FuzzResult again = scenarios::play(smallest);
  for (const std::string& broken : again.broken) fmt::print("  {}\n", broken);
  fmt::print("  {} administrations, {} agreements, {} workloads, {} faults: {}\n", smallest.parties.size(),
             smallest.pacts.size(), smallest.traffic.size(), smallest.faults.size(),
             (folder / "scenario.yaml").string());
  std::fflush(stdout);  // it may be long until the next one
  return held;
}

// How far it has come, on a terminal, twice a second.
class Progress {
 public:
  explicit Progress(bool wanted) : wanted_(wanted && isatty(STDERR_FILENO) != 0) {}

  void played(std::uint64_t seed, double seconds) {
    ++seeds_;
    if (!wanted_ || seconds < next_) return;
    next_ = seconds + 0.5;
    fmt::print(stderr, "\r{} seeds, the last of them {}, in {:.0f} s; Ctrl-C ends it", seeds_, seed, seconds);
    shown_ = true;
  }
  // What follows begins on a line of its own.
  void clear() {
    if (std::exchange(shown_, false)) fmt::print(stderr, "\r\x1b[K");
  }

 private:
  const bool wanted_;
  bool shown_ = false;
  double next_ = 0;
  std::uint64_t seeds_ = 0;
};

int fuzz(const FuzzArguments& arguments) {
  const auto seeds = parse_seeds(arguments.seeds);
  if (!seeds) {
    report_error({v1::USAGE, fmt::format("--seeds is \"{}\"", arguments.seeds), "--seeds",
                  "Give one seed like 7, or a range like 1..500."});
    return input_wrong;
  }
  const auto began = std::chrono::steady_clock::now();
  const auto elapsed = [began] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  };
  scenarios::HappeningQueue signals;
  const scenarios::StopSignals stop(signals);
  Progress progress(!arguments.quiet);
  bool stopped = false;
  int trouble = held;
  const scenarios::FuzzReport report = scenarios::fuzz(
      seeds->first, seeds->last, [&](std::uint64_t seed, const scenarios::FuzzResult& result) {
        if (arguments.digests) fmt::print("{} {:016x}\n", seed, result.digest);
        if (!result.broken.empty()) {
          progress.clear();
          trouble = std::max(trouble, show_failure(arguments, seed, result));
        }
        progress.played(seed, elapsed());
        stopped = !signals.take(std::chrono::steady_clock::now()).empty();
        return !stopped && trouble == held && (arguments.minutes == 0 || elapsed() < arguments.minutes * 60);
      });
  progress.clear();
  if (trouble != held) return trouble;
  if (!arguments.quiet) {
    fmt::print(stderr, "{} seeds, {} exchanges and {} events in {:.1f} s: {} failed\n", report.seeds,
               report.exchanges, report.events, elapsed(), report.failed.size());
  }
  if (!report.failed.empty()) return not_held;
  return stopped ? interrupted : held;
}

}  // namespace

void add_fuzz(CLI::App& app, int& status) {
  auto arguments = std::make_shared<FuzzArguments>();
  CLI::App* command =
      app.add_subcommand("fuzz", "Play made-up scenarios in the virtual world and look for broken promises");
  command->add_option("--seeds", arguments->seeds, "One seed, or a range like 1..500");
  command->add_option("--out", arguments->out, "Where scenarios that fail are written, made small");
  command->add_option("--shrink", arguments->shrink, "Plays that making one small may take");
  command->add_option("--minutes", arguments->minutes, "End after so long; 0: when all seeds are played");
  command->add_flag("--digests", arguments->digests, "Print the digest of each seed's record");
  command->add_flag("--quiet", arguments->quiet, "Print failures only");
  command->callback([arguments, &status] { status = fuzz(*arguments); });
}

}  // namespace gnc::cli
