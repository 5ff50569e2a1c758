#include <sys/wait.h>

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "gnc/v1/datamodel.pb.h"
#include "tests/corpus.h"

// The real binary, run as a user runs it.
namespace gnc::cli::convert_test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
  int status = -1;
  std::string out;
  std::string error;
};

class Convert : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "gncsim-convert-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& content) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }

  // Runs in the folder, so that names in messages are short.
  Outcome run(const std::string& arguments, const std::string& input = "") {
    write(".in", input);
    const std::string command =
        "cd '" + folder_.string() + "' && '" GNC_BINARY "' " + arguments + " < .in > .out 2> .error";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, test::read_file(folder_ / ".out"),
            test::read_file(folder_ / ".error")};
  }

  fs::path folder_;
};

std::string declaration(const std::string& body) {
  return "<MetaData xmlns=\"urn:wco:datamodel:WCO:DocumentMetaData-DMS:2\">\n"
         "<Declaration xmlns=\"urn:wco:datamodel:WCO:DEC-DMS:2\">" +
         body + "</Declaration>\n</MetaData>\n";
}

const std::string good = declaration("<FunctionCode>9</FunctionCode><ID>A 1</ID>");

TEST_F(Convert, GoesRoundThroughEveryForm) {
  write("d.xml", good);
  const Outcome json = run("convert d.xml --to json");
  ASSERT_EQ(json.status, 0) << json.error;
  EXPECT_EQ(nlohmann::json::parse(json.out)["declaration"]["id"]["value"], "A 1");
  write("d.json", json.out);
  const Outcome protobuf = run("convert d.json --to protobuf");
  ASSERT_EQ(protobuf.status, 0) << protobuf.error;
  v1::MetaData document;
  ASSERT_TRUE(document.ParseFromString(protobuf.out));
  EXPECT_EQ(document.declaration().function_code().value(), "9");
  write("d.pb", protobuf.out);
  const Outcome xml = run("convert d.pb --to xml");
  ASSERT_EQ(xml.status, 0) << xml.error;
  EXPECT_EQ(xml.out, run("convert d.xml --to xml").out);
  EXPECT_EQ(json.error + protobuf.error + xml.error, "");
}

TEST_F(Convert, ShowsAnOutlineWhereNoFormIsAsked) {
  write("d.xml", good);
  const Outcome outline = run("convert d.xml");
  EXPECT_EQ(outline.status, 0);
  EXPECT_THAT(outline.out, StartsWith("Declaration (42A)\n  FunctionCode: 9  "));
  EXPECT_THAT(outline.out, HasSubstr("D014 Document reference number\n"));
}

TEST_F(Convert, TellsTheFormOfStandardInputByItsContent) {
  const Outcome json = run("convert - --to json", good);
  EXPECT_EQ(json.status, 0) << json.error;
  EXPECT_EQ(run("convert - --to xml", json.out).status, 0);
  EXPECT_EQ(run("convert - --to xml", run("convert - --to protobuf", good).out).status, 0);
  EXPECT_THAT(run("convert - --from json --to xml", good).error, StartsWith("stdin:1:1: GNC-101 "));
}

TEST_F(Convert, ReadsFilesWithOddNamesAndCapitalExtensions) {
  write("1. DMSRCV (2).XML", good);
  EXPECT_EQ(run("convert '1. DMSRCV (2).XML' --to json").status, 0);
}

TEST_F(Convert, SaysWhatIsWrongWithTheInputAndWhere) {
  struct Case {
    std::string name, content, error;
  };
  const std::vector<Case> cases{
      {"unclosed.xml", "<MetaData>\n<WCOTypeName>", "unclosed.xml:2:14: GNC-101 DOCUMENT_NOT_WELL_FORMED: "},
      {"trailing.xml", good + "headers=List()", "trailing.xml:4:1: GNC-101 DOCUMENT_NOT_WELL_FORMED: "},
      {"empty.xml", "", "empty.xml:1:1: GNC-101 DOCUMENT_NOT_WELL_FORMED: "},
      {"other.xml", "<CC015C xmlns='urn:x'/>",
       "other.xml:1:1: GNC-102 DOCUMENT_KIND_UNKNOWN: its root element is {urn:x}CC015C"},
      {"table.csv", "a,b\n1,2\n", "table.csv: GNC-102 DOCUMENT_KIND_UNKNOWN: "},
      {"unknown.xml", declaration("\n<FunctionCod>9</FunctionCod>"),
       "unknown.xml:3:1: GNC-103 ELEMENT_UNKNOWN: Declaration/"},
      {"typed.xml", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><MetaData>&e;</MetaData>",
       "typed.xml:1:1: GNC-109 DOCUMENT_UNSAFE: "},
      {"large.xml", declaration("<ID>" + std::string(9u << 20, 'x') + "</ID>"),
       "large.xml: GNC-108 DOCUMENT_TOO_LARGE: "},
      {"broken.json", "{\"declaration\": \n  nothing}",
       "broken.json:2:4: GNC-101 DOCUMENT_NOT_WELL_FORMED: "},
      {"unknown.json", R"({"declaration": {"functionCod": {"value": "9"}}})",
       "unknown.json: GNC-103 ELEMENT_UNKNOWN: declaration/functionCod "},
      {"broken.pb", "\x0a\x7f", "broken.pb: GNC-111 TYPE_OF_VALUE: "},
  };
  for (const Case& wrong : cases) {
    SCOPED_TRACE(wrong.name);
    write(wrong.name, wrong.content);
    const Outcome outcome = run("convert " + wrong.name + " --to json");
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.error, AllOf(StartsWith(wrong.error), EndsWith(".\n")));
  }
  EXPECT_THAT(run("convert unknown.xml").error, HasSubstr("Write FunctionCode"));
  EXPECT_THAT(run("convert absent.xml").error,
              StartsWith("absent.xml: GNC-701 FILE_UNREADABLE: No such file"));
  EXPECT_THAT(run("convert .").error, StartsWith(".: GNC-701 FILE_UNREADABLE: it is a folder"));
}

TEST_F(Convert, EscapesWhatCameFromOutside) {
  write("d.xml", declaration("<FunctionCode\xe2\x80\xae>9</FunctionCode\xe2\x80\xae>"));
  EXPECT_THAT(run("convert d.xml").error, testing::Not(HasSubstr("\xe2\x80\xae")));
  write("d.json", "{\"declaration\": {\"\\u001b[31m\": 1}}");
  EXPECT_THAT(run("convert d.json").error, HasSubstr("declaration/\\u{1b}[31m"));
}

TEST_F(Convert, RefusesToWriteProtobufToATerminal) {
  write("d.xml", good);
  write("run", "'" GNC_BINARY "' convert d.xml --to protobuf");
  const std::string command = "cd '" + folder_.string() + "' && script -qec 'sh run' /dev/null > .out 2>&1";
  if (std::system("command -v script > /dev/null") != 0)
    GTEST_SKIP() << "there is no script(1) to make a terminal";
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 2);
  EXPECT_THAT(test::read_file(folder_ / ".out"), StartsWith("GNC-801 USAGE: "));
}

TEST_F(Convert, ExplainsItselfAndRefusesWhatItDoesNotKnow) {
  EXPECT_THAT(run("convert --help").out, HasSubstr("gncsim convert declaration.xml --to json"));
  EXPECT_EQ(run("convert").status, 2);
  EXPECT_EQ(run("convert d.xml --to pdf").status, 2);
  EXPECT_EQ(run("convert d.xml --from text").status, 2);
}

TEST_F(Convert, ReportsOutputThatCannotBeWritten) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full";
  write("d.xml", good);
  const std::string command =
      "cd '" + folder_.string() + "' && '" GNC_BINARY "' convert d.xml --to json > /dev/full 2> .error";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 3);
  EXPECT_THAT(test::read_file(folder_ / ".error"), StartsWith("stdout: GNC-702 FILE_UNWRITABLE: "));
}

class Validate : public Convert {};

TEST_F(Validate, GivesEachFaultOneLineWithPlacePointerAndPath) {
  write("d.xml",
        declaration(
            "\n <FunctionCode>abc</FunctionCode>\n <InvoiceAmount currencyID=\"GBQ\">1</InvoiceAmount>"));
  const Outcome outcome = run("validate d.xml");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.out, StartsWith("d.xml:3:2: GNC-104 VALUE_FORMAT: FunctionCode is \"abc\", "));
  EXPECT_THAT(outcome.out, HasSubstr("at 42A/017 Declaration/FunctionCode - "));
  EXPECT_THAT(outcome.out, HasSubstr("\nd.xml:4:2: GNC-107 CODE_UNKNOWN: "));
  EXPECT_EQ(outcome.error, "1 file: 0 conformant, 1 with faults\n");
}

TEST_F(Validate, WalksFoldersInOrderAndPassesOverOtherFiles) {
  write("in/b/2.xml", good);
  write("in/a.XML", declaration(""));
  write("in/notes.txt", "not a document");
  write("in/b/1.json", "{}");
  const Outcome outcome = run("validate in");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.error, "3 files: 1 conformant, 2 with faults\n");
  const std::size_t first =
      outcome.out.find("in/a.XML:2:1: GNC-105 ELEMENT_MISSING: FunctionCode is missing");
  const std::size_t second = outcome.out.find("in/b/1.json: GNC-105 ELEMENT_MISSING: MetaData holds neither");
  EXPECT_EQ(first, 0u);
  EXPECT_LT(first, second);
  EXPECT_NE(second, std::string::npos);
  write("empty/notes.txt", "");
  EXPECT_THAT(run("validate empty").out,
              StartsWith("empty: GNC-701 FILE_UNREADABLE: the folder has no file"));
}

TEST_F(Validate, GivesMachinesOneJsonDocument) {
  write("d.xml",
        declaration("<FunctionCode>9</FunctionCode><GoodsShipment><GovernmentAgencyGoodsItem>"
                    "<SequenceNumeric>x</SequenceNumeric></GovernmentAgencyGoodsItem></GoodsShipment>"));
  const Outcome outcome = run("validate --format json d.xml - absent.xml", good);
  EXPECT_EQ(outcome.status, 2);
  const auto report = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(report["summary"], nlohmann::json({{"files", 3}, {"conformant", 1}, {"with_faults", 2}}));
  EXPECT_EQ(report["files"][0]["kind"], "declaration");
  const auto& fault = report["files"][0]["faults"][0];
  EXPECT_EQ(fault["code"], "GNC-104");
  EXPECT_EQ(fault["name"], "VALUE_FORMAT");
  EXPECT_EQ(fault["line"], 2);
  EXPECT_EQ(fault["path"], "Declaration/GoodsShipment/GovernmentAgencyGoodsItem[1]/SequenceNumeric");
  EXPECT_EQ(fault["pointer"], nlohmann::json::parse(
                                  R"([{"documentSection": "42A"}, {"documentSection": "67A"},
                                      {"documentSection": "68A", "sequence": 1, "tag": "006"}])"));
  EXPECT_EQ(report["files"][1]["file"], "stdin");
  EXPECT_EQ(report["files"][1]["conformant"], true);
  EXPECT_EQ(report["files"][2]["faults"][0]["name"], "FILE_UNREADABLE");
}

TEST_F(Validate, EverythingThatTheProjectShipsIsConformant) {
  const Outcome outcome = run("validate '" GNC_SOURCE_DIR "/scenarios'");
  EXPECT_EQ(outcome.status, 0) << outcome.out;
  EXPECT_THAT(outcome.error, HasSubstr(" 0 with faults\n"));
}

TEST_F(Validate, ChecksDefinitionsToo) {
  write("b.yaml", "block: b\nversoin: 1\n");
  write("s.yaml", "scenario: s\nstpes: []\n");
  write("o.yaml", "other: 1\n");
  write("m.yaml", "block: [\n");
  const Outcome outcome = run("validate b.yaml s.yaml o.yaml m.yaml");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.out, HasSubstr("b.yaml:2:1: GNC-803 KEY_UNKNOWN: "));
  EXPECT_THAT(outcome.out, HasSubstr("s.yaml:2:1: GNC-803 KEY_UNKNOWN: "));
  EXPECT_THAT(outcome.out, HasSubstr("o.yaml:1:1: GNC-804 KEY_MISSING: "));
  EXPECT_THAT(outcome.out, HasSubstr("m.yaml:2:1: GNC-802 YAML_MALFORMED: "));
  EXPECT_EQ(outcome.error, "4 files: 0 conformant, 4 with faults\n");
}

}  // namespace
}  // namespace gnc::cli::convert_test
