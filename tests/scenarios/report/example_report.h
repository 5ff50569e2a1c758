#pragma once

#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// A report with something in every part of it, and text from outside in every text.
inline RunReport report_with(const std::string& text) {
  RunReport report;
  report.scenario = text;
  report.world = "live";
  report.version = text;
  report.seed = 7;
  report.started_at = text;
  report.took_seconds = 62.25;
  report.exchange = {12'000, 11'982, 11'980, 11'000, 18, 9, 2, 3, 41, 0, 0};
  report.answers = {11'000, 10'999, 10'998, 10'990, 8};
  report.refusals = {{"GNC-101", text, text, text, text, text, text, 4},
                     {text, text, text, text, text, text, text, 14}};
  const LatencySummary fast{19.1, 28.4, 33.9, 43.2, 52.7, 54.62, 11'982};
  const LatencySummary slow{41.53, 44.1, 52.2, 4112, 5080, 5213.2, 11'980};
  report.latency = {fast, slow, {85.5, 90, 95, 4200, 5200, 5300, 11'000}};
  report.service = {fast, fast, fast};
  report.lag = {0.096, 0.4, 0.6, 1.5, 4.8, 4.9, 12'000};
  report.rate_asked = 200;
  report.rate_got = 191.79;
  report.processes = {{text, 2'582'975, 67'072'000, 1}};
  report.links = {{text, 3'046'433, 17'922'302}};
  report.steps = {{text, text, true, text, 86.2}, {text, text, false, text, 10'000}};
  report.promises = {{text, true, text}};
  report.expectations = {{text, true, 0.0, text},
                         {"delivery.p99 < 1ms", false, 4112.0, text},
                         {text, false, std::nullopt, text}};
  report.environment = {{text, text}, {"cores", "2"}};
  report.slices = {{text, text, report.exchange, report.latency, 200, 191.79}};
  for (std::uint64_t second = 0; second < 60; ++second) {
    const bool out = second >= 20 && second < 25;
    report.timeline.push_back({second, 200, 200, out ? 0u : 199u, out ? 0u : 198u, out ? 0u : 197u, 1,
                               out ? 3000.0 : 41.5, out ? 4800.0 : 70.25, out ? 5000.0 : 99.5});
  }
  report.faults = {{text, text, 20, 25.0, text}, {text, "", 50, std::nullopt, text}};
  report.generator = {0.083, 12'000, 2, 1, text};
  report.warm_up_s = 3;
  report.warm_up = text;
  report.indicators = {.real_time_ms = 1000,
                       .consignments = 12'000,
                       .arrived = 11'980,
                       .arrived_in_real_time = 11'500,
                       .closed_well = 11'000,
                       .paperless = 10'998,
                       .paper_touches = 31,
                       .answered = 10'998,
                       .accepted_at_once = 10'990,
                       .timers_missed = 9,
                       .green = 900,
                       .yellow = 70,
                       .red = 30,
                       .agencies_asked = 1210,
                       .documents_wanted = 2,
                       .released = 995,
                       .compared = 5,
                       .matched = 4,
                       .stated_elements = 210,
                       .held_elements = 120,
                       .on_paper = 20,
                       .keyed_fields = 800,
                       .wrong_fields = 3,
                       .goods_awaited = 9000,
                       .usable_before_goods = 8800,
                       .paired = 3,
                       .paired_with_discrepancy = 2,
                       .nothing_to_pair = 4,
                       .paired_late = 1,
                       .paired_late_with_discrepancy = 1,
                       .discrepancies = {{text, 3}},
                       .closing = slow,
                       .clearance = {700, 1400, 1500, 1600, 1700, 1800, 995},
                       .release = slow,
                       .usable = slow,
                       .lead = slow};
  report.convergence = {{text,
                         text,
                         "administration",
                         text,
                         1,
                         600,
                         2,
                         5,
                         {{text, text, text, true, 0.97, 2}, {text, text, text, false, {}, 3}}},
                        {text,
                         text,
                         "administration",
                         text,
                         2,
                         580,
                         5,
                         5,
                         {{text, text, text, true, 0.99, 2}, {text, text, text, true, {}, 3}}},
                        {text, text, "trader", text, 1, 1180, 0, 1, {{text, text, text, false, 0.4, 1}}}};
  report.slices[0].indicators = report.indicators;
  report.intervals = {{text, 41.53, 41.1, 41.9, 0.95, 20}};
  report.sequences = {{text,
                       text,
                       text,
                       {{0.2, "NZ", "CN", "lodged", text},
                        {2.9, "NZ", "CN", "sent", ""},
                        {19.2, "NZ", "CN", "admitted", ""},
                        {20.7, "CN", "NZ", "delivered", ""},
                        {53.6, "NZ", "CN", "delivered receipt", ""},
                        {60.1, text, text, text, text}}},
                      {text, text, "", {{0, text, "", text, text}}}};
  return report;
}

// What may come in by documents, names and peers.
inline const char* const hostile_texts[] = {"<script>alert(1)</script>",
                                            "\"'><img src=x onerror=alert(1)>",
                                            "</style></title></svg><script src=//example.com/x.js></script>",
                                            "&lt;b&gt; &#60;script&#62;",
                                            "]]><!-- --> <?xml?>",
                                            "\x1b]0;owned\x07\x1b[2J",
                                            "\xff\xfe not UTF-8 \xc3",
                                            "\342\200\256gnp.exe\342\200\254",
                                            "javascript:alert(1)",
                                            "=HYPERLINK(\"http://example.com\",\"a\")",
                                            "a\r\nb\tc",
                                            "{} {{}} %s %n"};

}  // namespace gnc::scenarios
