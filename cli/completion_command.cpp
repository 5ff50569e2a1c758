#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/commands.h"

// Completion scripts, made of the commands that there are.
namespace gnc::cli {
namespace {

struct OptionWords {
  std::string name;  // "--format"
  std::string meaning;
  std::vector<std::string> choices;  // empty: anything
  bool takes_value = false;
};

struct CommandWords {
  std::string name, meaning;
  std::vector<std::string> subcommands;
  std::vector<OptionWords> options;  // those of subcommands too
};

// "TEXT:{text,json}" as the argument parser words it.
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> choices;
  const std::size_t open = type.find('{'), close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return choices;
  for (std::size_t begin = open + 1; begin < close;) {
    const std::size_t comma = std::min(type.find(',', begin), close);
    choices.push_back(type.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return choices;
}

void add_options(const CLI::App& command, std::vector<OptionWords>& into, std::set<std::string>& seen) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty()) continue;
    const std::string name = "--" + option->get_lnames().front();
    if (!seen.insert(name).second) continue;
    into.push_back({name, option->get_description(), choices_in(option->get_type_name()),
                    option->get_expected_max() > 0});
  }
  for (const CLI::App* part : command.get_subcommands([](const CLI::App*) { return true; })) {
    add_options(*part, into, seen);
  }
}

std::vector<CommandWords> words_of(const CLI::App& app) {
  std::vector<CommandWords> all;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    CommandWords& words = all.emplace_back();
    words.name = command->get_name();
    words.meaning = command->get_description();
    for (const CLI::App* part : command->get_subcommands([](const CLI::App*) { return true; })) {
      words.subcommands.push_back(part->get_name());
    }
    // Positional choices are completed as subcommands are.
    for (const CLI::Option* option : command->get_options()) {
      if (!option->get_lnames().empty()) continue;
      for (std::string& choice : choices_in(option->get_type_name()))
        words.subcommands.push_back(std::move(choice));
    }
    std::set<std::string> seen;
    add_options(*command, words.options, seen);
  }
  return all;
}

std::string bash_script(const std::vector<CommandWords>& commands) {
  std::vector<std::string> names;
  std::string values, options;
  for (const CommandWords& command : commands) {
    names.push_back(command.name);
    std::vector<std::string> own = command.subcommands;
    for (const OptionWords& option : command.options) {
      own.push_back(option.name);
      if (option.choices.empty()) continue;
      values += fmt::format("    \"{} {}\") words=\"{}\" ;;\n", command.name, option.name,
                            fmt::join(option.choices, " "));
    }
    options += fmt::format("      {}) words=\"{}\" ;;\n", command.name, fmt::join(own, " "));
  }
  return fmt::format(R"(# gncsim completion bash > /etc/bash_completion.d/gncsim
_gncsim() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} words=
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "{}" -- "$word"))
    return
  fi
  case "${{COMP_WORDS[1]}} ${{COMP_WORDS[COMP_CWORD - 1]}}" in
{}    *) case "${{COMP_WORDS[1]}}" in
{}    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- "$word"))
}}
complete -o filenames -F _gncsim gncsim
)",
                     fmt::join(names, " "), values, options);
}

// In single quotes, of a shell.
std::string shell_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// What stands in brackets or before a colon in zsh's own syntax.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_script(const std::vector<CommandWords>& commands) {
  std::string names, cases;
  for (const CommandWords& command : commands) {
    names += fmt::format("    {}\n", shell_text(zsh_text(command.name) + ":" + zsh_text(command.meaning)));
    cases += fmt::format("    {}) _arguments", command.name);
    for (const OptionWords& option : command.options) {
      std::string argument = fmt::format("*{}[{}]", option.name, zsh_text(option.meaning));
      if (option.takes_value) {
        argument += option.choices.empty() ? ":value:_files"
                                           : fmt::format(":value:({})", fmt::join(option.choices, " "));
      }
      cases += " \\\n      " + shell_text(argument);
    }
    if (!command.subcommands.empty())
      cases += fmt::format(" \\\n      {}",
                           shell_text(fmt::format("1:what:({})", fmt::join(command.subcommands, " "))));
    cases += " \\\n      '*:file:_files' ;;\n";
  }
  return fmt::format(R"(#compdef gncsim
# gncsim completion zsh > "${{fpath[1]}}/_gncsim"
_gncsim() {{
  local -a commands
  commands=(
{}  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
{}  esac
}}
_gncsim "$@"
)",
                     names, cases);
}

// fish knows two escapes in single quotes.
std::string fish_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_script(const std::vector<CommandWords>& commands) {
  std::string script = "# gncsim completion fish > ~/.config/fish/completions/gncsim.fish\n";
  for (const CommandWords& command : commands) {
    script += fmt::format("complete -c gncsim -n __fish_use_subcommand -f -a {} -d {}\n", command.name,
                          fish_text(command.meaning));
    const std::string when =
        fmt::format("complete -c gncsim -n '__fish_seen_subcommand_from {}'", command.name);
    if (!command.subcommands.empty())
      script += fmt::format("{} -a '{}'\n", when, fmt::join(command.subcommands, " "));
    for (const OptionWords& option : command.options) {
      script += fmt::format("{} -l {} -d {}", when, option.name.substr(2), fish_text(option.meaning));
      if (!option.choices.empty()) {
        script += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
      } else if (option.takes_value) {
        script += " -r";
      }
      script += "\n";
    }
  }
  return script;
}

}  // namespace

void add_completion(CLI::App& app, int& status) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Print what completes the commands in a shell");
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer("  source <(gncsim completion bash)");
  command->callback([shell, &app, &status] {
    const auto words = words_of(app);
    fmt::print("{}", *shell == "bash"  ? bash_script(words)
                     : *shell == "zsh" ? zsh_script(words)
                                       : fish_script(words));
    status = held;
  });
}

}  // namespace gnc::cli
