#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "gnc/v1/errors.pb.h"
#include "tests/processes/live_pair.h"
#include "tests/scenarios/temporary_folder.h"

// A gateway that is told to read its blocks and agreements again while it serves.
namespace gnc::cli::definitions_again_test {
namespace {

class DefinitionsAgain : public testing::Test {
 protected:
  DefinitionsAgain() : pair_(folder_.path(), {}) {
    pair_.start_gateway();
    pair_.start_node_host();
  }

  void change(const char* file, const std::string& what, const std::string& into) {
    std::stringstream text;
    text << std::ifstream(folder_.path() / file).rdbuf();
    std::string changed = text.str();
    changed.replace(changed.find(what), what.size(), into);
    std::ofstream(folder_.path() / file) << changed;
  }
  std::string read_again() {
    pair_.gateway().signal(SIGHUP);
    return pair_.gateway().read_line();
  }
  // How the declaration with that number ends: delivered, or refused with a code.
  v1::Event end_of(std::size_t number) {
    pair_.node_host().command(processes::lodgement("NZ", "CN", number, 1, 0));
    v1::Event end;
    pair_.node_host().follow(
        [&](const v1::Event& event) {
          if (event.kind() == v1::EVENT_KIND_DELIVERED || event.kind() == v1::EVENT_KIND_REFUSED) end = event;
        },
        [&](const v1::Report&) { return end.kind() != v1::EVENT_KIND_UNSPECIFIED; });
    return end;
  }

  scenarios::TemporaryFolder folder_;
  processes::LivePair pair_;
};

TEST_F(DefinitionsAgain, AreInForceForWhatComesAfterwards) {
  EXPECT_EQ(end_of(1).kind(), v1::EVENT_KIND_DELIVERED);
  change("NZ-CN.yaml", "2100-01-01", "2021-01-01");
  EXPECT_EQ(read_again(), R"(definitions {"replaced":true})");
  const v1::Event refused = end_of(2);
  EXPECT_EQ(refused.kind(), v1::EVENT_KIND_REFUSED);
  EXPECT_EQ(refused.reason(), v1::AGREEMENT_NOT_IN_FORCE);
  change("NZ-CN.yaml", "2021-01-01", "2100-01-01");
  EXPECT_EQ(read_again(), R"(definitions {"replaced":true})");
  EXPECT_EQ(end_of(3).kind(), v1::EVENT_KIND_DELIVERED);
}

TEST_F(DefinitionsAgain, StayAsTheyWereWhereAnyHasAMistake) {
  change("NZ-CN.yaml", "2100-01-01", "2021-01-01");
  change("block.yaml", "pattern: event-push", "patern: event-push");
  EXPECT_EQ(read_again(), R"(definitions {"replaced":false})");
  EXPECT_THAT(pair_.gateway().log_words(), testing::HasSubstr("block.yaml:5:1: "));
  EXPECT_EQ(end_of(1).kind(), v1::EVENT_KIND_DELIVERED);
}

}  // namespace
}  // namespace gnc::cli::definitions_again_test
