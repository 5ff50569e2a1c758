#include "cli/checked_step.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proto/types/error.h"

namespace gnc::cli {

std::string steps_text(std::span<const CheckedStep> steps) {
  std::string out;
  for (const CheckedStep& step : steps) {
    out += fmt::format("{:<6}  {:<22} {}\n", step.answer ? "ok" : "FAILS", step.question,
                       step.answer ? printable(*step.answer) : describe(step.answer.error()));
  }
  return out;
}

nlohmann::json steps_json(std::span<const CheckedStep> steps) {
  nlohmann::json out = nlohmann::json::array();
  for (const CheckedStep& step : steps) {
    nlohmann::json one{{"step", step.question}, {"ok", step.answer.has_value()}};
    if (step.answer) {
      one["what"] = *step.answer;
    } else {
      const CatalogueEntry& entry = catalogue_entry(step.answer.error().code);
      one.update({{"code", entry.label},
                  {"name", entry.name},
                  {"what", step.answer.error().detail},
                  {"where", step.answer.error().where},
                  {"remedy", step.answer.error().remedy.empty() ? std::string(entry.remedy)
                                                                : step.answer.error().remedy}});
    }
    out.push_back(std::move(one));
  }
  return {{"schema", 1}, {"steps", out}};
}

}  // namespace gnc::cli
