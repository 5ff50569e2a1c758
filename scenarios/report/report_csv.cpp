#include "scenarios/report/report_csv.h"

#include <fmt/format.h>

#include "scenarios/report/escaped_text.h"

namespace gnc::scenarios {

std::string timeline_csv(const RunReport& report) {
  std::string csv =
      "second,asked,sent,admitted,delivered,ended,refused,delivered_p50_ms,delivered_p99_ms,delivered_max_"
      "ms\n";
  for (const TimelineRow& row : report.timeline) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", row.second, row.asked, row.sent, row.admitted,
                       row.delivered, row.ended, row.refused, row.delivered_p50_ms, row.delivered_p99_ms,
                       row.delivered_max_ms);
  }
  return csv;
}

std::string slices_csv(const RunReport& report) {
  std::string csv =
      "kind,name,submitted,admitted,delivered,processed,refused,expired,dead_lettered,open,duplicates_"
      "suppressed,"
      "delivered_twice,lost,rate_asked,rate_got,stage,p50_ms,p90_ms,p95_ms,p99_ms,p999_ms,max_ms,count\n";
  for (const SliceRow& row : report.slices) {
    const ExchangeCounts& n = row.exchange;
    const std::string counts =
        fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}", csv_field(row.kind), csv_field(row.name),
                    n.submitted, n.admitted, n.delivered, n.processed, n.refused, n.expired, n.dead_lettered,
                    n.open, n.duplicates_suppressed, n.delivered_twice, n.lost, row.rate_asked, row.rate_got);
    for (const auto& [stage, latency] :
         {std::pair("admitted", &row.latency.admitted), std::pair("delivered", &row.latency.delivered),
          std::pair("processed", &row.latency.processed)}) {
      csv += fmt::format("{},{},{},{},{},{},{},{},{}\n", counts, stage, latency->p50, latency->p90,
                         latency->p95, latency->p99, latency->p999, latency->max, latency->count);
    }
  }
  return csv;
}

std::string refusals_csv(const RunReport& report) {
  std::string csv = "code,name,document,detail,where,pointer,remedy,count\n";
  for (const RefusalRow& row : report.refusals) {
    for (const std::string* field :
         {&row.code, &row.name, &row.document, &row.detail, &row.where, &row.pointer, &row.remedy}) {
      csv += csv_field(*field) + ",";
    }
    csv += fmt::format("{}\n", row.count);
  }
  return csv;
}

}  // namespace gnc::scenarios
