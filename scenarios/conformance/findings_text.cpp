#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proto/types/error.h"
#include "scenarios/conformance/requirement.h"
#include "scenarios/report/escaped_text.h"

namespace gnc::scenarios {
namespace {

std::string_view words_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "FAILED";
    default:
      return "not reached";
  }
}

}  // namespace

std::string findings_text(const Findings& findings, std::string_view party) {
  std::string text;
  for (const Finding& each : findings.all()) {
    text += fmt::format("{:<12} {:<24} {}\n", words_of(each.verdict), each.requirement->id,
                        each.requirement->sentence);
    if (each.verdict == Verdict::failed) {
      text += fmt::format("{:<12} seen: {}\n{:<12} expected: {} (docs/protocol.md, {})\n", "",
                          printable(each.seen), "", printable(each.expected), each.requirement->section);
    } else if (each.verdict == Verdict::not_reached) {
      text += fmt::format("{:<12} because {}\n", "", printable(each.why));
    }
  }
  text += fmt::format("{}: {} passed, {} failed, {} not reached\n", party, findings.count(Verdict::passed),
                      findings.count(Verdict::failed), findings.count(Verdict::not_reached));
  return text;
}

std::string findings_json(const Findings& findings, std::string_view party) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Finding& each : findings.all()) {
    nlohmann::ordered_json one{{"id", each.requirement->id},
                               {"requirement", each.requirement->sentence},
                               {"section", each.requirement->section}};
    switch (each.verdict) {
      case Verdict::passed:
        one["verdict"] = "passed";
        break;
      case Verdict::failed:
        one["verdict"] = "failed";
        one["seen"] = each.seen;
        one["expected"] = each.expected;
        break;
      default:
        one["verdict"] = "not reached";
        one["why"] = each.why;
    }
    list.push_back(std::move(one));
  }
  const nlohmann::ordered_json whole{{"schema", 1},
                                     {"party", party},
                                     {"passed", findings.count(Verdict::passed)},
                                     {"failed", findings.count(Verdict::failed)},
                                     {"not_reached", findings.count(Verdict::not_reached)},
                                     {"requirements", std::move(list)}};
  return whole.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string findings_junit(const Findings& findings, std::string_view party) {
  std::string cases;
  for (const Finding& each : findings.all()) {
    cases += fmt::format("    <testcase classname=\"conformance.{}\" name=\"{}\"", html_escaped(party, 100),
                         each.requirement->id);
    if (each.verdict == Verdict::passed) {
      cases += "/>\n";
    } else if (each.verdict == Verdict::failed) {
      cases += fmt::format("><failure message=\"seen: {}; expected: {}\"/></testcase>\n",
                           html_escaped(each.seen), html_escaped(each.expected));
    } else {
      cases += fmt::format("><skipped message=\"{}\"/></testcase>\n", html_escaped(each.why));
    }
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"conformance\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}"
      "  </testsuite>\n</testsuites>\n",
      findings.all().size(), findings.count(Verdict::failed), findings.count(Verdict::not_reached), cases);
}

}  // namespace gnc::scenarios
