#include "scenarios/training/repertoire.h"

#include <fmt/format.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/quantity.h"
#include "scenarios/training/deed_reader.h"
#include "scenarios/training/virtual_recording.h"

namespace gnc::scenarios {
namespace {

tl::unexpected<std::vector<Error>> refuse(v1::ErrorCode code, std::string what, std::string remedy) {
  return tl::unexpected(std::vector{Error{code, std::move(what), {}, std::move(remedy)}});
}

}  // namespace

tl::expected<Fault, std::vector<Error>> read_fault(std::string_view text, const Recording& recording) {
  const Scenario& scenario = recording.scenario;
  model::YamlMistakes mistakes("fault");
  model::YamlLimits limits;
  limits.max_bytes = 4096;
  limits.max_depth = 4;
  std::optional<Fault> fault;
  if (const auto node = model::parse_yaml(text, mistakes, limits)) {
    ScenarioNames names(scenario.folder());
    names.set_topology(scenario.topology);
    names.set_node_each(scenario.processes.node_each);
    if (!read_deed(names, recording.cast, *node, fault, mistakes)) {
      read_fault_step(names, *node, fault, mistakes);
    }
  }
  if (!mistakes.empty()) return tl::unexpected(mistakes.take());
  if (!fault || std::holds_alternative<RoguePeer>(fault->what)) {
    return tl::unexpected(std::vector{Error{v1::KEY_VALUE, "no run of the page has such a fault", "fault",
                                            "Choose one of the faults that are listed."}});
  }
  return std::move(*fault);
}

Result<void> Repertoire::room() const {
  if (pieces_.size() < most_) return {};
  return failure(v1::USAGE, fmt::format("{} runs are open, and there is room for no more", pieces_.size()),
                 {}, "Start gncsim again.");
}

std::size_t Repertoire::add(Recording recording) {
  pieces_.push_back({nullptr, {}, std::move(recording)});
  return pieces_.size() - 1;
}

void Repertoire::replace(std::size_t number, Recording recording) {
  Recording& present = pieces_[number].recording;
  recording.id = std::move(present.id);
  present = std::move(recording);
}

Repertoire::Draft Repertoire::draft(std::shared_ptr<const RunPlan> plan, std::string id) {
  Draft draft;
  draft.plan = std::move(plan);
  draft.id = std::move(id);
  draft.version = version_;
  draft.folder = scratch_ / fmt::format("pki-{}", drafts_++);
  return draft;
}

tl::expected<Repertoire::Draft, std::vector<Error>> Repertoire::draft_shelved(
    std::string_view id, std::optional<std::uint64_t> seed) {
  const auto found = std::ranges::find(shelf_, id, &ShelvedScenario::id);
  if (found == shelf_.end()) {
    return refuse(v1::REFERENCE_UNKNOWN, fmt::format("there is no scenario {} here", printable(id)),
                  "Choose one of those that are listed.");
  }
  Draft shelved = draft(nullptr, found->id);
  shelved.file = found->file;
  shelved.seed = seed;
  return shelved;
}

tl::expected<Repertoire::Draft, std::vector<Error>> Repertoire::draft_fork(std::size_t of, Duration at,
                                                                           std::string_view text) {
  if (!has(of)) {
    return refuse(v1::REFERENCE_UNKNOWN, fmt::format("there is no recording {}", of),
                  "Reload the page: the server has been started again.");
  }
  const Piece& parent = pieces_[of];
  if (parent.plan == nullptr) {
    return refuse(v1::USAGE, "a live run cannot be played again with a fault",
                  "Play its scenario with gncsim demo SCENARIO, and break it there.");
  }
  if (at < Duration{} || at > parent.recording.length) {
    return refuse(v1::KEY_VALUE,
                  fmt::format("the run lasts {}, and {} is not in it", duration_text(parent.recording.length),
                              duration_text(at)),
                  "Choose a moment of the run.");
  }
  auto fault = read_fault(text, parent.recording);
  if (!fault) return tl::unexpected(fault.error());
  Draft forked = draft(parent.plan, parent.recording.id);
  forked.more_faults = parent.more_faults;
  forked.more_faults.push_back({at, *fault});
  forked.fork = ForkPoint{of, at, *fault};
  return forked;
}

tl::expected<Recording, std::vector<Error>> Repertoire::perform(Draft& draft) {
  if (draft.plan == nullptr) {
    auto planned = plan_for_page(draft.file, draft.seed);
    if (!planned) return tl::unexpected(std::move(planned.error()));
    draft.plan = std::move(*planned);
  }
  auto recorded = record_virtually(*draft.plan, draft.version, draft.folder, draft.more_faults);
  std::error_code ignored;
  std::filesystem::remove_all(draft.folder, ignored);
  if (!recorded) return tl::unexpected(std::vector{std::move(recorded.error())});
  recorded->fork = draft.fork;
  recorded->id = draft.id;
  return std::move(*recorded);
}

tl::expected<std::size_t, std::vector<Error>> Repertoire::keep(Draft draft, Recording recording) {
  if (auto may = room(); !may) return tl::unexpected(std::vector{std::move(may.error())});
  pieces_.push_back({std::move(draft.plan), std::move(draft.more_faults), std::move(recording)});
  return pieces_.size() - 1;
}

tl::expected<std::size_t, std::vector<Error>> Repertoire::perform_and_keep(Draft draft) {
  if (auto may = room(); !may) return tl::unexpected(std::vector{std::move(may.error())});
  auto recorded = perform(draft);
  if (!recorded) return tl::unexpected(std::move(recorded.error()));
  return keep(std::move(draft), std::move(*recorded));
}

tl::expected<std::size_t, std::vector<Error>> Repertoire::play(std::shared_ptr<const RunPlan> plan,
                                                               std::string id) {
  return perform_and_keep(draft(std::move(plan), std::move(id)));
}

tl::expected<std::size_t, std::vector<Error>> Repertoire::play_shelved(std::string_view id,
                                                                       std::optional<std::uint64_t> seed) {
  auto shelved = draft_shelved(id, seed);
  return shelved ? perform_and_keep(std::move(*shelved)) : tl::unexpected(std::move(shelved.error()));
}

tl::expected<std::size_t, std::vector<Error>> Repertoire::fork(std::size_t of, Duration at,
                                                               std::string_view text) {
  auto forked = draft_fork(of, at, text);
  return forked ? perform_and_keep(std::move(*forked)) : tl::unexpected(std::move(forked.error()));
}

}  // namespace gnc::scenarios
