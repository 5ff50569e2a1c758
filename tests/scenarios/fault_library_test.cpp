#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/engine/fault_reader.h"

namespace gnc::scenarios::fault_library_test {
namespace {

TEST(FaultLibrary, HasEveryKindInAScenario) {
  std::ostringstream all;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(GNC_SOURCE_DIR) / "scenarios")) {
    if (entry.path().extension() == ".yaml") all << std::ifstream(entry.path()).rdbuf();
  }
  for (const std::string& kind : fault_kinds()) {
    EXPECT_THAT(all.str(), testing::ContainsRegex("[{,] *" + kind + ": ")) << kind;
  }
}

}  // namespace
}  // namespace gnc::scenarios::fault_library_test
