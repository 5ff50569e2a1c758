#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "proto/sqlite/database.h"
#include "tests/processes/live_pair.h"
#include "tests/scenarios/temporary_folder.h"

// pki, audit and diagnose as a user runs them, against real processes.
namespace gnc::cli::trust_commands_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

struct Outcome {
  int status = -1;
  std::string out;
  std::string error;
};

class TrustCommands : public testing::Test {
 protected:
  const std::filesystem::path& folder() const { return folder_.path(); }

  // Runs in the folder, so that names are short.
  Outcome run(const std::string& arguments) const {
    const std::string command =
        fmt::format("cd '{}' && '{}' {} > .out 2> .error", folder().string(), GNC_BINARY, arguments);
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(".out"), read(".error")};
  }

 private:
  std::string read(const std::string& name) const {
    std::ifstream file(folder() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  scenarios::TemporaryFolder folder_;
};

TEST_F(TrustCommands, PkiGivesANewAuthoritysListItsTermAndSaysWhoseAuthorityIsRevoked) {
  ASSERT_EQ(run("pki init pki --administrations NZ").status, 0);
  ASSERT_EQ(run("pki issue pki AU").status, 0);
  const std::string shown = run("pki show pki").out;
  const auto list = shown.find("list AU");
  ASSERT_NE(list, std::string::npos) << shown;
  EXPECT_THAT(shown.substr(list), testing::ContainsRegex("^list AU +next update in 29 days"));
  ASSERT_EQ(run("pki revoke pki NZ --authority").status, 0);
  EXPECT_THAT(run("pki show pki").out, testing::ContainsRegex("\nNZ +its authority is revoked"));
}

TEST_F(TrustCommands, PkiSaysWhoIsNamedTwiceOrNotThere) {
  const Outcome twice = run("pki init pki --administrations NZ,CN,NZ");
  EXPECT_EQ(twice.status, 2);
  EXPECT_THAT(twice.error, HasSubstr("NZ is named twice"));
  ASSERT_EQ(run("pki init pki --administrations NZ").status, 0);
  const Outcome unknown = run("pki revoke pki NZ/none");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.error, HasSubstr("NZ/none has no certificate here"));
}

TEST_F(TrustCommands, PkiMakesShowsRevokesAndIssuesAgain) {
  ASSERT_EQ(run("pki init pki --administrations NZ,CN --days 90").status, 0);
  EXPECT_EQ(run("pki issue pki NZ/health").status, 0);
  const Outcome again = run("pki issue pki NZ/health");
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.error, HasSubstr("pki renew"));
  EXPECT_EQ(run("pki revoke pki NZ/health").status, 0);
  EXPECT_THAT(run("pki show pki").out, AllOf(HasSubstr("expires in 89 days"), HasSubstr("revoked"),
                                             HasSubstr("next update in 29 days")));
  EXPECT_EQ(run("pki issue pki NZ/health").status, 0) << "as the remedy of CERTIFICATE_REVOKED says";
  EXPECT_EQ(run("pki renew pki NZ CN").status, 0);
  EXPECT_EQ(run("pki publish pki --days 7").status, 0);
  EXPECT_THAT(run("pki show pki/trust/crls/NZ.crl").out,
              AllOf(HasSubstr("next update in 6 days"), HasSubstr("1 revoked")));
  EXPECT_THAT(run("pki show pki/identities/NZ-health/node.crt").out, HasSubstr("gnc://NZ/health"));
}

TEST_F(TrustCommands, PkiSaysWhatIsWrongWithTheCommandLine) {
  EXPECT_THAT(run("pki init pki --administrations nz").error, HasSubstr("\"nz\" is not a party's name"));
  EXPECT_FALSE(std::filesystem::exists(folder() / "pki")) << "nothing is begun that cannot be finished";
  EXPECT_EQ(run("pki show nowhere").status, 2);
  EXPECT_EQ(run("pki renew nowhere NZ").status, 2);
  EXPECT_EQ(run("pki").status, 2);
}

TEST_F(TrustCommands, AuditNamesTheEnvelopeThatWasAlteredInTheStore) {
  constexpr std::size_t exchanges = 60;
  processes::LivePair pair(folder(), {});
  pair.start_gateway();
  pair.start_node_host();
  pair.node_host().command(processes::lodgement("NZ", "CN", 0, exchanges, 0));
  v1::Command quiet;
  quiet.mutable_await_quiet()->set_token(1);
  pair.node_host().command(quiet);
  pair.node_host().follow([](const v1::Event&) {},
                          [](const v1::Report& report) { return report.has_quiet(); });
  pair.stop();

  const Outcome good = run("audit verify . --format json");
  ASSERT_EQ(good.status, 0) << good.out << good.error;
  const json report = json::parse(good.out);
  EXPECT_EQ(report["holds"], true);
  EXPECT_GE(report["batches"].get<int>(), 1);
  EXPECT_GE(report["receipts"].get<int>(), 1);

  const json& head = report["newest_head"];
  const auto kept = fmt::format("{}:{}", head["entries"].get<int>(), head["root"].get<std::string>());
  EXPECT_THAT(run("audit verify .").out, HasSubstr("--kept-head " + kept));
  EXPECT_EQ(run("audit verify . --kept-head " + kept).status, 0);
  const Outcome longer = run("audit verify . --kept-head 9999" + kept);
  EXPECT_EQ(longer.status, 1);
  EXPECT_THAT(longer.out, HasSubstr("cut off"));
  EXPECT_EQ(run("audit verify . --kept-head " + kept + "00").status, 2);

  const Outcome proof = run("audit prove . --entry 1");
  ASSERT_EQ(proof.status, 0) << proof.error;
  std::ofstream(folder() / "proof.json") << proof.out;
  EXPECT_EQ(run("audit check proof.json --trust pki/trust").status, 0);
  json other = json::parse(proof.out);
  other["number"] = 0;
  std::ofstream(folder() / "proof.json") << other;
  EXPECT_EQ(run("audit check proof.json --trust pki/trust").status, 1);

  {
    auto database =
        sqlite::Database::open(pair.gateway_store() / "gateway.db", sqlite::Database::Access::read_write)
            .value();
    auto select = database.prepare("SELECT number, bytes FROM batch ORDER BY number LIMIT 1").value();
    ASSERT_TRUE(select.step().value());
    const std::int64_t number = select.integer(0);
    std::string bytes(select.blob(1));
    select.reset();
    const auto place = bytes.find("declaration-0");
    ASSERT_NE(place, std::string::npos);
    bytes[place] = 'D';
    auto update = database.prepare("UPDATE batch SET bytes = ? WHERE number = ?").value();
    ASSERT_TRUE(update.bind_blob(1, bytes).bind(2, number).run());
  }
  const Outcome altered = run("audit verify .");
  EXPECT_EQ(altered.status, 1);
  EXPECT_THAT(altered.out, AllOf(HasSubstr("GNC-901 AUDIT_ENTRY_ALTERED"), HasSubstr("ENVELOPE_ALTERED"),
                                 HasSubstr("its item 1 of"), HasSubstr("party NZ")));
}

TEST_F(TrustCommands, AuditSaysWhereThereIsNoLog) {
  const Outcome none = run("audit verify .");
  EXPECT_EQ(none.status, 2);
  EXPECT_THAT(none.error, HasSubstr("GNC-903"));
}

TEST_F(TrustCommands, DiagnoseNamesTheStepThatFails) {
  ASSERT_EQ(run("pki init pki --administrations NZ").status, 0);
  ASSERT_EQ(run("pki init strange --administrations NZ").status, 0);
  const std::filesystem::path source = GNC_SOURCE_DIR "/scenarios";
  const processes::GatewayPlace place{
      .identity = folder() / "pki/identities/gateway-hub",
      .trust = folder() / "pki/trust",
      .store = folder() / "gateway",
      .definitions = {{source / "blocks/export-declaration.yaml"}, {source / "agreements/nz-cn-export.yaml"}},
      .listen = "127.0.0.1:0"};
  std::string address;
  const auto diagnose = [&](const std::string& identity, const std::string& trust,
                            const std::string& more = "") {
    return run(
        fmt::format("diagnose --gateway {} --identity {} --trust {} {}", address, identity, trust, more));
  };
  {
    processes::GatewayProcess gateway(place);
    address = gateway.address();
    const Outcome good = diagnose("pki/identities/NZ", "pki/trust");
    EXPECT_EQ(good.status, 0) << good.out;
    EXPECT_THAT(good.out, HasSubstr("it accepts NZ"));

    const Outcome stranger = diagnose("strange/identities/NZ", "strange/trust");
    EXPECT_EQ(stranger.status, 1);
    EXPECT_THAT(stranger.out, HasSubstr("FAILS   gateway's certificate  GNC-201"));

    const Outcome other = diagnose("pki/identities/NZ", "pki/trust", "--gateway-name gateway/other");
    EXPECT_THAT(other.out, HasSubstr("FAILS   gateway's certificate  GNC-211"));

    std::filesystem::copy(folder() / "pki/trust", folder() / "kept",
                          std::filesystem::copy_options::recursive);
    ASSERT_EQ(run("pki revoke pki NZ").status, 0);
    EXPECT_THAT(diagnose("pki/identities/NZ", "pki/trust").out,
                HasSubstr("FAILS   own certificate        GNC-204"));
    // The gateway reads its lists again in its own time.
    const auto deadline = std::chrono::steady_clock::now() + processes::patience;
    Outcome refused;
    do {
      refused = diagnose("pki/identities/NZ", "kept", "--format json");
    } while (refused.status == 0 && std::chrono::steady_clock::now() < deadline);
    EXPECT_EQ(refused.status, 1);
    const json last = json::parse(refused.out)["steps"].back();
    EXPECT_EQ(last["step"], "gateway's verdict");
    EXPECT_EQ(last["code"], "GNC-204");
    EXPECT_EQ(gateway.process().end(SIGTERM), 0);
  }
  EXPECT_THAT(diagnose("pki/identities/NZ", "kept").out, HasSubstr("FAILS   TCP connection         GNC-610"));
}

}  // namespace
}  // namespace gnc::cli::trust_commands_test
