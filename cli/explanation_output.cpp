#include "cli/explanation_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "model/yaml/instant_text.h"
#include "scenarios/engine/quantity.h"

namespace gnc::cli {
namespace {

using Json = nlohmann::ordered_json;
using scenarios::Explanation;
using scenarios::Gate;
using scenarios::GateFault;
using scenarios::GateResult;
using scenarios::SaidAnswer;
using scenarios::SaidResponse;
using scenarios::Verdict;

constexpr std::string_view name_of(GateResult result) {
  if (result == GateResult::passed) return "passed";
  return result == GateResult::refused ? "refused" : "not reached";
}

constexpr std::string_view name_of(Verdict verdict) {
  if (verdict == Verdict::passes) return "passes";
  return verdict == Verdict::rejected ? "rejected" : "refused";
}

std::string code_and_name(const GateFault& fault) {
  return fault.name.empty() ? fault.code : fmt::format("{} {}", fault.code, fault.name);
}

// In one sentence, not yet printable.
std::string verdict_sentence(const ExplainedDocument& about) {
  const Explanation& said = about.explanation;
  const scenarios::Question& asked = about.question;
  const std::string crossing = fmt::format("{} to {}", asked.from.text(), asked.to.text());
  const std::string answer = said.answers.empty() ? std::string() : scenarios::text_of(said.answers.front());
  if (said.verdict == Verdict::passes) {
    return fmt::format(
        "{} would pass from {}{}.", asked.name, crossing,
        answer.empty() ? std::string() : fmt::format(", and {} would answer {}", asked.to.text(), answer));
  }
  const Gate& gate = said.gates[*said.decides];
  const std::string why = gate.faults.empty() ? gate.says : code_and_name(gate.faults.front());
  if (said.verdict == Verdict::rejected) {
    return fmt::format("{} would cross from {}, but {} would reject it{}: {}.", asked.name, crossing,
                       asked.to.text(), answer.empty() ? std::string() : fmt::format(" ({})", answer), why);
  }
  return fmt::format("{} would not pass from {}: {}, at {} ({}).", asked.name, crossing, why, gate.at,
                     gate.id);
}

void add_fault(std::string& text, const GateFault& fault) {
  constexpr std::string_view indent = "               ";
  const auto line = [&](std::string_view label, const std::string& value) {
    if (!value.empty()) text += fmt::format("{}  {}{}\n", indent, label, printable(value));
  };
  text += fmt::format("{}{}: {}\n", indent, printable(code_and_name(fault)), printable(fault.detail));
  std::string element = fault.path;
  if (!fault.pointers.empty()) {
    constexpr std::size_t most = 4;
    const std::size_t shown = std::min(most, fault.pointers.size());
    element += fmt::format("{}{}", element.empty() ? "" : ", ",
                           fmt::join(std::span(fault.pointers).first(shown), " "));
    if (shown < fault.pointers.size()) element += fmt::format(" and {} more", fault.pointers.size() - shown);
  }
  line("element: ", element);
  line("in:      ", fault.where);
  line("rule:    ", fault.decided_at);
  line("to do:   ", fault.remedy);
}

Json json_of(const GateFault& fault) {
  Json out{{"code", fault.code}};
  const auto add = [&out](const char* key, const std::string& value) {
    if (!value.empty()) out[key] = value;
  };
  add("name", fault.name);
  add("detail", fault.detail);
  add("remedy", fault.remedy);
  add("where", fault.where);
  add("path", fault.path);
  if (!fault.pointers.empty()) out["pointers"] = fault.pointers;
  add("decided_at", fault.decided_at);
  return out;
}

Json json_of(const Gate& gate) {
  Json out{{"gate", gate.id}, {"at", gate.at}, {"asks", gate.asks}, {"result", name_of(gate.result)}};
  if (!gate.says.empty()) out["says"] = gate.says;
  if (!gate.decided_at.empty()) out["decided_at"] = gate.decided_at;
  Json faults = Json::array();
  for (const GateFault& fault : gate.faults) faults.push_back(json_of(fault));
  out["faults"] = std::move(faults);
  return out;
}

Json json_of(const SaidAnswer& answer) {
  Json responses = Json::array();
  for (const SaidResponse& response : answer.responses) {
    Json& one = responses.emplace_back(Json{{"function_code", response.function_code}});
    if (!response.meaning.empty()) one["meaning"] = response.meaning;
  }
  Json out{{"after_us", answer.after.microseconds}, {"responses", std::move(responses)}};
  if (!answer.message.empty()) out["message"] = answer.message;
  if (!answer.channel.empty()) out["channel"] = answer.channel;
  if (!answer.why.empty()) out["why"] = answer.why;
  return out;
}

}  // namespace

std::string explanation_text(const ExplainedDocument& about) {
  const Explanation& said = about.explanation;
  std::string text = printable(verdict_sentence(about)) + "\n";
  if (!said.agreement.empty()) {
    const std::string as = said.message.empty() ? std::string() : fmt::format("as {} ", said.message);
    text += printable(fmt::format("  asked {}under {}, at {}", as, said.agreement,
                                  model::instant_text(about.question.at))) +
            "\n";
  } else {
    text += fmt::format("  asked at {}\n", model::instant_text(about.question.at));
  }
  text += printable(fmt::format("  by {} ({})", about.terms_of, fmt::join(about.agreements, ", "))) + "\n";
  if (!about.profile.empty()) {
    text += printable(fmt::format("  {} by the profile {}", about.question.to.text(), about.profile)) + "\n";
  }
  text += "\n";
  for (const Gate& gate : said.gates) {
    text += fmt::format("{:<12} {:<9} {:<16} {}", name_of(gate.result), gate.at, gate.id, gate.asks);
    if (!gate.says.empty()) text += ": " + printable(gate.says);
    // A refusal names the place of each fault's rule itself.
    if (!gate.decided_at.empty() && gate.result == GateResult::passed) {
      text += fmt::format(" [{}]", printable(gate.decided_at));
    }
    text += "\n";
    for (const GateFault& fault : gate.faults) add_fault(text, fault);
  }
  if (!said.answers.empty()) text += "\n";
  for (const SaidAnswer& answer : said.answers) {
    const std::string when = answer.after == Duration{}
                                 ? std::string("at once")
                                 : fmt::format("after {}", scenarios::duration_text(answer.after));
    std::string line = fmt::format("{} answers {}", about.question.to.text(), when);
    if (!answer.responses.empty()) line += ": " + scenarios::text_of(answer);
    if (!answer.why.empty()) line += fmt::format(" ({})", answer.why);
    text += printable(line) + "\n";
  }
  for (const std::string& note : said.notes) text += printable(note) + "\n";
  return text;
}

std::string explanation_json(const ExplainedDocument& about) {
  const Explanation& said = about.explanation;
  const scenarios::Question& asked = about.question;
  Json out{{"schema", 1},
           {"document", asked.name},
           {"from", asked.from.text()},
           {"to", asked.to.text()},
           {"at", model::instant_text(asked.at)},
           {"by", about.terms_of},
           {"agreements", about.agreements}};
  if (!about.profile.empty()) out["profile"] = about.profile;
  out["verdict"] = name_of(said.verdict);
  out["says"] = verdict_sentence(about);
  if (said.decides) out["decided_by"] = said.gates[*said.decides].id;
  if (!said.document_type.empty()) out["document_type"] = said.document_type;
  if (!said.agreement.empty()) out["agreement"] = said.agreement;
  if (!said.message.empty()) out["message"] = said.message;
  Json gates = Json::array();
  for (const Gate& gate : said.gates) gates.push_back(json_of(gate));
  out["gates"] = std::move(gates);
  Json answers = Json::array();
  for (const SaidAnswer& answer : said.answers) answers.push_back(json_of(answer));
  out["answers"] = std::move(answers);
  out["notes"] = said.notes;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gnc::cli
