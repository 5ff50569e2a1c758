#include "scenarios/engine/lodge_play.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/document/document.h"
#include "proto/types/error.h"
#include "scenarios/engine/follow_up.h"
#include "scenarios/engine/step_scene.h"

namespace gnc::scenarios {
namespace {

std::string lodged_words(std::size_t documents) {
  return fmt::format("{} document{}", documents, documents == 1 ? "" : "s");
}

class LodgePlay final : public StepPlay {
 public:
  // `submit`: null of a lodge step.
  LodgePlay(const PlannedLodgements& planned, const SubmitStep* submit, StepScene& scene)
      : planned_(planned), submit_(submit), scene_(scene) {}

  std::optional<StepOutcome> advance(Instant) override {
    const PlannedLodgements* lodged = &planned_;
    if (std::ranges::any_of(planned_.documents,
                            [](const auto& document) { return !document.captures.empty(); })) {
      std::vector<SourceDocument> documents(planned_.documents.begin(), planned_.documents.end());
      for (SourceDocument& document : documents) {
        auto bytes = with_captures(document, scene_.captures);
        if (!bytes) return StepOutcome{false, describe(bytes.error()), {}};
        document.bytes = std::move(*bytes);
        document.captures.clear();
      }
      PlannedLodgements& filled = scene_.made.emplace_back(planned_);
      filled.documents = std::move(documents);
      lodged = &filled;
    }
    if (submit_ == nullptr) {
      scene_.lodge(*lodged, conversations(lodged->documents.size()));
    } else if (auto submitted = scene_.submit(*lodged, submit_->same_id_as); !submitted) {
      return StepOutcome{false, describe(submitted.error()), {}};
    }
    return StepOutcome{true, lodged_words(lodged->documents.size()), {}};
  }

 private:
  // Those of the earlier lodgement, in turn; none where each document begins its own.
  std::vector<Uuid> conversations(std::size_t documents) const {
    std::vector<Uuid> own;
    if (planned_.in.empty()) return own;
    const auto earlier = scene_.exchanges.of(planned_.in);
    for (std::size_t i = 0; i < documents && !earlier.empty(); ++i) {
      own.push_back(earlier[i % earlier.size()]->conversation);
    }
    return own;
  }

  const PlannedLodgements& planned_;
  const SubmitStep* submit_;
  StepScene& scene_;
};

class FollowUpPlay final : public StepPlay {
 public:
  FollowUpPlay(const PlannedStep& planned, StepScene& scene)
      : step_(std::get<FollowUpStep>(planned.step.action)), planned_(*planned.lodgements), scene_(scene) {}

  std::optional<StepOutcome> advance(Instant now) override {
    if (!deadline_) {
      deadline_ = now + patience;
      if (auto begun = begin(); !begun) return StepOutcome{false, describe(begun.error()), {}};
    }
    for (std::size_t i = 0; i < waits_.size(); ++i) {
      if (!documents_[i].bytes.empty()) continue;
      const auto original = waits_[i].take();
      if (!original) continue;
      if (auto made = make(i, *original); !made)
        return StepOutcome{false, printable(made.error().detail), {}};
      ++made_;
    }
    if (made_ == waits_.size()) return lodge();
    if (now < *deadline_) return std::nullopt;
    return StepOutcome{false,
                       fmt::format("{} of {} are not on record at {} after {}", waits_.size() - made_,
                                   waits_.size(), planned_.at.text(), duration_text(patience)),
                       {}};
  }
  std::optional<Instant> wake() const override { return deadline_; }

 private:
  static constexpr Duration patience = Duration::from_seconds(10);

  Result<void> begin() {
    for (const auto& [path, value] : step_.set) {
      auto parsed = model::WcoPath::parse(path);
      if (!parsed) return tl::unexpected(parsed.error());
      auto filled = CaptureText(value).filled(scene_.captures);
      if (!filled) return tl::unexpected(filled.error());
      values_.push_back({std::move(*parsed), std::move(*filled)});
    }
    for (const StepExchange* exchange : scene_.exchanges.of(step_.lodgement)) {
      waits_.emplace_back(scene_, *exchange, DocumentWait::Which::sent);
    }
    documents_.resize(waits_.size());
    return {};
  }

  Result<void> make(std::size_t i, const Result<v1::MetaData>& original) {
    if (!original) return tl::unexpected(original.error());
    const std::string reference = fmt::format("{}-{:016x}", follow_up_noun(step_.kind), scene_.chance.next());
    auto document = follow_up(*original, step_.kind, values_, reference);
    if (!document) return tl::unexpected(document.error());
    SourceDocument& made = documents_[i];
    made.name = fmt::format("{} of {}", follow_up_noun(step_.kind), waits_[i].exchange().document);
    made.bytes = model::write(*document, model::Form::xml);
    made.form_hint = "xml";
    return {};
  }

  StepOutcome lodge() {
    PlannedLodgements& lodged = scene_.made.emplace_back(planned_);
    lodged.documents = std::move(documents_);
    std::vector<Uuid> conversations;
    for (const DocumentWait& wait : waits_) conversations.push_back(wait.exchange().conversation);
    scene_.lodge(lodged, std::move(conversations));
    return {true, lodged_words(lodged.documents.size()), {}};
  }

  const FollowUpStep& step_;
  const PlannedLodgements& planned_;
  StepScene& scene_;
  std::optional<Instant> deadline_;
  std::vector<NewValue> values_;
  std::vector<DocumentWait> waits_;
  std::vector<SourceDocument> documents_;  // made of the waits' documents
  std::size_t made_ = 0;
};

}  // namespace

std::unique_ptr<StepPlay> make_lodge_play(const PlannedStep& planned, StepScene& scene) {
  return std::make_unique<LodgePlay>(*planned.lodgements, std::get_if<SubmitStep>(&planned.step.action),
                                     scene);
}

std::unique_ptr<StepPlay> make_follow_up_play(const PlannedStep& planned, StepScene& scene) {
  return std::make_unique<FollowUpPlay>(planned, scene);
}

}  // namespace gnc::scenarios
