#include "scenarios/report/page_indicators.h"

#include <fmt/format.h>

#include "scenarios/engine/indicator.h"
#include "scenarios/engine/number_text.h"
#include "scenarios/engine/report_fields.h"
#include "scenarios/report/fate_bar.h"
#include "scenarios/report/latency_table.h"

namespace gnc::scenarios {
namespace {

// What the indicator of the slow ones has behind the name of the other.
constexpr std::string_view slow_ones = ".p95";

Html value_of(const Indicator& indicator, double value) {
  const std::string pointer = fmt::format("/indicators/{}", indicator.name);
  switch (indicator.unit) {
    case Measure::Unit::share:
      return share(pointer, value);
    case Measure::Unit::milliseconds:
      return milliseconds(pointer, value);
    default:
      return number(pointer, value);
  }
}

// Where single windows weighed declarations: a bar that is parted as they chose.
Html channels(const IndicatorCounts& counts) {
  std::vector<Fate> fates = {{"green: let pass without a look", "good", "green", counts.green},
                             {"yellow: an officer looks at the documents", "late", "yellow", counts.yellow},
                             {"red: an officer looks at the goods", "bad", "red", counts.red}};
  std::erase_if(fates, [](const Fate& fate) { return fate.count == 0; });
  if (fates.empty()) return {};
  std::string key;
  for (const Fate& fate : fates) {
    key +=
        fmt::format("<li class=\"{}\"><i></i>{} {}</li>", fate.style,
                    count("/indicator_counts/" + fate.field, fate.count).markup(), html_escaped(fate.name));
  }
  return element("h3", "", "Channels that the single windows chose") +
         element("figure", "",
                 Html::own(share_bar(fates, "Channels that the single windows chose") + "<ul class=\"key\">" +
                           key + "</ul>"));
}

// Collects the counts of indicator_counts, and its times.
struct CountsOnPage {
  const std::string& pointer;
  std::vector<std::vector<Html>>& counted;
  std::vector<std::vector<Html>>& timed;

  void operator()(const char* name, const double& value, const char* meaning) {
    counted.push_back(
        {element("code", "", name), Html::text(meaning), milliseconds(pointer + "/" + name, value)});
  }
  void operator()(const char* name, const std::uint64_t& value, const char* meaning) {
    counted.push_back({element("code", "", name), Html::text(meaning), count(pointer + "/" + name, value)});
  }
  void operator()(const char* name, const LatencySummary& value, const char* meaning) {
    timed.push_back(latency_cells(element("code", "", name) + element("span", "soft", meaning),
                                  pointer + "/" + name, value));
  }
  template <class Value>
  void later(const char* name, const Value& value, const char* meaning) {
    (*this)(name, value, meaning);
  }
  void later(const char* name, const std::vector<DiscrepancyRow>& rows, const char*) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      counted.push_back({element("code", "", name), Html::text("Of these, in: " + rows[i].field),
                         count(fmt::format("{}/{}/{}/count", pointer, name, i), rows[i].count)});
    }
  }
};

}  // namespace

Html indicator_counts(const std::string& pointer, const IndicatorCounts& counts) {
  std::vector<std::vector<Html>> counted, timed;
  fields(counts, CountsOnPage{pointer, counted, timed});
  return table({{"counted"}, {""}, {"", true}}, counted) + table(latency_columns(), timed);
}

Html indicators_of_run(const RunReport& report) {
  if (report.indicators.consignments == 0) return {};
  std::vector<std::vector<Html>> rows, times;
  std::string missing;
  for (const Indicator& indicator : indicators()) {
    const auto value = indicator.of(report.latency, report.indicators);
    if (!value) {
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", indicator.name);
    } else if (indicator.unit != Measure::Unit::milliseconds) {
      rows.push_back({element("code", "", indicator.name),
                      Html::text(indicator.title) + element("span", "soft", indicator.formula),
                      value_of(indicator, *value)});
    } else if (indicator.name.ends_with(slow_ones)) {
      times.back().back() = value_of(indicator, *value);
    } else {
      times.push_back({element("code", "", indicator.name),
                       Html::text(indicator.title) + element("span", "soft", indicator.formula),
                       value_of(indicator, *value), Html()});
    }
  }
  Html content = table({{"indicator"}, {"what it is"}, {"value", true}}, rows) + channels(report.indicators);
  if (!times.empty()) {
    content += element("h3", "", "Times of the Time Release Study") +
               table({{"indicator"}, {"from and to"}, {"half within", true}, {"95 % within", true}}, times);
  }
  if (!missing.empty())
    content += element("p", "soft", fmt::format("Nothing was measured for: {}.", missing));
  content +=
      channels(report.indicators) + element("div", "long",
                                            folded("What they are worked out of",
                                                   indicator_counts("/indicator_counts", report.indicators)));
  return section(
      "indicators", "How paperless, how real-time",
      fmt::format("Indicators of digital customs, of the documents that were lodged. Real time is {} here.",
                  milliseconds_text(report.indicators.real_time_ms)),
      content);
}

}  // namespace gnc::scenarios
