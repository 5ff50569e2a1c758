#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::cli::language_test {
namespace {

using testing::HasSubstr;

const std::string scenario = GNC_SOURCE_DIR "/scenarios/export-import.yaml";

class Language : public testing::Test {
 protected:
  struct Said {
    int status;
    std::string output, errors;
  };
  Said say(const std::vector<std::string>& arguments) {
    // Each command its own: a log is added to.
    Command command(arguments, folder_.path() / fmt::format("log-{}", ++commands_));
    const int status = command.wait();
    return {status, command.output(), command.errors()};
  }

  scenarios::TemporaryFolder folder_;

 private:
  int commands_ = 0;
};

TEST_F(Language, ShowsEveryMistakeWithItsLineAndACaret) {
  const auto file = folder_.write("broken.yaml",
                                  "scenario: s\ntopology: {administrations: [NZ, CN]}\nagreements: []\n"
                                  "steps:\n  - lodge: {at: NZ, to: CM, documents: a.xml}\n  - pase: 1s\n");
  const Said said = say({"validate", file.string()});
  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.output, HasSubstr("broken.yaml:5:25: GNC-806 REFERENCE_UNKNOWN: "));
  EXPECT_THAT(said.output,
              HasSubstr("    - lodge: {at: NZ, to: CM, documents: a.xml}\n                          ^\n"));
  EXPECT_THAT(said.output, HasSubstr("Did you mean \"pause\"?"));
}

TEST_F(Language, TellsAMistakeOfAFileThatSeveralNameOnceAndWhereItIs) {
  std::filesystem::create_directories(folder_.path() / "all");
  folder_.write("all/agreements/nz-cn.yaml",
                "agreement: NZ-CN\nblock: push\nversion: 1\nparties: {sending: NZ, receiving: CN}\n"
                "from: 2020-01-01\nuntil: 2040-01-01\npurpose: Test\nretention: 1825d\n");
  folder_.write(
      "all/blocks/push.yaml",
      "block: push\nversion: 1\ntitle: Push\nlegal basis: none\npattern: event-push\n"
      "roles: [sending, receiving]\nmessages:\n  - {name: a, from: sending, to: receiver, document: DEC}\n");
  for (const char* name : {"one", "two"}) {
    folder_.write(std::string("all/") + name + ".yaml",
                  "scenario: s\ntopology: {administrations: [NZ, CN]}\nagreements: [agreements/nz-cn.yaml]\n"
                  "steps: [{pause: 1s}]\n");
  }
  const Said said = say({"validate", (folder_.path() / "all").string()});
  EXPECT_EQ(said.status, 2);
  const std::string mistake = "push.yaml:8:34: ";
  const std::size_t first = said.output.find(mistake);
  ASSERT_NE(first, std::string::npos) << said.output;
  EXPECT_EQ(said.output.find(mistake, first + 1), std::string::npos) << said.output;
  EXPECT_THAT(said.errors,
              HasSubstr("4 files: 0 conformant, 4 with faults (3 of them only in files that they name)"));

  const Said scenario_alone = say({"validate", (folder_.path() / "all/one.yaml").string(),
                                   (folder_.path() / "all/two.yaml").string(), "--format", "json"});
  EXPECT_EQ(scenario_alone.status, 2);
  const auto report = nlohmann::json::parse(scenario_alone.output);
  EXPECT_EQ(report["summary"]["conformant"], 0);
  EXPECT_EQ(report["files"][0]["faults"].size() + report["files"][1]["faults"].size(), 1u);
  for (const auto& file : report["files"]) {
    EXPECT_EQ(file["conformant"], false);
    EXPECT_THAT(file["names_with_faults"].dump(), HasSubstr("all/blocks/push.yaml"));
  }
}

TEST_F(Language, DoesNotCountAsConformantAScenarioWhoseProfileHasAMistake) {
  folder_.write("all/p.yaml", "profile: p\ntitle: P\nillustrative: true\ncuontry: CN\n");
  folder_.write("all/s.yaml",
                "scenario: s\ntopology: {administrations: [NZ, CN], profiles: {CN: p.yaml}}\nagreements: "
                "[" GNC_SOURCE_DIR "/scenarios/agreements/nz-cn-export.yaml]\nsteps: [{pause: 1s}]\n");
  const Said said = say({"validate", (folder_.path() / "all").string()});
  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.output,
              HasSubstr("p.yaml:4:1: GNC-803 KEY_UNKNOWN: unknown key \"cuontry\" in a profile"));
  EXPECT_THAT(said.output, HasSubstr("  cuontry: CN\n  ^\n")) << "people write profiles: the line is shown";
  EXPECT_THAT(said.errors, HasSubstr("2 files: 0 conformant, 2 with faults (1 of them only"));
}

TEST_F(Language, NamesTheNearestSpellingOfWhatTheCommandLineGetsWrong) {
  struct Row {
    std::vector<std::string> arguments;
    std::string says;
  };
  const Row rows[] = {
      {{}, "gncsim needs a command - There are: audit, block, "},
      {{"vlidate", "a.yaml"}, "gncsim has no command \"vlidate\" - Did you mean \"validate\"?"},
      {{"nonsense"}, "gncsim has no command \"nonsense\" - There are: audit, block, "},
      {{"pki"}, "gncsim pki needs a command - There are: init, "},
      {{"pki", "isue"}, "gncsim pki has no command \"isue\" - Did you mean \"issue\"?"},
      {{"run", scenario, "--fromat", "json"},
       "gncsim run has no option --fromat - Did you mean \"--format\"?"},
      {{"run", scenario, "--sede=3"}, "gncsim run has no option --sede - Did you mean \"--seed\"?"},
      {{"run"}, "gncsim run: scenario is required - See gncsim run --help."},
      {{"run", scenario, "another.yaml"},
       "gncsim run takes no more words: \"another.yaml\" is one too many - See gncsim run --help."},
      {{"run", scenario, "--format", "jsn"}, "gncsim run: --format: jsn not in {text,json} - See "},
      {{"help", "vlidate"}, "there is no command \"vlidate\" - Did you mean \"validate\"?"},
  };
  for (const Row& row : rows) {
    const Said said = say(row.arguments);
    EXPECT_EQ(said.status, 2);
    EXPECT_THAT(said.errors, testing::StartsWith("gncsim: GNC-801 USAGE: " + row.says));
  }
}

TEST_F(Language, HelpsWithoutBeingAskedByAnOption) {
  EXPECT_EQ(say({"help"}).output, say({"--help"}).output);
  const Said of_run = say({"help", "run"});
  EXPECT_EQ(of_run.status, 0);
  EXPECT_EQ(of_run.output, say({"run", "--help"}).output);
}

TEST_F(Language, SaysWhatAFileIsThatIsNoScenario) {
  const std::string library = GNC_SOURCE_DIR "/scenarios/";
  const auto first_line = [this](const std::string& file) {
    const Said said = say({"run", file, "--out", (folder_.path() / "o").string()});
    EXPECT_EQ(said.status, 2);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "o"));
    EXPECT_EQ(std::ranges::count(said.errors, '\n'), 3) << "one mistake, with its line: " << said.errors;
    return said.errors.substr(0, said.errors.find('\n'));
  };
  const std::string block = library + "blocks/export-declaration.yaml";
  EXPECT_THAT(
      first_line(block),
      testing::EndsWith("GNC-804 KEY_MISSING: this is the utility block export-declaration, and no scenario"
                        " - gncsim block show " +
                        block +
                        " draws it; an agreement puts it in force, and a "
                        "scenario names that under agreements:."));
  EXPECT_THAT(
      first_line(library + "agreements/nz-cn-export.yaml"),
      HasSubstr("this is the agreement NZ-CN/export-declaration, and no scenario - gncsim validate "));
  EXPECT_THAT(first_line(library + "profiles/import-single-window.yaml"),
              HasSubstr("this is the profile import-single-window, and no scenario - "));
  EXPECT_THAT(first_line(library + "documents/export/air-medical-devices.xml"),
              HasSubstr("GNC-802 YAML_MALFORMED: this is XML"));
  EXPECT_THAT(
      say({"block", "show", scenario}).errors,
      HasSubstr("this is the scenario Export data arrives before the ship, and no utility block - gncsim "
                "run " +
                scenario + " plays it."));
}

TEST_F(Language, RefusesAnAddressForFiguresBeforeAnythingIsMade) {
  const std::string folder = (folder_.path() / "o").string();
  const Said played = say({"run", scenario, "--metrics", "0.0.0.0:1", "--out", folder});
  EXPECT_EQ(played.status, 2);
  EXPECT_THAT(played.errors, HasSubstr("--metrics: GNC-801 USAGE: '0.0.0.0:1' is not a loopback address"));
  EXPECT_FALSE(std::filesystem::exists(folder));
  const Said planned = say({"run", scenario, "--metrics", "0.0.0.0:1", "--dry-run"});
  EXPECT_EQ(planned.status, 2);
  EXPECT_EQ(planned.errors, played.errors);
  EXPECT_EQ(planned.output, "");
  EXPECT_EQ(say({"run", scenario, "--metrics", "127.0.0.1:0", "--dry-run"}).status, 0);
  EXPECT_THAT(say({"run", scenario, "--metrics", "127.0.0.1:0", "--world", "virtual", "--dry-run"}).errors,
              HasSubstr("--metrics is for the live world"));
}

TEST_F(Language, NamesMistakesForMachines) {
  const auto file = folder_.write("broken.yaml", "scenario: s\nseeed: 4\n");
  const Said said = say({"validate", file.string(), "--format", "json"});
  EXPECT_EQ(said.status, 2);
  const auto faults = nlohmann::json::parse(said.output)["files"][0]["faults"];
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults[0]["line"], 2);
  EXPECT_EQ(faults[0]["where"], file.string() + ":2:1");
  EXPECT_EQ(faults[0]["remedy"], "Did you mean \"seed\"?");
}

TEST_F(Language, FindsWhatAScenarioNamesWithoutRunningIt) {
  folder_.write("a.yaml", "");
  const auto file = folder_.write(
      "s.yaml", "scenario: s\ntopology: {administrations: [NZ, CN]}\nagreements: [" GNC_SOURCE_DIR
                "/scenarios/agreements/nz-cn-export.yaml]\nsteps:\n"
                "  - lodge: {at: NZ, to: CN, documents: none/*.xml}\n");
  const Said said = say({"validate", file.string()});
  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.output, HasSubstr("s.yaml:5:5: GNC-806 REFERENCE_UNKNOWN: no file matches none/*.xml"));
}

TEST_F(Language, PrintsThePlanAndPlaysNothing) {
  const Said said =
      say({"run", scenario, "--dry-run", "--set", "seed=99", "--out", (folder_.path() / "o").string()});
  EXPECT_EQ(said.status, 0) << said.errors;
  EXPECT_THAT(said.output, HasSubstr("(seed 99)"));
  EXPECT_THAT(said.output, HasSubstr("lodge exports at NZ to CN\n    13 documents"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "o"));
}

TEST_F(Language, SaysWhatIsWrongWithAValueThatIsSet) {
  const Said said = say({"run", scenario, "--dry-run", "--set", "setle=3s"});
  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.errors, HasSubstr("--set setle=3s: GNC-803 KEY_UNKNOWN"));
  EXPECT_THAT(said.errors, HasSubstr("Did you mean \"settle\"?"));
}

TEST_F(Language, RunsDeclarationsThatItMadeUp) {
  const auto file =
      folder_.write("made.yaml",
                    "scenario: Made up\nseed: 3\ntopology: {administrations: [NZ, CN]}\nagreements: "
                    "[" GNC_SOURCE_DIR
                    "/scenarios/agreements/nz-cn-export.yaml]\nsteps:\n"
                    "  - lodge: {at: NZ, to: CN, documents: {generate: 40, items: 1..30}, as: made}\n"
                    "  - await: {at: CN, receives: made}\n"
                    "expect: [exchange.lost == 0, processed == 40, refused == 0]\n");
  const Said said = say({"run", file.string(), "--quiet", "--out", (folder_.path() / "o").string()});
  EXPECT_EQ(said.status, 0) << said.output << said.errors;
}

TEST_F(Language, WritesAFirstScenarioThatIsRightAndHolds) {
  const std::string folder = (folder_.path() / "first").string();
  ASSERT_EQ(say({"init", folder}).status, 0);
  const Said checked = say({"validate", folder});
  EXPECT_EQ(checked.status, 0) << checked.output;
  for (const char* file : {"agreements/nz-cn-export.yaml", "blocks/export-declaration.yaml"}) {
    EXPECT_EQ(content_of(folder + "/" + file), content_of(std::string(GNC_SOURCE_DIR "/scenarios/") + file));
  }
  const Said again = say({"init", folder});
  EXPECT_EQ(again.status, 3) << "it must not write over what is there";
  const Said played = say({"run", folder + "/scenario.yaml", "--quiet", "--set", "workload.0.arrivals.for=1s",
                           "--out", (folder_.path() / "o").string()});
  EXPECT_EQ(played.status, 0) << played.output << played.errors;
}

TEST_F(Language, CompletesCommandsOptionsAndTheirValuesInBash) {
  const Said script = say({"completion", "bash"});
  ASSERT_EQ(script.status, 0);
  const auto file = folder_.write("completion.bash", script.output);
  const auto complete = [&](const std::string& words, int at) {
    Program bash("/bin/bash",
                 {"-c", "source " + file.string() + "; COMP_WORDS=(" + words +
                            "); COMP_CWORD=" + std::to_string(at) + "; _gncsim; echo \"${COMPREPLY[*]}\""},
                 folder_.path() / "bash-log");
    EXPECT_EQ(bash.wait(), 0);
    return bash.output();
  };
  EXPECT_EQ(complete("gncsim vali", 1), "validate\n");
  EXPECT_EQ(complete("gncsim run --dry", 2), "--dry-run\n");
  EXPECT_EQ(complete("gncsim run --format js", 3), "json\n");
  EXPECT_THAT(complete("gncsim schema scen", 2), HasSubstr("scenario"));
  for (const char* shell : {"zsh", "fish"}) {
    EXPECT_THAT(say({"completion", shell}).output, HasSubstr("dry-run")) << shell;
  }
}

TEST_F(Language, SaysWhetherTheMachineCanCarryARun) {
  const Said said = say({"doctor", folder_.path().string(), "--format", "json"});
  EXPECT_EQ(said.status, 0) << said.output;
  const auto checks = nlohmann::json::parse(said.output)["checks"];
  EXPECT_GE(checks.size(), 7u);
  for (const auto& check : checks) EXPECT_TRUE(check["ok"]) << check.dump();
}

}  // namespace
}  // namespace gnc::cli::language_test
