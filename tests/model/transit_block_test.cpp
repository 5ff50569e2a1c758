#include <gtest/gtest.h>

#include <filesystem>

#include "model/agreement/agreement_book.h"
#include "model/yaml/instant_text.h"

namespace gnc::model::transit_block_test {
namespace {

const std::filesystem::path scenarios = std::filesystem::path(GNC_SOURCE_DIR) / "scenarios";

// The whole of the block: the published flow of a movement that arrives, and of one that does not.
TEST(TransitBlock, TakesThePublishedFlowsAndNothingElse) {
  const std::vector<std::filesystem::path> blocks{scenarios / "blocks/transit.yaml"};
  const std::vector<std::filesystem::path> agreements{scenarios / "agreements/nz-cn-transit.yaml"};
  const auto book = AgreementBook::load(blocks, agreements);
  ASSERT_TRUE(book) << describe(book.error().front());
  const ConversationStates states(*(*book)->block("transit"), 1);
  constexpr std::int64_t day = 86'400;
  const Instant start = *parse_instant("2026-06-22");

  struct Word {
    const char* message;
    std::int64_t day;
  };
  // The state after the words; empty where one is refused.
  const auto play = [&](const std::vector<Word>& words) -> std::string {
    std::optional<ConversationPlace> place;
    for (const Word& word : words) {
      auto next = states.after(place, word.message, start + Duration::from_seconds(word.day * day));
      if (!next) return {};
      place = *std::move(next);
    }
    return place->state;
  };
  EXPECT_EQ(play({{"anticipated-arrival-record", 0}, {"arrival-advice", 2}, {"control-results", 3}}),
            "discharged");
  EXPECT_EQ(play({{"anticipated-arrival-record", 0}, {"arrival-advice", 20}}), "arrived")
      << "late, but there";
  EXPECT_EQ(play({{"anticipated-arrival-record", 0},
                  {"enquiry-request", 8},
                  {"enquiry-response", 10},
                  {"arrival-advice", 12},
                  {"control-results", 12}}),
            "discharged");
  EXPECT_EQ(play({{"anticipated-arrival-record", 0}, {"enquiry-request", 9}, {"recovery-notice", 37}}),
            "in-recovery");

  EXPECT_EQ(play({{"arrival-advice", 0}}), "");
  EXPECT_EQ(play({{"anticipated-arrival-record", 0}, {"anticipated-arrival-record", 1}}), "");
  EXPECT_EQ(play({{"anticipated-arrival-record", 0}, {"control-results", 1}}), "");
  EXPECT_EQ(play({{"anticipated-arrival-record", 0}, {"enquiry-request", 7}}), "");
  EXPECT_EQ(play({{"anticipated-arrival-record", 0}, {"enquiry-request", 9}, {"recovery-notice", 36}}), "");
  EXPECT_EQ(play({{"anticipated-arrival-record", 0}, {"enquiry-request", 9}, {"enquiry-request", 10}}), "");
  EXPECT_EQ(play({{"anticipated-arrival-record", 0}, {"enquiry-response", 9}}), "");
  EXPECT_EQ(play({{"anticipated-arrival-record", 0}, {"arrival-advice", 2}, {"recovery-notice", 50}}), "");
  EXPECT_EQ(play({{"anticipated-arrival-record", 0},
                  {"arrival-advice", 2},
                  {"control-results", 3},
                  {"arrival-advice", 4}}),
            "");
}

}  // namespace
}  // namespace gnc::model::transit_block_test
