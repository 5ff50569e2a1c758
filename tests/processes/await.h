#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

namespace gnc::processes {

// Until it holds; throws where it does not in time. For what another process does to files or counts alone,
// of which nobody tells: whoever is told of something waits for that instead.
inline void await(const std::function<bool()>& holds, const std::string& what,
                  std::chrono::seconds enough = std::chrono::seconds(30)) {
  const auto deadline = std::chrono::steady_clock::now() + enough;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("in vain: " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace gnc::processes
