#include "cli/fault_control.h"

#include "proto/types/system_clock.h"

namespace gnc::cli {

Result<std::unique_ptr<FaultControl>> FaultControl::make() {
  auto disk = sqlite::FailingDisk::install();
  if (!disk) return tl::unexpected(disk.error());
  return std::unique_ptr<FaultControl>(new FaultControl(std::move(*disk)));
}

Instant FaultControl::now() const { return system_now() + Duration{skew_us_.load()}; }

void FaultControl::take(const v1::Inject& inject) {
  if (inject.has_disk_fails()) disk_->fail();
  if (inject.has_skew_clock()) skew_us_ = inject.skew_clock().by_us();
}

}  // namespace gnc::cli
