#pragma once

#include <CLI/CLI.hpp>

// The commands of the gncsim binary: one add_* function and one file each.
namespace gnc::cli {

// Exit statuses (docs/architecture.md).
enum ExitStatus : int {
  held = 0,               // all expectations held; done
  not_held = 1,           // an expectation, or what was checked, did not hold
  input_wrong = 2,        // the command line or a file
  environment_wrong = 3,  // ports, disk, processes
  generator_late = 4,     // the result is invalid
  interrupted = 105,
};

// Each adds one subcommand, whose callback sets `status`.
void add_audit(CLI::App& app, int& status);
void add_block(CLI::App& app, int& status);
void add_calibrate(CLI::App& app, int& status);
void add_compare(CLI::App& app, int& status);
void add_completion(CLI::App& app, int& status);
void add_conform(CLI::App& app, int& status);
void add_convert(CLI::App& app, int& status);
void add_dead_letters(CLI::App& app, int& status);
void add_demo(CLI::App& app, int& status);
void add_diagnose(CLI::App& app, int& status);
void add_diff(CLI::App& app, int& status);
void add_doctor(CLI::App& app, int& status);
void add_errors(CLI::App& app, int& status);
void add_export(CLI::App& app, int& status);
void add_explain(CLI::App& app, int& status);
void add_fuzz(CLI::App& app, int& status);
void add_gateway(CLI::App& app, int& status);
void add_help(CLI::App& app, int& status);
void add_init(CLI::App& app, int& status);
void add_latency(CLI::App& app, int& status);
void add_node(CLI::App& app, int& status);
void add_pki(CLI::App& app, int& status);
void add_replay(CLI::App& app, int& status);
void add_report(CLI::App& app, int& status);
void add_run(CLI::App& app, int& status);
void add_schema(CLI::App& app, int& status);
void add_validate(CLI::App& app, int& status);

}  // namespace gnc::cli
