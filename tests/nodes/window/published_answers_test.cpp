// Real declarations that were published with the answers that they got: the same outcome, function codes,
// faults and pointers come of a profile that says their business rules.

#include <gmock/gmock.h>

#include <filesystem>

#include "tests/corpus.h"
#include "tests/nodes/window/window_world.h"

namespace gnc::window::published_answers_test {
namespace {

namespace fs = std::filesystem;

struct Pair {
  std::string declaration;
  std::string answer;
};

std::vector<Pair> published_pairs(const fs::path& corpus) {
  std::vector<Pair> pairs;
  const fs::path folder = corpus / "hmrc-cds-accept-reject" / "example_messages";
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_directory() || entry.path().filename() != "Declaration") continue;
    Pair pair;
    for (const auto& file : fs::directory_iterator(entry.path())) pair.declaration = file.path();
    for (const auto& file : fs::directory_iterator(entry.path().parent_path() / "Example Notification"))
      pair.answer = file.path();
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

v1::MetaData chain(const fs::path& corpus, const std::string& name) {
  return document_file(corpus / "hmrc-cds-declarations" / "xml" / name);
}

std::vector<std::string> published(const fs::path& corpus, const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const std::string& name : names) {
    for (const std::string& response : said(chain(corpus, name))) all.push_back(response);
  }
  return all;
}

TEST(PublishedAnswers, AllEightPairsAreAnsweredTheSame) {
  GNC_REQUIRE_CORPUS(corpus);
  const std::vector<Pair> pairs = published_pairs(corpus);
  ASSERT_EQ(pairs.size(), 8u);
  std::size_t rejected = 0;
  for (const Pair& pair : pairs) {
    SCOPED_TRACE(pair.declaration);
    WindowWorld world(profile_file("published-2018.yaml"));
    const v1::MetaData answer = document_file(pair.answer);
    EXPECT_EQ(world.lodge(document_file(pair.declaration)), said(answer));
    EXPECT_EQ(world.last.accepted, answer.response(0).function_code().value() == "01");
    rejected += world.last.accepted ? 0 : 1;
    // And about the same declaration.
    for (int i = 0; i < answer.response_size(); ++i) {
      const v1::ResponseDeclaration& theirs = answer.response(i).declaration();
      const v1::ResponseDeclaration& about = world.last.responses[static_cast<std::size_t>(i)].declaration();
      EXPECT_EQ(about.functional_reference_id().value(), theirs.functional_reference_id().value());
      EXPECT_EQ(about.version_id().value(), theirs.version_id().value());
      EXPECT_EQ(about.acceptance_date_time().value(), theirs.acceptance_date_time().value());
    }
  }
  EXPECT_EQ(rejected, 6u);
}

TEST(PublishedAnswers, AnImportIsAcceptedAssessedSettledAndCleared) {
  GNC_REQUIRE_CORPUS(corpus);
  WindowWorld world(profile_file("published-2024.yaml"));
  const std::string folder = "TT_IM001a/Example_Notifications/";
  EXPECT_EQ(world.lodge(chain(corpus, "TT_IM001a/Step1_TT_IM001a.xml")),
            published(corpus, {folder + "01_DMSACC.xml", folder + "02_DMSTAX.xml", folder + "03_DMSTAX.xml",
                               folder + "04_DMSCLE.xml"}));
}

TEST(PublishedAnswers, AnUnknownHolderOfAnAuthorisationIsRejected) {
  GNC_REQUIRE_CORPUS(corpus);
  WindowWorld world(profile_file("published-2024.yaml"));
  EXPECT_EQ(world.lodge(chain(corpus, "TT_IM001b/TT_IM001b.xml")),
            published(corpus, {"TT_IM001b/Example_Notifications/01_DMSREJ.xml"}));
}

TEST(PublishedAnswers, EveryFaultOfADeclarationIsToldInOneRejection) {
  GNC_REQUIRE_CORPUS(corpus);
  WindowWorld world(profile_file("published-2024.yaml"));
  EXPECT_EQ(world.lodge(chain(corpus, "TT_IM014a/TT_IM014a.xml")),
            published(corpus, {"TT_IM014a/Example_Notifications/01_DMSREJ.xml"}));
}

TEST(PublishedAnswers, AnImportIsAmendedWhileItIsLookedAtAndThenCleared) {
  GNC_REQUIRE_CORPUS(corpus);
  WindowWorld world(profile_file("published-2024.yaml"));
  const std::string folder = "TT_IM008b/Example_Notifications/";
  std::vector<std::string> answers = world.lodge(chain(corpus, "TT_IM008b/TT_IM008b.xml"));
  v1::MetaData amendment = chain(corpus, "TT_IM008b/TT_IM008b_Amendment.xml");
  amendment.mutable_declaration()->mutable_id()->set_value(world.number);
  for (const std::string& answer : world.lodge(amendment)) answers.push_back(answer);
  EXPECT_EQ(answers, published(corpus, {folder + "01_DMSACC.xml", folder + "02_DMSTAX(1).xml",
                                        folder + "03_DMSRCV.xml", folder + "04_DMSREQ.xml",
                                        folder + "05_DMSRES.xml", folder + "06_DMSTAX(2).xml",
                                        folder + "07_DMSTAX(3).xml", folder + "08_DMSCLE.xml"}));
  EXPECT_EQ(world.last.responses.back().declaration().version_id().value(), "2");
}

TEST(PublishedAnswers, AnExportIsClearedAndThenCancelled) {
  GNC_REQUIRE_CORPUS(corpus);
  WindowWorld world(profile_file("published-2024.yaml"));
  const std::string folder = "TT_EX010a/Example_Notifications/";
  std::vector<std::string> answers = world.lodge(chain(corpus, "TT_EX010a/TT_EX010a.xml"));
  v1::MetaData cancellation = chain(corpus, "TT_EX010a/TT_EX010a_Cancellation.xml");
  cancellation.mutable_declaration()->mutable_id()->set_value(world.number);
  for (const std::string& answer : world.lodge(cancellation)) answers.push_back(answer);
  EXPECT_EQ(answers,
            published(corpus, {folder + "01_DMSACC.xml", folder + "02_DMSCLE.xml", folder + "03_DMSRCV.xml",
                               folder + "04_DMSREQ.xml", folder + "05_DMSINV.xml"}));
}

// Movements are reported here by notices of the trader, which the published chains learned from an inventory
// system: the arrival also gives the location.
v1::MetaData arrival(const std::string& number, const v1::MetaData& told) {
  v1::MetaData notice = document_of(R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration>
    <FunctionCode>13</FunctionCode><FunctionalReferenceID>M35</FunctionalReferenceID><TypeCode>GPR</TypeCode>
    <GoodsShipment><Consignment><GoodsLocation><Name>RMGRMGRMG</Name><TypeCode>A</TypeCode>
      <Address><TypeCode>U</TypeCode><CountryCode>GB</CountryCode></Address></GoodsLocation></Consignment>
    </GoodsShipment></Declaration></MetaData>)");
  notice.mutable_declaration()->mutable_id()->set_value(number);
  *notice.mutable_declaration()->mutable_amendment() = told.response(0).amendment();
  return notice;
}

v1::MetaData departure(const std::string& number) {
  v1::MetaData notice = document_of(R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration>
    <FunctionCode>13</FunctionCode><FunctionalReferenceID>M36</FunctionalReferenceID><TypeCode>EDL</TypeCode>
    <ExitOffice><ID>GB000040</ID></ExitOffice></Declaration></MetaData>)");
  notice.mutable_declaration()->mutable_id()->set_value(number);
  return notice;
}

TEST(PublishedAnswers, APreLodgedExportIsAcceptedWhenItsGoodsArriveAndEndsWhenTheyLeave) {
  GNC_REQUIRE_CORPUS(corpus);
  WindowWorld world(profile_file("published-2024.yaml"));
  const std::string folder = "TT_EX011a/Example_Notifications/";
  EXPECT_EQ(world.lodge(chain(corpus, "TT_EX011a/TT_EX011a.xml")),
            published(corpus, {folder + "01_DMSRCV.xml"}));
  const std::string number = world.number;
  // That the report itself has come is told in the other chain only.
  EXPECT_EQ(
      world.lodge(arrival(number, chain(corpus, folder + "03_DMSRES.xml"))),
      published(corpus, {"TT_EX039a/Example_Notifications/2. DMSRCV(2)_Function Code 02.xml",
                         folder + "02_DMSACC.xml", folder + "03_DMSRES.xml", folder + "04_DMSCLE.xml"}));
  EXPECT_EQ(world.last.responses[1].declaration().version_id().value(), "2");

  const v1::MetaData left = chain(corpus, folder + "05_DMSEOG.xml");
  EXPECT_EQ(world.lodge(departure(number)), said(left));
  const v1::Response& ours = world.last.responses.at(0);
  const v1::Response& theirs = left.response(0);
  EXPECT_EQ(ours.additional_information(0).statement_type_code().value(),
            theirs.additional_information(0).statement_type_code().value());
  EXPECT_EQ(ours.additional_information(0).statement_description().value(),
            theirs.additional_information(0).statement_description().value());
  EXPECT_EQ(ours.declaration().version_id().value(), theirs.declaration().version_id().value());
  EXPECT_EQ(world.lodge(departure(number)).at(0).substr(0, 2), "03") << "the case is closed";
}

TEST(PublishedAnswers, GoodsThatAreNotReleasedHaveNotLeft) {
  GNC_REQUIRE_CORPUS(corpus);
  WindowWorld world(profile_file("published-2024.yaml"));
  world.lodge(chain(corpus, "TT_EX011a/TT_EX011a.xml"));
  const std::vector<std::string> answers = world.lodge(departure(world.number));
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0], "02");
  EXPECT_EQ(answers[1], "11/41");
}

TEST(PublishedAnswers, BaggageOfATravellerIsClearedWhenItArrives) {
  GNC_REQUIRE_CORPUS(corpus);
  WindowWorld world(profile_file("published-2024.yaml"));
  const std::string folder = "TT_EX039a/Example_Notifications/";
  EXPECT_EQ(world.lodge(chain(corpus, "TT_EX039a/TT_EX039a.xml")),
            published(corpus, {folder + "1. DMSRCV_Function Code 02.xml"}));
  EXPECT_EQ(
      world.lodge(arrival(world.number, chain(corpus, folder + "4. DMSRES_Function Code 07.xml"))),
      published(corpus,
                {folder + "2. DMSRCV(2)_Function Code 02.xml", folder + "3. DMSACC_Function Code 01.xml",
                 folder + "4. DMSRES_Function Code 07.xml", folder + "5. DMSCLE_Function Code 09.xml"}));
}

}  // namespace
}  // namespace gnc::window::published_answers_test
