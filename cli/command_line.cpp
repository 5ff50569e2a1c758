#include "cli/command_line.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/spelling.h"

namespace gnc::cli {
namespace {

// As far as the command line led: the innermost command that was named.
const CLI::App& innermost(const CLI::App& app) {
  const CLI::App* found = &app;
  while (!found->get_subcommands().empty()) found = found->get_subcommands().front();
  return *found;
}

// "gncsim audit verify"
std::string path_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : path_of(*app.get_parent()) + " " + app.get_name();
}

std::vector<const CLI::App*> parts_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

// The words that were not understood, of the outermost command that has any.
const CLI::App* with_unknown_words(const CLI::App& app) {
  if (app.remaining_size() > 0) return &app;
  for (const CLI::App* part : app.get_subcommands()) {
    if (const CLI::App* found = with_unknown_words(*part)) return found;
  }
  return nullptr;
}

Error usage(std::string detail, std::string remedy) {
  return {v1::USAGE, std::move(detail), {}, std::move(remedy)};
}

Error unknown_option(const CLI::App& app, const std::string& written) {
  const std::string name = written.substr(0, written.find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& long_name : option->get_lnames()) names.push_back("--" + long_name);
    for (const std::string& short_name : option->get_snames()) names.push_back("-" + short_name);
  }
  return usage(fmt::format("{} has no option {}", path_of(app), name),
               model::spelling_hint(name, {names.begin(), names.end()}));
}

Error unknown_word(const CLI::App& app, const std::string& word) {
  if (word.starts_with('-') && word != "-" && word != "--") return unknown_option(app, word);
  const auto commands = commands_of(app);
  if (!commands.empty()) {
    return usage(fmt::format("{} has no command \"{}\"", path_of(app), word),
                 model::spelling_hint(word, commands));
  }
  return usage(fmt::format("{} takes no more words: \"{}\" is one too many", path_of(app), word),
               fmt::format("See {} --help.", path_of(app)));
}

}  // namespace

std::vector<std::string_view> commands_of(const CLI::App& app) {
  std::vector<std::string_view> names;
  for (const CLI::App* part : parts_of(app)) names.push_back(part->get_name());
  return names;
}

Error mistake_in_command_line(const CLI::App& app, const CLI::ParseError& error) {
  if (const CLI::App* unknown = with_unknown_words(app)) {
    return unknown_word(*unknown, unknown->remaining().front());
  }
  const CLI::App& last = innermost(app);
  if (!parts_of(last).empty()) {
    return usage(fmt::format("{} needs a command", path_of(last)),
                 model::spelling_hint("", commands_of(last)));
  }
  return usage(fmt::format("{}: {}", path_of(last), error.what()),
               fmt::format("See {} --help.", path_of(last)));
}

}  // namespace gnc::cli
