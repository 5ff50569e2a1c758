#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/run_plan.h"
#include "scenarios/training/recording.h"

namespace gnc::scenarios {

// The recordings that a training page can play: those it began with, and the forks that were made of them
// since. They have numbers from 0. One thread.
class Repertoire {
 public:
  static constexpr std::size_t most_recordings = 64;

  // Certificates are made in folders of `scratch`.
  Repertoire(std::string version, std::filesystem::path scratch)
      : version_(std::move(version)), scratch_(std::move(scratch)) {}

  // Plays it in the virtual world. `file`: what its scenario is called in lists.
  Result<void> play(std::shared_ptr<const RunPlan>, std::string file);
  // A run that was played elsewhere.
  void add(Recording, std::string file);

  std::size_t size() const { return pieces_.size(); }
  // Of those that it began with.
  const std::string& file(std::size_t number) const { return pieces_[number].file; }
  const Recording& recording(std::size_t number) const { return pieces_[number].recording; }
  bool has(std::size_t number) const { return number < pieces_.size(); }

  // Plays recording `of` again, with one more fault `at` a time since its start: what comes before is the
  // same. `fault` is as the scenario language has it in a step, as JSON or YAML. Gives back its number.
  tl::expected<std::size_t, std::vector<Error>> fork(std::size_t of, Duration at, std::string_view fault);

 private:
  struct Piece {
    std::string file;
    std::shared_ptr<const RunPlan> plan;  // null: cannot be played again
    std::vector<TimedFault> more_faults;
    Recording recording;
  };
  Result<void> perform(Piece);

  const std::string version_;
  const std::filesystem::path scratch_;
  std::deque<Piece> pieces_;  // stay where they are
};

// A fault as the scenario language has it in a step; every mistake in it.
tl::expected<Fault, std::vector<Error>> read_fault(std::string_view text, const Scenario&);

}  // namespace gnc::scenarios
