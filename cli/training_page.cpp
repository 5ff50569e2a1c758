#include "cli/training_page.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "gnc/v1/errors.pb.h"
#include "proto/net/listen_address.h"
#include "scenarios/training/folder_recording.h"
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

tl::expected<std::optional<FirstLiveRun>, std::vector<Error>> load_recording(
    const RecordingSource& source, const std::filesystem::path& scratch, scenarios::Repertoire& repertoire) {
  const auto one = [](Error error) { return tl::unexpected(std::vector{std::move(error)}); };
  std::error_code ignored;
  if (!source.what.empty() && std::filesystem::is_directory(source.what, ignored)) {
    if (source.seed || !source.overrides.empty()) {
      return one({v1::USAGE, "a run that is over has its seed and values", source.what,
                  "Leave out --seed and --set, or name a scenario."});
    }
    auto recording = scenarios::read_recording(source.what);
    if (!recording) return one(std::move(recording.error()));
    repertoire.add(std::move(*recording));
    return std::nullopt;
  }
  if (source.with_shelf) {
    const std::filesystem::path library = scratch / "library";
    if (auto unpacked = scenarios::unpack_library(library); !unpacked)
      return one(std::move(unpacked.error()));
    repertoire.shelve(scenarios::shelf_of(library));
  }
  std::filesystem::path file = source.what;
  std::string id = file.stem().string();
  if (source.what.empty()) file = repertoire.shelf().front().file, id = repertoire.shelf().front().id;
  auto planned = scenarios::plan_for_page(
      file, source.seed, source.overrides,
      source.live ? scenarios::PlayedIn::live_world : scenarios::PlayedIn::virtual_world);
  if (!planned) return tl::unexpected(std::move(planned.error()));
  if (source.live) return FirstLiveRun{std::move(*planned), std::move(id)};
  if (auto played = repertoire.play(std::move(*planned), std::move(id)); !played) {
    return tl::unexpected(std::move(played.error()));
  }
  return std::nullopt;
}

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

namespace {

// This machine's own name, by which the others of the room may call it.
std::string machine_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string lower(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

// The names by which browsers may call the server.
scenarios::PageAccess access_for(const PageArguments& arguments, const boost::asio::ip::address& address) {
  scenarios::PageAccess access{scenarios::make_token(), {}, !address.is_loopback()};
  for (const std::string& host : arguments.hosts) access.hosts.push_back(lower(host));
  if (access.beyond_loopback) access.hosts.push_back(lower(machine_name()));
  return access;
}

}  // namespace

int serve_page(scenarios::Repertoire& repertoire, const PageArguments& arguments,
               std::optional<FirstLiveRun> first) {
  boost::asio::io_context io;
  const bool is_v6 = arguments.listen.find(':') != std::string::npos && !arguments.listen.starts_with('[');
  auto acceptor = net::listen_on(
      io, fmt::format(fmt::runtime(is_v6 ? "[{}]:{}" : "{}:{}"), arguments.listen, arguments.port));
  if (!acceptor) return report_error(acceptor.error());
  const auto endpoint = acceptor->local_endpoint();
  const scenarios::PageAccess access = access_for(arguments, endpoint.address());
  scenarios::LiveShows shows(io, repertoire,
                             {std::filesystem::read_symlink("/proc/self/exe"), GNC_VERSION, arguments.out});
  if (first) {
    if (auto added = shows.add(std::move(first->plan), std::move(first->id)); !added) {
      return report_error(added.error());
    }
  }
  scenarios::PlayQueue plays(io);
  scenarios::PageAnswers answers(repertoire, shows, plays, access);
  const auto server = scenarios::PageServer::serve(
      std::move(*acceptor),
      {[&answers](const auto& request, const auto& respond) { answers.answer(request, respond); },
       [&answers](const auto& request) { return answers.follow(request); }});
  // Where it listens on every address, no browser can open the one that it was told.
  const std::string here =
      endpoint.address().is_unspecified() ? fmt::format("127.0.0.1:{}", endpoint.port()) : server->address();
  const std::string address = fmt::format("http://{}/#token={}", here, access.token);
  fmt::print("{}\n", address);
  std::fflush(stdout);
  if (access.beyond_loopback) {
    fmt::print(stderr, "Other machines may look on at http://{}:{}/\n", machine_name(), endpoint.port());
  }
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "Ctrl-C ends it.\n");
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&io](boost::system::error_code, int) { io.stop(); });
  if (!arguments.no_open) open_browser(address);
  io.run();
  return held;
}

}  // namespace gnc::cli
