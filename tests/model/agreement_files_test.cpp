#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gnc/v1/datamodel.pb.h"
#include "model/agreement/agreement_book.h"
#include "model/yaml/instant_text.h"

namespace gnc::model::agreement_files_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::filesystem::path scenarios = std::filesystem::path(GNC_SOURCE_DIR) / "scenarios";

// A folder of the test's own, removed afterwards.
class AgreementFiles : public testing::Test {
 protected:
  AgreementFiles()
      : folder_(std::filesystem::temp_directory_path() /
                ("agreement_files_" +
                 std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) +
                 std::to_string(testing::UnitTest::GetInstance()->random_seed()) + "_" +
                 std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~AgreementFiles() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  // "file:line:column CODE" of each mistake, without the folder.
  std::vector<std::string> mistakes(std::vector<std::filesystem::path> blocks,
                                    std::vector<std::filesystem::path> agreements) const {
    const auto book = AgreementBook::load(blocks, agreements);
    std::vector<std::string> found;
    if (book) return found;
    for (const Error& error : book.error()) {
      found.push_back(error.where.substr(folder_.string().size() + 1) + " " +
                      std::string(catalogue_entry(error.code).name));
    }
    return found;
  }

  std::filesystem::path folder_;
};

TEST_F(AgreementFiles, ThoseThatGncsimBringsHold) {
  const std::vector<std::filesystem::path> blocks = {scenarios / "blocks/export-declaration.yaml"};
  const std::vector<std::filesystem::path> agreements = {scenarios / "agreements/nz-cn-export.yaml"};
  const auto book = AgreementBook::load(blocks, agreements);
  ASSERT_TRUE(book) << describe(book.error().front());
  const v1::UtilityBlock* block = (*book)->block("export-declaration");
  ASSERT_NE(block, nullptr);
  ASSERT_EQ(block->messages_size(), 8);
  EXPECT_TRUE(block->messages(0).answer_due());
  EXPECT_EQ(block->messages(0).answer_within().seconds(), 3600);
  EXPECT_EQ(block->messages(1).answers(), "export-declaration");
  EXPECT_EQ(block->pattern(), v1::PATTERN_EVENT_PUSH);
  EXPECT_EQ(block->messages(4).name(), "export-cancellation");
  EXPECT_EQ(block->messages(4).follow_up(), v1::BlockMessage::FOLLOW_UP_CANCELS);
  EXPECT_EQ(block->messages(4).follows(), "export-declaration");
  ASSERT_EQ((*book)->agreements().size(), 1u);
  EXPECT_EQ((*book)->agreements()[0].retention().seconds(), 1825LL * 86'400);
}

TEST_F(AgreementFiles, TimesToAnswerAreDividedByTheBusinessClock) {
  const std::vector<std::filesystem::path> blocks = {scenarios / "blocks/export-declaration.yaml"};
  const std::vector<std::filesystem::path> agreements = {scenarios / "agreements/nz-cn-export.yaml"};
  const auto book = AgreementBook::load(blocks, agreements, 1200);
  ASSERT_TRUE(book) << describe(book.error().front());
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  const std::string bytes = document.SerializeAsString();
  const auto terms =
      (*book)->allow({"NZ-CN/export-declaration", "export-declaration", "NZ", "CN", "DEC", bytes},
                     *parse_instant("2026-06-01"));
  ASSERT_TRUE(terms) << describe(terms.error());
  EXPECT_EQ(terms->answer_within, Duration::from_seconds(3));
}

TEST_F(AgreementFiles, EveryMistakeIsShownWhereItIsWritten) {
  const auto block = write("block.yaml",
                           "block: export\n"
                           "version: one\n"
                           "title: Export\n"
                           "legal_basis: CMAA\n"
                           "pattern: event-psuh\n"
                           "roles: [exporting, importing]\n"
                           "messages:\n"
                           "  - name: declaration\n"
                           "    from: exporting\n"
                           "    document: DEC\n"
                           "    answer within: soon\n");
  EXPECT_THAT(mistakes({block}, {}),
              ElementsAre("block.yaml:4:1 KEY_UNKNOWN", "block.yaml:1:1 KEY_MISSING",
                          "block.yaml:2:10 KEY_VALUE", "block.yaml:5:10 REFERENCE_UNKNOWN",
                          "block.yaml:8:5 KEY_MISSING", "block.yaml:11:20 KEY_VALUE"));
}

TEST_F(AgreementFiles, WhatCouldBeReadIsCheckedBesideWhatCouldNot) {
  const auto block = write("block.yaml",
                           "block: export\n"
                           "version: one\n"
                           "title: Export\n"
                           "legal basis: CMAA\n"
                           "pattern: event-push\n"
                           "roles: [exporting, importing]\n"
                           "messages:\n"
                           "  - {name: declaration, to: inporting, document: INV, answer due: maybe}\n"
                           "  - {name: declaration, from: exporting, to: importing, document: DEC}\n"
                           "clusters:\n"
                           "  - {name: prices, use: forbidden, paths: [Declaration/InvoicAmount]}\n");
  // Nothing is said of the version, the from and the answer but what was wrong with them.
  EXPECT_THAT(
      mistakes({block}, {}),
      ElementsAre("block.yaml:2:10 KEY_VALUE", "block.yaml:8:5 KEY_MISSING", "block.yaml:8:67 KEY_VALUE",
                  "block.yaml:8:29 REFERENCE_UNKNOWN", "block.yaml:8:50 REFERENCE_UNKNOWN",
                  "block.yaml:9:12 KEY_VALUE", "block.yaml:11:44 REFERENCE_UNKNOWN"));
  const auto agreement = write("agreement.yaml",
                               "agreement: NZ-CN/export\nblock: export-declaration\nversion: 1\n"
                               "parties: {exporting: NZ, imprting: CN}\nfrom: soon\nuntil: 2030-01-01\n"
                               "purpose: Testing\nleft out: [Declaration/Buyer]\n");
  EXPECT_THAT(mistakes({scenarios / "blocks/export-declaration.yaml"}, {agreement}),
              ElementsAre("agreement.yaml:5:7 KEY_VALUE", "agreement.yaml:4:36 REFERENCE_UNKNOWN",
                          "agreement.yaml:4:10 KEY_MISSING", "agreement.yaml:8:12 REFERENCE_UNKNOWN"));
}

TEST_F(AgreementFiles, MistakesOfMeaningHaveTheirPlaceToo) {
  const auto block = write("block.yaml",
                           "block: export\n"
                           "version: 1\n"
                           "title: Export\n"
                           "legal basis: CMAA\n"
                           "pattern: event-push\n"
                           "roles: [exporting, importing]\n"
                           "messages:\n"
                           "  - {name: declaration, from: exporting, to: inporting, document: DEC}\n"
                           "clusters:\n"
                           "  - name: prices\n"
                           "    use: forbidden\n"
                           "    paths: [Declaration/InvoiceAmount, Declaration/InvoicAmount]\n");
  EXPECT_THAT(mistakes({block}, {}),
              ElementsAre("block.yaml:8:46 REFERENCE_UNKNOWN", "block.yaml:12:40 REFERENCE_UNKNOWN"));
}

TEST_F(AgreementFiles, AnAgreementIsCheckedAgainstItsBlock) {
  const auto agreement = write("agreement.yaml",
                               "agreement: NZ-CN/export\n"
                               "block: export-declaration\n"
                               "version: 1\n"
                               "parties: {exporting: NZ, imprting: CN}\n"
                               "from: 2020-01-01\n"
                               "until: 2019-01-01\n"
                               "purpose: Testing\n"
                               "left out:\n"
                               "  - Declaration/Buyer\n");
  EXPECT_THAT(mistakes({scenarios / "blocks/export-declaration.yaml"}, {agreement}),
              ElementsAre("agreement.yaml:6:8 KEY_VALUE", "agreement.yaml:4:36 REFERENCE_UNKNOWN",
                          "agreement.yaml:4:10 KEY_MISSING", "agreement.yaml:9:5 REFERENCE_UNKNOWN"));
  const auto again = write("again.yaml",
                           "agreement: NZ-CN/export-declaration\nblock: no-such\nversion: 1\n"
                           "parties: {exporting: NZ, importing: [CN, AU]}\nfrom: 2020-01-01\n"
                           "until: 2021-01-01T00:00:00+13:00\npurpose: Testing\n");
  EXPECT_THAT(mistakes({scenarios / "blocks/export-declaration.yaml"}, {again}),
              ElementsAre("again.yaml:2:8 REFERENCE_UNKNOWN"));
}

TEST_F(AgreementFiles, AFileThatIsNotThereIsNamed) {
  EXPECT_THAT(mistakes({folder_ / "none.yaml"}, {}), ElementsAre("none.yaml:1:1 FILE_UNREADABLE"));
}

}  // namespace
}  // namespace gnc::model::agreement_files_test
