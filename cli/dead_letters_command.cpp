#include <iostream>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "gateway/serve/operator_socket.h"
#include "gateway/store/dead_letters.h"
#include "gnc/v1/errors.pb.h"
#include "trust/tls/openssl.h"

namespace gnc::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t every_one = 10'000'000;

struct DeadLetterArguments {
  std::filesystem::path store;
  std::vector<std::string> exchanges;
  std::size_t most = 100;
  bool all = false;
  std::string format = "text";
};

ordered_json json_of(const gateway::DeadLetter& letter) {
  return {{"exchange", letter.id.text()},
          {"from", letter.sender},
          {"to", letter.recipient},
          {"agreement", letter.agreement},
          {"message", letter.message},
          {"given_up", trust::date_text(letter.given_up_at)},
          {"expires", trust::date_text(letter.expires_at)},
          {"attempts", letter.attempts},
          {"code", label(letter.reason)},
          {"what", letter.detail}};
}

Result<ExitStatus> list(const DeadLetterArguments& arguments) {
  const auto letters = gateway::dead_letters_in(arguments.store, arguments.most);
  if (!letters) return tl::unexpected(letters.error());
  if (arguments.format == "json") {
    ordered_json shown = ordered_json::array();
    for (const auto& letter : letters->latest) shown.push_back(json_of(letter));
    const ordered_json out{{"count", letters->count}, {"dead_letters", std::move(shown)}};
    std::cout << out.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
    return held;
  }
  if (letters->count == 0) {
    std::cout << "no dead letters\n";
    return held;
  }
  for (const auto& letter : letters->latest) {
    std::cout << fmt::format("{}  {} to {}  {}  given up {}, expires {}: {} {}\n", letter.id.text(),
                             printable(letter.sender), printable(letter.recipient), printable(letter.message),
                             trust::date_text(letter.given_up_at), trust::date_text(letter.expires_at),
                             label(letter.reason), printable(letter.detail));
  }
  if (letters->latest.size() < letters->count) {
    std::cout << fmt::format("and {} more: see --most\n", letters->count - letters->latest.size());
  }
  return held;
}

Result<std::vector<Uuid>> chosen(const DeadLetterArguments& arguments) {
  std::vector<Uuid> exchanges;
  if (arguments.all) {
    const auto letters = gateway::dead_letters_in(arguments.store, every_one);
    if (!letters) return tl::unexpected(letters.error());
    for (const auto& letter : letters->latest) exchanges.push_back(letter.id);
    return exchanges;
  }
  if (arguments.exchanges.empty()) {
    return failure(v1::USAGE, "no exchange is named", {}, "Name one or more, or give --all.");
  }
  for (const std::string& text : arguments.exchanges) {
    const auto id = Uuid::from_text(text);
    if (!id) {
      return failure(v1::USAGE, fmt::format("'{}' is not an exchange's id", text), {},
                     "Write it as `gncsim dead-letters list` prints it.");
    }
    exchanges.push_back(*id);
  }
  return exchanges;
}

Result<ExitStatus> replay(const DeadLetterArguments& arguments) {
  const auto exchanges = chosen(arguments);
  if (!exchanges) return tl::unexpected(exchanges.error());
  const auto outcome = gateway::replay_dead_letters(arguments.store, *exchanges);
  if (!outcome) return tl::unexpected(outcome.error());
  for (const auto& refused : outcome->refused) {
    report_error({refused.code, refused.what, refused.exchange, {}});
  }
  std::cout << fmt::format("{} of {} will be delivered again\n", outcome->done, exchanges->size());
  return outcome->refused.empty() ? held : not_held;
}

}  // namespace

void add_dead_letters(CLI::App& app, int& status) {
  CLI::App* group = app.add_subcommand(
      "dead-letters", "List what a gateway has given up to deliver, and have it delivered again.");
  group->require_subcommand(1);
  const auto arguments = std::make_shared<DeadLetterArguments>();
  const auto add = [&](const char* name, const char* what, auto action) {
    CLI::App* command = group->add_subcommand(name, what);
    command->callback([arguments, action, &status] {
      const Result<ExitStatus> done = action(*arguments);
      status = done ? *done : report_error(done.error());
    });
    command->add_option("STORE", arguments->store, "The gateway's --store")->required();
    return command;
  };
  CLI::App* command = add("list", "Show them, the latest first; the gateway may run or not.", list);
  command->add_option("--most", arguments->most, "Show no more than these")->capture_default_str();
  command->add_option("--format", arguments->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command = add("replay", "Have the running gateway deliver them again.", replay);
  command->add_option("EXCHANGE", arguments->exchanges, "Ids, as the list shows them");
  command->add_flag("--all", arguments->all, "Every one that there is");
}

}  // namespace gnc::cli
