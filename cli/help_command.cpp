#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/report_error.h"
#include "gnc/v1/errors.pb.h"
#include "model/yaml/spelling.h"

namespace gnc::cli {

void add_help(CLI::App& app, int& status) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("help", "Say what the commands do, or one of them");
  command->add_option("command", *name, "The command; none: all of them in a line each");
  command->callback([name, &app, &status] {
    status = held;
    if (name->empty()) {
      // The parser's own help() would be that of the command that was named, of this one.
      std::cout << app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal);
      return;
    }
    const auto commands = commands_of(app);
    if (std::ranges::find(commands, *name) != commands.end()) {
      std::cout << app.get_subcommand(*name)->help(app.get_name());
      return;
    }
    status = report_error(
        {v1::USAGE, "there is no command \"" + *name + "\"", {}, model::spelling_hint(*name, commands)});
  });
}

}  // namespace gnc::cli
