#include <gmock/gmock.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/scenario_reader.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::scenarios::deeds_test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

struct Played : RunListener {
  void happened(const v1::Event& event) override { events.push_back(event); }
  void sealed(const std::shared_ptr<const std::string>&) override { ++batches; }

  std::vector<v1::Event> of(v1::EventKind kind) const {
    std::vector<v1::Event> found;
    std::ranges::copy_if(events, std::back_inserter(found),
                         [kind](const auto& e) { return e.kind() == kind; });
    return found;
  }

  std::vector<v1::Event> events;
  std::size_t batches = 0;  // that were sealed
  VirtualOutcome outcome;
};

// New Zealand passes 13 declarations on to China. Signatures are modelled, and the promises are judged after
// every event.
std::unique_ptr<Played> play(std::optional<Deed> deed, Duration at = Duration::from_milliseconds(1)) {
  auto scenario = read_scenario(GNC_SOURCE_DIR "/scenarios/export-import.yaml");
  const RunPlan plan = *plan_run(std::move(*scenario), {});
  auto played = std::make_unique<Played>();
  VirtualOptions options;
  options.watch = options.keep_going = true;
  options.world = settings_of(plan.scenario);
  options.listener = played.get();
  if (deed) options.more_faults.push_back({at, {std::move(*deed), {}, {}, {}}});
  auto outcome = play_virtual(plan, nullptr, options);
  EXPECT_TRUE(outcome) << (outcome ? "" : describe(outcome.error()));
  if (outcome) played->outcome = std::move(*outcome);
  EXPECT_THAT(played->outcome.breaches, IsEmpty());
  for (const PromiseRow& promise : played->outcome.report.promises)
    EXPECT_TRUE(promise.held) << promise.detail;
  return played;
}

const PartyName nz = *PartyName::from_text("NZ");

TEST(Deeds, AnAlteredEnvelopeIsRefusedByItsSealWhereSignaturesAreModelled) {
  const auto played = play(TamperWithNext{nz});
  const auto refused = played->of(v1::EVENT_KIND_REFUSED);
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].reason(), v1::ENVELOPE_ALTERED);
  EXPECT_THAT(played->of(v1::EVENT_KIND_DELIVERED), SizeIs(12 + 12));  // and the answers
}

TEST(Deeds, WhatComesAgainIsShownItsFirstReceiptAgain) {
  const auto whole = play({}), played = play(ReplayNext{nz});
  EXPECT_THAT(whole->of(v1::EVENT_KIND_DUPLICATE_SUPPRESSED), IsEmpty());
  EXPECT_THAT(played->of(v1::EVENT_KIND_DUPLICATE_SUPPRESSED), SizeIs(13));
  // No batch of receipts more was sealed, and one more went out.
  EXPECT_EQ(played->batches, whole->batches);
  const auto& links = played->outcome.report.links;
  ASSERT_THAT(links, SizeIs(2));
  EXPECT_GT(links[0].bytes_down, whole->outcome.report.links[0].bytes_down);
  EXPECT_GT(links[0].bytes_up, whole->outcome.report.links[0].bytes_up);
  EXPECT_EQ(links[1].bytes_down, whole->outcome.report.links[1].bytes_down);
  EXPECT_EQ(played->outcome.report.exchange.processed, 13u);
  EXPECT_THAT(played->outcome.never_ended, IsEmpty());
}

TEST(Deeds, AnAgreementThatLapsesAtTheStartLetsNothingCross) {
  const auto played = play(LapseAgreement{"NZ-CN/export-declaration"});
  EXPECT_THAT(played->of(v1::EVENT_KIND_ADMITTED), IsEmpty());
  const auto refused = played->of(v1::EVENT_KIND_REFUSED);
  EXPECT_THAT(refused, SizeIs(13));
  for (const v1::Event& event : refused) EXPECT_EQ(event.reason(), v1::AGREEMENT_NOT_IN_FORCE);
}

}  // namespace
}  // namespace gnc::scenarios::deeds_test
