#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "proto/types/random.h"
#include "scenarios/engine/capture_text.h"
#include "scenarios/engine/document_desk.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/lodger.h"
#include "scenarios/engine/run_plan.h"
#include "scenarios/engine/step_exchanges.h"
#include "scenarios/engine/world.h"

namespace gnc::scenarios {

// What steps act on and share.
struct StepScene {
  StepScene(const RunPlan&, const ExchangeLedger&, Lodger&, World&);

  const RunPlan& plan;
  const ExchangeLedger& ledger;
  Lodger& lodger;
  World& world;
  StepExchanges exchanges;
  DocumentDesk desk;
  Captures captures;
  std::map<std::string, BatchIndex> batches;  // by the name that a step gave its documents
  std::deque<PlannedLodgements> made;         // documents that were made while the steps were played
  Random chance;

  // Lodges every document now; `planned` must outlive the scene. With conversations, each goes on with its
  // own, else each begins one.
  void lodge(const PlannedLodgements& planned, std::vector<Uuid> conversations = {});
  // Submits every document now, with ids of its own or those of an earlier submission. An error where one of
  // them cannot be read at all.
  Result<void> submit(const PlannedLodgements& planned, const std::string& same_id_as);
};

// The document that one exchange carries, or is answered by: asked for as soon as a node has it on record.
class DocumentWait {
 public:
  enum class Which { sent, received, answer };

  DocumentWait(StepScene& scene, const StepExchange& exchange, Which which)
      : scene_(&scene), exchange_(&exchange), which_(which) {}

  // Empty until it is there, and after it was given; an error where it will never be.
  std::optional<Result<v1::MetaData>> take();
  const StepExchange& exchange() const { return *exchange_; }

 private:
  enum class Standing { not_yet, there, never };
  Standing standing() const;

  StepScene* scene_;
  const StepExchange* exchange_;
  Which which_;
  std::optional<DocumentDesk::Token> token_;
};

}  // namespace gnc::scenarios
