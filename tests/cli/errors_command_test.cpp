#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace gnc::errors_command_test {
namespace {

using testing::HasSubstr;

struct Ended {
  int status = -1;
  std::string output;
};

Ended run(const std::string& arguments) {
  Ended ended;
  const std::string command = fmt::format("{} {} 2>&1", GNC_BINARY, arguments);
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return ended;
  std::array<char, 4096> piece{};
  for (std::size_t n = 0; (n = fread(piece.data(), 1, piece.size(), pipe)) > 0;)
    ended.output.append(piece.data(), n);
  ended.status = WEXITSTATUS(pclose(pipe));
  return ended;
}

TEST(ErrorsCommand, WritesTheDocumentThatIsInTheTree) {
  std::ifstream file(std::filesystem::path(GNC_SOURCE_DIR) / "docs/errors.md");
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(run("errors --format markdown").output, document)
      << "write it again: gncsim errors --format markdown > docs/errors.md";
}

TEST(ErrorsCommand, ExplainsOneCodeHoweverItIsWritten) {
  const Ended by_label = run("errors GNC-204");
  EXPECT_EQ(by_label.status, 0);
  EXPECT_THAT(by_label.output,
              HasSubstr("GNC-204 CERTIFICATE_REVOKED\n  The peer's certificate is revoked.\n"));
  EXPECT_THAT(by_label.output, testing::Not(HasSubstr("GNC-205")));
  EXPECT_EQ(run("errors 204").output, by_label.output);
  EXPECT_EQ(run("errors certificate_revoked").output, by_label.output);
}

TEST(ErrorsCommand, SaysThatACodeIsUnknown) {
  const Ended unknown = run("errors GNC-000");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.output, HasSubstr("no code \"GNC-000\""));
}

}  // namespace
}  // namespace gnc::errors_command_test
