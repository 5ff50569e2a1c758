#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "cli/mistakes.h"
#include "cli/report_error.h"
#include "cli/scratch_folder.h"
#include "cli/training_page.h"
#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/run_folder.h"
#include "scenarios/training/exported_page.h"

// demo, replay and export: three ways to the training page.
namespace gnc::cli {
namespace {

namespace fs = std::filesystem;

struct ReplayArguments {
  RecordingSource source;
  PageArguments page;
  std::string world = "virtual";
  std::string output;
};

// In memory where it can be: certificates are made for each play, and somebody waits at the page.
fs::path quick_folder() {
  const fs::path memory = "/dev/shm";
  return access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
}

// Loads what is asked for, and goes on with it.
template <class Then>
int with_recording(const RecordingSource& source, const Then& then) {
  const ScratchFolder scratch(quick_folder(), "gncsim-page");
  if (scratch.path().empty()) {
    return report_error({v1::FILE_UNWRITABLE,
                         "no folder can be made for the run's certificates",
                         quick_folder().string(),
                         {}});
  }
  scenarios::Repertoire repertoire(GNC_VERSION, scratch.path());
  auto loaded = load_recording(source, scratch.path(), repertoire);
  if (!loaded) {
    fmt::print(stderr, "{}", mistakes_text(loaded.error()));
    return input_wrong;
  }
  return then(repertoire, std::move(*loaded));
}

int export_to_file(const ReplayArguments& arguments) {
  return with_recording(arguments.source,
                        [&arguments](const scenarios::Repertoire& repertoire, const auto&) -> int {
                          const scenarios::Recording& recording = repertoire.recording(0);
                          const auto page = scenarios::exported_page(recording);
                          if (!page) return report_error(page.error());
                          fs::path file = arguments.output;
                          if (file.empty()) file = fs::path(recording.id).filename().string() + ".html";
                          if (auto written = scenarios::write_file(file, *page); !written)
                            return report_error(written.error());
                          fmt::print("{}\n", file.string());
                          return held;
                        });
}

void add_source_options(CLI::App& command, RecordingSource& source) {
  command.add_option("--seed", source.seed, "Of a scenario: instead of its own seed");
  command
      .add_option(
          "--set", source.overrides,
          "Of a scenario: PATH=VALUE instead of what it says, like workload.0.arrivals.rate=400/s; may "
          "be given again")
      ->allow_extra_args(false);
}

}  // namespace

void add_demo(CLI::App& app, int& status) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* command =
      app.add_subcommand("demo", "Show a scenario in the training page: see it, stop it, break it");
  command->add_option("scenario", arguments->source.what,
                      "The scenario's file (default: the first of the lessons that gncsim carries)");
  add_source_options(*command, arguments->source);
  auto* world = command
                    ->add_option("--world", arguments->world,
                                 "What it is played in: simulated time (virtual), or real processes on this "
                                 "machine that one watches while they run (live) (default: virtual)")
                    ->check(CLI::IsMember({"virtual", "live"}));
  command->add_option("--out", arguments->page.out, "The live run's folder (default: runs/<scenario>-<time>)")
      ->needs(world);
  add_page_options(*command, arguments->page);
  command->footer(
      "The virtual world plays it at once; the page replays what happened, and can play it again with one "
      "more\n"
      "fault. A live run begins when the page says so, leaves a folder as gncsim run does, and can be paused "
      "and\n"
      "broken while it runs. The address is printed; what follows # in it allows to change the run. Ctrl-C "
      "ends it.\n"
      "\n"
      "  gncsim demo                                       the lessons\n"
      "  gncsim demo scenarios/export-import.yaml --seed 3\n"
      "  gncsim demo scenarios/slow-link.yaml --world live   real processes, as they run");
  arguments->source.with_shelf = true;
  command->callback([arguments, &status] {
    arguments->source.live = arguments->world == "live";
    status = with_recording(arguments->source, [&arguments](scenarios::Repertoire& repertoire, auto first) {
      return serve_page(repertoire, arguments->page, std::move(first));
    });
  });
}

void add_replay(CLI::App& app, int& status) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* command = app.add_subcommand("replay", "Replay a finished run in the training page");
  command->add_option("run", arguments->source.what, "The run's folder, or a scenario to be played virtually")
      ->required();
  add_source_options(*command, arguments->source);
  add_page_options(*command, arguments->page);
  command->callback([arguments, &status] {
    status = with_recording(arguments->source, [&arguments](scenarios::Repertoire& repertoire, const auto&) {
      return serve_page(repertoire, arguments->page);
    });
  });
}

void add_export(CLI::App& app, int& status) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* command =
      app.add_subcommand("export", "Write a run as one HTML file that replays anywhere, with no server");
  command->add_option("run", arguments->source.what, "The run's folder, or a scenario to be played virtually")
      ->required();
  command->add_option("-o,--out", arguments->output, "The file (default: the run's name and .html)");
  add_source_options(*command, arguments->source);
  command->callback([arguments, &status] { status = export_to_file(*arguments); });
}

}  // namespace gnc::cli
