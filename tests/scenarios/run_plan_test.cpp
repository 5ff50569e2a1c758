#include "scenarios/engine/run_plan.h"

#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/scenario_reader.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::run_plan_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const std::filesystem::path source = GNC_SOURCE_DIR "/scenarios";

class Plan : public testing::Test {
 protected:
  Plan() {
    folder_.write("a.xml", "<a/>");
    folder_.write("b.XML", "<b/>");
  }

  tl::expected<RunPlan, std::vector<Error>> plan(
      const std::string& lines, const std::optional<std::string>& documents = {},
      const std::filesystem::path& agreement = source / "agreements/nz-cn-export.yaml",
      const std::string& topology = "{administrations: [NZ, CN]}") {
    auto scenario = parse_scenario(
        "scenario: test\ntopology: " + topology + "\nagreements: [" + agreement.string() + "]\n" + lines,
        folder_.path() / "s.yaml");
    if (!scenario) return tl::unexpected(scenario.error());
    return plan_run(std::move(*scenario), documents);
  }
  std::string first_mistake(const tl::expected<RunPlan, std::vector<Error>>& planned) const {
    return planned ? "no mistake" : describe(planned.error().front());
  }

  TemporaryFolder folder_;
};

TEST_F(Plan, FindsBlockAgreementMessageAndDocuments) {
  const auto planned = plan("steps: [lodge: {at: NZ, to: CN, documents: '*.xml', as: all}]\n");
  ASSERT_TRUE(planned) << first_mistake(planned);
  EXPECT_THAT(planned->block_files,
              ElementsAre((source / "blocks/export-declaration.yaml").lexically_normal()));
  ASSERT_EQ(planned->steps.size(), 1u);
  EXPECT_EQ(planned->steps[0].name, "all");
  const PlannedLodgements& lodgements = *planned->steps[0].lodgements;
  EXPECT_EQ(lodgements.agreement, "NZ-CN/export-declaration");
  EXPECT_EQ(lodgements.message, "export-declaration");
  EXPECT_TRUE(lodgements.answer_due);
  ASSERT_EQ(lodgements.documents.size(), 2u);
  EXPECT_EQ(lodgements.documents[0].bytes, "<a/>");
  EXPECT_EQ(lodgements.documents[1].form_hint, "XML");
}

TEST_F(Plan, GivesWorkloadsTheFilesThatGoAlongWithEachDocument) {
  folder_.write("one.tiff", "image");
  folder_.write("two.tiff", "another");
  const std::string workload =
      "workload: [{name: w, from: NZ, to: CN, documents: a.xml, count: 3, files: PATTERN}]\n";
  const auto with = [&workload](const std::string& pattern) {
    std::string lines = workload;
    return lines.replace(lines.find("PATTERN"), 7, pattern);
  };
  const auto planned = plan(with("'*.tiff'"));
  ASSERT_TRUE(planned) << first_mistake(planned);
  ASSERT_EQ(planned->workloads.size(), 1u);
  EXPECT_THAT(planned->workloads[0].lodgements.files,
              ElementsAre(folder_.path() / "one.tiff", folder_.path() / "two.tiff"));
  EXPECT_THAT(first_mistake(plan(with("[one.tiff, three.tiff]"))),
              AllOf(HasSubstr("three.tiff"), HasSubstr("s.yaml:4:")));
}

TEST_F(Plan, BeginsNoExchangeWithAnAnswerUnlessAskedByName) {
  EXPECT_THAT(
      first_mistake(plan("steps: [lodge: {at: CN, to: NZ, documents: '*.xml'}]\n")),
      HasSubstr(
          "s.yaml:4:9: GNC-806 REFERENCE_UNKNOWN: no agreement of the scenario lets CN send anything to NZ"));
  const auto named = plan("steps: [lodge: {at: CN, to: NZ, documents: '*.xml', message: export-response}]\n");
  ASSERT_TRUE(named) << first_mistake(named);
  EXPECT_EQ(named->steps[0].lodgements->message, "export-response");
}

TEST_F(Plan, FindsTheMessageThatFollowsUpAnother) {
  const auto planned = plan(
      "steps:\n  - lodge: {at: NZ, to: CN, documents: a.xml, as: first}\n"
      "  - amend: {of: first, set: {Declaration/TotalPackageQuantity: '1'}, as: second}\n"
      "  - cancel: {of: second}\n");
  ASSERT_TRUE(planned) << first_mistake(planned);
  EXPECT_EQ(planned->steps[1].lodgements->name, "second");
  EXPECT_EQ(planned->steps[1].lodgements->message, "export-amendment");
  EXPECT_TRUE(planned->steps[1].lodgements->answer_due);
  // An amendment is cancelled with its declaration.
  EXPECT_EQ(planned->steps[2].lodgements->message, "export-cancellation");
}

TEST_F(Plan, SaysWhatNothingFollowsUp) {
  EXPECT_THAT(
      first_mistake(
          plan("steps:\n  - lodge: {at: CN, to: NZ, documents: a.xml, message: export-response, as: x}\n"
               "  - query: {of: x}\n")),
      HasSubstr("s.yaml:6:5: GNC-806 REFERENCE_UNKNOWN: under NZ-CN/export-declaration no message queries "
                "export-response"));
}

TEST_F(Plan, RefusesMoreDocumentsThanThereAreIdsForThem) {
  const std::string steps =
      "steps:\n  - submit: {at: NZ, to: CN, documents: a.xml, as: first}\n"
      "  - submit: {at: NZ, to: CN, documents: '*.xml', as: again, same-id-as: first}\n";
  EXPECT_THAT(
      first_mistake(plan(steps, {}, source / "agreements/nz-cn-export.yaml",
                         "{administrations: [NZ, CN], bare: [NZ]}")),
      HasSubstr("s.yaml:6:5: GNC-805 KEY_VALUE: 2 documents are to bear the ids of first, which has 1"));
}

TEST_F(Plan, NamesAFlowThatNoAgreementHas) {
  EXPECT_THAT(first_mistake(plan("steps: [lodge: {at: NZ, to: CN, documents: '*.xml', flow: import}]\n")),
              HasSubstr("lets NZ send import to CN"));
}

TEST_F(Plan, NamesTheStepWhosePatternMatchesNothing) {
  EXPECT_THAT(first_mistake(plan("steps: [lodge: {at: NZ, to: CN, documents: 'no/*.xml'}]\n")),
              HasSubstr("s.yaml:4:9: GNC-806 REFERENCE_UNKNOWN: no file matches no/*.xml"));
}

TEST_F(Plan, SaysOnceThatTheCommandLinesPatternMatchesNothing) {
  const auto planned =
      plan("steps: [lodge: {at: NZ, to: CN, documents: a.xml}, lodge: {at: NZ, to: CN, documents: b.XML}]\n",
           "no/*.xml");
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().size(), 1u);
  EXPECT_EQ(planned.error()[0].where, "--documents");
}

TEST_F(Plan, NamesABlockThatIsNowhere) {
  const auto agreement = folder_.write("lonely.yaml", "agreement: A\nblock: absent\n");
  EXPECT_THAT(first_mistake(plan("steps: [lodge: {at: NZ, to: CN, documents: a.xml}]\n", {}, agreement)),
              HasSubstr("lonely.yaml:2:8: GNC-806 REFERENCE_UNKNOWN: the utility block absent is neither"));
}

TEST_F(Plan, SchedulesAWorkloadByItsRateAndEnd) {
  const auto planned =
      plan("workload: [{name: w, from: NZ, to: CN, documents: a.xml, arrivals: {rate: 200/s, for: 60s}}]\n");
  ASSERT_TRUE(planned) << first_mistake(planned);
  EXPECT_EQ(planned->workloads[0].schedule.expected(), 12'000);
}

TEST_F(Plan, LetsWhoHasTooMuchAtOnceHandOverMoreOften) {
  folder_.write("trade.csv", "from,to,weight\nNZ,CN,99\nCN,NZ,1\n");
  const auto planned = plan(
      "workload:\n  - name: trade\n    documents: a.xml\n"
      "    trade: {exchanges: 10000, for: 24h, at-once: 100, matrix: trade.csv}\n",
      {}, source / "agreements/world-declaration-notice.yaml");
  ASSERT_TRUE(planned) << first_mistake(planned);
  std::uint64_t count = 0;
  for (const PlannedFlow& flow : planned->workloads.front().trade->flows) {
    const std::uint64_t most = flow.rhythm.most_in(flow.count, flow.residue, flow.every);
    EXPECT_LE(most, 100u);
    EXPECT_LT(flow.moment, flow.every);
    if (flow.count < 500) {
      EXPECT_EQ(flow.every, Duration::from_seconds(3600));
    } else {
      EXPECT_GE(most, 80u);
    }
    count += flow.count;
  }
  EXPECT_EQ(count, 10'000u);
}

}  // namespace
}  // namespace gnc::scenarios::run_plan_test
