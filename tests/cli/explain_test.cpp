#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/scenarios/temporary_folder.h"

// The real binary, run as a user runs it.
namespace gnc::cli::explain_test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const fs::path library = fs::path(GNC_SOURCE_DIR) / "scenarios";

struct Outcome {
  int status = -1;
  std::string out;
  std::string error;
};

class Explain : public testing::Test {
 protected:
  // Runs in the folder, so that names in messages are short.
  Outcome run(const std::string& arguments, const std::string& input = "/dev/null") {
    const std::string command = "cd '" + folder_.path().string() + "' && '" GNC_BINARY "' " + arguments +
                                " < '" + input + "' > .out 2> .error";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(folder_.path() / ".out"),
            content_of(folder_.path() / ".error")};
  }

  // As JSON; `status_` is how it ended. By the first scenario of the library, unless `more` says another.
  json explain(const std::string& document, const std::string& more = "", const std::string& parties = "") {
    const std::string by =
        more.find("--scenario") == std::string::npos && more.find("--agreements") == std::string::npos
            ? " --scenario '" + (library / "export-import.yaml").string() + "'"
            : "";
    arguments_ = "explain " + (parties.empty() ? std::string("--from NZ --to CN") : parties) +
                 " --document '" + document + "'" + by + " " + more;
    const Outcome outcome = run(arguments_ + " --format json");
    status_ = outcome.status;
    EXPECT_EQ(outcome.error, "");
    return json::parse(outcome.out, nullptr, false);
  }
  std::string text() { return run(arguments_).out; }

  static std::string wool() { return (library / "documents/export/sea-wool-bales.xml").string(); }

  // A document of the library's as JSON, for changes.
  json content(const std::string& file) { return json::parse(run("convert '" + file + "' --to json").out); }
  std::string write(const std::string& name, const json& document) {
    return folder_.write(name, document.dump()).string();
  }
  std::string wool_of_template(const std::string& destination, const std::string& packages) {
    std::string text = content_of(library / "documents/templates/wool.template.xml");
    for (const auto& [name, value] : {std::pair<std::string, std::string>{"${reference}", "WOL-9"},
                                      {"${destination}", destination},
                                      {"${packages}", packages}}) {
      for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
        text.replace(at, name.size(), value);
      }
    }
    return folder_.write("wool.xml", text).string();
  }

  static json gate(const json& said, const std::string& id) {
    for (const json& one : said["gates"]) {
      if (one["gate"] == id) return one;
    }
    ADD_FAILURE() << "no gate " << id;
    return {};
  }
  static std::string result(const json& said, const std::string& id) {
    return gate(said, id).value("result", "");
  }
  static std::vector<std::string> codes(const json& said, const std::string& id) {
    std::vector<std::string> found;
    const json one = gate(said, id);
    for (const json& fault : one["faults"]) found.push_back(fault["code"]);
    return found;
  }

  scenarios::TemporaryFolder folder_;
  std::string arguments_;
  int status_ = -1;
};

TEST_F(Explain, PassesWhatWouldPassAndSaysUnderWhatAndWhatIsAnswered) {
  const json said = explain(wool());
  EXPECT_EQ(status_, 0) << said.dump(2);
  EXPECT_EQ(said["verdict"], "passes");
  EXPECT_EQ(said["agreement"], "NZ-CN/export-declaration");
  EXPECT_EQ(said["message"], "export-declaration");
  EXPECT_EQ(said["answers"][0]["responses"][0]["function_code"], "01");
  EXPECT_FALSE(said.contains("decided_by"));
  for (const json& gate : said["gates"]) {
    EXPECT_EQ(gate["result"], "passed") << gate;
    EXPECT_TRUE(gate["faults"].empty()) << gate;
  }
  EXPECT_THAT(text(),
              AllOf(StartsWith(wool() + " would pass from NZ to CN, and CN would answer 01 accepted.\n"),
                    HasSubstr("asked as export-declaration under NZ-CN/export-declaration"),
                    HasSubstr("scenarios/export-import.yaml"), Not(HasSubstr("refused"))));
}

TEST_F(Explain, SaysTheSameOfEveryFormOfADocument) {
  ASSERT_EQ(run("convert '" + wool() + "' --to json").status, 0);
  fs::copy(folder_.path() / ".out", folder_.path() / "wool.json");
  ASSERT_EQ(run("convert '" + wool() + "' --to protobuf").status, 0);
  fs::copy(folder_.path() / ".out", folder_.path() / "wool.pb");
  const std::string start =
      "explain --from NZ --to CN --scenario '" + (library / "export-import.yaml").string() + "' --document ";
  for (const auto& [document, input] : {std::pair<std::string, std::string>{"wool.json", "/dev/null"},
                                        {"wool.pb", "/dev/null"},
                                        {"-", "wool.json"},
                                        {"-", wool()},
                                        {"- --form protobuf", "wool.pb"}}) {
    const Outcome outcome = run(start + document, input);
    EXPECT_EQ(outcome.status, 0) << document << " of " << input << outcome.out << outcome.error;
    EXPECT_THAT(outcome.out, HasSubstr("would pass from NZ to CN, and CN would answer 01 accepted.\n"));
  }
}

TEST_F(Explain, RefusesWhereThereIsNoAgreement) {
  const json said = explain(wool(), "", "--from NZ --to AU");
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(said["verdict"], "refused");
  EXPECT_EQ(said["decided_by"], "choice");
  EXPECT_THAT(codes(said, "choice"), ElementsAre("GNC-301"));
  EXPECT_THAT(std::string(gate(said, "choice")["faults"][0]["remedy"]),
              HasSubstr("NZ-CN/export-declaration"));
  EXPECT_THAT(codes(said, "recipient"), ElementsAre("GNC-503"));
  EXPECT_EQ(result(said, "conformance"), "passed");
  EXPECT_EQ(result(said, "in force"), "not reached");
  EXPECT_EQ(result(said, "content"), "not reached");
  EXPECT_EQ(result(said, "answer"), "not reached");
  EXPECT_THAT(text(), AllOf(HasSubstr("would not pass from NZ to AU: GNC-301 NO_AGREEMENT"),
                            HasSubstr("not reached  AU"), HasSubstr("to do:   Conclude one.")));
}

TEST_F(Explain, HasTheNearestSpellingOfAnAgreement) {
  const json said = explain(wool(), "--agreement NZ-CN/export-declaratoin");
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(codes(said, "choice"), ElementsAre("GNC-301"));
  EXPECT_THAT(std::string(gate(said, "choice")["faults"][0]["remedy"]),
              HasSubstr("Did you mean \"NZ-CN/export-declaration\"?"));
  EXPECT_THAT(codes(said, "agreement"), ElementsAre("GNC-301"));
  EXPECT_EQ(result(said, "envelope"), "not reached");
}

TEST_F(Explain, RefusesOutsideTheAgreementsTimeAndStillAsksTheRest) {
  const json early = explain(wool(), "--at 2019-12-31T23:59:59Z");
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(early["decided_by"], "choice");
  EXPECT_THAT(codes(early, "choice"), ElementsAre("GNC-302"));
  EXPECT_THAT(codes(early, "in force"), ElementsAre("GNC-302"));
  EXPECT_THAT(std::string(gate(early, "in force")["faults"][0]["decided_at"]),
              EndsWith("agreements/nz-cn-export.yaml:6:7"));
  EXPECT_EQ(result(early, "content"), "passed");
  EXPECT_EQ(result(early, "checks"), "passed");
  const json late = explain(wool(), "--at 2040-01-01");
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(std::string(gate(late, "in force")["faults"][0]["decided_at"]),
              EndsWith("agreements/nz-cn-export.yaml:7:8"));
  explain(wool(), "--at 2020-01-01");
  EXPECT_EQ(status_, 0);
  // Named in full, it is the gateway that refuses.
  const json named =
      explain(wool(), "--at 2040-01-01 --agreement NZ-CN/export-declaration --message export-declaration");
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(named["decided_by"], "in force");
  EXPECT_EQ(result(named, "choice"), "passed");
}

TEST_F(Explain, RefusesTheWrongMessageTheWrongWayAndTheWrongType) {
  json said = explain(wool(), "--message export-respose");
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(codes(said, "choice"), ElementsAre("GNC-303"));
  EXPECT_THAT(codes(said, "message"), ElementsAre("GNC-303"));
  EXPECT_EQ(result(said, "direction"), "not reached");

  said = explain(wool(), "--agreement NZ-CN/export-declaration --message export-response");
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(said["decided_by"], "direction");
  EXPECT_THAT(codes(said, "direction"), ElementsAre("GNC-303"));
  EXPECT_THAT(codes(said, "document type"), ElementsAre("GNC-306"));
  EXPECT_THAT(std::string(gate(said, "direction")["decided_at"]),
              HasSubstr("blocks/export-declaration.yaml:"));

  said = explain(wool(), "", "--from CN --to NZ");
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(said["decided_by"], "choice");

  const std::string response = write(
      "res.json",
      json::parse(
          R"({"response": [{"functionCode": {"value": "01"}, "declaration": {"id": {"value": "1"}}}]})"));
  said = explain(response);
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(said["document_type"], "RES");
  EXPECT_EQ(said["decided_by"], "choice");
  EXPECT_THAT(codes(said, "document type"), ElementsAre("GNC-306"));
}

TEST_F(Explain, FindsEveryForbiddenElementWithItsIdAndTheRulesPlace) {
  json document = content(wool());
  document["declaration"]["goodsShipment"]["payer"]["name"]["value"] = "P";
  document["declaration"]["authentication"] = {{"authentication", {{"value", "x"}}}};
  const json said = explain(write("d.json", document));
  EXPECT_EQ(status_, 1) << said.dump(2);
  EXPECT_EQ(said["verdict"], "refused");
  EXPECT_EQ(said["decided_by"], "content");
  EXPECT_THAT(codes(said, "content"), ElementsAre("GNC-304", "GNC-304"));
  std::map<std::string, json> by_path;
  const json content_gate = gate(said, "content");
  for (const json& fault : content_gate["faults"]) by_path[fault["path"]] = fault;
  const json payer = by_path["Declaration/GoodsShipment/Payer"];
  EXPECT_THAT(std::string(payer["decided_at"]), EndsWith("blocks/export-declaration.yaml:70:9"));
  EXPECT_THAT(std::string(payer["detail"]), HasSubstr("cluster \"domestic revenue security\""));
  EXPECT_THAT(std::string(payer["pointers"][0]), StartsWith("42A/67A/"));
  EXPECT_THAT(std::string(by_path["Declaration/Authentication"]["decided_at"]),
              EndsWith("agreements/nz-cn-export.yaml:12:5"));
  // What the recipient would say is told all the same.
  EXPECT_EQ(result(said, "checks"), "passed");
  EXPECT_THAT(text(), AllOf(HasSubstr("GNC-304 CLUSTER_FORBIDDEN, at gateway (content)."),
                            HasSubstr("element: Declaration/GoodsShipment/Payer, 42A/67A/"),
                            HasSubstr("to do:   Leave the element out.")));
}

TEST_F(Explain, FindsFaultsOfFormAtTheSenderAndOfCodesAtTheRecipient) {
  json said = explain(wool_of_template("ZZ", "72"));
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(said["verdict"], "rejected");
  EXPECT_EQ(said["decided_by"], "checks");
  EXPECT_THAT(codes(said, "checks"), ElementsAre("GNC-107"));
  EXPECT_EQ(said["answers"][0]["responses"][0]["function_code"], "03");
  EXPECT_THAT(text(), HasSubstr("would cross from NZ to CN, but CN would reject it (03 rejected): "
                                "GNC-107 CODE_UNKNOWN.\n"));

  said = explain(wool_of_template("ZZ", "seventy-two"));
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(said["verdict"], "refused");
  EXPECT_EQ(said["decided_by"], "conformance");
  EXPECT_THAT(codes(said, "conformance"), Contains("GNC-104"));
  const json fault = gate(said, "conformance")["faults"][0];
  EXPECT_THAT(std::string(fault["where"]), testing::ContainsRegex("wool\\.xml:[0-9]+:[0-9]+$"));
  EXPECT_FALSE(fault["pointers"].empty());
  // The code is a further fault; the form is not told twice.
  EXPECT_THAT(codes(said, "checks"), ElementsAre("GNC-107"));
  EXPECT_EQ(result(said, "content"), "passed");

  said = explain(folder_.write("broken.xml", "<Declaration><ID></Declaration>").string());
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(said["decided_by"], "readable");
  EXPECT_EQ(result(said, "conformance"), "not reached");
  EXPECT_EQ(result(said, "in force"), "passed");
  EXPECT_EQ(result(said, "content"), "not reached");
}

TEST_F(Explain, TakesAgreementsAndAProfileWithoutAScenario) {
  const std::string agreements = (library / "agreements").string();
  json said = explain(wool(), "--agreements '" + agreements + "'");
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(std::string(gate(said, "choice")["faults"][0]["remedy"]), HasSubstr("Name the agreement"));
  said = explain(wool(), "--agreements '" + agreements + "' --agreement NZ-CN/export-declaration");
  EXPECT_EQ(status_, 0) << said.dump(2);

  const std::string window = "--agreements '" + agreements + "/nz-cn-single-window.yaml' --profile '" +
                             (library / "profiles/import-single-window.yaml").string() + "'";
  said = explain((library / "documents/import/pumps-without-net-mass.xml").string(), window);
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(said["verdict"], "rejected");
  EXPECT_THAT(std::string(said["profile"]), EndsWith("import-single-window.yaml"));
  said = explain((library / "documents/import/milk-powder-with-permit.xml").string(), window);
  EXPECT_EQ(status_, 0) << said.dump(2);
  EXPECT_FALSE(std::string(said["answers"][0]["channel"]).empty());
  EXPECT_THAT(std::string(said["answers"].back()["why"]), HasSubstr("released"));
}

TEST_F(Explain, AsksTheRecipientsOwnRulesBesideTheDataModel) {
  json document = content((library / "documents/import/pumps-without-net-mass.xml").string());
  document["declaration"]["goodsShipment"]["destination"]["countryCode"]["value"] = "ZZ";
  const json said =
      explain(write("d.json", document), "--scenario '" + (library / "single-window.yaml").string() + "'");
  EXPECT_EQ(status_, 1);
  // The window itself stops at the code; the rule would come next.
  EXPECT_THAT(codes(said, "checks"), ElementsAre("GNC-107", "SW101"));
  for (const json& fault : gate(said, "checks").at("faults").get<std::vector<json>>()) {
    EXPECT_FALSE(fault.value("remedy", "").empty()) << fault;
    EXPECT_FALSE(fault["pointers"].empty()) << fault;
    EXPECT_THAT(text(), HasSubstr(std::string(fault["code"])));
  }
}

// Whether this very document will be on paper, nobody knows beforehand.
TEST_F(Explain, TellsBesideTheAnswerHowMuchComesOnPaper) {
  const json said = explain((library / "documents/import/wine-with-preference.xml").string(),
                            "--scenario '" + (library / "paper-and-paperless.yaml").string() + "'");
  EXPECT_EQ(status_, 0) << said.dump(2);
  ASSERT_EQ(said["answers"].size(), 1u) << said["answers"].dump(2);
  EXPECT_THAT(text(),
              HasSubstr("Besides, 60 % come on paper: 1 d to 9 d, half of them within 3 d in the post"));
}

TEST_F(Explain, SaysWhatFollowsByItself) {
  const json said = explain((library / "documents/import/pumps-from-a-watched-consignor.xml").string(),
                            "--scenario '" + (library / "single-window.yaml").string() + "'");
  EXPECT_EQ(status_, 0);
  ASSERT_EQ(said["answers"].size(), 2u) << said["answers"].dump(2);
  EXPECT_EQ(said["answers"][0]["channel"], "red");
  EXPECT_EQ(said["answers"][0]["after_us"], 0);
  EXPECT_GT(said["answers"][1]["after_us"], 0);
  EXPECT_EQ(said["answers"][1]["responses"].back()["meaning"], "cleared");
  EXPECT_THAT(text(), testing::ContainsRegex("CN answers after [0-9.]+ ms: 13 duty, 09 cleared"));
}

TEST_F(Explain, RefusesWhatIsTooLargeForAnEnvelopeAndStillAsksTheGateway) {
  json document = content(wool());
  json& items = document["declaration"]["goodsShipment"]["governmentAgencyGoodsItem"];
  const json item = items[0];
  while (items.size() < 999) items.push_back(item);
  document["declaration"]["goodsItemQuantity"]["value"] = "999";
  const json small = explain(write("small.json", document));
  json large = document;
  for (json& each : large["declaration"]["goodsShipment"]["governmentAgencyGoodsItem"]) {
    each["commodity"]["description"]["value"] = std::string(500, 'w');
    each["additionalInformation"] =
        json::parse(R"([{"statementDescription": {"value": ")" + std::string(500, 'w') + R"("}}])");
  }
  const json said = explain(write("large.json", large));
  EXPECT_EQ(result(small, "size"), "passed");
  EXPECT_EQ(status_, 1);
  EXPECT_EQ(said["decided_by"], "size") << said["gates"].dump(2);
  EXPECT_THAT(codes(said, "size"), ElementsAre("GNC-108"));
  EXPECT_EQ(result(said, "content"), "passed");
}

TEST_F(Explain, UsesTheScenarioThatInitWrites) {
  ASSERT_EQ(run("init .").status, 0);
  const Outcome outcome = run("explain --from NZ --to CN --document '" + wool() + "'");
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("by the scenario scenario.yaml (agreements/nz-cn-export.yaml)\n"));
}

TEST_F(Explain, ShowsNoControlCharactersOfADocument) {
  json document = content(wool());
  document["declaration"]["goodsShipment"]["destination"]["countryCode"]["value"] = "\x1b[2J\u202e";
  explain(write("d.json", document));
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(text(), AllOf(HasSubstr("\\u{1b}"), Not(HasSubstr("\x1b")), Not(HasSubstr("\u202e"))));
}

TEST_F(Explain, ExplainsWhatIsWrongWithItsInput) {
  folder_.write("empty/none.txt", "");
  folder_.write("bad.yaml", "agreement: NZ-CN/x\nblock: export-declaration\nversion: 1\nparteis: {}\n");
  folder_.write("scenario-with-mistake.yaml", "scenario: x\ntopologie: {}\n");
  const std::string by = " --scenario '" + (library / "export-import.yaml").string() + "'";
  const std::string both = "explain --from NZ --to CN";
  const std::string all = both + " --document '" + wool() + "'";
  struct Row {
    std::string arguments, says;
  };
  for (const Row& row :
       {Row{"explain --to CN --document d.xml", "--from"}, Row{"explain --from NZ --document d.xml", "--to"},
        Row{both, "--document"},
        Row{"explain --from nz --to CN --document '" + wool() + "'" + by,
            "--from is \"nz\", which is no party's name"},
        Row{"explain --from NZ --to gateway/hub --document '" + wool() + "'" + by,
            "--to is \"gateway/hub\", which is no party's name"},
        Row{both + " --document no-such.xml" + by, "no-such.xml"},
        Row{all + by + " --at tomorrow", "--at is \"tomorrow\", which is no time"},
        Row{all + " --scenario no-such.yaml", "no-such.yaml"},
        Row{all + " --scenario scenario-with-mistake.yaml", "scenario-with-mistake.yaml:2:1"},
        Row{all + " --agreements bad.yaml", "bad.yaml:2:8"},
        Row{all + " --agreements bad.yaml '" + (library / "blocks/export-declaration.yaml").string() + "'",
            "bad.yaml:4:1"},
        Row{all + " --agreements empty", "empty: GNC-701 FILE_UNREADABLE: there is no agreement"},
        Row{all + " --agreements '" + (library / "blocks").string() + "'", "there is no agreement"},
        Row{all + " --agreements bad.yaml" + by, "--scenario"},
        Row{all + by + " --profile no-such.yaml", "no-such.yaml"},
        Row{all + by + " --format yaml", "--format"},
        Row{all, "Add --scenario FILE or --agreements FILE."}}) {
    const Outcome outcome = run(row.arguments);
    EXPECT_EQ(outcome.status, 2) << row.arguments << outcome.error;
    EXPECT_EQ(outcome.out, "") << row.arguments;
    EXPECT_THAT(outcome.error, HasSubstr(row.says)) << row.arguments;
  }
}

TEST_F(Explain, IsKnownToHelpSpellingAndCompletion) {
  EXPECT_THAT(run("help").out, HasSubstr("explain"));
  EXPECT_THAT(run("help explain").out, HasSubstr("--agreements"));
  EXPECT_THAT(run("explian").error, HasSubstr("explain"));
  EXPECT_THAT(run("completion bash").out, HasSubstr("explain"));
}

// What a run says of one document: how it ended, by which code, and what was answered.
struct Played {
  std::vector<std::string> refusals;
  std::string function_code;
  std::vector<std::string> decided;  // what the recipient noted, in order

  explicit Played(const json& report) {
    for (const json& refusal : report["refusals"]) refusals.push_back(refusal["code"]);
    constexpr std::string_view before = "function ";
    for (const json& sequence : report["sequences"]) {
      for (const json& moment : sequence["moments"]) {
        const std::string detail = moment["detail"];
        if (moment["what"] == "processed" && function_code.empty() && detail.starts_with(before)) {
          function_code = detail.substr(before.size());
        }
        if (moment["what"] == "decided") decided.push_back(detail);
      }
    }
  }
};

TEST_F(Explain, SaysWhatAVirtualRunOfTheSameDocumentFinds) {
  int documents = 0;
  int refused = 0;
  const auto compare = [&](const std::string& scenario, const std::string& document) {
    SCOPED_TRACE(scenario + ": " + document);
    const std::string by = (library / (scenario + ".yaml")).string();
    const std::string out = "run-" + std::to_string(documents++);
    const Outcome played = run("run '" + by + "' --world virtual --quiet --keep-going --out " + out +
                               " --documents '" + document + "'");
    ASSERT_TRUE(fs::exists(folder_.path() / out / "report.json")) << played.error;
    const Played found(json::parse(content_of(folder_.path() / out / "report.json")));
    // The virtual world's clock begins here.
    const json said = explain(document, "--scenario '" + by + "' --at 2026-01-05T08:00:00Z");
    std::vector<std::string> by_explain;
    if (said["verdict"] == "refused") {
      ++refused;
      for (const json& gate : said["gates"]) {
        if (gate["gate"] == said["decided_by"]) by_explain.push_back(gate["faults"][0]["code"]);
      }
      EXPECT_EQ(found.function_code, "");
    } else {
      const std::string function = said["answers"][0]["responses"][0]["function_code"];
      EXPECT_EQ(found.function_code, function);
      EXPECT_EQ(said["verdict"] == "rejected", function == "03");
    }
    EXPECT_EQ(by_explain, found.refusals);
    EXPECT_EQ(status_, said["verdict"] == "passes" ? 0 : 1);
    const std::string why = said["answers"].empty() ? "" : said["answers"][0].value("why", "");
    if (!why.empty()) {
      EXPECT_THAT(found.decided, Contains(HasSubstr(why)));
    }
  };
  for (const char* folder : {"export", "import"}) {
    for (const auto& entry : fs::directory_iterator(library / "documents" / folder)) {
      compare("export-import", entry.path().string());
      compare("single-window", entry.path().string());
    }
  }
  compare("export-import", wool_of_template("ZZ", "72"));
  compare("export-import", wool_of_template("CN", "seventy-two"));
  json document = content(wool());
  document["declaration"]["goodsShipment"]["payer"]["name"]["value"] = "P";
  compare("export-import", write("payer.json", document));
  EXPECT_GE(documents, 43);
  EXPECT_GE(refused, 2);
}

TEST_F(Explain, SaysWhereAConversationMustStandForTheMessage) {
  const std::string advice = (library / "documents/transit/arrival-advice.xml").string();
  const std::string by = "--scenario '" + (library / "transit.yaml").string() + "'";
  const json said = explain(advice, by + " --message arrival-advice", "--from CN --to NZ");
  EXPECT_EQ(status_, 0) << text();
  EXPECT_THAT(said["notes"],
              Contains("The gateway takes it only where its conversation stands in under-way or "
                       "not-arrived or under-enquiry or recovery-due."));
}

}  // namespace
}  // namespace gnc::cli::explain_test
