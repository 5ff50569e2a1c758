#include "nodes/window/message_names.h"

#include <array>

#include <gmock/gmock.h>

namespace gnc::window::message_names_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Of what comes to Australia or goes out from it under the library's block for entry safety.
std::vector<std::string> wrong(std::string_view profile, const char* party = "AU") {
  const std::array<std::filesystem::path, 1> blocks{GNC_SOURCE_DIR "/scenarios/blocks/entry-safety.yaml"},
      agreements{GNC_SOURCE_DIR "/scenarios/agreements/nz-au-entry-safety.yaml"};
  const auto book = model::AgreementBook::load(blocks, agreements);
  if (!book) {
    ADD_FAILURE() << describe(book.error().front());
    return {};
  }
  std::vector<std::string> said;
  for (const Error& error : unknown_messages(profile, "p.yaml", *PartyName::from_text(party), **book))
    said.push_back(describe(error));
  return said;
}

TEST(MessageNames, AreThoseOfThePartysAgreements) {
  EXPECT_THAT(wrong("clears: [entry-summary]\n"
                    "desks:\n"
                    "  - message: entry-summary\n"
                    "    rules: [{answers: [{message: do-not-load}, {function: \"02\"}]}]\n"),
              IsEmpty());
}

TEST(MessageNames, ThatComeToItAreKnownWhereverTheyStand) {
  EXPECT_THAT(wrong("clears: [entry-sumary]\n"
                    "paper:\n  messages: [entry-summary, summary]\n"
                    "matching: {with: entry-summry}\n"
                    "desks: [{message: do-not-load}]\n"),
              ElementsAre(AllOf(HasSubstr("p.yaml:1:10"), HasSubstr("Did you mean \"entry-summary\"")),
                          AllOf(HasSubstr("p.yaml:4:18"), HasSubstr("entry-summry")),
                          AllOf(HasSubstr("p.yaml:3:29"), HasSubstr("summary")),
                          AllOf(HasSubstr("p.yaml:5:19"), HasSubstr("message that comes to this party"))));
}

TEST(MessageNames, ThatItSendsAreKnown) {
  EXPECT_THAT(wrong("desks:\n"
                    "  - message: entry-summary\n"
                    "    rules: [{answers: [{message: do-not-lod}]}]\n"
                    "pushes: [{message: entry-summary}]\n"),
              ElementsAre(AllOf(HasSubstr("p.yaml:4:20"), HasSubstr("message that this party sends")),
                          AllOf(HasSubstr("p.yaml:3:34"), HasSubstr("Did you mean \"do-not-load\""))));
}

TEST(MessageNames, AreNotAskedAboutOfWhoHasNoAgreement) {
  EXPECT_THAT(wrong("clears: [anything]\n", "CN"), IsEmpty());
}

}  // namespace
}  // namespace gnc::window::message_names_test
