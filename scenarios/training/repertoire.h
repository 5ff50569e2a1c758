#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/run_plan.h"
#include "scenarios/training/recording.h"
#include "scenarios/training/shelf.h"

namespace gnc::scenarios {

// The recordings that a training page can play: those it began with, and the forks that were made of them
// since. They have numbers from 0. One thread.
class Repertoire {
 public:
  // Certificates are made in folders of `scratch`; `most` recordings are kept.
  Repertoire(std::string version, std::filesystem::path scratch, std::size_t most = 64)
      : version_(std::move(version)), scratch_(std::move(scratch)), most_(most) {}

  // Plays it in the virtual world. `id` is what it is called in lists and links. Gives back its number.
  tl::expected<std::size_t, std::vector<Error>> play(std::shared_ptr<const RunPlan>, std::string id);
  // A run that is played elsewhere; gives back its number. Once it is over, what is known of it is replaced.
  std::size_t add(Recording recording);
  void replace(std::size_t number, Recording recording);
  // Whether there is room for one more.
  Result<void> room() const;

  // What may be played beside; none of it is played before it is asked for.
  void shelve(std::vector<ShelvedScenario> shelf) { shelf_ = std::move(shelf); }
  const std::vector<ShelvedScenario>& shelf() const { return shelf_; }
  tl::expected<std::size_t, std::vector<Error>> play_shelved(std::string_view id,
                                                             std::optional<std::uint64_t> seed);

  bool has(std::size_t number) const { return number < pieces_.size(); }
  const Recording& recording(std::size_t number) const { return pieces_[number].recording; }

  // Plays recording `of` again, with one more fault `at` a time since its start: what comes before is the
  // same. `fault` is as read_fault() takes it, as JSON or YAML. Gives back its number.
  tl::expected<std::size_t, std::vector<Error>> fork(std::size_t of, Duration at, std::string_view fault);

  // ---- The same in parts, for who plays on another thread -----------------------------------------

  // All that is needed to play something.
  struct Draft {
    std::shared_ptr<const RunPlan> plan;  // null: it is still to be made of the file
    std::filesystem::path file;
    std::optional<std::uint64_t> seed;
    std::vector<TimedFault> more_faults;
    std::string id;
    std::optional<ForkPoint> fork;
    std::string version;
    std::filesystem::path folder;  // for certificates
  };
  tl::expected<Draft, std::vector<Error>> draft_shelved(std::string_view id,
                                                        std::optional<std::uint64_t> seed);
  tl::expected<Draft, std::vector<Error>> draft_fork(std::size_t of, Duration at, std::string_view fault);
  // On any thread.
  static tl::expected<Recording, std::vector<Error>> perform(Draft&);
  // Gives back its number.
  tl::expected<std::size_t, std::vector<Error>> keep(Draft, Recording);

 private:
  struct Piece {
    std::shared_ptr<const RunPlan> plan;  // null: cannot be played again
    std::vector<TimedFault> more_faults;
    Recording recording;
  };
  Draft draft(std::shared_ptr<const RunPlan>, std::string id);
  tl::expected<std::size_t, std::vector<Error>> perform_and_keep(Draft);

  const std::string version_;
  const std::filesystem::path scratch_;
  const std::size_t most_;
  std::deque<Piece> pieces_;  // stay where they are
  std::size_t drafts_ = 0;
  std::vector<ShelvedScenario> shelf_;
};

// A fault as the scenario language has it in a step, or a deed (deed_reader.h); every mistake in it.
tl::expected<Fault, std::vector<Error>> read_fault(std::string_view text, const Recording&);

}  // namespace gnc::scenarios
