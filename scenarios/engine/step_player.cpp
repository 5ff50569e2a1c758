#include "scenarios/engine/step_player.h"

#include <fmt/format.h>

namespace gnc::scenarios {

StepPlayer::StepPlayer(const RunPlan& plan, const ExchangeLedger& ledger, Lodger& lodger, World& world,
                       bool keep_going)
    : plan_(plan), scene_(plan, ledger, lodger, world), keep_going_(keep_going) {}

void StepPlayer::advance(Instant now) {
  scene_.desk.send_due();
  while (!done()) {
    if (!play_) begin(now);
    if (!play_) continue;
    auto outcome = play_->advance(now);
    if (!outcome) return;
    end(std::move(*outcome), now);
  }
}

std::optional<Instant> StepPlayer::wake() const { return play_ ? play_->wake() : std::nullopt; }

void StepPlayer::heard(const v1::Event& event) {
  if (!done()) scene_.exchanges.apply(event);
}

std::string StepPlayer::doing() const {
  return fmt::format("step {} of {}: {}", next_, plan_.steps.size(), row_.step);
}

void StepPlayer::begin(Instant now) {
  const PlannedStep& planned = plan_.steps[next_++];
  row_ = step_row(planned, plan_.scenario);
  began_ = now;
  if (all_held_ || keep_going_) {
    play_ = make_step_play(planned, scene_);
  } else {
    row_.detail = "not played, since a step before did not hold";
    rows_.push_back(row_);
  }
}

void StepPlayer::end(StepOutcome outcome, Instant now) {
  row_.held = outcome.held;
  row_.detail = std::move(outcome.detail);
  row_.took_ms = (now - began_).milliseconds();
  all_held_ = all_held_ && outcome.held;
  rows_.push_back(std::move(row_));
  for (StepRow& part : outcome.parts) rows_.push_back(std::move(part));
  play_.reset();
}

}  // namespace gnc::scenarios
