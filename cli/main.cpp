#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/report_error.h"

int main(int argc, char** argv) {
  CLI::App app{"gncsim simulates Globally Networked Customs.", "gncsim"};
  app.set_version_flag("--version", GNC_VERSION);
  app.require_subcommand(1);
  int status = gnc::cli::held;
  gnc::cli::add_audit(app, status);
  gnc::cli::add_block(app, status);
  gnc::cli::add_calibrate(app, status);
  gnc::cli::add_compare(app, status);
  gnc::cli::add_completion(app, status);
  gnc::cli::add_conform(app, status);
  gnc::cli::add_convert(app, status);
  gnc::cli::add_dead_letters(app, status);
  gnc::cli::add_demo(app, status);
  gnc::cli::add_diagnose(app, status);
  gnc::cli::add_diff(app, status);
  gnc::cli::add_doctor(app, status);
  gnc::cli::add_errors(app, status);
  gnc::cli::add_export(app, status);
  gnc::cli::add_explain(app, status);
  gnc::cli::add_fuzz(app, status);
  gnc::cli::add_gateway(app, status);
  gnc::cli::add_help(app, status);
  gnc::cli::add_init(app, status);
  gnc::cli::add_latency(app, status);
  gnc::cli::add_node(app, status);
  gnc::cli::add_pki(app, status);
  gnc::cli::add_replay(app, status);
  gnc::cli::add_report(app, status);
  gnc::cli::add_run(app, status);
  gnc::cli::add_schema(app, status);
  gnc::cli::add_validate(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Asking for help or the version is no mistake.
    if (error.get_exit_code() == 0) return app.exit(error);
    return gnc::cli::report_error(gnc::cli::mistake_in_command_line(app, error));
  }
  return status;
}
