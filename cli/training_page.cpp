#include "cli/training_page.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "proto/net/listen_address.h"
#include "scenarios/training/page_server.h"

extern char** environ;

namespace gnc::cli {
namespace {

// In a child's child, so that nobody needs to wait for the browser. Where there is none, the address that is
// printed will do.
void open_browser(const std::string& address) {
  if (getenv("DISPLAY") == nullptr && getenv("WAYLAND_DISPLAY") == nullptr) return;
  std::string shell = "sh", option = "-c",
              script = R"(command -v xdg-open > /dev/null && xdg-open "$0" > /dev/null 2>&1 &)",
              argument = address;
  char* arguments[] = {shell.data(), option.data(), script.data(), argument.data(), nullptr};
  pid_t child = 0;
  if (posix_spawnp(&child, "sh", nullptr, nullptr, arguments, environ) == 0) waitpid(child, nullptr, 0);
}

}  // namespace

void add_page_options(CLI::App& command, PageArguments& arguments) {
  command.add_option("--listen", arguments.listen,
                     "The address to listen on; anything but loopback lets other machines read the run "
                     "(default: 127.0.0.1)");
  command.add_option("--port", arguments.port, "The port to listen on; 0 takes a free one (default: 0)");
  command
      .add_option("--host", arguments.hosts,
                  "A name by which browsers call this machine, beside localhost and addresses; may be given "
                  "again")
      ->allow_extra_args(false);
  command.add_flag("--no-open", arguments.no_open, "Open no browser");
}

int serve_page(scenarios::Repertoire& repertoire, const PageArguments& arguments) {
  boost::asio::io_context io;
  const bool is_v6 = arguments.listen.find(':') != std::string::npos && !arguments.listen.starts_with('[');
  auto acceptor = net::listen_on(
      io, fmt::format(fmt::runtime(is_v6 ? "[{}]:{}" : "{}:{}"), arguments.listen, arguments.port));
  if (!acceptor) return report_error(acceptor.error());
  scenarios::PageAccess access{scenarios::make_token(), arguments.hosts, false};
  access.beyond_loopback = !acceptor->local_endpoint().address().is_loopback();
  scenarios::PageAnswers answers(repertoire, access);
  const auto server = scenarios::PageServer::serve(
      std::move(*acceptor),
      [&answers](const scenarios::PageRequest& request) { return answers.answer(request); });
  const std::string address = fmt::format("http://{}/#token={}", server->address(), access.token);
  fmt::print("{}\n", address);
  std::fflush(stdout);
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "Ctrl-C ends it.\n");
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&io](boost::system::error_code, int) { io.stop(); });
  if (!arguments.no_open) open_browser(address);
  io.run();
  return held;
}

}  // namespace gnc::cli
