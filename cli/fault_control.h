#pragma once

#include <atomic>
#include <memory>

#include "gnc/v1/control.pb.h"
#include "proto/sqlite/failing_disk.h"
#include "proto/types/instant.h"
#include "proto/types/result.h"

namespace gnc::cli {

// What a scenario's faults may do to a process from inside. Only a process that was started with --faults has
// one: no other can be told any of it. Made before the process opens its store, and outlives that.
class FaultControl {
 public:
  static Result<std::unique_ptr<FaultControl>> make();

  // The system's time, but for the skew. Any thread.
  Instant now() const;
  // The disk and the clock; slow business is the host's.
  void take(const v1::Inject& inject);

 private:
  explicit FaultControl(std::unique_ptr<sqlite::FailingDisk> disk) : disk_(std::move(disk)) {}
  std::unique_ptr<sqlite::FailingDisk> disk_;
  std::atomic<std::int64_t> skew_us_{0};
};

}  // namespace gnc::cli
