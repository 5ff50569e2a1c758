#pragma once

#include <cstdint>

namespace gnc::scenarios {

// How busy others keep this machine's processors, from when it was made.
class MachineLoad {
 public:
  MachineLoad();
  // Which share of all processors others than this process and its ended children took since then: 0 to 1.
  // What a hypervisor took for itself counts as others'.
  double of_others() const;

 private:
  struct Ticks {
    std::uint64_t busy = 0, all = 0, own = 0;
  };
  static Ticks now();
  const Ticks began_;
};

}  // namespace gnc::scenarios
