#include <fmt/format.h>
#include <gmock/gmock.h>

#include "scenarios/engine/external_place.h"
#include "scenarios/engine/scenario_reader.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::external_topology_test {
namespace {

using testing::HasSubstr;

class ExternalTopology : public testing::Test {
 protected:
  ExternalTopology() { folder_.write("nz-cn.yaml", ""); }

  auto read(const std::string& topology, const std::string& steps) const {
    return parse_scenario(
        fmt::format("scenario: s\ntopology: {{{}}}\nagreements: [nz-cn.yaml]\nsteps:\n{}", topology, steps),
        folder_.path() / "s.yaml");
  }
  std::string mistakes(const std::string& topology, const std::string& steps = "  - pause: 1s\n") const {
    const auto scenario = read(topology, steps);
    if (scenario) return "none";
    const std::string file = (folder_.path() / "s.yaml:").string();
    std::string all;
    for (const Error& error : scenario.error()) {
      std::string line = describe(error);
      if (line.starts_with(file)) line.erase(0, file.size());
      all += (all.empty() ? "" : "\n") + line;
    }
    return all;
  }

  TemporaryFolder folder_;
};

constexpr const char* cn_is_external = "administrations: [NZ, CN], external: {CN: {}}";

TEST_F(ExternalTopology, SaysWhereASystemFindsItsGatewayAndHowLongTheRunWaits) {
  const auto scenario = read(
      "administrations: [NZ, CN, AU], external: {CN: {port: 7450, within: 5min}, AU: {}}", "  - pause: 1s\n");
  ASSERT_TRUE(scenario);
  const PartyName cn = *PartyName::from_text("CN"), au = *PartyName::from_text("AU");
  EXPECT_EQ(scenario->topology.external.at(cn), (Topology::External{7450, Duration::from_seconds(300)}));
  EXPECT_EQ(scenario->topology.external.at(au), (Topology::External{0, Duration::from_seconds(120)}));
  EXPECT_FALSE(scenario->topology.has_node(cn));
  EXPECT_TRUE(scenario->topology.has_node(*PartyName::from_text("NZ")));
}

TEST_F(ExternalTopology, IsReportedExactlyWhereItIsWrong) {
  EXPECT_EQ(mistakes("administrations: [NZ, CN], external: {SG: {}}"),
            "2:50: GNC-806 REFERENCE_UNKNOWN: no administration \"SG\" - There are: NZ, CN.");
  EXPECT_EQ(mistakes("administrations: [NZ, CN], external: {CN: {prt: 7450}}"),
            "2:55: GNC-803 KEY_UNKNOWN: unknown key \"prt\" in an external party - Did you mean \"port\"?");
  EXPECT_EQ(
      mistakes("administrations: [NZ, CN], external: {CN: {port: 70000}}"),
      "2:61: GNC-805 KEY_VALUE: \"70000\" where a port from 1 to 65535 is wanted - Write a port from 1 to "
      "65535.");
  EXPECT_EQ(mistakes("administrations: [NZ, CN], external: {CN: {within: 0s}}"),
            "2:63: GNC-805 KEY_VALUE: \"0s\" where a time above zero is wanted - Write a time above zero.");
  EXPECT_EQ(
      mistakes("administrations: [NZ, CN, AU], external: {CN: {port: 7450}, AU: {port: 7450}}"),
      "2:83: GNC-805 KEY_VALUE: the port 7450 is another party's already - Give each a port of its own.");
  EXPECT_EQ(mistakes("administrations: [NZ, CN], bare: [CN], external: {CN: {}}"),
            "2:62: GNC-805 KEY_VALUE: CN is bare, so the run speaks for it - Keep it in one of the two.");
  EXPECT_EQ(mistakes("administrations: [NZ, CN], external: {CN: {}, NZ: {}}"),
            "2:49: GNC-805 KEY_VALUE: no administration has a node of the run's - Leave at least one with a "
            "node.");
  EXPECT_EQ(mistakes("administrations: [NZ, CN], external: {CN: {}}, profiles: {CN: cn.yaml}"),
            "2:70: GNC-805 KEY_VALUE: CN is external: its own system decides, and by no profile - Write a "
            "value of the "
            "kind that the key takes.");
}

TEST_F(ExternalTopology, HasNoNodeThatTheRunCouldDrive) {
  EXPECT_EQ(
      mistakes(cn_is_external, "  - lodge: {at: CN, to: NZ, documents: a.xml}\n"),
      "5:17: GNC-805 KEY_VALUE: CN is external: its own system does what it does - Name another, or take "
      "CN out of topology.external.");
}

TEST_F(ExternalTopology, KeepsWhatItHasReceivedToItself) {
  const std::string lodge = "  - lodge: {at: NZ, to: CN, documents: a.xml, as: exports}\n";
  const std::string words =
      "GNC-805 KEY_VALUE: CN is external: what it has received is on its own record - Look at the answer "
      "(answer: true), or at the end of the exchange.";
  EXPECT_EQ(mistakes(cn_is_external,
                     lodge + "  - expect: {of: exports, path: Declaration/TypeCode, exists: true}\n"),
            "6:33: " + words);
  EXPECT_EQ(mistakes(cn_is_external,
                     lodge + "  - capture: {from: exports, path: Declaration/TypeCode, as: type}\n"),
            "6:36: " + words);
  EXPECT_EQ(
      mistakes(cn_is_external,
               lodge + "  - await: {at: CN, receives: exports}\n"
                       "  - expect: {of: exports, answer: true, path: Response/FunctionCode, exists: true}\n"
                       "  - expect: {of: exports, end: processed}\n"),
      "none");
}

TEST_F(ExternalTopology, IsToldWhereToConnectAndWithWhat) {
  const ExternalPlace place{.party = *PartyName::from_text("CN"),
                            .gateway = "127.0.0.1:7450",
                            .gateway_name = "gateway/hub",
                            .identity = "/run/pki/identities/CN",
                            .trust = "/run/pki/trust",
                            .blocks = {"/b.yaml"},
                            .agreements = {"/a.yaml"},
                            .within = Duration::from_seconds(120)};
  EXPECT_EQ(external_text(place),
            "waiting 2 min for the system of CN:\n"
            "  gateway      127.0.0.1:7450 (gateway/hub)\n"
            "  certificate  /run/pki/identities/CN\n"
            "  trust        /run/pki/trust\n");
  for (const char* words :
       {"\"party\": \"CN\"", "\"gateway\": \"127.0.0.1:7450\"", "\"/a.yaml\"", "\"within_s\": 120"})
    EXPECT_THAT(external_json({place}), HasSubstr(words));
}

}  // namespace
}  // namespace gnc::scenarios::external_topology_test
