#include "scenarios/report/report_page.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "scenarios/report/page_convergence.h"
#include "scenarios/report/page_indicators.h"
#include "scenarios/report/page_measures.h"
#include "scenarios/report/page_outcome.h"
#include "scenarios/report/page_style.h"
#include "trust/seal/merkle.h"

namespace gnc::scenarios {
namespace {

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

// Nothing but this very style sheet.
std::string policy() {
  return fmt::format("default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
                     base64(trust::sha256(page_style()).view()));
}

struct Part {
  std::string_view id, title;
  Html content;
};

}  // namespace

std::string report_page(const RunReport& report, const std::vector<LatencyCurve>& curves) {
  const Part parts[] = {{"expected", "Verdicts", expectations_and_promises(report)},
                        {"indicators", "Indicators", indicators_of_run(report)},
                        {"convergence", "Convergence", convergence_by_period(report)},
                        {"conversations", "Conversations", conversations_standing(report)},
                        {"ends", "Ends", ends_of_exchanges(report)},
                        {"latency", "Latency", latencies(report, curves)},
                        {"time", "Over time", rate_and_latency_over_time(report)},
                        {"exchanges", "Step by step", exchanges_step_by_step(report)},
                        {"refusals", "Refusals", refusals_by_code(report)},
                        {"steps", "Steps", steps_played(report)},
                        {"parts", "Parts", by_workload_party_and_phase(report)},
                        {"certainty", "Certainty", how_sure(report)},
                        {"generator", "Generator", generator_health(report)},
                        {"cost", "Cost", costs(report)},
                        {"environment", "Environment", environment_and_how_to_reproduce(report)}};
  std::string links;
  std::string sections;
  for (const Part& part : parts) {
    if (part.content.empty()) continue;
    links += fmt::format("<a href=\"#{}\">{}</a>\n", part.id, html_escaped(part.title));
    sections += part.content.markup();
  }
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>{}: report of a run</title>\n<style>{}</style>\n</head>\n<body>\n"
      "<header>\n{}<nav aria-label=\"Parts of the report\">\n{}</nav>\n</header>\n<main>\n{}</main>\n"
      "<footer>Made by gncsim {} from report.json, schema {}.</footer>\n</body>\n</html>\n",
      policy(), html_escaped(report.scenario, 200), page_style(), opening(report).markup(), links, sections,
      html_escaped(report.version), report_schema);
}

}  // namespace gnc::scenarios
