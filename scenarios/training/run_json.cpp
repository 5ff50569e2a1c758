#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "proto/types/overloaded.h"
#include "scenarios/training/json_text.h"
#include "scenarios/training/page_json.h"

namespace gnc::scenarios {
namespace {

struct KindAndTarget {
  const char* kind;
  std::string target;
};

KindAndTarget kind_and_target(const Fault& fault) {
  return std::visit(Overloaded{[](const CutLink& cut) {
                                 return KindAndTarget{"cut", cut.link};
                               },
                               [](const DegradeLink& degrade) {
                                 return KindAndTarget{"degrade", degrade.link};
                               },
                               [](const FlapLink& flap) {
                                 return KindAndTarget{"flap", flap.link};
                               },
                               [](const BlackHoleLink& hole) {
                                 return KindAndTarget{"black-hole", hole.link};
                               },
                               [](const ResetLink& reset) {
                                 return KindAndTarget{"reset", reset.link};
                               },
                               [](const KillProcess& kill) {
                                 return KindAndTarget{"kill", kill.process};
                               },
                               [](const FreezeProcess& freeze) {
                                 return KindAndTarget{"freeze", freeze.process};
                               },
                               [](const RestartProcess& restart) {
                                 return KindAndTarget{"restart", restart.process};
                               },
                               [](const SlowConsumer& slow) {
                                 return KindAndTarget{"slow", slow.party.text()};
                               },
                               [](const DiskError& disk) {
                                 return KindAndTarget{"disk-error", disk.process};
                               },
                               [](const CertificateFault& certificate) {
                                 const char* kind =
                                     certificate.kind == CertificateFault::Kind::revoke   ? "revoke"
                                     : certificate.kind == CertificateFault::Kind::expire ? "expire"
                                                                                          : "rotate";
                                 return KindAndTarget{kind, std::string(cast_name(certificate.party.text()))};
                               },
                               [](const SkewClock& skew) {
                                 return KindAndTarget{"skew", skew.process};
                               },
                               [](const RoguePeer& rogue) {
                                 return KindAndTarget{"rogue", rogue.party.text()};
                               }},
                    fault.what);
}

std::int64_t microseconds(double seconds) { return std::llround(seconds * 1e6); }

PageJson fault_json(const Recording& recording, const FaultRow& row) {
  const auto known = std::ranges::find(recording.faults, row.fault, [](const Fault& f) { return words(f); });
  const auto from = recording.faults_from.microseconds;
  PageJson json{{"from_us", from + microseconds(row.from_s)}, {"to_us", nullptr}};
  if (row.to_s) json["to_us"] = from + microseconds(*row.to_s);
  if (known != recording.faults.end()) {
    const KindAndTarget named = kind_and_target(*known);
    json["kind"] = named.kind;
    json["target"] = named.target;
  } else {
    json["kind"] = row.fault.substr(0, row.fault.find(' '));
    json["target"] = "";
  }
  json["text"] = row.fault;
  json["name"] = nullptr;
  if (!row.name.empty()) json["name"] = row.name;
  json["outcome"] = row.outcome;
  return json;
}

PageJson expectation_json(const ExpectationRow& row) {
  PageJson json{{"text", row.expect}, {"held", row.held}, {"value", nullptr}};
  if (row.value) json["value"] = *row.value;
  return json;
}

PageJson fork_json(const Recording& recording, std::size_t number) {
  if (!recording.fork) return nullptr;
  return {{"number", number},
          {"of", recording.fork->of},
          {"at_us", recording.fork->at.microseconds},
          {"fault", words(recording.fork->fault)}};
}

}  // namespace

std::string header_of(std::string_view text) {
  std::string header;
  while (text.starts_with('#')) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(1, end - 1);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (line.starts_with("yaml-language-server")) continue;
    header += line;
    header += '\n';
  }
  while (header.ends_with('\n')) header.pop_back();
  return header;
}

std::string run_json(const Recording& recording, std::size_t number) {
  const RunReport& report = recording.report;
  PageJson json{{"schema", page_schema},
                {"number", number},
                {"scenario", report.scenario},
                {"header", header_of(recording.scenario.text)},
                {"world", report.world},
                {"seed", report.seed},
                {"version", report.version},
                {"started_at", report.started_at},
                {"begin_us", recording.begin.microseconds},
                {"end_us", recording.length.microseconds},
                {"fork", fork_json(recording, number)},
                {"can", {{"fork", recording.can_fork}, {"inspect", recording.can_inspect}}}};
  json.update(PageJson::parse(to_json(recording.cast)));
  json["faults"] = PageJson::array();
  for (const FaultRow& row : report.faults) json["faults"].push_back(fault_json(recording, row));
  json["expectations"] = PageJson::array();
  for (const ExpectationRow& row : report.expectations) json["expectations"].push_back(expectation_json(row));
  json["promises"] = PageJson::array();
  for (const PromiseRow& row : report.promises) {
    json["promises"].push_back({{"text", row.promise}, {"held", row.held}, {"detail", row.detail}});
  }
  json["story"] = PageJson::array();
  json["report"] = PageJson::parse(to_json(report));
  json["events"] = recording.events.size();
  return text_of(json);
}

}  // namespace gnc::scenarios
