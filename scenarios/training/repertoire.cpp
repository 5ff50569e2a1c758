#include "scenarios/training/repertoire.h"

#include <fmt/format.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/quantity.h"
#include "scenarios/training/virtual_recording.h"

namespace gnc::scenarios {
namespace {

tl::unexpected<std::vector<Error>> refuse(v1::ErrorCode code, std::string what, std::string remedy) {
  return tl::unexpected(std::vector{Error{code, std::move(what), {}, std::move(remedy)}});
}

}  // namespace

tl::expected<Fault, std::vector<Error>> read_fault(std::string_view text, const Scenario& scenario) {
  model::YamlMistakes mistakes("fault");
  model::YamlLimits limits;
  limits.max_bytes = 4096;
  limits.max_depth = 4;
  std::optional<Fault> fault;
  if (const auto node = model::parse_yaml(text, mistakes, limits)) {
    ScenarioNames names(scenario.folder());
    names.set_topology(scenario.topology);
    names.set_node_each(scenario.processes.node_each);
    read_fault_step(names, *node, fault, mistakes);
  }
  if (!mistakes.empty()) return tl::unexpected(mistakes.take());
  if (!fault || std::holds_alternative<RoguePeer>(fault->what)) {
    return tl::unexpected(std::vector{Error{v1::KEY_VALUE, "the virtual world has no such fault", "fault",
                                            "Choose one of the faults that are listed."}});
  }
  return std::move(*fault);
}

tl::expected<std::size_t, std::vector<Error>> Repertoire::perform(Piece piece) {
  if (pieces_.size() >= most_) {
    return refuse(v1::USAGE, fmt::format("{} runs are open, and there is room for no more", pieces_.size()),
                  "Start gncsim again.");
  }
  const std::filesystem::path folder = scratch_ / fmt::format("pki-{}", pieces_.size());
  auto recorded = record_virtually(*piece.plan, version_, folder, piece.more_faults);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (!recorded) return tl::unexpected(std::vector{std::move(recorded.error())});
  recorded->fork = std::move(piece.recording.fork);
  recorded->id = std::move(piece.recording.id);
  piece.recording = std::move(*recorded);
  pieces_.push_back(std::move(piece));
  return pieces_.size() - 1;
}

tl::expected<std::size_t, std::vector<Error>> Repertoire::play(std::shared_ptr<const RunPlan> plan,
                                                               std::string id) {
  Piece piece{std::move(plan), {}, {}};
  piece.recording.id = std::move(id);
  return perform(std::move(piece));
}

tl::expected<std::size_t, std::vector<Error>> Repertoire::play_shelved(std::string_view id,
                                                                       std::optional<std::uint64_t> seed) {
  const auto found = std::ranges::find(shelf_, id, &ShelvedScenario::id);
  if (found == shelf_.end()) {
    return refuse(v1::REFERENCE_UNKNOWN, fmt::format("there is no scenario {} here", printable(id)),
                  "Choose one of those that are listed.");
  }
  const auto planned = plan_for_page(found->file, seed);
  if (!planned) return tl::unexpected(planned.error());
  return play(*planned, found->id);
}

void Repertoire::add(Recording recording) { pieces_.push_back({nullptr, {}, std::move(recording)}); }

tl::expected<std::size_t, std::vector<Error>> Repertoire::fork(std::size_t of, Duration at,
                                                               std::string_view text) {
  if (!has(of)) {
    return refuse(v1::REFERENCE_UNKNOWN, fmt::format("there is no recording {}", of),
                  "Reload the page: the server has been started again.");
  }
  const Piece& parent = pieces_[of];
  if (parent.plan == nullptr) {
    return refuse(v1::USAGE, "a finished run cannot be played again with a fault",
                  "Play its scenario with gncsim demo SCENARIO, and break it there.");
  }
  if (at < Duration{} || at > parent.recording.length) {
    return refuse(v1::KEY_VALUE,
                  fmt::format("the run lasts {}, and {} is not in it", duration_text(parent.recording.length),
                              duration_text(at)),
                  "Choose a moment of the run.");
  }
  auto fault = read_fault(text, parent.plan->scenario);
  if (!fault) return tl::unexpected(fault.error());
  Piece piece{parent.plan, parent.more_faults, {}};
  piece.recording.id = parent.recording.id;
  piece.more_faults.push_back({at, *fault});
  piece.recording.fork = ForkPoint{of, at, *fault};
  return perform(std::move(piece));
}

}  // namespace gnc::scenarios
