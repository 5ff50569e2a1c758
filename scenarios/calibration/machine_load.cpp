#include "scenarios/calibration/machine_load.h"

#include <sys/times.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace gnc::scenarios {

MachineLoad::MachineLoad() : began_(now()) {}

MachineLoad::Ticks MachineLoad::now() {
  Ticks ticks;
  std::string name;
  std::ifstream stat("/proc/stat");
  stat >> name;
  // user, nice, system, idle, iowait, irq, softirq, steal: guests are counted as users.
  for (int column = 0; column < 8; ++column) {
    std::uint64_t value = 0;
    stat >> value;
    ticks.all += value;
    const bool idles = column == 3 || column == 4;
    if (!idles) ticks.busy += value;
  }
  tms own{};
  ::times(&own);
  ticks.own = static_cast<std::uint64_t>(own.tms_utime + own.tms_stime + own.tms_cutime + own.tms_cstime);
  return ticks;
}

double MachineLoad::of_others() const {
  const Ticks ended = now();
  const auto busy = static_cast<double>(ended.busy - began_.busy);
  const auto own = static_cast<double>(ended.own - began_.own);
  const auto all = static_cast<double>(ended.all - began_.all);
  return all <= 0 ? 0 : std::clamp((busy - own) / all, 0.0, 1.0);
}

}  // namespace gnc::scenarios
