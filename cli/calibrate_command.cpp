#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "cli/commands.h"
#include "cli/first_scenario.h"
#include "cli/report_error.h"
#include "cli/scratch_folder.h"
#include "gnc/v1/errors.pb.h"
#include "scenarios/calibration/calibration.h"
#include "scenarios/calibration/machine_load.h"
#include "scenarios/engine/fidelity.h"
#include "scenarios/engine/run_folder.h"

namespace gnc::cli {
namespace {

namespace fs = std::filesystem;

struct CalibrateArguments {
  std::string out = "costs.yaml";
  std::string folder = ".";
  double seconds = 4;
  bool keep = false;
  bool quiet = false;
};

void warn_when_busy() {
  const scenarios::MachineLoad load;
  // Over a second: the kernel counts in hundredths.
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const double others = load.of_others();
  if (others <= scenarios::busy_share) return;
  fmt::print(
      stderr,
      "CAUTION: others take {:.0f} % of this machine's processors. The figures will not be those of the "
      "machine alone, and the file will say so. Measure again when it is quiet.\n",
      others * 100);
}

int calibrate(const CalibrateArguments& arguments) {
  if (fs::exists(arguments.out)) {
    return report_error({v1::FILE_UNWRITABLE, "there is such a file already", arguments.out,
                         "Name another with --out; a profile is never written over."});
  }
  using enum ScratchFolder::Afterwards;
  // What counts is the disk that it is on.
  const ScratchFolder folder(arguments.folder, "calibration", arguments.keep ? keep : remove);
  if (folder.path().empty()) {
    return report_error({v1::FILE_UNWRITABLE, "no folder can be made there", arguments.folder,
                         "Name a folder that can be written to with --folder."});
  }
  if (auto written = write_first_scenario(folder.path()); !written) return report_error(written.error());
  if (!arguments.quiet) warn_when_busy();
  const auto profile = scenarios::calibrate(
      {folder.path(), fs::read_symlink("/proc/self/exe"), GNC_VERSION, arguments.seconds},
      [&arguments](std::string_view what) {
        if (!arguments.quiet) fmt::print(stderr, "measuring: {}\n", what);
      });
  if (!profile) return report_error(profile.error());
  if (auto written = scenarios::write_file(arguments.out, to_yaml(*profile)); !written) {
    return report_error(written.error());
  }
  if (!arguments.quiet) {
    fmt::print(stderr, "quiet: {}\nUse it: gncsim run SCENARIO --world both --costs {}\n",
               profile->conditions.at("quiet"), arguments.out);
  }
  fmt::print("{}\n", arguments.out);
  return held;
}

}  // namespace

void add_calibrate(CLI::App& app, int& status) {
  auto arguments = std::make_shared<CalibrateArguments>();
  CLI::App* command =
      app.add_subcommand("calibrate", "Measure what things cost on this machine, for the virtual world");
  command->add_option("--out", arguments->out, "The cost profile that is written (default: costs.yaml)");
  command->add_option("--folder", arguments->folder, "Where it is measured: on the disk that runs will use")
      ->check(CLI::ExistingDirectory);
  command->add_option("--seconds", arguments->seconds, "How long each of the loads goes on (default: 4)")
      ->check(CLI::Range(0.2, 600.0));
  command->add_flag("--keep", arguments->keep, "Leave the folder with the runs that were measured");
  command->add_flag("--quiet", arguments->quiet, "Show no progress");
  command->footer(
      "Takes about ten times --seconds. End what else runs before: the file says how busy others kept the\n"
      "machine. How near the virtual world then is, `gncsim run --world both` says (docs/fidelity.md).");
  command->callback([arguments, &status] { status = calibrate(*arguments); });
}

}  // namespace gnc::cli
