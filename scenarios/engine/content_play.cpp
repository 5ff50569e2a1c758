#include "scenarios/engine/content_play.h"

#include <fmt/format.h>

#include "proto/types/error.h"
#include "scenarios/engine/content_check.h"
#include "scenarios/engine/step_scene.h"

namespace gnc::scenarios {
namespace {

DocumentWait::Which which(bool answer) {
  return answer ? DocumentWait::Which::answer : DocumentWait::Which::received;
}

class ExpectPlay final : public StepPlay {
 public:
  ExpectPlay(const ExpectStep& step, StepScene& scene) : step_(step), scene_(scene) {}

  std::optional<StepOutcome> advance(Instant now) override {
    if (!deadline_) {
      deadline_ = now + step_.within;
      if (auto begun = begin(); !begun) return StepOutcome{false, describe(begun.error()), {}};
    }
    std::size_t open = 0;
    for (Item& item : items_) {
      look(item);
      open += !item.told();
    }
    if (open > 0 && now < *deadline_) return std::nullopt;
    return outcome();
  }
  std::optional<Instant> wake() const override { return deadline_; }

 private:
  struct Item {
    DocumentWait wait;
    bool end_told = false, content_told = false;
    std::string wrong = {};  // what is not as it should be
    bool told() const { return !wrong.empty() || (end_told && content_told); }
  };

  Result<void> begin() {
    if (!step_.path.empty()) {
      auto path = model::WcoPath::parse(step_.path);
      if (!path) return tl::unexpected(path.error());
      check_.path = std::move(*path);
    }
    if (step_.equals) {
      auto filled = CaptureText(*step_.equals).filled(scene_.captures);
      if (!filled) return tl::unexpected(filled.error());
      check_.equals = std::move(*filled);
    }
    check_.matches = step_.matches;
    check_.exists = step_.exists;
    for (const StepExchange* exchange : scene_.exchanges.of(step_.lodgement)) {
      items_.push_back(
          {DocumentWait(scene_, *exchange, which(step_.answer)), !step_.end && !step_.code, !check_.path});
    }
    return {};
  }

  void look(Item& item) {
    if (item.told()) return;
    const StepExchange& exchange = item.wait.exchange();
    if (!item.end_told && exchange.has_ended()) {
      item.end_told = true;
      item.wrong = end_mismatch(step_, exchange).value_or("");
    }
    if (item.content_told || !item.wrong.empty()) return;
    const auto document = item.wait.take();
    if (!document) return;
    item.content_told = true;
    if (!*document) {
      item.wrong = printable(document->error().detail);
      return;
    }
    const auto found = mismatch(check_, **document);
    item.wrong = found ? found->value_or("") : describe(found.error());
  }

  StepOutcome outcome() const {
    std::size_t right = 0;
    std::string first;
    for (const Item& item : items_) {
      const StepExchange& exchange = item.wait.exchange();
      if (item.told() && item.wrong.empty()) {
        ++right;
      } else if (first.empty()) {
        first = fmt::format("{}: {}", printable(exchange.document),
                            item.told() ? item.wrong
                                        : fmt::format("it cannot be told after {}: {}",
                                                      duration_text(step_.within), standing_words(exchange)));
      }
    }
    if (right == items_.size()) return {true, fmt::format("{} of {}", right, items_.size()), {}};
    return {false, fmt::format("{} of {}; {}", right, items_.size(), first), {}};
  }

  const ExpectStep& step_;
  StepScene& scene_;
  std::optional<Instant> deadline_;
  ContentCheck check_;
  std::vector<Item> items_;
};

class CapturePlay final : public StepPlay {
 public:
  CapturePlay(const CaptureStep& step, StepScene& scene) : step_(step), scene_(scene) {}

  std::optional<StepOutcome> advance(Instant now) override {
    if (!wait_) {
      deadline_ = now + step_.within;
      wait_.emplace(scene_, *scene_.exchanges.of(step_.lodgement).front(), which(step_.answer));
    }
    if (const auto document = wait_->take()) return keep(*document);
    if (now < *deadline_) return std::nullopt;
    return StepOutcome{false,
                       fmt::format("not there after {}: {} is {}", duration_text(step_.within),
                                   printable(wait_->exchange().document), standing_words(wait_->exchange())),
                       {}};
  }
  std::optional<Instant> wake() const override { return deadline_; }

 private:
  StepOutcome keep(const Result<v1::MetaData>& document) {
    if (!document) return {false, printable(document.error().detail), {}};
    const auto path = model::WcoPath::parse(step_.path);
    if (!path) return {false, describe(path.error()), {}};
    const std::vector<std::string> values = path->values(*document);
    if (values.empty()) {
      return {false, fmt::format("{} has no {}", printable(wait_->exchange().document), step_.path), {}};
    }
    scene_.captures[step_.as] = values.front();
    return {true, fmt::format("{} is {}", step_.as, in_quotes(values.front())), {}};
  }

  const CaptureStep& step_;
  StepScene& scene_;
  std::optional<Instant> deadline_;
  std::optional<DocumentWait> wait_;
};

}  // namespace

std::unique_ptr<StepPlay> make_expect_play(const ExpectStep& step, StepScene& scene) {
  return std::make_unique<ExpectPlay>(step, scene);
}

std::unique_ptr<StepPlay> make_capture_play(const CaptureStep& step, StepScene& scene) {
  return std::make_unique<CapturePlay>(step, scene);
}

}  // namespace gnc::scenarios
