#include "scenarios/engine/step_scene.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "nodes/core/document_intake.h"

namespace gnc::scenarios {

StepScene::StepScene(const RunPlan& run_plan, const ExchangeLedger& run_ledger, Lodger& run_lodger,
                     World& run_world)
    : plan(run_plan),
      ledger(run_ledger),
      lodger(run_lodger),
      world(run_world),
      desk(run_world),
      chance(run_plan.stream("steps")) {}

void StepScene::lodge(const PlannedLodgements& planned, std::vector<Uuid> conversations) {
  const Instant now = world.now();
  while (conversations.size() < planned.documents.size()) {
    conversations.push_back(Uuid::from_parts(now, chance.next(), chance.next()));
  }
  const BatchIndex batch = lodger.open(planned, false, conversations);
  batches[planned.name] = batch;
  for (std::size_t i = 0; i < planned.documents.size(); ++i) {
    const Lodgement lodged = ledger.lodgement(lodger.lodge(batch, i, now));
    StepExchange exchange{lodged.reference, lodged.document,    planned.at,
                          planned.to,       planned.answer_due, conversations[i]};
    exchanges.add(planned.name, std::move(exchange));
  }
}

Result<void> StepScene::submit(const PlannedLodgements& planned, const std::string& same_id_as) {
  std::vector<v1::CarriedDocument> carried;
  for (const SourceDocument& document : planned.documents) {
    auto read = nodes::carry_unchecked(document.bytes, document.form_hint, document.name);
    if (!read) return tl::unexpected(read.error().error);
    carried.push_back(std::move(*read));
  }
  const Instant now = world.now();
  const BatchIndex batch =
      lodger.open_other({planned.name, planned.at.text(), planned.to.text(), planned.answer_due, false});
  batches[planned.name] = batch;
  for (std::size_t i = 0; i < carried.size(); ++i) {
    BarePeer::Submission submission{.reference = fmt::format("submission {}#{}", planned.name, i + 1),
                                    .to = planned.to,
                                    .agreement = planned.agreement,
                                    .message = planned.message};
    submission.priority = planned.priority == "urgent" ? v1::PRIORITY_URGENT
                          : planned.priority == "bulk" ? v1::PRIORITY_BULK
                                                       : v1::PRIORITY_NORMAL;
    if (planned.life != Duration{}) submission.life = planned.life;
    submission.document = std::move(carried[i]);
    if (!same_id_as.empty()) submission.same_id_as = exchanges.of(same_id_as)[i]->reference;
    submission.intended = now;
    lodger.lodge_other(batch, submission.reference, planned.documents[i].name, now);
    exchanges.add(planned.name, {submission.reference, planned.documents[i].name, planned.at, planned.to,
                                 planned.answer_due});
    world.submit(planned.at, std::move(submission));
  }
  return {};
}

DocumentWait::Standing DocumentWait::standing() const {
  const StepExchange& exchange = *exchange_;
  bool there = false;
  bool may_come = !exchange.has_ended();
  switch (which_) {
    case Which::sent:
      there = exchange.exchange.has_value();
      break;
    case Which::received:
      there = exchange.exchange && exchange.delivered;
      break;
    case Which::answer:
      there = exchange.answer && exchange.answered;
      // The answer's own beginning may be told after it has come.
      may_come = may_come || exchange.answered;
      break;
  }
  if (there) return Standing::there;
  return may_come ? Standing::not_yet : Standing::never;
}

std::optional<Result<v1::MetaData>> DocumentWait::take() {
  if (token_) return scene_->desk.take(*token_);
  switch (standing()) {
    case Standing::not_yet:
      return std::nullopt;
    case Standing::never: {
      std::string text = fmt::format("{} was {}", exchange_->document, standing_words(*exchange_));
      if (!exchange_->detail.empty()) text += fmt::format(" ({})", exchange_->detail);
      return Result<v1::MetaData>(failure(exchange_->code, std::move(text)));
    }
    case Standing::there:
      break;
  }
  token_ = which_ == Which::answer ? scene_->desk.ask(exchange_->at, *exchange_->answer)
                                   : scene_->desk.ask(which_ == Which::sent ? exchange_->at : exchange_->to,
                                                      *exchange_->exchange);
  return std::nullopt;
}

}  // namespace gnc::scenarios
