#include "scenarios/engine/step_play.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/engine/content_play.h"
#include "scenarios/engine/lodge_play.h"
#include "scenarios/engine/step_scene.h"

namespace gnc::scenarios {
namespace {

class AwaitPlay final : public StepPlay {
 public:
  AwaitPlay(const AwaitStep& step, StepScene& scene) : step_(step), scene_(scene) {}

  std::optional<StepOutcome> advance(Instant now) override {
    if (!deadline_) deadline_ = now + step_.within;
    if (step_.what == AwaitStep::What::answered) return answers(now);
    const auto standing = scene_.ledger.standing(scene_.batches.at(step_.lodgement));
    if (step_.what == AwaitStep::What::ended) {
      const bool all = standing.ended == standing.planned;
      if (!all && now < *deadline_) return std::nullopt;
      return StepOutcome{all, fmt::format("{} of {} at their end", standing.ended, standing.planned)};
    }
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
  std::optional<StepOutcome> answers(Instant now) const {
    const auto& group = scene_.exchanges.of(step_.lodgement);
    const auto answered = std::ranges::count_if(group, [](const auto* one) { return one->answered; });
    const auto unanswered =
        std::ranges::count_if(group, [](const auto* one) { return !one->answered && one->has_ended(); });
    const auto open = std::ssize(group) - answered - unanswered;
    if (open > 0 && now < *deadline_) return std::nullopt;
    StepOutcome outcome{answered == std::ssize(group),
                        fmt::format("{} of {} answered", answered, group.size())};
    if (unanswered > 0) outcome.detail += fmt::format(", {} at an end without an answer", unanswered);
    return outcome;
  }

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

class FaultPlay final : public StepPlay {
 public:
  FaultPlay(const FaultStep& step, StepScene& scene) : step_(step), scene_(scene) {}

  std::optional<StepOutcome> advance(Instant) override {
    scene_.world.begin(step_.fault);
    return StepOutcome{true, {}};
  }

 private:
  const FaultStep& step_;
  StepScene& scene_;
};

class ParallelPlay final : public StepPlay {
 public:
  ParallelPlay(const PlannedStep& planned, StepScene& scene) {
    for (const PlannedStep& part : planned.parallel) {
      parts_.push_back({make_step_play(part, scene), step_row(part, scene.plan.scenario)});
    }
  }

  std::optional<StepOutcome> advance(Instant now) override {
    if (!began_) began_ = now;
    bool all_over = true;
    for (Part& part : parts_) {
      if (!part.play) continue;
      auto outcome = part.play->advance(now);
      if (!outcome) {
        all_over = false;
        continue;
      }
      part.row.held = outcome->held;
      part.row.detail = std::move(outcome->detail);
      part.row.took_ms = (now - *began_).milliseconds();
      part.parts = std::move(outcome->parts);
      part.play.reset();
    }
    if (!all_over) return std::nullopt;
    StepOutcome outcome;
    const auto held = std::ranges::count_if(parts_, [](const Part& part) { return part.row.held; });
    outcome.held = held == std::ssize(parts_);
    outcome.detail = fmt::format("{} of {} held", held, parts_.size());
    for (Part& part : parts_) {
      outcome.parts.push_back(std::move(part.row));
      for (StepRow& row : part.parts) outcome.parts.push_back(std::move(row));
    }
    return outcome;
  }

  std::optional<Instant> wake() const override {
    std::optional<Instant> first;
    for (const Part& part : parts_) {
      const auto wake = part.play ? part.play->wake() : std::nullopt;
      if (wake && (!first || *wake < *first)) first = wake;
    }
    return first;
  }

 private:
  struct Part {
    std::unique_ptr<StepPlay> play;  // empty when it is over
    StepRow row;
    std::vector<StepRow> parts = {};
  };
  std::vector<Part> parts_;
  std::optional<Instant> began_;
};

// Any step, for so long and no longer.
class LimitedPlay final : public StepPlay {
 public:
  LimitedPlay(std::unique_ptr<StepPlay> play, Duration limit) : play_(std::move(play)), limit_(limit) {}

  std::optional<StepOutcome> advance(Instant now) override {
    if (!deadline_) deadline_ = now + limit_;
    if (auto outcome = play_->advance(now)) return outcome;
    if (now < *deadline_) return std::nullopt;
    return StepOutcome{false, fmt::format("not done within its timeout of {}", duration_text(limit_))};
  }
  std::optional<Instant> wake() const override {
    const auto wake = play_->wake();
    return wake && deadline_ ? std::min(*wake, *deadline_) : deadline_;
  }

 private:
  std::unique_ptr<StepPlay> play_;
  const Duration limit_;
  std::optional<Instant> deadline_;
};

// Of what an earlier step was to lodge, and did not.
class MissingPlay final : public StepPlay {
 public:
  explicit MissingPlay(std::string lodgement) : lodgement_(std::move(lodgement)) {}
  std::optional<StepOutcome> advance(Instant) override {
    return StepOutcome{false, fmt::format("{} were not lodged", lodgement_)};
  }

 private:
  std::string lodgement_;
};

// The earlier lodgement that a step speaks of; empty where it speaks of none.
std::string_view lodgement_of(const Step& step) {
  if (const auto* await = std::get_if<AwaitStep>(&step.action)) return await->lodgement;
  if (const auto* expect = std::get_if<ExpectStep>(&step.action)) return expect->lodgement;
  if (const auto* capture = std::get_if<CaptureStep>(&step.action)) return capture->lodgement;
  if (const auto* follow_up = std::get_if<FollowUpStep>(&step.action)) return follow_up->lodgement;
  if (const auto* submit = std::get_if<SubmitStep>(&step.action)) return submit->same_id_as;
  return {};
}

std::unique_ptr<StepPlay> play_of(const PlannedStep& planned, StepScene& scene) {
  const auto& action = planned.step.action;
  const std::string lodgement(lodgement_of(planned.step));
  if (!lodgement.empty() && !scene.exchanges.knows(lodgement))
    return std::make_unique<MissingPlay>(lodgement);
  if (std::holds_alternative<LodgeStep>(action) || std::holds_alternative<SubmitStep>(action))
    return make_lodge_play(planned, scene);
  if (std::holds_alternative<FollowUpStep>(action)) return make_follow_up_play(planned, scene);
  if (const auto* await = std::get_if<AwaitStep>(&action)) return std::make_unique<AwaitPlay>(*await, scene);
  if (const auto* expect = std::get_if<ExpectStep>(&action)) return make_expect_play(*expect, scene);
  if (const auto* capture = std::get_if<CaptureStep>(&action)) return make_capture_play(*capture, scene);
  if (const auto* fault = std::get_if<FaultStep>(&action)) return std::make_unique<FaultPlay>(*fault, scene);
  if (std::holds_alternative<ParallelStep>(action)) return std::make_unique<ParallelPlay>(planned, scene);
  return std::make_unique<PausePlay>(std::get<PauseStep>(action));
}

std::string parties_words(std::string_view verb, const PlannedLodgements& lodgements) {
  return fmt::format("{} {} at {} to {}", verb, lodgements.name, lodgements.at.text(), lodgements.to.text());
}

struct Words {
  const PlannedStep& planned;

  std::string operator()(const LodgeStep&) const { return parties_words("lodge", *planned.lodgements); }
  std::string operator()(const SubmitStep& step) const {
    const std::string words = parties_words("submit", *planned.lodgements);
    return step.same_id_as.empty() ? words : fmt::format("{}, with the ids of {}", words, step.same_id_as);
  }
  std::string operator()(const AwaitStep& step) const {
    const std::string at = step.at ? fmt::format(" at {}", step.at->text()) : "";
    const std::string within = duration_text(step.within);
    switch (step.what) {
      case AwaitStep::What::received:
        return fmt::format("await{} that it receives {} within {}", at, step.lodgement, within);
      case AwaitStep::What::answered:
        return fmt::format("await{} the answers to {} within {}", at, step.lodgement, within);
      case AwaitStep::What::ended:
        return fmt::format("await{} that {} are at their end within {}", at, step.lodgement, within);
    }
    return {};
  }
  std::string operator()(const ExpectStep& step) const {
    std::string text = fmt::format("expect of {}{}", step.answer ? "the answers to " : "", step.lodgement);
    if (step.end) text += fmt::format(", end {}", *step.end);
    if (step.code) text += fmt::format(", code {}", *step.code);
    if (!step.path.empty()) text += ", " + step.path;
    if (step.exists) text += *step.exists ? " is there" : " is not there";
    if (step.equals) text += fmt::format(" is \"{}\"", *step.equals);
    if (step.matches) text += fmt::format(" is like {}", *step.matches);
    return text;
  }
  std::string operator()(const CaptureStep& step) const {
    return fmt::format("capture {} of {}{} as {}", step.path, step.answer ? "the answer to " : "",
                       step.lodgement, step.as);
  }
  std::string operator()(const FollowUpStep& step) const {
    const char* verb = step.kind == FollowUpStep::Kind::amend    ? "amend"
                       : step.kind == FollowUpStep::Kind::cancel ? "cancel"
                                                                 : "ask about";
    return fmt::format("{} {} as {}", verb, step.lodgement, planned.name);
  }
  std::string operator()(const PauseStep& step) const {
    return fmt::format("pause {}", duration_text(step.length));
  }
  std::string operator()(const FaultStep& step) const { return words(step.fault); }
  std::string operator()(const ParallelStep& step) const {
    return fmt::format("{} steps at the same time", step.steps.size());
  }
};

}  // namespace

std::unique_ptr<StepPlay> make_step_play(const PlannedStep& planned, StepScene& scene) {
  auto play = play_of(planned, scene);
  if (!planned.step.timeout) return play;
  return std::make_unique<LimitedPlay>(std::move(play), *planned.step.timeout);
}

std::string step_words(const PlannedStep& planned) { return std::visit(Words{planned}, planned.step.action); }

StepRow step_row(const PlannedStep& planned, const Scenario& scenario) {
  StepRow row;
  row.step = step_words(planned);
  row.where = fmt::format("{}:{}", scenario.file.string(), planned.step.place.line);
  return row;
}

}  // namespace gnc::scenarios
