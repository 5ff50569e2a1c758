#include "scenarios/report/report_files.h"

#include <fmt/format.h>

#include <fstream>

#include "gnc/v1/errors.pb.h"
#include "scenarios/report/junit_report.h"
#include "scenarios/report/latency_curves.h"
#include "scenarios/report/report_csv.h"
#include "scenarios/report/report_page.h"

namespace gnc::scenarios {

Result<void> write_report_files(const std::filesystem::path& folder, const RunReport& report) {
  const std::pair<const char*, std::string> files[] = {
      {"report.html", report_page(report, read_latency_curves(folder, report))},
      {"junit.xml", junit_report(report)},
      {"timeline.csv", timeline_csv(report)},
      {"slices.csv", slices_csv(report)},
      {"refusals.csv", refusals_csv(report)}};
  for (const auto& [name, content] : files) {
    std::ofstream stream(folder / name, std::ios::binary | std::ios::trunc);
    stream << content;
    if (!stream.flush()) {
      return failure(v1::FILE_UNWRITABLE, fmt::format("{} cannot be written", (folder / name).string()));
    }
  }
  return {};
}

}  // namespace gnc::scenarios
