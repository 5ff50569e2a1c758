#include "scenarios/engine/step_play.h"

#include <fmt/format.h>

namespace gnc::scenarios {
namespace {

class LodgePlay final : public StepPlay {
 public:
  LodgePlay(const PlannedLodgements& planned, StepScene& scene) : planned_(planned), scene_(scene) {}

  std::optional<StepOutcome> advance(Instant now) override {
    const BatchIndex batch = scene_.lodger.open(planned_);
    scene_.batches[planned_.name] = batch;
    for (std::size_t i = 0; i < planned_.documents.size(); ++i) scene_.lodger.lodge(batch, i, now);
    return StepOutcome{true, fmt::format("{} documents", planned_.documents.size())};
  }

 private:
  const PlannedLodgements& planned_;
  StepScene& scene_;
};

class AwaitPlay final : public StepPlay {
 public:
  AwaitPlay(const AwaitStep& step, StepScene& scene) : step_(step), scene_(scene) {}

  std::optional<StepOutcome> advance(Instant now) override {
    if (!deadline_) deadline_ = now + step_.within;
    const auto standing = scene_.ledger.standing(scene_.batches.at(step_.lodgement));
    if (!standing.all_settled() && now < *deadline_) return std::nullopt;
    StepOutcome outcome{standing.all_settled(),
                        fmt::format("{} of {} received", standing.delivered, standing.planned)};
    if (const auto other = standing.settled - standing.delivered; other > 0) {
      outcome.detail += fmt::format(", {} refused or at another end", other);
    }
    return outcome;
  }
  std::optional<Instant> wake() const override { return deadline_; }

 private:
  const AwaitStep& step_;
  StepScene& scene_;
  std::optional<Instant> deadline_;
};

class PausePlay final : public StepPlay {
 public:
  explicit PausePlay(const PauseStep& step) : step_(step) {}

  std::optional<StepOutcome> advance(Instant now) override {
    if (!until_) until_ = now + step_.length;
    return now < *until_ ? std::nullopt : std::optional(StepOutcome{true, {}});
  }
  std::optional<Instant> wake() const override { return until_; }

 private:
  const PauseStep& step_;
  std::optional<Instant> until_;
};

}  // namespace

std::unique_ptr<StepPlay> make_step_play(const PlannedStep& planned, StepScene& scene) {
  const auto& action = planned.step.action;
  if (std::holds_alternative<LodgeStep>(action))
    return std::make_unique<LodgePlay>(*planned.lodgements, scene);
  if (const auto* await = std::get_if<AwaitStep>(&action)) return std::make_unique<AwaitPlay>(*await, scene);
  return std::make_unique<PausePlay>(std::get<PauseStep>(action));
}

std::string step_words(const PlannedStep& planned) {
  const auto& action = planned.step.action;
  if (std::holds_alternative<LodgeStep>(action)) {
    const PlannedLodgements& lodgements = *planned.lodgements;
    return fmt::format("lodge {} at {} to {}", lodgements.name, lodgements.at.text(), lodgements.to.text());
  }
  if (const auto* await = std::get_if<AwaitStep>(&action)) {
    return fmt::format("await at {} that it receives {} within {}", await->at->text(), await->lodgement,
                       duration_text(await->within));
  }
  return fmt::format("pause {}", duration_text(std::get<PauseStep>(action).length));
}

}  // namespace gnc::scenarios
