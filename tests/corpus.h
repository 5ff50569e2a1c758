#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

// Published messages that tests read where they are present: in $GNC_CORPUS, else beside the project.
namespace gnc::test {

inline std::optional<std::filesystem::path> corpus() {
  const char* given = std::getenv("GNC_CORPUS");
  std::filesystem::path folder = given ? given : GNC_SOURCE_DIR "/../shared/corpus";
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return std::filesystem::canonical(folder);
}

// Whether what a test needs and does not find is a failure, and no reason to skip it.
inline bool all_must_be_there() {
  const char* ci = std::getenv("CI");
  return ci && std::string(ci) == "true";
}

// The first line of a test that reads the corpus: gives `folder`, or ends the test.
#define GNC_REQUIRE_CORPUS(folder)                                                                 \
  const std::optional<std::filesystem::path> folder##_found = ::gnc::test::corpus();               \
  if (!folder##_found && ::gnc::test::all_must_be_there()) {                                       \
    FAIL() << "the corpus is not there: set GNC_CORPUS";                                           \
  }                                                                                                \
  if (!folder##_found) GTEST_SKIP() << "the corpus is not there: set GNC_CORPUS to run this test"; \
  const std::filesystem::path folder = *folder##_found

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Every .xml file (of whatever letter case) under a folder, sorted.
inline std::vector<std::filesystem::path> xml_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::string extension = entry.path().extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (entry.is_regular_file() && extension == ".xml") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace gnc::test
