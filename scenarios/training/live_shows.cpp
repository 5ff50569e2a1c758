#include "scenarios/training/live_shows.h"

#include <fmt/format.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {

Result<std::size_t> LiveShows::add(std::shared_ptr<const RunPlan> plan, std::string id) {
  if (auto room = repertoire_.room(); !room) return tl::unexpected(room.error());
  auto show = std::make_shared<LiveShow>(home_, std::move(plan), making_);
  // A folder that was asked for is that of the first run.
  making_.folder.clear();
  const std::size_t number = repertoire_.add(show->preview(std::move(id)));
  shows_.emplace(number, std::move(show));
  return number;
}

std::shared_ptr<LiveShow> LiveShows::find(std::size_t number) const {
  const auto found = shows_.find(number);
  return found == shows_.end() ? nullptr : found->second;
}

Result<std::shared_ptr<LiveShow>> LiveShows::playing(std::size_t number) const {
  auto show = find(number);
  if (show && show->state().phase == LiveShow::Phase::running) return show;
  return failure(v1::USAGE, "this run is not live now", {}, "Reload the page.");
}

Result<void> LiveShows::act(std::size_t number, std::string_view what) {
  if (what == "start") {
    const auto show = find(number);
    if (!show || show->state().phase != LiveShow::Phase::ready) {
      return failure(v1::USAGE, "this is no live run that is yet to be played", {}, "Reload the page.");
    }
    const bool busy = std::ranges::any_of(
        shows_, [](const auto& one) { return one.second->state().phase == LiveShow::Phase::running; });
    if (busy) return failure(v1::USAGE, "another live run is played now", {}, "Wait for its end, or end it.");
    show->start([this, number](Recording recorded) { repertoire_.replace(number, std::move(recorded)); });
    return {};
  }
  const auto show = playing(number);
  if (!show) return tl::unexpected(show.error());
  if (what == "end") {
    (*show)->wish({.end = true});
  } else if (what == "pause" || what == "resume") {
    (*show)->wish({.paused = what == "pause"});
  } else {
    return failure(v1::USAGE, fmt::format("a live run cannot do \"{}\"", printable(what)), {},
                   "Send start, pause, resume or end.");
  }
  return {};
}

tl::expected<void, std::vector<Error>> LiveShows::break_something(std::size_t number,
                                                                  std::string_view fault) {
  const auto show = playing(number);
  if (!show) return tl::unexpected(std::vector{show.error()});
  auto read = read_fault(fault, repertoire_.recording(number));
  if (!read) return tl::unexpected(std::move(read.error()));
  if (std::holds_alternative<Deed>(read->what)) {
    return tl::unexpected(std::vector{Error{v1::USAGE, "in a live run nobody can do that from outside",
                                            words(*read), "Play the scenario in the virtual world for it."}});
  }
  (*show)->wish({.faults = {std::move(*read)}});
  return {};
}

}  // namespace gnc::scenarios
