#include "scenarios/engine/file_pattern.h"

#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::file_pattern_test {
namespace {

using testing::ElementsAre;

std::vector<std::string> names(const TemporaryFolder& folder, std::string_view pattern) {
  const auto found = find_files(pattern, folder.path());
  std::vector<std::string> names;
  if (!found) return {found.error().detail};
  for (const auto& file : *found) names.push_back(file.lexically_relative(folder.path()).string());
  return names;
}

TEST(FilePattern, FindsFilesInEveryFolderBelow) {
  const TemporaryFolder folder;
  for (const char* name : {"a.xml", "x/b.xml", "x/y/c.XML", "x/y/d.json", "z/.xml"}) folder.write(name, "");
  EXPECT_THAT(names(folder, "**/*.xml"), ElementsAre("a.xml", "x/b.xml", "x/y/c.XML"));
  EXPECT_THAT(names(folder, "x/*.xml"), ElementsAre("x/b.xml"));
  EXPECT_THAT(names(folder, "x/**/?.xml"), ElementsAre("x/b.xml", "x/y/c.XML"));
  EXPECT_THAT(names(folder, "x/y/d.json"), ElementsAre("x/y/d.json"));
  EXPECT_THAT(names(folder, "./x/../a.xml"), ElementsAre("a.xml"));
}

TEST(FilePattern, TakesAFileWhoseNameHasWildcardCharactersOnlyThroughAWildcard) {
  const TemporaryFolder folder;
  folder.write("what?.xml", "");
  EXPECT_THAT(names(folder, "what?.xml"), ElementsAre("what?.xml"));
}

TEST(FilePattern, NamesThePatternThatMatchesNothing) {
  const TemporaryFolder folder;
  const auto found = find_files("nowhere/*.xml", folder.path());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, v1::REFERENCE_UNKNOWN);
  EXPECT_EQ(found.error().detail, "no file matches nowhere/*.xml");
  EXPECT_THAT(found.error().remedy, testing::HasSubstr(folder.path().string() + " is there"));
}

}  // namespace
}  // namespace gnc::scenarios::file_pattern_test
