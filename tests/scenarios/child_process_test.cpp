#include "scenarios/engine/child_process.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <condition_variable>
#include <mutex>

#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::child_process_test {
namespace {

// A shell script as a child, with all that it says.
class Script {
 public:
  explicit Script(const std::string& text) {
    auto started = ChildProcess::start(
        {"script", "/bin/sh", {"-c", text}, folder_.path() / "log"},
        [this](std::string_view bytes) {
          const std::lock_guard lock(mutex_);
          output_ += bytes;
          changed_.notify_all();
        },
        [this](const ProcessExit& exit) {
          const std::lock_guard lock(mutex_);
          exit_ = exit;
          changed_.notify_all();
        });
    if (started) child_ = std::move(*started);
  }

  ChildProcess& child() { return *child_; }
  bool wait_for_output(std::string_view text) {
    return wait([&] { return output_.find(text) != std::string::npos; });
  }
  std::optional<ProcessExit> wait_for_exit() {
    wait([&] { return exit_.has_value(); });
    return exit_;
  }
  std::string log() const {
    std::ifstream file(folder_.path() / "log");
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), condition);
  }

  TemporaryFolder folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string output_;
  std::optional<ProcessExit> exit_;
  std::unique_ptr<ChildProcess> child_;
};

TEST(ChildProcess, PassesInputOnAndEndsWithItsInput) {
  Script script("cat; echo said >&2; exit 3");
  script.child().write("hello ");
  script.child().write("world");
  EXPECT_TRUE(script.wait_for_output("hello world"));
  script.child().close_input();
  const auto exit = script.wait_for_exit();
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->status, 3);
  EXPECT_EQ(exit->words(), "ended with status 3");
  EXPECT_EQ(script.log(), "said\n");
  EXPECT_GT(exit->cost.peak_memory_bytes, 0u);
}

TEST(ChildProcess, SaysWhichSignalEndedIt) {
  Script script("echo up; read line");
  ASSERT_TRUE(script.wait_for_output("up"));
  script.child().signal(SIGKILL);
  const auto exit = script.wait_for_exit();
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->status, 128 + SIGKILL);
  EXPECT_THAT(exit->words(), testing::HasSubstr("signal 9"));
}

TEST(ChildProcess, TakesMoreInputThanAPipeHoldsWithoutWaiting) {
  Script script("read go; wc -c");
  script.child().write(std::string(4u << 20, 'x'));
  EXPECT_GT(script.child().bytes_to_write(), 0u);
  script.child().write("\n");
  script.child().write(std::string(1u << 20, 'y'));
  script.child().close_input();
  EXPECT_TRUE(script.wait_for_output("1048576"));
}

TEST(ChildProcess, MeasuresTheProcessorTimeOfAChildThatRuns) {
  Script script("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; read line");
  ASSERT_TRUE(script.wait_for_output("done"));
  EXPECT_GT(script.child().cost().cpu_us, 0u);
  EXPECT_GT(script.child().cost().peak_memory_bytes, 0u);
}

}  // namespace
}  // namespace gnc::scenarios::child_process_test
