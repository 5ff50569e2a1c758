#include "scenarios/engine/consultation_check.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::consultation_check_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

const fs::path library = fs::path(GNC_SOURCE_DIR) / "scenarios";

PartyName party(const char* name) { return *PartyName::from_text(name); }

// The library's agencies, as customs' profile has them with `to` in place of `from`.
std::vector<std::string> mistakes(const std::string& from, const std::string& to,
                                  const std::vector<PartyName>& parties,
                                  const std::string& standards_agreement = "cn-standards-consultation.yaml") {
  std::ifstream file(library / "profiles" / "import-with-agencies.yaml");
  std::ostringstream read;
  read << file.rdbuf();
  std::string profile = read.str();
  const std::size_t at = profile.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  profile.replace(at, from.size(), to);
  const TemporaryFolder folder;
  const fs::path written = folder.write("cn.yaml", profile);
  ReadTerms terms = read_terms(
      {library / "agreements" / "nz-cn-single-window.yaml",
       library / "agreements" / "cn-health-consultation.yaml", library / "agreements" / standards_agreement},
      {}, {{party("CN"), written}});
  std::vector<std::string> all;
  for (const Error& error : terms.mistakes) all.push_back(describe(error));
  if (!all.empty()) return all;
  for (const Error& error : check_consultations(terms.terms, parties)) all.push_back(describe(error));
  return all;
}

const std::vector<PartyName> everybody{party("NZ"), party("CN"), party("CN/health"), party("CN/standards")};

TEST(ConsultationCheck, FindsNothingWrongWithTheLibrary) {
  EXPECT_THAT(mistakes("CN/health", "CN/health", everybody), IsEmpty());
}

TEST(ConsultationCheck, KnowsWhoTakesPart) {
  EXPECT_THAT(mistakes("agency: CN/health", "agency: CN/heath", everybody),
              ElementsAre(AllOf(HasSubstr("cn.yaml:"), HasSubstr("CN/heath"), HasSubstr("\"CN/health\""))));
  EXPECT_THAT(mistakes("CN/health", "CN/health", {party("NZ"), party("CN"), party("CN/health")}),
              ElementsAre(AllOf(HasSubstr("cn.yaml:"), HasSubstr("CN/standards"))));
}

TEST(ConsultationCheck, KnowsTheMessagesThatAskAndAreAnswered) {
  EXPECT_THAT(
      mistakes("by: consultation", "by: consultaton", everybody),
      ElementsAre(AllOf(HasSubstr("cn.yaml:"), HasSubstr("consultaton"), HasSubstr("\"consultation\""))));
  // It takes a question back, and begins nothing.
  EXPECT_THAT(mistakes("by: consultation", "by: consultation-withdrawal", everybody),
              ElementsAre(HasSubstr("message to CN/health that begins a conversation")));
}

TEST(ConsultationCheck, WantsAnAgreementForEachAgency) {
  EXPECT_THAT(mistakes("CN/health", "CN/health", everybody, "nz-cn-export.yaml"),
              ElementsAre(AllOf(HasSubstr("cn.yaml:"), HasSubstr("CN/standards"))));
}

}  // namespace
}  // namespace gnc::scenarios::consultation_check_test
