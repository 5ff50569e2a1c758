#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/engine/player.h"
#include "scenarios/engine/step_play.h"
#include "scenarios/engine/step_scene.h"

namespace gnc::scenarios {

// Plays the scenario's steps, one after the other. After one that did not hold, the rest is left out unless
// `keep_going`.
class StepPlayer final : public Player {
 public:
  StepPlayer(const RunPlan&, const ExchangeLedger&, Lodger&, World&, bool keep_going);

  void advance(Instant now) override;
  bool done() const override { return next_ == plan_.steps.size() && !play_; }
  std::optional<Instant> wake() const override;

  // What the nodes report. Must be told of everything while the steps are played, after the ledger was.
  void heard(const v1::Event&);
  void heard(const v1::Document& document) { scene_.desk.answered(document); }
  // A node was started anew, and has forgotten what it was asked.
  void repeat_questions() { scene_.desk.repeat(); }

  // "step 2 of 5: await CN receives exports".
  std::string doing() const;
  bool all_held() const { return all_held_; }
  // Of the steps that are over, and those left out.
  const std::vector<StepRow>& rows() const { return rows_; }

 private:
  void begin(Instant now);
  void end(StepOutcome, Instant now);

  const RunPlan& plan_;
  StepScene scene_;
  const bool keep_going_;
  bool all_held_ = true;
  std::vector<StepRow> rows_;
  std::size_t next_ = 0;
  std::unique_ptr<StepPlay> play_;
  StepRow row_;
  Instant began_;
};

}  // namespace gnc::scenarios
