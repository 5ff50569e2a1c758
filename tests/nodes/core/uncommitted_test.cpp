#include "nodes/core/uncommitted.h"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace gnc::nodes::uncommitted_test {
namespace {

struct Record {
  int id = 0;
  int content = 0;
};

TEST(Uncommitted, KnowsWhatIsNotCommittedAndNothingElse) {
  EXPECT_TRUE(rc::check([](const std::vector<int>& moves) {
    Uncommitted<Record, int, std::hash<int>, &Record::id> records;
    std::map<int, std::uint64_t> step_of;
    std::uint64_t step = 1;
    std::uint64_t committed = 0;
    int next = 0;
    for (const int move : moves) {
      switch (static_cast<unsigned>(move) % 5) {
        case 0:
          records.step_ended(step++);
          break;
        case 1:
          committed = *rc::gen::inRange(committed, step);
          records.committed(committed);
          break;
        default:
          step_of[next] = step;
          records.add({next, -next});
          ++next;
      }
      if (move % 3 != 0) continue;
      for (const auto& [id, its_step] : step_of) {
        const Record* found = records.find(id);
        RC_ASSERT((found != nullptr) == (its_step > committed));
        if (found != nullptr) RC_ASSERT(found->content == -id);
      }
      RC_ASSERT(records.find(next) == nullptr);
    }
  }));
}

}  // namespace
}  // namespace gnc::nodes::uncommitted_test
