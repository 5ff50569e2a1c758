#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/scenarios/temporary_folder.h"

// What `gncsim explain` says of blocks with desks, later messages and attachments.
namespace gnc::cli::explain_blocks_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path library = std::filesystem::path(GNC_SOURCE_DIR) / "scenarios";

class ExplainBlocks : public testing::Test {
 protected:
  // `scenario` and `document` are the library's.
  json explain(const std::string& scenario, const std::string& document, const std::string& from,
               const std::string& to, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"explain",
                                       "--from",
                                       from,
                                       "--to",
                                       to,
                                       "--scenario",
                                       (library / scenario).string(),
                                       "--document",
                                       (library / "documents" / document).string(),
                                       "--format",
                                       "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Command command(arguments, folder_.path() / "log");
    status_ = command.wait();
    EXPECT_EQ(command.errors(), "");
    return json::parse(command.output(), nullptr, false);
  }

  static json gate(const json& said, const std::string& id) {
    for (const json& one : said["gates"]) {
      if (one["gate"] == id) return one;
    }
    ADD_FAILURE() << "no gate " << id << said.dump(2);
    return {};
  }

  scenarios::TemporaryFolder folder_;
  int status_ = -1;
};

TEST_F(ExplainBlocks, NamesTheAnswerThatTheDeskChooses) {
  const json said = explain("entry-safety.yaml", "entry/summary-detonators.xml", "NZ", "AU");
  EXPECT_EQ(status_, 0) << said.dump(2);
  EXPECT_THAT(said["says"], HasSubstr("AU would answer do-not-load: 05 under control."));
  EXPECT_EQ(said["answers"][0]["message"], "do-not-load");
  EXPECT_EQ(gate(said, "answer crossing")["says"], "do-not-load");
  EXPECT_THAT(said["notes"], IsEmpty())
      << "a desk uses nothing up, and is asked about no earlier declaration";
}

TEST_F(ExplainBlocks, SaysWhichMessagesMustBeNamed) {
  const json said = explain("transit.yaml", "transit/arrival-advice.xml", "CN", "NZ");
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(said["notes"].dump(), HasSubstr("arrival-advice"));
  EXPECT_THAT(said["notes"].dump(), HasSubstr("--message"));
  explain("transit.yaml", "transit/arrival-advice.xml", "CN", "NZ", {"--message", "arrival-advice"});
  EXPECT_EQ(status_, 0);
}

TEST_F(ExplainBlocks, AsksWhetherTheMessageMayHaveTheAttachments) {
  const std::string scan = (library / "documents/inspection/fciu8120044-top.pgm").string();
  const json images = explain("inspection-images.yaml", "inspection/images.xml", "NZ", "CN",
                              {"--message", "inspection-images", "--attachment", scan});
  EXPECT_EQ(status_, 0) << images.dump(2);
  EXPECT_EQ(gate(images, "attachments")["says"], "1 of at most 16");
  EXPECT_EQ(gate(images, "attachments allowed")["result"], "passed");

  const json request = explain("inspection-images.yaml", "inspection/request.xml", "CN", "NZ",
                               {"--message", "image-request", "--attachment", scan});
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(request["decided_by"], "attachments allowed");
  EXPECT_THAT(
      gate(request, "attachments allowed")["faults"],
      ElementsAre(testing::ResultOf([](const json& fault) { return fault["name"].get<std::string>(); },
                                    "ATTACHMENT_NOT_ALLOWED")));

  const std::string name = folder_.write("a name with blanks", "x").string();
  const json named = explain("inspection-images.yaml", "inspection/images.xml", "NZ", "CN",
                             {"--message", "inspection-images", "--attachment", name});
  EXPECT_EQ(named["decided_by"], "attachments");
}

TEST_F(ExplainBlocks, RefusesAnAttachmentThatIsNotThere) {
  Command command(
      {"explain", "--from", "NZ", "--to", "CN", "--scenario", (library / "inspection-images.yaml").string(),
       "--document", (library / "documents/inspection/images.xml").string(), "--attachment", "none.tiff"},
      folder_.path() / "log");
  EXPECT_EQ(command.wait(), 2);
  EXPECT_THAT(command.errors(), HasSubstr("none.tiff"));
}

}  // namespace
}  // namespace gnc::cli::explain_blocks_test
